/**
 * JSON values by schemas.
 */
import { type ZodType, z } from 'zod';
import { FormatError } from '../input/error.js';
import { described } from './text.js';

/** "layers[0].bias" for a path of zod. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

/** What stands at a path of a value, to be quoted. */
function foundAt(value: unknown, path: readonly PropertyKey[]): string {
  let here = value;
  for (const key of path) here = (here as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return described(here);
}

/** What a schema says of a value, as "expected X, got Y". */
function complaint(message: string, value: unknown, path: readonly PropertyKey[]): string {
  const expected = message.replace(/^Invalid input: /, '').replace(/, received \w+$/, '');
  return /^expected /.test(expected) && !/\bgot\b/.test(expected)
    ? `${expected}, got ${foundAt(value, path)}`
    : expected;
}

/** The value, checked against a schema. @throws FormatError naming the first field that does not fit */
export function conforming<T>(schema: ZodType<T>, value: unknown): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new FormatError(pathText(issue.path), `${complaint(issue.message, value, issue.path)}; correct it`);
}
