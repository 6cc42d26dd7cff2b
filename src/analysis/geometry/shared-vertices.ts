/**
 * Exact vertices, solved for once for all the cells around them.
 *
 * In general position a vertex belongs to 2^n cells, in many places of the tree. It is found again by its key: the
 * constraints that are zero there, and the sides of all other neurons.
 *
 * *Lemma.* Let v be a vertex of a cell, T constraints of the cell that are zero at v and at no other point, and S the sides on
 * the cell of the neurons that are not in T. If a vertex v' of another cell has the same T and S, then v = v'. *Proof.* By
 * induction over the layers, the pre-activation of every neuron on the second cell is the one on the first cell plus a
 * combination of those of the neurons of T in earlier layers: neurons of S pass the same affine functions on to the next
 * layer, up to such combinations, and the two branches of a neuron of T differ by a multiple of its pre-activation. So the rows of T
 * on one cell are those on the other one, plus multiples of rows of T in earlier layers, and both have the same common zeros. []
 *
 * Where more creases meet than needed, cells may know a vertex by different keys: then it is solved for more than once.
 */
import { type IntegerVector, solveAny, withoutContent } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, Recent } from '../cells/index.js';
import { ExactPoints } from './measure/points.js';
import { type ConstraintNumber, constraintRow } from './polytope.js';
import { RowLimbs } from './row-limbs.js';

/** Neurons in one character of a key, two bits each. */
const PER_CHARACTER = 8;
/** What stands for a neuron that is zero at the vertex. */
const TIGHT = 3;

/** The keys of vertices of cells. */
export class VertexKeys {
  private readonly offsets: readonly number[];
  private readonly sides: Uint16Array;
  /** Those of the vertex at hand; the next one writes over them. */
  readonly characters: Uint16Array;
  /** The bounds on which it lies, as bits. */
  bounds = 0;
  hash = 0;
  /** The hash is linear in the characters, so that one neuron changes it by one product. */
  private readonly factors: Int32Array;
  private hashOfSides = 0;
  private cell: Cell | undefined;

  constructor(private readonly problem: PartitionProblem) {
    let neurons = 0;
    this.offsets = problem.layers.map(({ width }) => (neurons += width) - width);
    const length = Math.ceil(neurons / PER_CHARACTER);
    this.sides = new Uint16Array(length);
    this.characters = new Uint16Array(length);
    let factor = 1;
    this.factors = Int32Array.from(this.sides, () => (factor = Math.imul(factor, 0x9e3779b1)));
  }

  /** The key of the vertex of a cell at which certain constraints, in ascending order, are zero. */
  of(cell: Cell, tight: readonly ConstraintNumber[]): string {
    this.enter(cell, tight);
    let bounds = '';
    for (const constraint of tight) {
      if (constraint < 2 * this.problem.variables) bounds += String.fromCharCode(constraint);
    }
    return textOf(this.characters) + bounds;
  }

  /** The same key as numbers. */
  enter(cell: Cell, tight: readonly ConstraintNumber[]): this {
    const { characters, sides, offsets, problem, factors } = this;
    if (cell !== this.cell) this.take(cell);
    characters.set(sides);
    this.bounds = 0;
    this.hash = this.hashOfSides;
    const faces = 2 * problem.variables;
    for (const constraint of tight) {
      if (constraint < faces) {
        this.bounds |= 1 << constraint;
        this.hash = (this.hash + Math.imul(constraint + 1, 0x85ebca6b)) | 0;
        continue;
      }
      const { layer, neuron } = cell.splits[constraint - faces]!;
      const at = offsets[layer]! + neuron;
      const before = characters[at >>> 3]!;
      characters[at >>> 3] = before | (TIGHT << (2 * (at & 7)));
      this.hash = (this.hash + Math.imul(characters[at >>> 3]! - before, factors[at >>> 3]!)) | 0;
    }
    return this;
  }

