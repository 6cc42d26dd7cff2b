/** The face of checkpoint. */

export { readDurable, writeDurably } from './durable.js';
export { CheckpointError } from './error.js';
export { CheckpointFolder, INTERVAL } from './folder.js';
export type { Subject } from './manifest.js';
export { WireError, wireText, wireValue } from './wire.js';
