/** Answers about foreign results: what someone claims about a partition, compared with the exact one. */

export {
  type CellsClaim,
  type Claim,
  type ClaimedMap,
  type ClaimedShape,
  COUNTED,
  type CountClaim,
  type Counted,
  type PatternsClaim,
  type PointsClaim,
  type Precision,
  type ValuesClaim,
} from './claims/claim.js';
export { CLAIM_FORMAT, type ClaimJson, claimOfJson, claimOfJsonLines, claimSchema } from './claims/json.js';
export { EXACT } from './claims/matching.js';
export {
  ENCODINGS,
  type Encoding,
  jsonPatterns,
  type PatternSource,
  tableOfPatterns,
} from './claims/pattern-encoding.js';
export type { PatternTable } from './claims/pattern-table.js';
export { readClaim } from './claims/read.js';
export { compareClaim } from './compare/claim.js';
export type { EmptinessProof, Multiplier } from './compare/emptiness.js';
export type { Face, SeenBy } from './compare/face.js';
export type { CompareOptions } from './compare/patterns.js';
export type {
  CellsVerdict,
  CountVerdict,
  CoverVolumes,
  Duplicate,
  EmptyShape,
  Listed,
  MatchingRule,
  MisplacedPoint,
  MissingCell,
  Overlap,
  PatternsVerdict,
  PhantomPattern,
  PointsVerdict,
  ValuesVerdict,
  Verdict,
  VerdictOf,
  WrongMap,
  WrongNumber,
  WrongShape,
} from './compare/verdict.js';
export { jsonOfVerdict } from './compare/verdict-json.js';
export { answerRequest } from './conformance/answer.js';
export {
  type ConformanceCase,
  conformanceSchemas,
  QUESTIONS as CONFORMANCE_QUESTIONS,
  type Question as ConformanceQuestion,
  type Request as ConformanceRequest,
  requestOf,
} from './conformance/case.js';
export { type CertifiedCell, type CertifiedPartition, certifiedPartition } from './conformance/cells.js';
export { type JudgeContext, judgeAnswers } from './conformance/judge.js';
export { ClientError, type ConformanceRun, runConformance } from './conformance/run.js';
export {
  type LoadedCase,
  type ManifestEntry,
  readCase,
  readSuite,
  type Suite,
  selectCases,
} from './conformance/suite.js';
export type { TightBound } from './questions/around.js';
export type { Coordinate, Point } from './questions/exact-point.js';
export type { Inequality, LocatedFacet, NeuronInequality } from './questions/located-cell.js';
export {
  type CellDetail,
  type LocatedCell,
  type LocateOptions,
  type Location,
  type NeuronName,
  Oracle,
  type PatternAt,
  type ValueAt,
} from './questions/oracle.js';
