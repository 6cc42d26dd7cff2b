/**
 * Exit codes, and what the user is told about errors: one line that names the subject and the fix, never a stack trace.
 */

import { CheckpointError } from '../checkpoint/index.js';
import { EngineError } from '../engines/index.js';
import { FormatError } from '../formats/index.js';
import { DomainError } from '../network/index.js';
import { SymmetryError } from '../walk/index.js';
import { paint } from './output/colour.js';

export const EXIT = {
  ok: 0,
  /** Something is wrong with a file or its content. */
  error: 1,
  /** Something is wrong with the command line. */
  usage: 2,
  /** A certificate was refused. */
  refused: 3,
  /** A question was not decided within what was allowed. */
  unknown: 4,
  interrupted: 130,
} as const;

/** The command line asks for something impossible. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory; check the path',
  EACCES: 'permission denied; choose another place or change the permissions',
  EPERM: 'permission denied; choose another place or change the permissions',
  EROFS: 'the file system is read-only; choose another place',
  EISDIR: 'is a directory; name a file',
  ENOTDIR: 'a part of the path is not a directory; check the path',
  ENOSPC: 'the disk is full; make room or choose another place',
  EDQUOT: 'your share of the disk is full; make room or choose another place',
  EFBIG: 'the file grows larger than the system allows; choose another place',
  ELOOP: 'its symbolic links lead nowhere; remove them or choose another name',
  ENAMETOOLONG: 'the name is too long; shorten it',
  EPIPE: 'its reader has gone away; keep it running until all is written',
  ENXIO: 'nothing can be written to it; name a file',
};

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** An error as an exit code and a line. */
export function explain(error: unknown): { readonly code: number; readonly line: string } {
  // The room of chambers is loaded by those who count so.
  const isChamberError = error instanceof Error && error.name === 'ChamberError';
  const isAsked = [UsageError, DomainError, EngineError, SymmetryError].some((kind) => error instanceof kind);
  if (isAsked || isChamberError) {
    return { code: EXIT.usage, line: (error as Error).message };
  }
  // Of the queue, whose client is not loaded to look at an error.
  if (error instanceof Error && error.name === 'QueueError') return { code: EXIT.error, line: error.message };
  if (error instanceof FormatError || error instanceof CheckpointError)
    return { code: EXIT.error, line: error.message };
  if (isSystemError(error)) {
    const reason = REASONS[error.code] ?? `${error.code} in ${error.syscall}; check the path`;
    return { code: EXIT.error, line: `${error.path ?? 'file'}: ${reason}` };
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = `internal error: ${what.split('\n')[0]}; please report it (RELU_ATLAS_DEBUG=1 shows where)`;
  return { code: EXIT.error, line };
}

/** Tells the user about an error. Returns the exit code. */
export function report(error: unknown): number {
  const { code, line } = explain(error);
  process.stderr.write(`${paint('relu-atlas:', 'red', process.stderr)} ${line}\n`);
  if (process.env.RELU_ATLAS_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return code;
}
