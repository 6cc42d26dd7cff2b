/** The face of rpc. */

export { descriptionOf } from './description.js';
export { LIMITS, type LimitName, type Limits, limitsWith } from './limits.js';
export { linesOf } from './lines.js';
export { OracleServer } from './server.js';
