/** The face of library. */
export * from './browser.js';
export {
  type AnyCount,
  type AnyCountRequest,
  type ArrangementRun,
  checkArrangement,
  count,
  type ProvedCount,
  runArrangement,
} from './by-any-engine.js';
export { type ExpectRequest, expectCells } from './expect.js';
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
