/** The face of run. */
export { certificateEnd, certificateHead, certificateSink } from './certificate.js';
export {
  AS_ASKED_FOR,
  type ChamberReport,
  type ChamberRequest,
  runChambers,
  suitsChambers,
  symmetriesOfNoUse,
  whyChambers,
} from './chambers.js';
export { checkWithWorkers } from './check.js';
export { type ArrangementVerdict, arrangementKind, checkOfArrangement, isOfArrangement } from './check-arrangement.js';
export { checkOfImages } from './check-images.js';
export type { LineCheck } from './check-lines.js';
export { checkInShares, fileDigest, KEPT_SHARES, type UnfinishedCheck } from './check-shares.js';
export type { CheckWorkerStart } from './check-worker.js';
export { type CountCrew, type CountReport, type CountRequest, needsWalk, runCount } from './count.js';
export { type FoldedReport, type ImageRequest, runCountFolding, runImages } from './folding.js';
export type { JobResult, JobSetting } from './job.js';
export { type StepProgress, workedOff } from './paced.js';
export { Stopping, type StopReason } from './stopping.js';
