/**
 * The members of JSON objects. One that is not known is refused: misspelt, it would be left out, and the answer would be about something else.
 */
import { FormatError, quoted } from '../input/error.js';
import { isSpeltLike, nearNames } from '../input/near-names.js';
import { type JsonObject, objectAt } from './parts.js';

/** Members that any object of a file may have, for people; nothing is read of them. */
const REMARKS = ['name', 'note', 'notes', 'comment', 'description', 'source', 'why', 'expected', 'metadata', '$schema'];

/** What is wrong with a member that is none of the known ones: "expected X, got Y", without what to do. */
export function unknownMember(name: string, known: readonly string[]): string {
  const names = known.map((one) => JSON.stringify(one));
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const [near] = nearNames(name, known);
  return `expected ${list}, got ${quoted(name)}${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}

/**
 * An object of other programs, which may have members that nobody reads here (a seed, an accuracy), but none spelt almost as one that is read.
 *
 * @throws FormatError
 */
export function membersOfOthers(object: JsonObject, place: string, known: readonly string[]): JsonObject {
  const near = Object.keys(object).filter((name) => known.some((one) => isSpeltLike(name, one)));
  membersAt(Object.fromEntries(near.map((name) => [name, object[name]])), place, known);
  return object;
}

/** An object that has none but the known members, and remarks. @throws FormatError */
export function membersAt(value: unknown, place: string, known: readonly string[], expected = 'object'): JsonObject {
  const object = objectAt(value, place, expected);
  const strange = Object.keys(object).find((name) => !known.includes(name) && !REMARKS.includes(name));
  if (strange === undefined) return object;
  throw new FormatError(
    place,
    `${unknownMember(strange, known)}; correct it, or keep what is for people under "metadata"`,
  );
}
