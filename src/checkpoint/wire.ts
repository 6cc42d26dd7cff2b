/**
 * Plain data (numbers, big integers, typed arrays, lists, objects) as JSON, and back, to the bit: for files and messages that outlive a
 * process. What comes from outside is data after reading, never code; whoever uses it looks whether it has the form he needs.
 */

/** Marks what JSON has no form for: { "$": kind, "v": text }. */
const MARK = '$';

const ARRAYS = { Float64Array, Int8Array, Uint8Array, Int32Array, Uint32Array, Float32Array, Int16Array, Uint16Array };
type ArrayName = keyof typeof ARRAYS;

/** Deeper than any of our own data. */
const DEEPEST = 64;

/** What is no wire text. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

function marked(kind: string, text: string): object {
  return { [MARK]: kind, v: text };
}

function outward(value: unknown): unknown {
  if (typeof value === 'bigint') return marked('n', value.toString());
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : marked('x', Object.is(value, -0) ? '-0' : `${value}`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return marked(value.constructor.name, bytes.toString('base64'));
  }
  if (Array.isArray(value)) return value.map(outward);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, outward(one)]));
}

function unmarked(kind: unknown, text: unknown): unknown {
  if (typeof kind !== 'string' || typeof text !== 'string') throw new WireError('data: expected a marked text');
  if (kind === 'n' && /^-?\d+$/.test(text)) return BigInt(text);
  if (kind === 'x' && /^(-0|NaN|-?Infinity)$/.test(text)) return Number(text);
  if (!Object.hasOwn(ARRAYS, kind)) throw new WireError('data: expected a kind of number');
  const Kind = ARRAYS[kind as ArrayName];
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw new WireError('data: expected whole numbers of an array');
  const own = new Uint8Array(bytes.length);
  own.set(bytes);
  return new Kind(own.buffer);
}

function inward(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw new WireError('data: too deep');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => inward(one, depth + 1));
  if (MARK in value) return unmarked(value[MARK], (value as { readonly v?: unknown }).v);
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, one]) => [key, inward(one, depth + 1)]));
}

/** The data as text; members that are undefined are left out. */
export function wireText(value: unknown): string {
  return JSON.stringify(outward(value));
}

/** What `wireText` made the text of. @throws WireError */
export function wireValue(text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new WireError('data: expected JSON');
  }
  return inward(json, 0);
}
