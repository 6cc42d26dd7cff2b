/**
 * Numbers of the distinct maps of cells, by their first cells in order.
 *
 * Cells with different keys (`cells/map-residues.ts`) have different maps. Of cells with one key the exact maps are compared; the first
 * cell's is made from its pattern when a second one comes. So a map that only one cell has costs its key and its pattern.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { exactRows } from '../../walk/index.js';
import { firstChange, mapKey, PatternIndex } from '../cells/index.js';
import { PatternLetters } from './pattern-letters.js';

/** Patterns in one block, of equal length. */
const BLOCK = 1 << 14;

/** Patterns by number, packed: two bits a letter. */
class PatternStore {
  private readonly blocks: Uint8Array[] = [];
  private readonly bytes: number;
  private size = 0;

  constructor(private readonly length: number) {
    this.bytes = Math.ceil(length / 4);
  }

  push(letters: Uint8Array): void {
    const at = this.size++ % BLOCK;
    if (at === 0) this.blocks.push(new Uint8Array(BLOCK * this.bytes));
    const block = this.blocks.at(-1)!;
    const first = at * this.bytes;
    for (let k = 0; k < this.length; k++) block[first + (k >> 2)]! |= codeOf(letters[k]!) << (2 * (k & 3));
  }

  get(number: number): Uint8Array {
    const block = this.blocks[Math.floor(number / BLOCK)]!;
    const first = (number % BLOCK) * this.bytes;
    return Uint8Array.from(
      { length: this.length },
      (_, k) => LETTERS[(block[first + (k >> 2)]! >> (2 * (k & 3))) & 3]!,
    );
  }
}

const LETTERS = new TextEncoder().encode('+-0|');
const [PLUS, MINUS, ZERO] = LETTERS;

function codeOf(letter: number): number {
  return letter === PLUS ? 0 : letter === MINUS ? 1 : letter === ZERO ? 2 : 3;
}

/** Memory: about 30 bytes and a quarter of a byte per neuron for every map, and the text of those that several cells have. */
export class MapNumbers {
  private readonly index = new PatternIndex();
  private readonly patterns: PatternStore;
  private readonly exactMaps: ExactMaps;
  /** The exact maps that were asked for, by number. */
  private readonly texts = new Map<number, string>();
  /** More maps with the key of an earlier one. */
  private readonly others = new Map<number, number[]>();
  private count = 0;

  /** @param problem made by `analysisProblem` */
  constructor(problem: PartitionProblem) {
    const letters = new PatternLetters(problem);
    this.patterns = new PatternStore(letters.length);
    this.exactMaps = new ExactMaps(problem, letters);
  }

  /** The number of the map of a cell. @param key of `MapKeys` */
  numberOf(key: number, pattern: Uint8Array): number {
    const first = this.index.find(key);
    if (first === undefined) {
      this.index.add(key, this.count);
      return this.enter(pattern);
    }
    const text = this.exactMaps.of(pattern);
    const alike = [first, ...(this.others.get(key) ?? [])];
    const known = alike.find((number) => this.textOf(number) === text);
    if (known !== undefined) return known;
    this.others.set(key, [...alike.slice(1), this.count]);
    this.texts.set(this.count, text);
    return this.enter(pattern);
  }

  private enter(pattern: Uint8Array): number {
    this.patterns.push(pattern);
    return this.count++;
  }

  private textOf(number: number): string {
    let text = this.texts.get(number);
    if (text === undefined) this.texts.set(number, (text = this.exactMaps.of(this.patterns.get(number))));
    return text;
  }
}

/** Exact maps from patterns. */
class ExactMaps {
  private readonly sides: readonly Int8Array[];
  private readonly read: readonly Int8Array[];
  private readonly exact;
  private readonly outputLayer: number;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly letters: PatternLetters,
  ) {
    this.outputLayer = problem.depth - 1;
    // Neurons that do not bend have the sides that the problem settles, or 1.
    const initial = () => problem.layers.map(({ width, settled }) => settled?.slice() ?? new Int8Array(width).fill(1));
    this.sides = initial();
    this.read = initial().slice(0, this.outputLayer);
    this.exact = exactRows(problem, this.sides);
  }

  of(pattern: Uint8Array): string {
    const { letters, read, sides, exact, problem, outputLayer } = this;
    letters.read(pattern, read);
    const first = firstChange(sides.slice(0, outputLayer), read);
    for (let layer = first + 1; layer <= outputLayer; layer++) exact.forget(layer);
    return mapKey({ exact, outputLayer, problem });
  }
}
