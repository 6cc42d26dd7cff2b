/**
 * Collects the neurons of a graph and arranges them in layers.
 *
 * A neuron at depth k reads atoms of smaller depth. Where a graph skips layers (a residual connection), the atom is
 * carried through the layers between by linear neurons, which bend nowhere and cut nothing.
 */
import type { AffineMap } from '../../network/index.js';
import { buildNetwork, LINEAR, type Network, type Slopes, type Step } from '../../network/index.js';
import {
  affineFromEntries,
  affineFromScaled,
  checkLayerSize,
  checkTotalSize,
  type Factors,
} from '../input/affine-entries.js';
import { type Entry, isRational, multiplyEntries } from '../input/entries.js';
import { atomRow, coefficientsOf, hasFactorPerAtom, isZeroAt, type Row, sameEntry } from './rows.js';

export interface Neuron {
  readonly row: Row;
  readonly slopes: Slopes;
  /** The activation layer it belongs to, from 1; inputs have depth 0. */
  readonly depth: number;
}

/** The neurons of a layer, and the atoms that it hands on to the next: its own, then those carried through. */
interface Layer {
  readonly rows: readonly Row[];
  readonly slopes: readonly Slopes[];
  readonly atoms: readonly number[];
}

/** Whether a product of a coefficient and its factor is no double. */
function hasRationalProduct({ coefficients, factor }: Row): boolean {
  if (factor === 1) return false;
  const factorOf = (k: number) => (hasFactorPerAtom(factor) ? factor[k]! : factor);
  return coefficients.some((c: Entry, k: number) => isRational(multiplyEntries(c, factorOf(k))));
}

/** The factors of rows of doubles: one per row, or one per column, or undefined where they are mixed. */
function commonFactors(rows: readonly Row[], columns: ReadonlyMap<number, number>): Factors | undefined {
  if (!rows.every(({ coefficients }) => coefficients instanceof Float64Array)) return undefined;
  const lists = rows.map(({ factor }) => factor);
  if (!lists.some(hasFactorPerAtom)) return { along: 'rows', factors: lists as Entry[] };
  const factors = new Array<Entry>(columns.size).fill(1);
  const known = new Set<number>();
  for (const { atoms, factor } of rows) {
    for (const [k, atom] of atoms.entries()) {
      const column = columns.get(atom);
      const own = hasFactorPerAtom(factor) ? factor[k]! : factor;
      if (column === undefined) continue;
      if (known.has(column) && !sameEntry(factors[column]!, own)) return undefined;
      known.add(column);
      factors[column] = own;
    }
  }
  return { along: 'columns', factors };
}

/** The rows as an affine map of the given atoms. */
function affineOfRows(rows: readonly Row[], atoms: readonly number[], place: string): AffineMap {
  const inputs = atoms.length;
  checkLayerSize(rows.length, inputs, place);
  const columns = new Map(atoms.map((atom, column) => [atom, column]));
  const bias = rows.map((row) => row.constant);
  const scaled = rows.some(hasRationalProduct) ? commonFactors(rows, columns) : undefined;
  const parts = rows.map((row) => (scaled === undefined ? coefficientsOf(row) : row.coefficients));
  const exact = parts.some((part) => !(part instanceof Float64Array) && part.some(isRational));
  const size = rows.length * inputs;
  const weights: Float64Array | Entry[] = exact ? new Array<Entry>(size).fill(0) : new Float64Array(size);
  rows.forEach((row, r) => {
    row.atoms.forEach((atom, k) => {
      const column = columns.get(atom);
      if (column !== undefined) weights[r * inputs + column] = parts[r]![k]! as number;
    });
  });
  if (scaled === undefined || !(weights instanceof Float64Array)) {
    return affineFromEntries(inputs, weights, bias, place);
  }
  return affineFromScaled(inputs, { weights, bias, ...scaled }, place);
}

/** Whether the rows are just the given atoms in order. */
function areAtoms(rows: readonly Row[], atoms: readonly number[]): boolean {
  const isAtom = (row: Row, atom: number) =>
    row.atoms.length === 1 && row.atoms[0] === atom && coefficientsOf(row)[0] === 1 && row.constant === 0;
  return rows.length === atoms.length && rows.every((row, i) => isAtom(row, atoms[i]!));
}

