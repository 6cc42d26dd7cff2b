/** The face of plain. */
export { checkPlainly, type PlainReport } from './file.js';
export { Unreadable } from './network.js';
