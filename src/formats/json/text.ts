/**
 * JSON text to values: each member once, with limits that keep hostile nesting from exhausting the memory.
 */
import { FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import { endOfString, firstNotFinite, isName, nameBetween, placeOf, stepsTo } from './place.js';

/** The documented formats nest at most six deep. */
const MAX_DEPTH = 32;
/** A parsed number costs several times what a weight does in the end. */
const MAX_VALUES = MAX_NUMBERS / 4;
/** One array per neuron; a million neurons is beyond what can be enumerated. */
const MAX_CONTAINERS = 2 ** 22;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;

/**
 * The names that the open objects have, one set for each depth. Which of two members counts, the standard leaves open (RFC 8259, section 4), and
 * `JSON.parse` takes the last without a word.
 */
class OpenNames {
  private readonly sets: Set<string>[] = [];

  open(depth: number): void {
    const names = this.sets[depth];
    if (names === undefined) this.sets[depth] = new Set();
    else if (names.size > 0) names.clear();
  }

  /** @throws FormatError for a name that the object has already */
  add(depth: number, text: string, start: number, end: number): void {
    const names = this.sets[depth];
    const name = nameBetween(text, start, end);
    if (names?.has(name)) {
      const place = placeOf(stepsTo(text, start).slice(0, -1));
      throw new FormatError(place, `expected ${quoted(name)} once, got it twice; keep one`);
    }
    names?.add(name);
  }
}

/** @throws FormatError for text that nests too deep, holds too many values or names a member twice; of values nothing is allocated */
function checkStructure(text: string) {
  const names = new OpenNames();
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Of what numbers are made of: nearly all of a network's text, which is read once, by code that is not compiled yet.
    if (code < OPENING_BRACKET && code !== COMMA && code !== QUOTE) continue;
    if (code === QUOTE) {
      const end = endOfString(text, i);
      if (isName(text, end)) names.add(depth, text, i, end);
      i = end;
    } else if (code === COMMA) values++;
    else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) depth--;
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      containers++;
      if (++depth > MAX_DEPTH)
        throw new FormatError(`offset ${i}`, `nested deeper than ${MAX_DEPTH} levels; flatten it`);
      if (code === OPENING_BRACE) names.open(depth);
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
  checkStructure(body);
  try {
    return JSON.parse(body);
  } catch (error) {
    const found = firstNotFinite(body);
    if (found !== undefined) {
      const place = placeOf(stepsTo(body, found.at));
      throw new FormatError(place, `expected a number, got ${found.word}, which JSON does not have; correct it`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError('JSON', `${reason}; check for truncation and stray commas`);
  }
}
