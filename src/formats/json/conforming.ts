/**
 * JSON values by schemas.
 */
import { type ZodType, z } from 'zod';
import { FormatError } from '../input/error.js';
import { unknownMember } from './members.js';
import { described } from './parts.js';

/** How schemas say that a member is unknown: for `safeParse`. */
export const IN_OUR_WORDS: Parameters<typeof z.safeParse>[2] = {
  error: ({ code, keys, inst }) => {
    if (code !== 'unrecognized_keys' || !(inst instanceof z.ZodObject)) return undefined;
    return unknownMember(String((keys as string[])[0]), Object.keys(inst.shape));
  },
};

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
  const result = z.safeParse(schema, value, IN_OUR_WORDS);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new FormatError(pathText(issue.path), `${complaint(issue.message, value, issue.path)}; correct it`);
}
