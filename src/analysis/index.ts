/** The partition analysed: cells as a stream, regions by every definition, geometry, facts about the function. */

export {
  analysisProblem,
  type Cell,
  type CellOptions,
  enumerateCells,
  forEachCell,
  patternOf,
  patternText,
  type Split,
  witnessOf,
} from './cells/enumerate.js';
export { mapOf } from './cells/maps.js';
export type { CellRecord, FacetRecord } from './files/cell-record.js';
export { adjacencyGraphml } from './files/graphml.js';
export {
  formatOfFile,
  jsonLinesWriter,
  type PartitionFormat,
  type PartitionRequest,
  type PartitionWriter,
  parquetWriter,
  writePartition,
} from './files/partition.js';
export {
  type Boundary,
  type BoundaryPiece,
  boundaryCurves,
  type Curve,
  type Level,
  levelSet,
} from './function/boundary.js';
export { type Difference, differenceNetwork, differenceOf } from './function/difference.js';
export { type Extreme, type OutputRange, outputRanges } from './function/extremes.js';
export { type FunctionFacts, functionFacts } from './function/facts.js';
export { type CellAround, directionalNetwork, type SetValuedGradient, setValuedGradient } from './function/gradient.js';
export { type Largest, type LipschitzConstants, lipschitzConstants } from './function/lipschitz.js';
export {
  type NeuronFact,
  type NeuronStatus,
  neuronFacts,
  type RedundantNeuron,
  redundantNeurons,
} from './function/neurons.js';
export { type Simplified, simplify } from './function/simplify.js';
export { type AdjacencyEdge, adjacencyEdges, makersOf } from './geometry/adjacency.js';
export { fVector } from './geometry/f-vector.js';
export { type Facet, facesByDimension, facetsOf } from './geometry/faces.js';
export { type CellFacet, type CellGeometry, cellGeometry, VERTEX_DIMENSION } from './geometry/facets.js';
export { type Polytope, PolytopePath, type Vertex } from './geometry/polytope.js';
export { polytopeVolume, VolumeSum } from './geometry/volume.js';
export {
  arrangementUpperBound,
  haninRolnickScale,
  montufar2014LowerBound,
  montufar2017UpperBound,
  type RegionBounds,
  regionBounds,
  serra2018UpperBound,
} from './regions/bounds.js';
export { countPatterns, type PatternCounts } from './regions/patterns.js';
export { countRegions, type PieceOptions, type RegionCounts } from './regions/pieces.js';
