/** The face of report/content. */
export { type Collected, collect } from './collect.js';
export { composeReport } from './compose.js';
export type { Distribution } from './distribution.js';
export { type Report, reportJson } from './schema.js';
