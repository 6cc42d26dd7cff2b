/**
 * Which neurons are zero on the hyperplane of another one: where creases coincide.
 *
 * A facet spans its hyperplane, so a neuron is zero on the facet if and only if its row on the cell is a multiple of the row that
 * makes the facet. That is a question about rows alone. The rows of a layer are the same on all cells whose sides agree in the
 * layers before, which follow each other in a walk: each pair of rows is compared once for all of them.
 *
 * *Layers.* A neuron of a layer before that of the first constraint on the facet is not zero there, unless on all of both cells: it has
 * one side on the closed cells of the complex that the layer of the constraint refines, and their interior meets the facet's hyperplane.
 */
import { SLACK, signBeyond, underflow } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, firstChange, type Split } from '../cells/index.js';

type NeuronName = readonly [layer: number, neuron: number];

/** What is known of one layer with the sides of the layers before. */
interface Known {
  /** For every neuron that makes facets, by its number among all: the neurons of this layer with a multiple of its row. */
  readonly multiples: (readonly number[] | undefined)[];
  /** Which of them are filled. */
  readonly filled: number[];
}

const NONE: readonly number[] = [];

/** Multiples of rows, on the cells of one problem. */
export class ParallelRows {
  private readonly offsets: readonly number[];
  private readonly known: readonly Known[];
  private readonly sides: readonly Int8Array[];
  private fresh = true;

  constructor(private readonly problem: PartitionProblem) {
    const layers = problem.layers.slice(0, problem.depth);
    let neurons = 0;
    this.offsets = layers.map(({ width }) => (neurons += width) - width);
    this.known = layers.map(() => ({ multiples: new Array(neurons), filled: [] }));
    this.sides = layers.map(({ width }) => new Int8Array(width));
  }

  /** The next cell: forgets what is no longer true of the layers behind the first one with other sides. */
  enter(cell: Cell): void {
    const first = firstChange(this.sides, cell.rows.sides, this.fresh);
    this.fresh = false;
    for (let l = first + 1; l < this.known.length; l++) forget(this.known[l]!);
  }

  /**
   * The neurons that bend, from the layer of a split on, whose rows are multiples of its row, 0 among them, in order; undefined if that is
   * its own neuron alone.
   */
  to(cell: Cell, maker: Split): NeuronName[] | undefined {
    let found: NeuronName[] | undefined;
    for (let l = maker.layer; l < cell.outputLayer; l++) {
      const multiples = this.inLayer(cell, maker, l);
      if (multiples.length === 0) continue;
      found ??= [];
      for (const j of multiples) found.push([l, j]);
    }
    if (found === undefined) return undefined;
    const { layer, neuron } = maker;
    // The maker's own place: in its layer, before the first neuron with a greater number.
    const at = found.findIndex(([l, j]) => l > layer || j > neuron);
    found.splice(at < 0 ? found.length : at, 0, [layer, neuron]);
    return found;
  }

  private inLayer(cell: Cell, maker: Split, layer: number): readonly number[] {
    const { multiples, filled } = this.known[layer]!;
    const name = this.offsets[maker.layer]! + maker.neuron;
    let known = multiples[name];
    if (known === undefined) {
      multiples[name] = known = this.compared(cell, maker, layer);
      filled.push(name);
    }
    return known;
  }

  private compared(cell: Cell, maker: Split, layer: number): readonly number[] {
    const { bends, width } = this.problem.layers[layer]!;
    const pivot = this.pivotOf(cell, maker);
    let found: number[] | undefined;
    for (let j = 0; j < width; j++) {
      if (bends[j] === 0 || (layer === maker.layer && j === maker.neuron)) continue;
      if (this.isNoMultiple(cell, maker, pivot, layer, j) || !isMultiple(cell, maker, layer, j)) continue;
      (found ??= []).push(j);
    }
    return found ?? NONE;
  }

  /** The entry of a row that matters most on the domain. */
  private pivotOf({ rows }: Cell, { layer, neuron }: Split): number {
    const { variables, magnitude } = this.problem;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    let pivot = variables;
    let most = Math.abs(data[at + variables]!);
    for (let i = 0; i < variables; i++) {
      const size = Math.abs(data[at + i]!) * magnitude[i]!;
      if (size > most) {
        most = size;
        pivot = i;
      }
    }
    return pivot;
  }

  /**
   * Whether a minor of two rows is certainly not 0.
   *
   * *Bound.* Let z and m be the rows in doubles, Z and M the exact ones, all scaled by X (`sign.ts`), k the pivot and i another entry. The
   * errors of all entries of a row together are at most E, as a box has corners of all signs, and with masses S
   *
   *     |(Z_i M_k - Z_k M_i) - (z_i m_k - z_k m_i)| <= E_z (S_m + E_m) + S_z E_m.
   *
   * Products of two factors and of two scales are rounded thrice each and subtracted: 4 u S_z S_m, and what underflows. With
   * T >= E + (n + 3) u S in place of E all of it is covered.
   */
  private isNoMultiple({ rows }: Cell, maker: Split, k: number, layer: number, neuron: number): boolean {
    const { variables, magnitude } = this.problem;
    const m = rows.rows[maker.layer]!;
    const z = rows.rows[layer]!;
    const atM = maker.neuron * rows.stride;
    const atZ = neuron * rows.stride;
    const t = rows.threshold[maker.layer]![maker.neuron]!;
    const own = rows.threshold[layer]![neuron]!;
    const bound =
      (own * (rows.mass[maker.layer]![maker.neuron]! + t) + rows.mass[layer]![neuron]! * t) * SLACK + underflow(4, 0);
    const scale = k === variables ? 1 : magnitude[k]!;
    const mk = m[atM + k]! * scale;
    const zk = z[atZ + k]! * scale;
    for (let i = 0; i <= variables; i++) {
      if (i === k) continue;
      const x = i === variables ? 1 : magnitude[i]!;
      if (signBeyond(z[atZ + i]! * x * mk - zk * (m[atM + i]! * x), bound) !== 0) return true;
    }
    return false;
  }
}

function forget({ multiples, filled }: Known) {
  for (const name of filled) multiples[name] = undefined;
  filled.length = 0;
}

/** Whether a row is a multiple of a split's row, or 0: exactly. */
function isMultiple({ exact }: Cell, maker: Split, layer: number, neuron: number): boolean {
  if (exact.isZero(layer, neuron)) return true;
  const m = exact.row(maker.layer, maker.neuron);
  const z = exact.row(layer, neuron);
  const k = m.findIndex((entry) => entry !== 0n);
  return z.every((entry, i) => entry * m[k]! === z[k]! * m[i]!);
}
