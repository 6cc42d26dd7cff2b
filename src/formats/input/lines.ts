/**
 * Text line by line, without a list of all lines: a small compressed file can hold a hundred million empty ones.
 */
import { FormatError } from './error.js';

/** The most numbers or words of one line: no row of a matrix is longer. */
const MOST_FIELDS = 2 ** 20;

/** One line per weight is the longest way to write a network. */
const MOST_LINES = 2 ** 22;

/** A line without its end, and its number from 1. */
export interface TextLine {
  readonly number: number;
  readonly line: string;
}

/** The lines of a text, which end with CR LF, LF or CR. @throws FormatError for an absurd number of lines */
export function* textLines(text: string): Generator<TextLine> {
  const end = /\r\n|\n|\r/g;
  let start = 0;
  for (let number = 1; start <= text.length; number++) {
    if (number > MOST_LINES) throw new FormatError('', `holds more than ${MOST_LINES} lines; use a smaller network`);
    const match = end.exec(text);
    yield { number, line: text.slice(start, match?.index) };
    if (match === null) return;
    start = end.lastIndex;
  }
}

/** @throws FormatError for lines with an absurd number of fields. @param separator a global expression */
export function checkFields(line: string, separator: RegExp, place: string) {
  if (line.length <= MOST_FIELDS) return;
  let fields = 0;
  for (const _ of line.matchAll(separator)) {
    if (++fields > MOST_FIELDS) throw new FormatError(place, `holds more than ${MOST_FIELDS} fields; split the line`);
  }
}
