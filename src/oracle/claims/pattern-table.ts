/**
 * Many activation patterns, two bits per neuron.
 *
 * The neurons that bend are numbered through all layers; those that do not bend have no place here.
 */
import { bends, type Network } from '../../network/index.js';

/** The neurons that bend, in order. */
export interface NeuronOrder {
  /** Their number. */
  readonly count: number;
  /** For every activation layer and neuron its place in the order, or -1 for one that does not bend. */
  readonly place: readonly Int32Array[];
  /** 32-bit words per pattern. */
  readonly words: number;
}

export function neuronOrder(network: Network): NeuronOrder {
  let count = 0;
  const place = network.layers.map((layer) => Int32Array.from(layer.slopes, (s) => (bends(s) ? count++ : -1)));
  return { count, place, words: Math.max(1, Math.ceil(count / 32)) };
}

/** A claimed side of a neuron: active, inactive, or exactly on the crease (only patterns of signs can say that). */
export type ClaimedSide = -1 | 0 | 1;

export interface PatternTable {
  readonly size: number;
  readonly order: NeuronOrder;
  /** Bit n of pattern k: its neuron n is active. Pattern k has the words from k * order.words on. */
  readonly active: Uint32Array;
  /** Bit n of pattern k: its neuron n is on its crease; absent if none is in any pattern. */
  readonly zero?: Uint32Array;
}

/** A table under construction. */
export class PatternTableBuilder {
  private readonly active: Uint32Array;
  private zero: Uint32Array | undefined;

  constructor(
    private readonly order: NeuronOrder,
    private readonly size: number,
  ) {
    this.active = new Uint32Array(size * order.words);
  }

  /** Sets the side of the neuron at a place of the order; inactive unless told. */
  set(pattern: number, place: number, side: ClaimedSide): void {
    if (side < 0) return;
    const at = pattern * this.order.words + (place >>> 5);
    const bit = 1 << (place & 31);
    if (side > 0) this.active[at]! |= bit;
    else {
      this.zero ??= new Uint32Array(this.active.length);
      this.zero[at]! |= bit;
    }
  }

  table(): PatternTable {
    const { active, zero, order, size } = this;
    return { size, order, active, ...(zero && { zero }) };
  }
}

/** The claimed side of a neuron that bends. */
export function claimedSide(table: PatternTable, pattern: number, layer: number, neuron: number): ClaimedSide {
  const { order, active, zero } = table;
  const place = order.place[layer]![neuron]!;
  const at = pattern * order.words + (place >>> 5);
  const shift = place & 31;
  if (zero !== undefined && ((zero[at]! >>> shift) & 1) === 1) return 0;
  return ((active[at]! >>> shift) & 1) === 1 ? 1 : -1;
}

/** The sides of all neurons of one pattern, as the engines keep them: 1 for neurons that do not bend. */
export function sidesOfPattern(table: PatternTable, pattern: number): Int8Array[] {
  return table.order.place.map((places, l) =>
    Int8Array.from(places, (place, j) => (place < 0 ? 1 : claimedSide(table, pattern, l, j))),
  );
}

/** "+-0|+", a dot for a neuron that does not bend. */
export function claimedText(table: PatternTable, pattern: number): string {
  const sign = (place: number, l: number, j: number) => {
    if (place < 0) return '.';
    const side = claimedSide(table, pattern, l, j);
    return side > 0 ? '+' : side < 0 ? '-' : '0';
  };
  return table.order.place.map((places, l) => Array.from(places, (place, j) => sign(place, l, j)).join('')).join('|');
}

/** The pattern of a cell, to be compared with claimed ones: where neurons are zero on the whole cell, anything agrees. */
export class CellPattern {
  private readonly active: Uint32Array;
  /** The neurons that have a side. */
  private readonly decided: Uint32Array;

  constructor(private readonly order: NeuronOrder) {
    this.active = new Uint32Array(order.words);
    this.decided = new Uint32Array(order.words);
  }

  /** @param sides of the neurons of the layers (1, -1; 0 for identically zero) */
  set(sides: readonly Int8Array[]): void {
    const { active, decided, order } = this;
    active.fill(0);
    decided.fill(0);
    for (let l = 0; l < order.place.length; l++) {
      const places = order.place[l]!;
      const signs = sides[l]!;
      for (let j = 0; j < places.length; j++) {
        const place = places[j]!;
        if (place < 0 || signs[j] === 0) continue;
        const bit = 1 << (place & 31);
        decided[place >>> 5]! |= bit;
        if (signs[j]! > 0) active[place >>> 5]! |= bit;
      }
    }
  }

  /** Whether a claimed pattern is that of the cell, up to neurons that are zero on the whole cell. */
  agrees(table: PatternTable, pattern: number): boolean {
    const { words } = this.order;
    for (let w = 0, at = pattern * words; w < words; w++, at++) {
      if (((table.active[at]! ^ this.active[w]!) & this.decided[w]!) !== 0) return false;
      if (table.zero !== undefined && (table.zero[at]! & this.decided[w]!) !== 0) return false;
    }
    return true;
  }
}

/** Whether two patterns of a table are the same in every bit. */
export function samePattern(table: PatternTable, a: number, b: number): boolean {
  const { words } = table.order;
  for (let w = 0; w < words; w++) {
    if (table.active[a * words + w] !== table.active[b * words + w]) return false;
    if (table.zero !== undefined && table.zero[a * words + w] !== table.zero[b * words + w]) return false;
  }
  return true;
}
