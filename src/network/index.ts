/** The face of network. */
export {
  type AffineMap,
  affineFromDoubles,
  affineFromIntegers,
  affineFromRationals,
  affineFromStored,
  affineNear,
  applyAffine,
  composeAffine,
  type IntegerAffine,
  identityAffine,
  type StoredIntegers,
} from './affine.js';
export { type Condition, conditionsOf, sameConditions } from './conditions.js';
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
  affineOnPattern,
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
  ABSOLUTE,
  type ActivationLayer,
  bends,
  buildNetwork,
  LINEAR,
  leaky,
  type Network,
  neuronCount,
  precompose,
  RELU,
  type Slopes,
  type Step,
  scaledRelu,
  shapeOf,
} from './network.js';
export { networkOnSlice, type Slice, slice, sliceMap, sliceThrough } from './slice.js';
export {
  byColumns,
  compactDoubles,
  compactList,
  densePattern,
  forEachEntry,
  forEachInRow,
  type SparsityPattern,
  type Stored,
  type StoredColumns,
} from './sparsity.js';
export { dataOfNetwork, type NetworkData, networkOfData } from './transfer.js';
