/**
 * What is about to be written, looked at before it begins: nothing that is read is written over, no two outputs are one
 * file, and what stands there is replaced only if it is of the same kind, made by an earlier run, or by force.
 *
 * Files are the same if the system says so (device and number), whatever they are called.
 */
import { dirname, join, resolve } from 'node:path';
import { identityOf, placeOf } from './destination.js';
import { holdsSomething, type Kind, kindOf } from './kinds.js';

export interface Target {
  /** What names it, for messages: an option, or a member of a request. */
  readonly option: string;
  readonly file: string;
  readonly kind: Kind;
  /** Another kind that the same command may make there. */
  readonly orElse?: Kind;
}

/** Something stands where an output would go. */
export class OccupiedError extends Error {
  override readonly name = 'OccupiedError';

  constructor(
    /** Whether what was asked for is impossible, or what the file holds would be lost. */
    readonly about: 'request' | 'content',
    readonly file: string,
    /** Of lost content it ends before the name of what forces it. */
    readonly problem: string,
  ) {
    super(problem);
  }
}

/** The files that one names beside itself, and their gzipped copies, which are read where they stand instead. */
export function filesBelonging(file: string, names: readonly string[]): string[] {
  return names.map((name) => join(dirname(file), name)).flatMap((path) => [path, `${path}.gz`]);
}

/**
 * Refuses to write where it would destroy something.
 *
 * @param inputs files that are read; what is no file (points, a name that does not exist) matters not
 * @throws OccupiedError naming the option and the file
 */
export function requireFree(targets: readonly Target[], inputs: readonly string[], force = false): void {
  const read = new Set(inputs.map(identityOf).filter((identity) => identity !== undefined));
  const places = new Map<string, Target>();
  for (const target of targets) {
    const { option, file, kind, orElse } = target;
    const identity = identityOf(file);
    if (identity !== undefined && read.has(identity)) {
      throw new OccupiedError('request', file, `${option}: ${file} is an input of this command; name another file`);
    }
    const place = placeOf(file);
    const other = places.get(place);
    if (other !== undefined && !isThrough(file)) {
      const problem = `${option}: ${file} is used twice, also for ${other.option}; name another file`;
      throw new OccupiedError('request', file, problem);
    }
    places.set(place, target);
    if (force || !holdsSomething(file)) continue;
    const found = kindOf(file);
    if (found !== undefined && [kind, orElse].includes(found)) continue;
    const what = found === undefined ? 'something that relu-atlas did not write' : `a ${found} file`;
    const problem = `expected an earlier ${kind} file or none, got ${what} (${option}); name another file, or replace it with `;
    throw new OccupiedError('content', file, problem);
  }
}

/** Devices and pipes take several outputs, one after the other. */
function isThrough(file: string): boolean {
  return /^\/(dev|proc)\//.test(resolve(file));
}
