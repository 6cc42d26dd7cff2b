/** The face of run. */
export { certificateSink } from './certificate.js';
export {
  type ChamberReport,
  type ChamberRequest,
  runChambers,
  type StepProgress,
  suitsChambers,
  workedOff,
} from './chambers.js';
export { checkWithWorkers } from './check.js';
export { type CountCrew, type CountReport, type CountRequest, runCount } from './count.js';
export type { JobResult, JobSetting } from './job.js';