/** A network under construction. Atoms 0 .. inputs-1 are the inputs, atom inputs + k is neuron k. */
export class Lowering {
  readonly #neurons: Neuron[] = [];
  /** The neurons of every layer; those of layer 0 are the inputs. */
  readonly #widths: number[];

  constructor(readonly inputs: number) {
    this.#widths = [inputs];
  }

  /** Neuron k is atom inputs + k. */
  get neurons(): readonly Neuron[] {
    return this.#neurons;
  }

  /** The rows of the network's inputs. */
  inputRows(): Row[] {
    return Array.from({ length: this.inputs }, (_, i) => atomRow(i));
  }

  /**
   * Puts one neuron on each row, in layer `depth`; returns the rows of their outputs.
   *
   * @throws FormatError as soon as the layer is larger than the program takes, before more is made of it
   */
  activate(rows: readonly Row[], slopes: readonly Slopes[], depth: number): Row[] {
    this.#widths[depth] = (this.#widths[depth] ?? 0) + rows.length;
    checkLayerSize(this.#widths[depth]!, this.#widths[depth - 1] ?? 0, `activation layer ${depth}`);
    return rows.map((row, i) => {
      this.#neurons.push({ row, slopes: slopes[i]!, depth });
      return atomRow(this.inputs + this.#neurons.length - 1);
    });
  }

  /** The canonical network whose outputs are the given rows. */
  network(outputs: readonly Row[], notes: readonly string[]): Network {
    const steps: Step[] = [];
    let atoms: readonly number[] = Array.from({ length: this.inputs }, (_, i) => i);
    for (const [l, layer] of this.#layers(outputs).entries()) {
      steps.push({ affine: affineOfRows(layer.rows, atoms, `activation layer ${l + 1}`) }, { slopes: layer.slopes });
      atoms = layer.atoms;
    }
    if (!areAtoms(outputs, atoms)) steps.push({ affine: affineOfRows(outputs, atoms, 'output layer') });
    return buildNetwork(this.inputs, steps, notes);
  }

  #layers(outputs: readonly Row[]): Layer[] {
    const depth = this.#widths.length - 1;
    const own = Array.from({ length: depth }, (): number[] => []);
    this.#neurons.forEach((neuron, k) => {
      own[neuron.depth - 1]!.push(this.inputs + k);
    });
    const lastUse = this.#lastUses(outputs, depth + 1);
    // Atoms of earlier layers that are still read, the inputs first.
    let open = Array.from({ length: this.inputs }, (_, i) => i);
    let weights = 0;
    let before = this.inputs;
    return own.map((atoms, l) => {
      const carried = open.filter((atom) => (lastUse.get(atom) ?? 0) > l + 1).sort((a, b) => a - b);
      open = [...carried, ...atoms];
      weights += open.length * (before + 1);
      before = open.length;
      checkTotalSize(weights, `activation layer ${l + 1}`);
      const neurons = atoms.map((atom) => this.#neurons[atom - this.inputs]!);
      return {
        rows: [...neurons.map((neuron) => neuron.row), ...carried.map(atomRow)],
        slopes: [...neurons.map((neuron) => neuron.slopes), ...carried.map(() => LINEAR)],
        atoms: [...atoms, ...carried],
      };
    });
  }

  /** For every atom, the deepest layer that reads it with a nonzero weight. */
  #lastUses(outputs: readonly Row[], outputDepth: number): Map<number, number> {
    const lastUse = new Map<number, number>();
    const use = (row: Row, depth: number) => {
      row.atoms.forEach((atom, k) => {
        if (!isZeroAt(row, k) && (lastUse.get(atom) ?? 0) < depth) lastUse.set(atom, depth);
      });
    };
    for (const neuron of this.#neurons) use(neuron.row, neuron.depth);
    for (const row of outputs) use(row, outputDepth);
    return lastUse;
  }
}
