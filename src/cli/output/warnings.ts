/**
 * Remarks that a user should see whatever the command: on the standard error, so that results stay as they are.
 */

import { type NetworkFile, type ReadOptions, readNetwork } from '../../formats/index.js';
import { paint } from './colour.js';

/** Tells the user something that is no error. */
export function warn(text: string): void {
  process.stderr.write(`${paint('relu-atlas: warning:', 'yellow', process.stderr)} ${text}\n`);
}

/** Tells what the readers of a query's files remark: where the standard of queries wants it, and away from the answer. */
export function tellNotes(notes: readonly string[]): void {
  for (const note of notes) warn(note);
}

/** Reads a network from a file, or from the standard input. @throws FormatError */
export async function readNetworkAt(file: string, options: ReadOptions): Promise<NetworkFile> {
  if (file !== '-') return readNetwork(file, options);
  const { bytes, name } = await (await import('../options/standard-input.js')).standardNetwork();
  return readNetwork(bytes, { ...options, name });
}

/** Reads a network and tells what its reader remarks: constants that were rounded, and the like. @throws FormatError */
export async function readNetworkAloud(file: string, options: ReadOptions): Promise<NetworkFile> {
  const net = await readNetworkAt(file, options);
  for (const warning of net.warnings) warn(`${file}: ${warning}`);
  return net;
}
