/**
 * The one error of the readers: content that is no network, or no domain, that this program can take exactly.
 */

/** Longer lines would hide the fix that stands at their end. */
const LONGEST_LINE = 600;

/** Control characters and line separators, which must not break the line or the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

function oneLine(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ');
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
}

/**
 * Bad content of a file. The message is one line: `file: place: expected X, got Y; do Z`.
 *
 * `file` is empty while the error is still inside a parser that does not know the name.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  constructor(
    readonly place: string,
    readonly problem: string,
    readonly file = '',
  ) {
    super(oneLine([file, place, problem].filter((part) => part !== '').join(': ')));
  }
}

/** A name from a file as it may stand in a message: quoted, short, printable. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}

/**
 * `read()`, whose complaints become a FormatError about `place` (and `file`).
 *
 * The model and the exact numbers complain with RangeError, SyntaxError and DomainError about shapes, numbers and
 * intervals; any other error is a mistake in this program and passes through.
 */
export function complainingAt<T>(place: string, read: () => T, file = ''): T {
  try {
    return read();
  } catch (error) {
    throw asComplaint(error, place, file);
  }
}

/** The same for what takes time. */
export async function complainingLater<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw asComplaint(error, '', file);
  }
}

/** The FormatError that an error amounts to; other errors as they are. */
function asComplaint(error: unknown, place: string, file: string): unknown {
  if (error instanceof FormatError) {
    return file === '' || error.file !== '' ? error : new FormatError(error.place, error.problem, file);
  }
  if (error instanceof RangeError || error instanceof SyntaxError || isDomainError(error)) {
    return new FormatError(place, error.message, file);
  }
  return error;
}

function isDomainError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'DomainError';
}
