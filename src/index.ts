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
export * from './analysis/index.js';
export { type SegmentPartition, type SegmentPiece, segmentPartition } from './analysis/segment.js';
export {
  formatRational,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
  toSingle,
} from './exact/rational.js';
export {
  FormatError,
  type NetworkFile,
  parseBoxOption,
  type ReadOptions,
  readDomain,
  readNetwork,
  readSpecification,
  type SpecificationCase,
  type Units,
  writeNetworkJson,
  writeNnet,
} from './formats/index.js';
export { glpkBackend, type LpBackend, simplexBackend } from './lp/index.js';
export { type AffineMap, affineFromDoubles, affineFromRationals } from './network/affine.js';
export { networkDigest } from './network/digest.js';
export { type BoxDomain, box, cube, type Domain, DomainError, type WholeDomain, whole } from './network/domain.js';
export {
  affineOnPattern,
  type Evaluation,
  evaluateDouble,
  evaluateExact,
  jacobianExact,
  type Pattern,
} from './network/evaluate.js';
export {
  ABSOLUTE,
  type ActivationLayer,
  buildNetwork,
  LINEAR,
  leaky,
  type Network,
  neuronCount,
  RELU,
  type Slopes,
  type Step,
  scaledRelu,
  shapeOf,
} from './network/network.js';
export { networkOnSlice, type Slice, slice, sliceMap, sliceThrough } from './network/slice.js';
export * from './oracle/index.js';
export { checkWithWorkers } from './partition/check-run.js';
export { type CheckReport, checkCertificate } from './partition/checker-file.js';
export type { CellCount } from './partition/count.js';
export { EngineError, type EngineName } from './partition/engine.js';
export { type CountProgress, type CountReport, type CountRequest, countCells, runCount } from './partition/run.js';
export type { Decisions } from './partition/tree.js';
export {
  type CaseScore,
  type Judgement,
  type ScoreCard,
  scoreCardJson,
  scoreCardMarkdown,
  scoreCardText,
  type Verdict as AnswerVerdict,
} from './report/score-card.js';
