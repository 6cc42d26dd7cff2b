/** The face of library. */
export { type Bound, type DomainLike, domainOf } from './domains.js';
export { glpkBackend } from './glpk.js';
export { cells } from './partition.js';
export { type PictureOptions, svg } from './picture.js';
export { type ReportRequest, type ReportTexts, report } from './report.js';