  private take(cell: Cell) {
    const { offsets, sides, problem } = this;
    this.cell = cell;
    sides.fill(0);
    for (let l = 0; l < problem.layers.length; l++) {
      const own = cell.rows.sides[l]!;
      for (let j = 0, at = offsets[l]!; j < own.length; j++, at++) {
        const side = own[j]!;
        if (side !== 0) sides[at >>> 3]! |= (side > 0 ? 1 : 2) << (2 * (at & 7));
      }
    }
    this.hashOfSides = 0;
    for (let i = 0; i < sides.length; i++) {
      this.hashOfSides = (this.hashOfSides + Math.imul(sides[i]!, this.factors[i]!)) | 0;
    }
  }
}

/** Arguments that a call may have anywhere. */
const MOST_ARGUMENTS = 4096;

function textOf(characters: Uint16Array): string {
  if (characters.length <= MOST_ARGUMENTS) return String.fromCharCode(...characters);
  let text = '';
  for (let at = 0; at < characters.length; at += MOST_ARGUMENTS) {
    text += String.fromCharCode(...characters.subarray(at, at + MOST_ARGUMENTS));
  }
  return text;
}

/** A vertex under its key. */
interface Known {
  /** Those of the key, as a text: an array would be three times as large as what it holds. */
  readonly characters: string;
  readonly bounds: number;
  readonly point: IntegerVector;
  /** Another key with the same hash. */
  readonly next: Known | undefined;
}

/** Vertices that were asked for lately. */
class RecentVertices {
  private readonly known: Recent<number, Known>;

  constructor(most: number) {
    this.known = new Recent(most);
  }

  get(hash: number, characters: Uint16Array, bounds: number): IntegerVector | undefined {
    return found(this.known.get(hash), characters, bounds)?.point;
  }

  set(hash: number, characters: Uint16Array, bounds: number, point: IntegerVector): void {
    this.known.set(hash, { characters: textOf(characters), bounds, point, next: this.known.get(hash) });
  }
}

function found(first: Known | undefined, characters: Uint16Array, bounds: number): Known | undefined {
  for (let known = first; known !== undefined; known = known.next) {
    if (known.bounds === bounds && isText(known.characters, characters)) return known;
  }
  return undefined;
}

function isText(text: string, characters: Uint16Array): boolean {
  for (let i = 0; i < characters.length; i++) if (text.charCodeAt(i) !== characters[i]) return false;
  return true;
}

/** Vertices that are remembered: those of a part of the tree, some hundred bytes each. */
const REMEMBERED = 1 << 12;

/** The exact vertices of the cells of a walk, or of several walks over one problem. */
export class SharedVertices {
  private readonly keys: VertexKeys;
  private readonly known = new RecentVertices(REMEMBERED);
  /** Made for the first vertex: most walks ask for none. */
  private points: ExactPoints | undefined;
  private readonly rows: RowLimbs;

  constructor(problem: PartitionProblem) {
    this.keys = new VertexKeys(problem);
    this.rows = new RowLimbs(problem);
  }

  /** The point of a cell at which certain of its constraints, in ascending order, are zero, in lowest terms; they determine it. */
  pointOf(cell: Cell, tight: readonly ConstraintNumber[]): IntegerVector {
    const { hash, characters, bounds } = this.keys.enter(cell, tight);
    const known = this.known.get(hash, characters, bounds);
    if (known !== undefined) return known;
    const point = this.solved(cell, tight) ?? commonZeroOf(cell, tight);
    this.known.set(hash, characters, bounds, point);
    return point;
  }

  private solved(cell: Cell, tight: readonly ConstraintNumber[]): IntegerVector | undefined {
    if (tight.length !== cell.problem.variables) return undefined;
    this.points ??= ExactPoints.here();
    return this.points?.meet(tight.map((constraint) => this.rows.of(cell, constraint)));
  }
}

/** The common zero of constraints of a cell, in lowest terms. */
export function commonZeroOf(cell: Cell, tight: readonly ConstraintNumber[]): IntegerVector {
  const n = cell.problem.variables;
  const rows = tight.map((constraint) => constraintRow(cell, constraint));
  const point = solveAny(
    rows.map((row) => row.slice(0, n)),
    rows.map((row) => -row[n]!),
  );
  if (point === undefined) throw new Error('vertex: expected constraints with a common zero, got none');
  return withoutContent(point);
}
