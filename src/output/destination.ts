/**
 * Where the bytes of an output go: the name that a user gives, followed through symbolic links to what stands there.
 */
import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export type Destination =
  /** A regular file, there or to be: replaced as a whole. */
  | { readonly kind: 'file'; readonly path: string; readonly status: Stats | undefined }
  /** A device, a pipe or another's open file: written through, as bytes come. */
  | { readonly kind: 'stream'; readonly path: string }
  /** A file that this process has open already (/dev/stdout, /dev/fd/3): written through, and left open. */
  | { readonly kind: 'descriptor'; readonly descriptor: number };

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** An error of the file system that names the file as the user did. */
export function systemError(code: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
}

/** The path itself, in a directory that is spelled without links. */
function inRealDirectory(path: string): string {
  return join(realpathSync(dirname(resolve(path))), basename(path));
}

/** The number of an open file of this process, 'other' for one of another process, undefined for any other path. */
function descriptorOf(path: string): number | 'other' | undefined {
  const match = /^(?:\/dev|\/proc\/(\d+)(?:\/task\/\d+)?)\/fd\/(\d+)$/.exec(path);
  if (match === null) return undefined;
  const [, owner, number] = match;
  return owner === undefined || Number(owner) === process.pid ? Number(number) : 'other';
}

/**
 * Follows the links of a name to where bytes written under it belong. A link whose target does not exist yet names a file
 * to be.
 *
 * @throws an error of the file system naming `file`
 */
export function destinationOf(file: string): Destination {
  try {
    let path = file;
    for (let links = 0; links <= MOST_LINKS; links++) {
      path = inRealDirectory(path);
      const descriptor = descriptorOf(path);
      if (descriptor === 'other') return { kind: 'stream', path };
      if (descriptor !== undefined) return { kind: 'descriptor', descriptor };
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status?.isSymbolicLink() !== true) return standing(path, status);
      path = resolve(dirname(path), readlinkSync(path));
    }
  } catch (error) {
    throw systemError((error as NodeJS.ErrnoException).code ?? 'EIO', 'open', file);
  }
  throw systemError('ELOOP', 'open', file);
}

function standing(path: string, status: Stats | undefined): Destination {
  if (status?.isDirectory() === true) throw systemError('EISDIR', 'open', path);
  return status === undefined || status.isFile() ? { kind: 'file', path, status } : { kind: 'stream', path };
}

/** The error, naming the file as the user did: what was tried with a temporary name is of no use to anybody. */
export function named(error: unknown, file: string): unknown {
  return error instanceof Error && 'syscall' in error ? Object.assign(error, { path: file }) : error;
}

/** What identifies a file whatever it is called; undefined for one that does not exist. */
export function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** What identifies an output before it exists, too: two names of one file give the same text. */
export function placeOf(file: string): string {
  const existing = identityOf(file);
  if (existing !== undefined) return existing;
  const destination = destinationOf(file);
  return destination.kind === 'descriptor' ? `descriptor ${destination.descriptor}` : destination.path;
}
