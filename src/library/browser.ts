/** The face of library where there is no Node. */
export {
  type ArrangementCount,
  type ArrangementQuestion,
  type ArrangementSymmetry,
  countArrangement,
  countImages,
  findArrangementSymmetries,
  findSymmetries,
  type HyperplaneSymmetry,
  verifySymmetries,
} from './arrangements.js';
export { type Bound, type BoxLike, type DomainLike, domainOf, type PolytopeLike } from './domains.js';
export type { ArrangementLike, ExactNumber, Hyperplane } from './hyperplanes.js';
export {
  analysisProblem,
  cellWidths,
  countCells,
  countPatterns,
  countRegions,
  differenceOf,
  enumerateCells,
  estimateCells,
  formulaOf,
  functionFacts,
  fVector,
  integrals,
  levelSet,
  lipschitzConstants,
  neuronFacts,
  outputRanges,
  persistence,
  redundantNeurons,
  regionVolume,
  samplePoints,
  simplify,
  topology,
} from './on-domains.js';
export { cells } from './partition.js';
export { type PictureOptions, svg } from './picture.js';
