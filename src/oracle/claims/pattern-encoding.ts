/**
 * Reading patterns as other programs write them.
 *
 * A pattern lists the neurons of all activation layers (or only those that bend) in order, flat or layer by layer, as
 *
 * - `binary`: 1 / true active, 0 / false inactive; texts "0110";
 * - `signs`: 1 active, -1 inactive, 0 on the crease; texts "+-0", with a dot for a neuron that does not bend.
 *
 * All patterns of a claim share one encoding: signs if a -1, "+" or "-" occurs anywhere, else binary, unless it is stated.
 */
import { FormatError } from '../../formats/index.js';
import type { Network } from '../../network/index.js';
import { bends } from '../../network/index.js';
import { type NeuronOrder, neuronOrder, type PatternTable, PatternTableBuilder } from './pattern-table.js';

export const ENCODINGS = ['auto', 'binary', 'signs'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What one entry says: -1, 0, 1 as a number or a sign; 2 for '.', 3 and 4 for '-' and '+'. */
const DOT = 2;
const MINUS = 3;
const PLUS = 4;

/** Patterns of a file, one at a time. */
export interface PatternSource {
  readonly size: number;
  /** Whether there is a sign, -1, "+" or "-", in pattern k. */
  readonly signed: (k: number) => boolean;
  /** Writes the entries of pattern k to `out`, as far as there is room, and returns their number. Throws FormatError. */
  readonly read: (k: number, out: Int8Array) => number;
  /** The place of pattern k, for messages. */
  readonly place: (k: number) => string;
}

/** By character code; 0 elsewhere means that the character is none, 1 more than the entry otherwise. */
const CODES = new Uint8Array(128);
for (const [character, code] of [
  ['0', 0],
  ['1', 1],
  ['.', DOT],
  ['-', MINUS],
  ['+', PLUS],
] as const) {
  CODES[character.charCodeAt(0)] = code + 1;
}
const BAR = '|'.charCodeAt(0);

/** Whether a JSON pattern, or a layer of one, has a sign. */
function hasSign(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('+') || value.includes('-');
  return Array.isArray(value) ? value.some(hasSign) : value === -1;
}

/** Which lengths a pattern of a network may have. */
interface Lengths {
  readonly order: NeuronOrder;
  /** Per layer: all neurons, and those that bend. */
  readonly all: readonly number[];
  readonly bending: readonly number[];
}

function lengthsOf(network: Network): Lengths {
  return {
    order: neuronOrder(network),
    all: network.layers.map((layer) => layer.slopes.length),
    bending: network.layers.map((layer) => layer.slopes.filter(bends).length),
  };
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

function wrongLength({ all, bending }: Lengths, got: number, place: string): FormatError {
  const layers = all.length > 1 ? ` (${all.join(' + ')} in ${all.length} layers)` : '';
  const fewer = total(bending) < total(all) ? `, or ${total(bending)} for those that bend` : '';
  return new FormatError(
    place,
    `expected ${total(all)} entries, one per neuron${layers}${fewer}, got ${got}; list all activation layers in order`,
  );
}

/**
 * The source of JSON patterns: texts, flat lists, or lists of layers (each a list or a text).
 *
 * @param place of pattern k
 */
export function jsonPatterns(
  values: readonly unknown[],
  network: Network,
  place: (k: number) => string,
): PatternSource {
  const lengths = lengthsOf(network);
  const bad = (k: number, value: unknown) =>
    new FormatError(
      place(k),
      `expected 0, 1, -1, true, false or a text of 0, 1, +, -, got ${JSON.stringify(value)?.slice(0, 40)}; correct it`,
    );
  /** Layers must have their own lengths where they are told apart. */
  const checkLayers = (k: number, found: readonly number[]) => {
    const fits = (counts: readonly number[]) =>
      counts.length === found.length && counts.every((count, l) => count === found[l]);
    if (fits(lengths.all) || fits(lengths.bending)) return;
    throw new FormatError(
      place(k),
      `expected layers of ${lengths.all.join(', ')} neurons, got ${found.join(', ')}; list every activation layer`,
    );
  };
  const text = (k: number, value: string, out: Int8Array, from: number) => {
    let at = from;
    for (let i = 0; i < value.length; i++) {
      const character = value.charCodeAt(i);
      if (character === BAR) continue;
      const code = CODES[character] ?? 0;
      if (code === 0) throw bad(k, value);
      // Beyond its end a typed array takes nothing: only the length counts then.
      out[at++] = code - 1;
    }
    return at;
  };
  const list = (k: number, values: readonly unknown[], out: Int8Array, from: number) => {
    let at = from;
    for (const value of values) {
      const code =
        value === 1 || value === true ? 1 : value === 0 || value === false ? 0 : value === -1 ? -1 : undefined;
      if (code === undefined) throw bad(k, value);
      out[at++] = code;
    }
    return at;
  };
  const read = (k: number, out: Int8Array): number => {
    const value = values[k];
    if (typeof value === 'string') {
      if (value.includes('|'))
        checkLayers(
          k,
          value.split('|').map((part) => part.length),
        );
      return text(k, value, out, 0);
    }
    if (!Array.isArray(value)) throw bad(k, value);
    let at = 0;
    const layered = value.some((part) => typeof part === 'object' || typeof part === 'string');
    if (!layered) return list(k, value, out, 0);
    const found = value.map((part: unknown) => {
      const before = at;
      if (typeof part === 'string') at = text(k, part, out, at);
      else if (Array.isArray(part)) at = list(k, part, out, at);
      else throw bad(k, part);
      return at - before;
    });
    checkLayers(k, found);
    return at;
  };
  return { size: values.length, signed: (k) => hasSign(values[k]), read, place };
}

/**
 * The patterns of a source as a table.
 *
 * @throws FormatError for entries that are none and for lengths that do not fit the network
 * Cost: two passes over the entries.
 */
export function tableOfPatterns(network: Network, source: PatternSource, encoding: Encoding = 'auto'): PatternTable {
  const lengths = lengthsOf(network);
  const [all, bending] = [total(lengths.all), total(lengths.bending)];
  const entries = new Int8Array(all);
  const signs = encoding === 'auto' ? hasSigns(source) : encoding === 'signs';
  const builder = new PatternTableBuilder(lengths.order, source.size);
  // The places in the order of the entries of a full pattern, and of one without those that do not bend.
  const places = Int32Array.from(lengths.order.place.flatMap((layer) => Array.from(layer)));
  const bentPlaces = places.filter((place) => place >= 0);
  for (let k = 0; k < source.size; k++) {
    const length = source.read(k, entries);
    if (length !== all && length !== bending) throw wrongLength(lengths, length, source.place(k));
    const order = length === all ? places : bentPlaces;
    for (let i = 0; i < length; i++) {
      const place = order[i]!;
      if (place < 0) continue;
      const side = sideOfEntry(entries[i]!, signs);
      if (side === undefined) throw wrongEntry(entries[i]!, signs, source.place(k), i);
      builder.set(k, place, side);
    }
  }
  return builder.table();
}

function hasSigns(source: PatternSource): boolean {
  for (let k = 0; k < source.size; k++) if (source.signed(k)) return true;
  return false;
}

function sideOfEntry(entry: number, signs: boolean): -1 | 0 | 1 | undefined {
  if (entry === 1 || entry === PLUS) return 1;
  if (entry === 0) return signs ? 0 : -1;
  if (entry === -1 || entry === MINUS) return signs ? -1 : undefined;
  return undefined;
}

function wrongEntry(entry: number, signs: boolean, place: string, i: number): FormatError {
  const got = entry === DOT ? '"."' : '-1';
  const fix = entry === DOT ? 'a dot is for neurons that do not bend' : 'state "encoding":"signs"';
  return new FormatError(place, `expected ${signs ? '-1, 0 or 1' : '0 or 1'} for neuron ${i}, got ${got}; ${fix}`);
}
