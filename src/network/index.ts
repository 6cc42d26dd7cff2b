/** The face of network. */
export {
  affineFromDoubles,
  affineFromIntegers,
  affineFromRationals,
  affineFromStored,
  identityAffine,
} from './affine.js';
export { boxVolume } from './box-volume.js';
export { type Chart, type ChartBasis, chartOf, rowsOf } from './chart.js';
export { byColumns, compactDoubles, compactList, type StoredColumns } from './compact.js';
export { condensed } from './condensed.js';
export { type Condition, conditionsOf, primitive, sameConditions } from './conditions.js';
export { CreaseRows, type MovedCreases, type SignAction } from './creases.js';
export { networkDigest } from './digest.js';
export {
  type BoxDomain,
  box,
  cube,
  type Domain,
  DomainError,
  dimensionOf,
  fixedInputs,
  type LinearBound,
  type PolytopeDomain,
  polytope,
  type WholeDomain,
  whole,
} from './domain.js';
export {
  activate,
  affineOnPattern,
  applyAffine,
  type Evaluation,
  evaluateDouble,
  evaluateExact,
  jacobianExact,
  type Pattern,
  type RationalAffine,
  rationalAffine,
  type Sign,
} from './evaluate.js';
export { type AffineHull, affineHull } from './hull.js';
export {
  type InputMap,
  inputMap,
  isBijective,
  movedCondition,
  onLine,
  pulledBack,
  type RationalRow,
  signedPermutation,
} from './input-map.js';
export {
  ABSOLUTE,
  type ActivationLayer,
  bends,
  LINEAR,
  leaky,
  type Network,
  precompose,
  RELU,
  type Slopes,
  scaledRelu,
} from './model.js';
export { buildNetwork, neuronCount, type Step, shapeOf } from './network.js';
export { type Part, productNetwork } from './product.js';
export { sha256 } from './sha256.js';
export { networkOnSlice, pointOnSlice, type Slice, slice, sliceMap, sliceThrough } from './slice.js';
export { densePattern, forEachEntry, forEachInRow, type SparsityPattern, type Stored } from './sparsity.js';
export {
  type AffineMap,
  affineNear,
  composeAffine,
  type IntegerAffine,
  type StoredIntegers,
} from './stored-affine.js';
export { dataOfNetwork, type NetworkData, networkOfData } from './transfer.js';
export type { Disjunct, LinearCondition, UnsafeSet } from './unsafe.js';
