/**
 * Which cell has which key, for all threads: keys are gathered while cells are counted, and looked up once all are there.
 *
 * A table that grows is copied again and again, and what it leaves waits for a collection of garbage; here nothing is copied.
 */
import { KeyCollision } from '../cells/index.js';

/** The keys of cells 0, 1, ..., block by block, in shared memory. */
export type CellKeys = readonly Float64Array[];

/** Keys of a block, as a power of two. */
const BITS = 15;
const BLOCK = 1 << BITS;

/** Gathers the keys of cells in the order of their ids. Memory: 8 bytes per cell. */
export class CellKeyList {
  private readonly blocks: Float64Array[] = [];
  private size = 0;

  add(key: number): void {
    const at = this.size++ % BLOCK;
    if (at === 0) this.blocks.push(new Float64Array(new SharedArrayBuffer(8 * BLOCK)));
    this.blocks.at(-1)![at] = key;
  }

  get keys(): CellKeys {
    return this.blocks;
  }
}

/** What a thread needs for looking cells up; shared, not copied, by the structured clone algorithm. */
export interface CellKeyTable {
  readonly keys: CellKeys;
  /** The id of a cell plus 1 in the slot of its key or, where that is taken, in the next one that is free; else 0. */
  readonly slots: Int32Array;
}

/** Slots for each cell: a third of them stay free. */
const SLOTS = 1.5;

/**
 * The table of so many cells. Memory beside the keys: 6 bytes per cell.
 *
 * @throws KeyCollision if two cells have the same key
 */
export function cellKeyTable(keys: CellKeys, cells: number): CellKeyTable {
  const slots = new Int32Array(new SharedArrayBuffer(4 * Math.ceil(SLOTS * cells + 1)));
  const table = { keys, slots };
  for (let id = 0; id < cells; id++) {
    const key = keyOf(keys, id);
    const slot = slotOf(table, key);
    const other = slots[slot]! - 1;
    if (other >= 0) throw new KeyCollision(`cell keys: cells ${other} and ${id} have one key`);
    slots[slot] = id + 1;
  }
  return table;
}

/** The cell with a key, if there is one. */
export function cellOfKey(table: CellKeyTable, key: number): number | undefined {
  const id = table.slots[slotOf(table, key)]! - 1;
  return id < 0 ? undefined : id;
}

function keyOf(keys: CellKeys, id: number): number {
  return keys[id >>> BITS]![id & (BLOCK - 1)]!;
}

/** The slot of a key, or the free one where it belongs. Keys are hashes already (linear probing). */
function slotOf({ keys, slots }: CellKeyTable, key: number): number {
  let slot = key % slots.length;
  for (;;) {
    const id = slots[slot]! - 1;
    if (id < 0 || keyOf(keys, id) === key) return slot;
    if (++slot === slots.length) slot = 0;
  }
}
