/** The face of library. */
export * from './browser.js';
export { glpkBackend } from './glpk.js';
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
