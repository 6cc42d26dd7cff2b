/**
 * Writing files: one mechanism for every output.
 */
export { identityOf, placeOf } from './destination.js';
export { filesBelonging, OccupiedError, requireFree, type Target } from './guard.js';
export { type WrittenGzip, writeGzip } from './gzip.js';
export { holdsSomething, type Kind, kindOf } from './kinds.js';
export { isRunning, runMark } from './leftovers.js';
export { type Output, openOutput, writeOutput } from './output.js';
