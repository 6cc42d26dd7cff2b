/**
 * Algebraic discrete Morse theory (Forman 1998, Sköldberg 2006): a complex with the same homology, of few cells.
 *
 * Pairs (a, b) of a cell and a facet a of b, each cell in at most one pair, are taken out one after the other, whenever a has b as its only
 * coface among the cells that are left (a collapse); where there is no such pair, a cell of the highest dimension left is set aside
 * as *critical*. The pairs form an acyclic matching: for a pair (a, b) all other facets of b leave after a, so that gradient paths run
 * forward in time. The critical cells, with boundaries along gradient paths, have the homology of the complex.
 */
import { addEntry, type Chain } from './chain.js';
import type { CellComplex } from './complex.js';

export interface MorseComplex {
  /** The critical cells by dimension, ascending. */
  readonly critical: readonly (readonly number[])[];
  /** boundary[k][i]: that of critical cell i of dimension k, over the critical cells of dimension k - 1 by their position. */
  readonly boundary: readonly (readonly Chain[])[];
  /** The matching: dimension and number of a cell, and the number of its coface; in the order in which they left. */
  pairs(): (readonly [k: number, cell: number, above: number])[];
  /** The chain of the complex that a critical cell stands for: itself and cells that close it along gradient paths. */
  lift(k: number, position: number): Chain;
}

/** The matching: per dimension and cell its time of leaving, and the facet position of its partner below, or the partner above. */
interface Matching {
  readonly time: readonly Float64Array[];
  /** The cell above it that it left with, -1 if it has none. */
  readonly up: readonly Int32Array[];
  readonly critical: readonly number[][];
}

function cofacesOf(complex: CellComplex): (readonly number[])[][] {
  return complex.map((faces, k) => {
    const lists: number[][] = faces.facets.map(() => []);
    complex[k + 1]?.facets.forEach((facets, above) => {
      for (const facet of facets) lists[facet]!.push(above);
    });
    return lists;
  });
}

/** Takes the complex apart. Cost: linear in its incidences. */
function matchingOf(complex: CellComplex): Matching {
  const top = complex.length - 1;
  const cofaces = cofacesOf(complex);
  const open = cofaces.map((lists) => Int32Array.from(lists, (list) => list.length));
  const time = complex.map(({ facets }) => new Float64Array(facets.length).fill(-1));
  const up = complex.map(({ facets }) => new Int32Array(facets.length).fill(-1));
  const critical: number[][] = complex.map(() => []);
  let clock = 0;
  /** Cells that may have a single coface left, as [dimension, cell]. */
  const free: [number, number][] = [];
  open.forEach((counts, k) => {
    counts.forEach((count, cell) => {
      if (count === 1) free.push([k, cell]);
    });
  });
  const leave = (k: number, cell: number) => {
    time[k]![cell] = clock++;
    for (const facet of k > 0 ? complex[k]!.facets[cell]! : []) {
      if (--open[k - 1]![facet]! === 1 && time[k - 1]![facet]! < 0) free.push([k - 1, facet]);
    }
  };
  const collapse = () => {
    for (let next = free.pop(); next !== undefined; next = free.pop()) {
      const [k, cell] = next;
      if (time[k]![cell]! >= 0 || open[k]![cell] !== 1) continue;
      const above = cofaces[k]![cell]!.find((candidate) => time[k + 1]![candidate]! < 0)!;
      up[k]![cell] = above;
      // The lower cell first: its time is the pair's.
      leave(k, cell);
      leave(k + 1, above);
    }
  };
  for (let k = top; k >= 0; k--) {
    for (let cell = 0; cell < complex[k]!.facets.length; cell++) {
      collapse();
      if (time[k]![cell]! >= 0) continue;
      critical[k]!.push(cell);
      leave(k, cell);
    }
  }
  return { time, up, critical };
}

/** A queue of cells by the time at which they leave: a binary heap without repetitions. */
class TimeQueue {
  private readonly heap: number[] = [];
  private readonly present = new Set<number>();

  constructor(private readonly time: Float64Array) {}

  push(cell: number): void {
    if (this.present.has(cell)) return;
    this.present.add(cell);
    const { heap, time } = this;
    let at = heap.push(cell) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (time[heap[parent]!]! <= time[cell]!) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = cell;
  }

  pop(): number | undefined {
    const { heap, time } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    this.present.delete(first);
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && time[heap[child + 1]!]! < time[heap[child]!]!) child++;
      if (time[heap[child]!]! >= time[last]!) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

/** The critical complex of a regular complex. Cost: the matching, and the gradient paths of critical cells. */
export function morseComplex(complex: CellComplex): MorseComplex {
  const { time, up, critical } = matchingOf(complex);
  const positions = critical.map((cells) => new Map(cells.map((cell, i) => [cell, i])));
  /** Follows the gradient from the boundary of a critical cell: what remains are critical cells; the cells passed make the lift. */
  const follow = (k: number, cell: number): { readonly rest: Chain; readonly lift: Chain } => {
    const lift: Chain = new Map([[cell, 1n]]);
    const rest: Chain = new Map();
    if (k === 0) return { rest, lift };
    const chain: Chain = new Map();
    const queue = new TimeQueue(time[k - 1]!);
    const spread = (from: number, factor: bigint) => {
      const { facets, signs } = complex[k]!;
      facets[from]!.forEach((facet, i) => {
        addEntry(chain, facet, factor * BigInt(signs[from]![i]!));
        queue.push(facet);
      });
    };
    spread(cell, 1n);
    for (let facet = queue.pop(); facet !== undefined; facet = queue.pop()) {
      const coefficient = chain.get(facet);
      if (coefficient === undefined) continue;
      const position = positions[k - 1]!.get(facet);
      const above = up[k - 1]![facet]!;
      if (position !== undefined) rest.set(position, coefficient);
      else if (above >= 0) {
        const { facets, signs } = complex[k]!;
        const incidence = BigInt(signs[above]![facets[above]!.indexOf(facet)]!);
        // Unit incidence is its own inverse; the facet itself cancels.
        addEntry(lift, above, -coefficient * incidence);
        spread(above, -coefficient * incidence);
      }
      chain.delete(facet);
    }
    return { rest, lift };
  };
  return {
    critical,
    boundary: critical.map((cells, k) => cells.map((cell) => follow(k, cell).rest)),
    pairs: () => {
      const all = up.flatMap((above, k) =>
        Array.from(above, (b, cell) => [k, cell, b] as const).filter(([, , b]) => b >= 0),
      );
      return all.sort(([k, a], [l, b]) => time[k]![a]! - time[l]![b]!);
    },
    lift: (k, position) => follow(k, critical[k]![position]!).lift,
  };
}
