/**
 * JSON text to values, with limits that keep hostile nesting from exhausting the memory.
 */
import { FormatError } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';

/** The documented formats nest at most six deep. */
const MAX_DEPTH = 32;
/** A parsed number costs several times what a weight does in the end. */
const MAX_VALUES = MAX_NUMBERS / 4;
/** One array per neuron; a million neurons is beyond what can be enumerated. */
const MAX_CONTAINERS = 2 ** 22;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;

/** The index of the quote that closes the string opened at `start`, or the text's length. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i;
  }
  return text.length;
}

/** @throws FormatError for text that nests too deep or holds too many values; nothing is allocated */
function checkNesting(text: string) {
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Of what numbers are made of: nearly all of a network's text, which is read once, by code that is not compiled yet.
    if (code < OPENING_BRACKET && code !== COMMA && code !== QUOTE) continue;
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === COMMA) values++;
    else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) depth--;
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      containers++;
      if (++depth > MAX_DEPTH)
        throw new FormatError(`offset ${i}`, `nested deeper than ${MAX_DEPTH} levels; flatten it`);
    }
  }
  if (containers > MAX_CONTAINERS || values > MAX_VALUES) {
    throw new FormatError(
      '',
      `holds ${containers} arrays and ${values} values, which is too many; use a smaller network`,
    );
  }
}

/** The value of a JSON text. @throws FormatError for text that is no JSON */
export function valueOfJson(text: string): unknown {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  checkNesting(body);
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('JSON', `${reason}; check for truncation and stray commas`);
  }
}
