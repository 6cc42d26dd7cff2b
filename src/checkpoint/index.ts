/** The face of checkpoint. */

export { readDurable, writeDurably } from './durable.js';
export { CheckpointError } from './error.js';
export { CheckpointFolder, INTERVAL, type PieceFolder } from './folder.js';
export type { Subject } from './manifest.js';
export { WireError, wireDigest, wireText, wireValue } from './wire.js';
