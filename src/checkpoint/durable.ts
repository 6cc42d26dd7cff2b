/**
 * Files that are there as a whole or as they were, whatever stops the machine: written beside, forced to the disk, renamed, the folder
 * forced to the disk as well. Each ends with the checksum of its text.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from './error.js';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Forces the names in a folder to the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Replaces a file. @throws errors of the file system that name it; the old content is still there then */
export function writeDurably(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  const beside = `${path}.new`;
  try {
    const handle = openSync(beside, 'w');
    try {
      const bytes = Buffer.from(`${text}\n${digest(text)}\n`);
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, path);
    syncFolder(folder);
  } catch (error) {
    try {
      rmSync(beside, { force: true });
    } catch {
      // What is wrong with the folder is told below.
    }
    throw error instanceof Error && 'syscall' in error ? Object.assign(error, { path }) : error;
  }
}

/** The text of a file; undefined if there is none. @throws CheckpointError if it is damaged */
export function readDurable(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [, text, sum] = /^([^\n]*)\n([0-9a-f]{64})\n$/.exec(content) ?? [];
  if (text === undefined || digest(text) !== sum) {
    throw new CheckpointError(
      `${path}: expected a text with its checksum, got something damaged; remove the folder and start again`,
    );
  }
  return text;
}
