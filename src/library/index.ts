/** The face of library. */
export { type Bound, type BoxLike, type DomainLike, domainOf, type PolytopeLike } from './domains.js';
export { glpkBackend } from './glpk.js';
export {
  analysisProblem,
  countCells,
  countPatterns,
  countRegions,
  differenceOf,
  enumerateCells,
  functionFacts,
  fVector,
  integrals,
  levelSet,
  lipschitzConstants,
  neuronFacts,
  outputRanges,
  redundantNeurons,
  samplePoints,
  simplify,
  topology,
} from './on-domains.js';
export { cells } from './partition.js';
export { type PictureOptions, svg } from './picture.js';
export { pdf, png } from './printed.js';
export { type ReportRequest, type ReportTexts, report } from './report.js';
export {
  type CountRequest,
  compareClaim,
  type PartitionRequest,
  runCount,
  writeAdjacency,
  writePartition,
} from './with-files.js';
