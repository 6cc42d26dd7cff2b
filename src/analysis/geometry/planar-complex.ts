/**
 * The partition of a domain with two free inputs as a planar complex: points, polygons, which edge is made by what, and one
 * segment per cut. Incidences are exact; coordinates are kept exactly and as their nearest doubles.
 */

import type { IntegerVector } from '../../exact/index.js';
import { nearestDouble, toDouble } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from '../cells/index.js';
import { frameOf, liftPoint, numberList } from '../cells/index.js';
import { makersOf } from './adjacency.js';
import { facetsOf } from './faces.js';
import { isBound } from './facets.js';
import { PointTable } from './point-table.js';
import type { Polytope, PolytopePath, Vertex } from './polytope.js';
import { sideOfLine } from './volume.js';

/** What makes an edge: neurons (more than one where creases coincide), or a bound of the domain. */
export interface EdgeMaker {
  /** (layer, index) of neurons that are zero on the edge. */
  readonly neurons: readonly (readonly [number, number])[];
  readonly bound?: { readonly input: number; readonly side: 'lower' | 'upper' };
}

export interface PlanarComplex {
  /** The inputs that vary. */
  readonly inputs: readonly [number, number];
  /** The points in the problem's variables, and the nearest doubles of the two inputs there. */
  readonly points: readonly IntegerVector[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly cells: number;
  /** Cell c has the corners `corners[start[c]]` ... `corners[start[c + 1] - 1]`, counterclockwise. */
  readonly start: Uint32Array;
  readonly corners: Uint32Array;
  /** For the edge from each corner to the next one: its maker, and the cell on its other side (-1 at a bound). */
  readonly edgeMaker: Uint32Array;
  readonly neighbour: Int32Array;
  readonly makers: readonly EdgeMaker[];
  /**
   * The layer of the cut between cell c and the cells before it; `FIRST_CELL` for the first cell. The cells by the first k + 1 layers
   * are the intervals of ids that begin at 0 and wherever `cutLayer` <= k.
   */
  readonly cutLayer: Uint16Array;
  /** One segment per cut: its two end points (positions in `points`), layer and neuron. */
  readonly segments: {
    readonly ends: Uint32Array;
    readonly layer: Uint16Array;
    readonly neuron: Uint32Array;
  };
}

/** The mark of the first cell in `cutLayer`. */
export const FIRST_CELL = 0xffff;

/** A split by value: walks that are cut into slices make new objects. */
interface PathStep {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
}

/** Gathers a planar complex from the cells of a walk on a box with two free inputs. */
export class PlanarComplexBuilder {
  private readonly table = new PointTable();
  private readonly ids = new WeakMap<IntegerVector, number>();
  private readonly start = numberList((n) => new Uint32Array(n));
  private readonly corners = numberList((n) => new Uint32Array(n));
  private readonly edgeMaker = numberList((n) => new Uint32Array(n));
  private readonly cutLayer = numberList((n) => new Uint16Array(n));
  private readonly ends = numberList((n) => new Uint32Array(n));
  private readonly segmentLayer = numberList((n) => new Uint16Array(n));
  private readonly segmentNeuron = numberList((n) => new Uint32Array(n));
  private readonly makers: EdgeMaker[] = [];
  private readonly makerIds = new Map<string, number>();
  private readonly inputs: readonly [number, number];
  private previous: readonly PathStep[] | undefined;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly path: PolytopePath,
  ) {
    if (problem.variables !== 2 || problem.homogeneous) {
      throw new RangeError(`planar complex: expected a box with 2 free inputs, got ${problem.variables}`);
    }
    this.inputs = frameOf(problem).input as [number, number];
  }

  /** The next cell. */
  visit(cell: Cell): void {
    const polytope = this.path.polytope(cell);
    this.start.push(this.corners.length);
    this.outline(cell, polytope);
    this.cuts(cell);
  }

  private idOf(vertex: Vertex): number {
    const known = this.ids.get(vertex.point);
    if (known !== undefined) return known;
    const id = this.table.idOf(vertex);
    this.ids.set(vertex.point, id);
    return id;
  }

