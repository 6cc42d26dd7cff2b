/**
 * Places of a JSON text in the value that it states, for messages: found by reading it again up to there.
 */

/** Members and entries that lead from the whole value to a part of it. */
type Steps = readonly (string | number)[];

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** The index of the quote that closes the string opened at `start`, or the text's length. */
export function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i;
  }
  return text.length;
}

/** Whether the string that closes at `end` names a member. */
export function isName(text: string, end: number): boolean {
  let i = end + 1;
  while (BLANKS.has(text.charCodeAt(i))) i++;
  return text.charCodeAt(i) === COLON;
}

/** What the string between two quotes says; as it is written where that says nothing. */
export function nameBetween(text: string, start: number, end: number): string {
  const written = text.slice(start + 1, end);
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return written;
  }
}

/** Steps as in a program: `layers[0].bias`. */
export function placeOf(steps: Steps): string {
  return steps.map((step, k) => (typeof step === 'number' ? `[${step}]` : k === 0 ? step : `.${step}`)).join('');
}

/** Where the text stands at an offset outside of its strings. */
export function stepsTo(text: string, offset: number): Steps {
  const steps: (string | number)[] = [];
  for (let i = 0; i < offset; i++) {
    const character = text[i]!;
    const last = steps.at(-1);
    if (character === '"') {
      const end = endOfString(text, i);
      if (typeof last === 'string' && isName(text, end)) steps[steps.length - 1] = nameBetween(text, i, end);
      i = end;
    } else if (character === '[') steps.push(0);
    else if (character === '{') steps.push('');
    else if (character === ']' || character === '}') steps.pop();
    else if (character === ',' && typeof last === 'number') steps[steps.length - 1] = last + 1;
  }
  return steps;
}

/** The first NaN or infinity, which programs write into what is then no JSON, and its offset. */
export function firstNotFinite(text: string): { readonly at: number; readonly word: string } | undefined {
  // Strings are stepped over; a number is taken whole.
  for (const { 0: word, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|-?(?:NaN|Infinity)\b/gs)) {
    if (!word.startsWith('"')) return { at: index, word };
  }
  return undefined;
}
