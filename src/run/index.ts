/** The face of run. */
export { certificateEnd, certificateHead, certificateSink } from './certificate.js';
export { checkWithWorkers } from './check.js';
export { type CountReport, type CountRequest, runCount } from './count.js';
