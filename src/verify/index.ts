/** The face of verify. */
export type {
  Disjunct,
  LinearCondition,
  StopReason,
  UnsafeSet,
  Verdict,
  VerifyProgress,
  VerifyReport,
  VerifyRequest,
  VerifyStatistics,
} from './query.js';
export { verificationHeader, verify } from './verify.js';
export { slackOf, type Witness, witnessAt } from './witness.js';
