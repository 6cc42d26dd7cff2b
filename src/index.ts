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

export { type SegmentPartition, type SegmentPiece, segmentPartition } from './analysis/function/segment.js';
export * from './analysis/index.js';
export { type CheckReport, checkCertificate } from './checker/file.js';
export { EngineError, type EngineName } from './engines/choice.js';
export {
  formatRational,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
  toSingle,
} from './exact/rational.js';
export { parseBoxOption } from './formats/input/box-option.js';
export { FormatError } from './formats/input/error.js';
export { writeNetworkJson } from './formats/json/write.js';
export type { Units } from './formats/nnet/read.js';
export { writeNnet } from './formats/nnet/write.js';
export { type NetworkFile, type ReadOptions, readDomain, readNetwork, readSpecification } from './formats/read.js';
export type { SpecificationCase } from './formats/vnnlib/specification.js';
export { glpkBackend } from './lp/glpk/backend.js';
export { simplexBackend } from './lp/simplex/primal.js';
export type { LpBackend } from './lp/types.js';
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
export {
  type CaseScore,
  type Judgement,
  type ScoreCard,
  scoreCardJson,
  scoreCardMarkdown,
  scoreCardText,
  type Verdict as AnswerVerdict,
} from './oracle/conformance/score-card.js';
export * from './oracle/index.js';
export { checkWithWorkers } from './run/check.js';
export { type CountProgress, type CountReport, type CountRequest, countCells, runCount } from './run/count.js';
export type { CellCount } from './walk/count.js';
export type { Decisions } from './walk/tree.js';
