/**
 * Parts of a JSON value by their places, for what every count reads: a schema says as much, but loading a package of schemas takes as long as
 * counting some thousand cells.
 */
import { FormatError } from '../input/error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Longest wrong value that is shown. */
const QUOTED = 40;

/** What stands where something else is expected: nothing, a short text, or the kind of what is long. */
export function described(found: unknown): string {
  if (found === undefined) return 'nothing';
  const text = JSON.stringify(found);
  if (text.length <= QUOTED) return text;
  if (typeof found === 'string') return `${JSON.stringify(found.slice(0, QUOTED))}...`;
  return Array.isArray(found) ? `a list of ${found.length}` : 'an object';
}

/** @throws FormatError */
export function refuse(place: string, expected: string, found: unknown): never {
  throw new FormatError(place, `expected ${expected}, got ${described(found)}; correct it`);
}

/** A value that must be an object. @throws FormatError */
export function objectAt(value: unknown, place: string, expected = 'object'): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return refuse(place, expected, value);
}

/** A value that must be a list, and what its parts say, each with its place. @throws FormatError */
export function listAt<P>(value: unknown, place: string, part: (value: unknown, place: string) => P): readonly P[] {
  if (!Array.isArray(value)) return refuse(place, 'array', value);
  return value.map((entry, k) => part(entry, `${place}[${k}]`));
}

/** A value that must be an integer of at least 1. @throws FormatError */
export function countAt(value: unknown, place: string): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return Number(value);
  return refuse(place, 'a positive integer', value);
}
