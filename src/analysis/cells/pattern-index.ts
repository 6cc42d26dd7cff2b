/**
 * Finding a cell by its pattern, without keeping patterns.
 *
 * A pattern is hashed to an integer below 2^53 (Zobrist 1970: the exclusive or of one random number per neuron and side,
 * so that the key of a neighbour follows from the few sides that differ). The index refuses two cells with the same key.
 * So once all cells are in it, keys and cells correspond one to one, and a key computed for a pattern that is known to be
 * a cell's finds exactly that cell.
 */
import type { PartitionProblem } from '../../problem/index.js';

/** Two cells have the same key: begin again with another seed. */
export class KeyCollision extends Error {
  override readonly name = 'KeyCollision';
}

/** The finaliser of MurmurHash3: every bit of the input changes every bit of the output half of the time. */
export function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A neuron that is on another side than on the cell at hand. */
export interface SideChange {
  readonly layer: number;
  readonly neuron: number;
  readonly side: number;
}

/** The two halves of a key. */
export class PatternKeys {
  /** words[layer][2 * (3 * neuron + side + 1) + half] */
  private readonly words: readonly Int32Array[];
  private readonly bends: readonly Uint8Array[];

  constructor(problem: PartitionProblem, seed: number) {
    let at = mixed(seed + 0x9e3779b9);
    const layers = problem.layers.slice(0, problem.depth);
    this.bends = layers.map((layer) => layer.bends);
    this.words = layers.map((layer) =>
      Int32Array.from({ length: 6 * layer.width }, () => mixed((at = (at + 0x6d2b79f5) | 0))),
    );
  }

  /** The key of the pattern `sides`. */
  keyOf(sides: readonly Int8Array[]): number {
    let high = 0;
    let low = 0;
    for (let l = 0; l < this.words.length; l++) {
      const words = this.words[l]!;
      const bends = this.bends[l]!;
      const signs = sides[l]!;
      for (let j = 0; j < bends.length; j++) {
        if (bends[j] === 0) continue;
        const w = 2 * (3 * j + signs[j]! + 1);
        high ^= words[w]!;
        low ^= words[w + 1]! & LOW;
      }
    }
    return keyOfHalves(high, low);
  }

  /** The key of a pattern with the key `key` with one neuron on another side. */
  flipped(key: number, layer: number, neuron: number, from: number, to: number): number {
    const words = this.words[layer]!;
    const before = 2 * (3 * neuron + from + 1);
    const after = 2 * (3 * neuron + to + 1);
    const high = Math.floor(key / 2 ** 21) ^ words[before]! ^ words[after]!;
    const low = ((key % 2 ** 21) << 11) ^ ((words[before + 1]! ^ words[after + 1]!) & LOW);
    return keyOfHalves(high, low);
  }

  /** The key of the pattern `sides`, of which `key` is the key, with some sides changed. */
  changed(key: number, sides: readonly Int8Array[], changes: readonly SideChange[]): number {
    let high = Math.floor(key / 2 ** 21);
    let low = (key % 2 ** 21) << 11;
    for (const { layer, neuron, side } of changes) {
      const words = this.words[layer]!;
      const before = 2 * (3 * neuron + sides[layer]![neuron]! + 1);
      const after = 2 * (3 * neuron + side + 1);
      high ^= words[before]! ^ words[after]!;
      low ^= (words[before + 1]! ^ words[after + 1]!) & LOW;
    }
    return keyOfHalves(high, low);
  }
}

/** The 21 bits of the lower half that a key has. */
const LOW = ~0x7ff;

function keyOfHalves(high: number, low: number): number {
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}

/** The table of an index. */
interface PatternTable {
  /** A key in each slot, or -1; the number of slots is a power of two. */
  readonly keys: Float64Array;
  readonly ids: Int32Array;
}

function emptyTable(slots: number): PatternTable {
  return { keys: new Float64Array(slots).fill(-1), ids: new Int32Array(slots) };
}

/** The slot of a key, or the free one where it belongs. Keys are hashes already: their last bits will do (linear probing). */
function slotOf({ keys }: PatternTable, key: number): number {
  const mask = keys.length - 1;
  let slot = key % keys.length;
  while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

const FIRST_SLOTS = 1024;

/** Which cell has which key. Memory: 18 to 36 bytes per cell. */
export class PatternIndex {
  private size = 0;
  private table = emptyTable(FIRST_SLOTS);

  /** @throws KeyCollision if the key is taken */
  add(key: number, id: number): void {
    if (3 * ++this.size > 2 * this.table.keys.length) this.grow();
    const { keys, ids } = this.table;
    const slot = slotOf(this.table, key);
    if (keys[slot] === key) throw new KeyCollision(`pattern index: cells ${ids[slot]} and ${id} have one key`);
    keys[slot] = key;
    ids[slot] = id;
  }

  private grow() {
    const { keys, ids } = this.table;
    this.table = emptyTable(2 * keys.length);
    for (let k = 0; k < keys.length; k++) {
      if (keys[k] === -1) continue;
      const slot = slotOf(this.table, keys[k]!);
      this.table.keys[slot] = keys[k]!;
      this.table.ids[slot] = ids[k]!;
    }
  }

  /** The cell with a key, if it is in the index. */
  find(key: number): number | undefined {
    const slot = slotOf(this.table, key);
    return this.table.keys[slot] === key ? this.table.ids[slot] : undefined;
  }
}

/** Runs something that uses pattern keys, again with other keys for as long as two cells happen to share one. */
export function withPatternKeys<T>(problem: PartitionProblem, run: (keys: PatternKeys) => T): T {
  for (let seed = 0; ; seed++) {
    try {
      return run(new PatternKeys(problem, seed));
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}
