/**
 * Outputs: regular files are there as a whole or not at all; devices and pipes are written through.
 *
 * A regular file is written beside its place and renamed into it, with the permissions of the one that it replaces. A
 * symbolic link stays, and what it points to is written. Other hard links to a replaced file keep the old content.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { type Destination, destinationOf, named } from './destination.js';
import { partialName, removeLeftovers } from './leftovers.js';

export interface Output {
  /** Bytes written so far. */
  readonly bytes: number;
  /** @throws an error of the file system that names the file: the disk may be full */
  write(chunk: string | Uint8Array): void;
  /** All is written: a regular file appears under its name. */
  commit(): void;
  /** A regular file stays as it was. May be called after `commit`, and does nothing then. */
  discard(): void;
}

/** Milliseconds until a reader that is slower than we are is tried again. */
const WAIT = 2;

/** Writes all of it, however little the system takes at a time. */
function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) {
    try {
      at += writeSync(descriptor, chunk, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT);
    }
  }
}

/** Gives the new file the owner and permissions of the one that it replaces, as far as this user may. */
function inherit(partial: string, { uid, gid, mode }: Stats): void {
  try {
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(partial, uid, gid);
  } catch {
    // Only the owner's rights can be given on.
  }
  chmodSync(partial, mode & 0o777);
}

interface Opened {
  readonly descriptor: number;
  readonly commit: () => void;
  readonly discard: () => void;
}

function opened(destination: Destination): Opened {
  if (destination.kind === 'descriptor') {
    return { descriptor: destination.descriptor, commit: () => {}, discard: () => {} };
  }
  const { path } = destination;
  if (destination.kind === 'stream') {
    // Not created: it is there, and if it has gone since, no regular file may take its name.
    const descriptor = openSync(path, constants.O_WRONLY);
    const close = () => closeSync(descriptor);
    return { descriptor, commit: close, discard: close };
  }
  removeLeftovers(path);
  const partial = partialName(path);
  const descriptor = openSync(partial, 'wx');
  return {
    descriptor,
    commit() {
      if (destination.status !== undefined) inherit(partial, destination.status);
      closeSync(descriptor);
      try {
        renameSync(partial, path);
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      }
    },
    discard() {
      closeSync(descriptor);
      rmSync(partial, { force: true });
    },
  };
}

/**
 * Opens an output.
 *
 * @throws an error of the file system that names the file as it is given
 */
export function openOutput(file: string): Output {
  const naming = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw named(error, file);
    }
  };
  const target = naming(() => opened(destinationOf(file)));
  let bytes = 0;
  let open = true;
  return {
    get bytes() {
      return bytes;
    },
    write(chunk) {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      naming(() => writeAll(target.descriptor, data));
      bytes += data.length;
    },
    commit() {
      open = false;
      naming(target.commit);
    },
    discard() {
      if (open) target.discard();
      open = false;
    },
  };
}

/** Writes all at once. @throws as `openOutput` */
export function writeOutput(file: string, content: string | Uint8Array): void {
  const output = openOutput(file);
  try {
    output.write(content);
    output.commit();
  } catch (error) {
    output.discard();
    throw error;
  }
}
