/** The face of verify. */
export type { Verdict, VerifyProgress, VerifyReport, VerifyRequest, VerifyStatistics } from './query.js';
export { verify } from './verify.js';
