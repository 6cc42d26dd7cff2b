/** The face of walk. */
export { type CellCount, type CountLimits, type CountSink, countPaths, countRoots, countSink } from './count.js';
export { type ExactRows, exactRows, minimumOverBox } from './exact-rows.js';
export type {
  CellKernel,
  CellShape,
  KernelContext,
  KernelFactory,
  LastLayer,
  LastLayerTally,
  OpenNode,
  ShapeFacet,
  VertexCloud,
} from './kernel.js';
export { type PlanarPlaces, planarPlaces, type SubtreeListener, type SubtreeTally } from './layer/planar.js';
export { type OrbitWalk, orbitWalk, SymmetryError, type WalkSymmetry } from './orbits.js';
export { inCertificate } from './positions.js';
export { type CellRows, cellRows } from './rows.js';
export { type Estimate, openFrom, progressOf, SizeEstimate, type WalkProgress } from './size-estimate.js';
export { SILENT, traverse } from './traverse.js';
export {
  addDecisions,
  BOUND_EVIDENCE,
  CUT,
  type Decisions,
  decisionsByArithmetic,
  type Evidence,
  type Narrowing,
  noDecisions,
  type Side,
  type SplitTreeSink,
  type TraversalOptions,
  type TraversalResult,
  type Verdict,
  type Witness,
} from './tree.js';
