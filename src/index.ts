/**
 * The library: exact polytope partitions of ReLU networks.
 *
 * ```ts
 * import { checkCertificate, cube, readNetwork, runCount } from 'relu-atlas';
 *
 * const { network } = await readNetwork('net.onnx');
 * const report = await runCount({ network, domain: cube(network.inputs, -1, 1), certificate: 'net.cert' });
 * const proof = await checkCertificate(network, 'net.cert');
 * ```
 */

export { type SegmentPartition, type SegmentPiece, segmentPartition } from './analysis/function/index.js';
export * from './analysis/index.js';
export { type ChamberCount, ChamberError, type ChamberMethod } from './chambers/index.js';
export { type CheckReport, checkCertificate, checkImages, type ImagesReport } from './checker/index.js';
export { EngineError, type EngineName, type EstimateOptions, type SizeReport } from './engines/index.js';
export {
  formatRational,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
  toSingle,
} from './exact/index.js';
export type { FoldedCount, LayerOfImages, WalkedRest } from './folding/index.js';
export {
  type ArrangementFile,
  type ArrangementOptions,
  type Hyperplanes,
  readArrangement,
} from './formats/hyperplanes/index.js';
export type { SpecificationCase, Units } from './formats/index.js';
export {
  FormatError,
  type NetworkFile,
  parseBoxOption,
  type Query,
  type QueryFile,
  type ReadOptions,
  readDomain,
  readNetwork,
  readQuery,
  readSpecification,
  type StatedInputMap,
  writeNetworkJson,
  writeNnet,
} from './formats/index.js';
export type { FormulaRequest, Language } from './formula/index.js';
export {
  Distribution,
  type Enclosed,
  type Integrals,
  type IntegralsRequest,
  lawOf,
  type Region,
  type Sample,
  type SampleRequest,
} from './integral/index.js';
export {
  type AnyCount,
  type AnyCountRequest,
  type ArrangementCount,
  type ArrangementLike,
  type ArrangementQuestion,
  type ArrangementRun,
  type ArrangementSymmetry,
  analysisProblem,
  type Bound,
  type BoxLike,
  type CountRequest,
  cells,
  cellWidths,
  checkArrangement,
  compareClaim,
  count,
  countArrangement,
  countCells,
  countImages,
  countPatterns,
  countRegions,
  type DomainLike,
  differenceOf,
  domainOf,
  type ExactNumber,
  type ExpectRequest,
  enumerateCells,
  estimateCells,
  expectCells,
  findArrangementSymmetries,
  findSymmetries,
  formulaOf,
  functionFacts,
  fVector,
  glpkBackend,
  type Hyperplane,
  type HyperplaneSymmetry,
  integrals,
  levelSet,
  lipschitzConstants,
  neuronFacts,
  outputRanges,
  type PartitionRequest,
  type PictureOptions,
  type PolytopeLike,
  type ProvedCount,
  pdf,
  persistence,
  png,
  type ReportRequest,
  type ReportTexts,
  redundantNeurons,
  regionVolume,
  report,
  runArrangement,
  runCount,
  samplePoints,
  simplify,
  svg,
  topology,
  verifySymmetries,
  writeAdjacency,
  writePartition,
} from './library/index.js';
export type { LpBackend } from './lp/index.js';
export { simplexBackend } from './lp/index.js';
export {
  ABSOLUTE,
  type ActivationLayer,
  type AffineMap,
  affineFromDoubles,
  affineFromRationals,
  affineOnPattern,
  type BoxDomain,
  box,
  buildNetwork,
  cube,
  type Domain,
  DomainError,
  type Evaluation,
  evaluateDouble,
  evaluateExact,
  jacobianExact,
  LINEAR,
  type LinearBound,
  leaky,
  type Network,
  networkDigest,
  networkOnSlice,
  neuronCount,
  type Pattern,
  type PolytopeDomain,
  polytope,
  RELU,
  type Slice,
  type Slopes,
  type Step,
  scaledRelu,
  shapeOf,
  slice,
  sliceMap,
  sliceThrough,
  type WholeDomain,
  whole,
} from './network/index.js';
export {
  type CaseScore,
  type Judgement,
  type ScoreCard,
  scoreCardJson,
  scoreCardMarkdown,
  scoreCardText,
  type Verdict as AnswerVerdict,
} from './oracle/conformance/index.js';
export * from './oracle/index.js';
export {
  type BoundQuery,
  bindQuery,
  type Counterexample,
  type PropertyReport,
  type VerifyPropertyOptions,
  verdictText,
  verifyProperty,
} from './property/index.js';
export {
  type ArrangementVerdict,
  type CountReport,
  checkWithWorkers,
  type LineCheck,
  type StepProgress,
  type UnfinishedCheck,
} from './run/index.js';
export {
  drawNetwork,
  type Ensemble,
  type Expectation,
  type Initialisation,
  type Sample as NetworkSample,
  type Summary,
} from './sampling/index.js';
export { checkHomologyEvidence, type EvidenceReport } from './topology/check-evidence.js';
export type {
  DecisionSet,
  HomologyEvidence,
  Interval,
  Topology,
  TopologyRequest,
} from './topology/index.js';
export type { CellCount, Decisions, Estimate, WalkProgress } from './walk/index.js';
export { SymmetryError } from './walk/index.js';
