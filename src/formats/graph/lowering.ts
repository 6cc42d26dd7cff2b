/**
 * Collects the neurons of a graph and arranges them in layers.
 *
 * A neuron at depth k reads atoms of smaller depth. Where a graph skips layers (a residual connection), the atom is
 * carried through the layers between by linear neurons, which bend nowhere and cut nothing.
 */
import type { AffineMap } from '../../network/index.js';
import { buildNetwork, densePattern, LINEAR, type Network, type Slopes, type Step } from '../../network/index.js';
import {
  affineFromEntries,
  affineFromScaled,
  checkNeurons,
  checkSparseLayerSize,
  checkTotalSize,
  type Factors,
} from '../input/affine-entries.js';
import { type Entry, isRational, multiplyEntries } from '../input/entries.js';
import { MAX_WEIGHTS } from '../input/limits.js';
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

/** What an atom costs in every layer that it is carried through, in numbers: a few small objects. */
const CARRIED_COST = 64;

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

/** Where the terms of rows go: their columns in ascending order, and which terms these are. */
interface Placement {
  readonly columns: Int32Array;
  readonly terms: Int32Array;
}

/** Places terms by their atoms. Rows of one window, or of one layer, have one list of atoms, which is placed once. */
function placements(columns: ReadonlyMap<number, number>): (atoms: Int32Array) => Placement {
  const known = new Map<Int32Array, Placement>();
  return (atoms) => {
    const found = known.get(atoms);
    if (found !== undefined) return found;
    const places = Int32Array.from(atoms, (atom) => columns.get(atom) ?? -1);
    const terms = Int32Array.from(places.keys()).filter((k) => places[k]! >= 0);
    const isSorted = terms.every((k, i) => i === 0 || places[terms[i - 1]!]! < places[k]!);
    if (!isSorted) terms.sort((a, b) => places[a]! - places[b]!);
    const placement = { columns: terms.map((k) => places[k]!), terms };
    known.set(atoms, placement);
    return placement;
  };
}

/** The rows of a matrix that lies in the memory as it is, as one list: it need not be copied. */
function adjoining(parts: readonly Row['coefficients'][]): Float64Array | undefined {
  const [first] = parts;
  if (!(first instanceof Float64Array)) return undefined;
  const { buffer, byteOffset, byteLength } = first;
  const fits = (part: Row['coefficients'], r: number) =>
    part instanceof Float64Array &&
    part.buffer === buffer &&
    part.byteLength === byteLength &&
    part.byteOffset === byteOffset + r * byteLength;
  return parts.every(fits) ? new Float64Array(buffer, byteOffset, first.length * parts.length) : undefined;
}

/** The rows as an affine map of the given atoms. */
function affineOfRows(rows: readonly Row[], atoms: readonly number[], place: string): AffineMap {
  const [outputs, inputs] = [rows.length, atoms.length];
  checkSparseLayerSize(outputs, inputs, place);
  const columns = new Map(atoms.map((atom, column) => [atom, column]));
  const bias = rows.map((row) => row.constant);
  const scaled = rows.some(hasRationalProduct) ? commonFactors(rows, columns) : undefined;
  const parts = rows.map((row) => (scaled === undefined ? coefficientsOf(row) : row.coefficients));
  const exact = parts.some((part) => !(part instanceof Float64Array) && part.some(isRational));
  const placementOf = placements(columns);
  const placed = rows.map((row) => placementOf(row.atoms));
  const starts = new Int32Array(outputs + 1);
  placed.forEach(({ terms }, r) => {
    starts[r + 1] = starts[r]! + terms.length;
  });
  const count = starts[outputs]!;
  // Rows that read every atom need no list of columns.
  const full = count === outputs * inputs;
  const taken = new Int32Array(full ? 0 : count);
  const inOrder = full && placed.every(({ terms }) => terms.every((term, k) => term === k));
  const whole = inOrder ? adjoining(parts) : undefined;
  const values: Float64Array | Entry[] = whole ?? (exact ? new Array<Entry>(count) : new Float64Array(count));
  placed.forEach(({ columns: own, terms }, r) => {
    if (whole !== undefined) return;
    if (!full) taken.set(own, starts[r]!);
    const part = parts[r]!;
    for (let k = 0, e = starts[r]!; k < terms.length; k++, e++) values[e] = part[terms[k]!]! as number;
  });
  const pattern = full ? densePattern(outputs, inputs) : { outputs, inputs, starts, columns: taken };
  if (scaled === undefined || !(values instanceof Float64Array)) {
    return affineFromEntries({ pattern, values }, bias, place);
  }
  return affineFromScaled({ matrix: { pattern, values }, bias, ...scaled }, place);
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
   * @throws FormatError as soon as the layer is larger, or there are more neurons in all, than the program takes
   */
  activate(rows: readonly Row[], slopes: readonly Slopes[], depth: number): Row[] {
    checkNeurons(this.#neurons.length + rows.length, `activation layer ${depth}`);
    this.#widths[depth] = (this.#widths[depth] ?? 0) + rows.length;
    checkSparseLayerSize(this.#widths[depth]!, this.#widths[depth - 1] ?? 0, `activation layer ${depth}`);
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

  /** @throws FormatError as soon as the layers so far are larger together than the program takes */
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
    return own.map((atoms, l) => {
      const carried = open.filter((atom) => (lastUse.get(atom) ?? 0) > l + 1).sort((a, b) => a - b);
      open = [...carried, ...atoms];
      const neurons = atoms.map((atom) => this.#neurons[atom - this.inputs]!);
      weights = neurons.reduce((sum, { row }) => sum + row.atoms.length + 1, weights + CARRIED_COST * carried.length);
      checkTotalSize(weights, `activation layer ${l + 1}`, MAX_WEIGHTS);
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