  /** The corners in order: from edge to edge through common vertices. */
  private outline(cell: Cell, polytope: Polytope) {
    const { vertices } = polytope;
    const facets = facetsOf(polytope);
    // Every corner is on two edges.
    const edges: number[][] = vertices.map(() => []);
    facets.forEach((facet, f) => {
      for (const v of facet.vertices) edges[v]!.push(f);
    });
    const corners: number[] = [];
    const made: number[] = [];
    let at = 0;
    let edge = edges[0]![0]!;
    for (let k = 0; k < facets.length; k++) {
      corners.push(at);
      made.push(this.makerOf(cell, facets[edge]!));
      const [a, b] = facets[edge]!.vertices as readonly [number, number];
      at = at === a ? b : a;
      edge = edges[at]!.find((f) => f !== edge)!;
    }
    const [p, q, r] = corners.map((v) => vertices[v]!.point) as [IntegerVector, IntegerVector, IntegerVector];
    if (sideOfLine(p, q, r) < 0) {
      corners.reverse();
      // The edge from a corner to the next one is now the one that led to it.
      made.reverse().push(made.shift()!);
    }
    corners.forEach((v, k) => {
      this.corners.push(this.idOf(vertices[v]!));
      this.edgeMaker.push(made[k]!);
    });
  }

  private makerOf(cell: Cell, facet: { readonly constraints: readonly number[] }): number {
    const [first] = facet.constraints as readonly [number];
    const atBound = isBound(this.problem, first);
    // The numbers of bounds are small; those of neurons begin behind them.
    const neurons = atBound ? [] : makersOf(cell, facet);
    const key = atBound ? `${first}` : neurons.map(([layer, neuron]) => `${layer}:${neuron}`).join('=');
    const known = this.makerIds.get(key);
    if (known !== undefined) return known;
    const side = (first & 1) === 1 ? ('upper' as const) : ('lower' as const);
    this.makerIds.set(key, this.makers.length);
    this.makers.push({ neurons, ...(atBound && { bound: { input: this.inputs[first >> 1]!, side } }) });
    return this.makers.length - 1;
  }

  /** The cuts between this cell and the one before: the walk goes to the negative side first. */
  private cuts({ splits }: Cell) {
    const { previous } = this;
    let shared = 0;
    if (previous !== undefined) {
      while (sameStep(previous[shared], splits[shared])) shared++;
      const { layer, neuron } = splits[shared]!;
      const tight = 2 * this.problem.variables + shared;
      const ends = this.path.ancestor(shared + 1).vertices.filter((v) => v.tight.includes(tight));
      for (const vertex of ends) this.ends.push(this.idOf(vertex));
      this.segmentLayer.push(layer);
      this.segmentNeuron.push(neuron);
      this.cutLayer.push(layer);
    } else {
      this.cutLayer.push(FIRST_CELL);
    }
    this.previous = [...splits];
  }

  result(): PlanarComplex {
    this.start.push(this.corners.length);
    const { points } = this.table;
    const [i, j] = this.inputs;
    const x = new Float64Array(points.length);
    const y = new Float64Array(points.length);
    points.forEach((point, p) => {
      if (this.problem.plainCoordinates) {
        x[p] = nearestDouble(point.numerators[0]!, point.denominator);
        y[p] = nearestDouble(point.numerators[1]!, point.denominator);
        return;
      }
      const lifted = liftPoint(this.problem, point);
      x[p] = toDouble(lifted[i]!);
      y[p] = toDouble(lifted[j]!);
    });
    const start = this.start.take();
    const corners = this.corners.take();
    return {
      inputs: this.inputs,
      points,
      x,
      y,
      cells: start.length - 1,
      start,
      corners,
      edgeMaker: this.edgeMaker.take(),
      neighbour: neighboursOf(start, corners, points.length),
      makers: this.makers,
      cutLayer: this.cutLayer.take(),
      segments: {
        ends: this.ends.take(),
        layer: this.segmentLayer.take(),
        neuron: this.segmentNeuron.take(),
      },
    };
  }
}

function sameStep(a: PathStep | undefined, b: PathStep | undefined): boolean {
  return a !== undefined && b !== undefined && a.layer === b.layer && a.neuron === b.neuron && a.side === b.side;
}

/** Cells share edges whole (see `neighbours.ts`), so the other cell of an edge has it in the other direction. */
function neighboursOf(start: Uint32Array, corners: Uint32Array, points: number): Int32Array {
  const result = new Int32Array(corners.length).fill(-1);
  const open = new Map<number, readonly [cell: number, edge: number]>();
  for (let cell = 0; cell + 1 < start.length; cell++) {
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const from = corners[k]!;
      const to = corners[k + 1 === start[cell + 1] ? start[cell]! : k + 1]!;
      const other = open.get(to * points + from);
      if (other === undefined) {
        open.set(from * points + to, [cell, k]);
        continue;
      }
      open.delete(to * points + from);
      result[k] = other[0];
      result[other[1]] = cell;
    }
  }
  return result;
}
