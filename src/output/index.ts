/**
 * Writing files: one mechanism for every output.
 */
export { identityOf, placeOf } from './destination.js';
export { type WrittenGzip, writeGzip } from './gzip.js';
export { type Output, openOutput, writeOutput } from './output.js';
