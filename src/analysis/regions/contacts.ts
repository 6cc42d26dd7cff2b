/**
 * Which cells share a facet, and which touch at all, told from parts of a walk.
 */
import { type IntegerVector, rational } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { PatternIndex } from '../cells/index.js';
import { PointTable } from '../geometry/index.js';
import type { UnionFind } from './union-find.js';

/** A vertex of a cell. */
interface Corner {
  readonly point: IntegerVector;
  readonly near: Float64Array;
}

/** What cells that touch are found by: their vertices, or without these their rows. */
export type Body = readonly Corner[] | readonly (readonly bigint[])[];

/** Of some consecutive cells those that may share their maps; survives the structured clone algorithm. */
export interface SharingPart {
  /** Which cells these are, of the part's from 0; the key of each where neighbours are known by keys, its map as one of `texts`, and how many facets follow. */
  readonly cells: Uint32Array;
  readonly keys: Float64Array;
  readonly maps: Uint32Array;
  readonly facets: Uint32Array;
  readonly texts: readonly string[];
  /** Of every facet the key of the earlier cell behind it; empty where facets are known by their vertices. */
  readonly neighbours: Float64Array;
  /** Of every facet how many vertices it has, then which of its cell's these are; empty where facets are known by the cells behind them. */
  readonly corners: Uint32Array;
  /** Of every cell, if closed pieces are wanted. */
  readonly bodies: readonly Body[];
}

/** Tells which cells share a facet, and in the end joins those with the same map that have a point in common. */
export interface Contacts {
  /** The next part of a walk. */
  enter(part: SharingPart): void;
  /** The k-th cell of that part; cells are added in order. */
  add(k: number, id: number, map: number): void;
  /** The number of components when the `components` sets given are joined further. */
  components(sets: UnionFind, components: number): number;
}

type Join = (a: number, b: number) => void;

/**
 * Two cells intersect in a common face, so they touch if and only if they share a vertex, and share a facet if and only if a facet of
 * the one has the vertices of a facet of the other. In homogeneous coordinates the cells are cones cut off by the box, a complex again,
 * and their points are those with t > 0.
 */
export class ContactsByVertices implements Contacts {
  private readonly points = new PointTable();
  private readonly firstAt = new Map<string, number>();
  private readonly pairs: (readonly [number, number])[] = [];
  /** The cells at facets that have been met once, by the facets' vertices. */
  private readonly atFacet = new Map<string, number>();
  private part: SharingPart | undefined;
  private at = 0;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly join: Join,
  ) {}

  enter(part: SharingPart): void {
    this.part = part;
    this.at = 0;
  }

  add(k: number, id: number, map: number): void {
    const corners = this.part!.bodies[k] as readonly Corner[];
    const ids = corners.map((corner) => this.points.idOf(corner));
    corners.forEach(({ point }, v) => {
      if (!this.isPoint(point)) return;
      const key = `${map} ${ids[v]}`;
      const first = this.firstAt.get(key);
      if (first === undefined) this.firstAt.set(key, id);
      else this.pairs.push([first, id]);
    });
    for (let facet = 0; facet < this.part!.facets[k]!; facet++) this.meet(this.nextFacet(ids), id);
  }

  private isPoint({ numerators }: IntegerVector): boolean {
    return !this.problem.homogeneous || numerators[this.problem.variables - 1] !== 0n;
  }

  /** A text for the vertices of the next facet. */
  private nextFacet(ids: readonly number[]): string {
    const { corners } = this.part!;
    const first = this.at + 1;
    this.at = first + corners[this.at]!;
    return Array.from(corners.subarray(first, this.at), (v) => ids[v]!)
      .sort((a, b) => a - b)
      .join();
  }

  private meet(facet: string, id: number): void {
    const other = this.atFacet.get(facet);
    if (other === undefined) this.atFacet.set(facet, id);
    else {
      this.join(other, id);
      // A facet has two sides.
      this.atFacet.delete(facet);
    }
  }

  components(sets: UnionFind, components: number): number {
    return this.pairs.reduce((count, [a, b]) => (sets.union(a, b) ? count - 1 : count), components);
  }
}

/** Where cells' vertices are not known, or need not be: a neighbour is known by its pattern. */
export class ContactsByPatterns implements Contacts {
  private readonly index = new PatternIndex();
  private part: SharingPart | undefined;
  private at = 0;

  /** @param touching if closed pieces are wanted */
  constructor(
    private readonly join: Join,
    private readonly touching: TouchingByPrograms | undefined,
  ) {}

  enter(part: SharingPart): void {
    this.part = part;
    this.at = 0;
  }

  add(k: number, id: number, map: number): void {
    const { facets, neighbours, keys, bodies } = this.part!;
    this.touching?.enter(id, map, bodies[k]!);
    for (const end = this.at + facets[k]!; this.at < end; this.at++) {
      const neighbour = this.index.find(neighbours[this.at]!);
      if (neighbour !== undefined) this.join(id, neighbour);
    }
    this.index.add(keys[k]!, id);
  }

  components(sets: UnionFind, components: number): number {
    return this.touching!.components(sets, components);
  }
}

/** In high dimension every pair of cells with one map is asked by a linear program whether it has a common point. */
export class TouchingByPrograms {
  private readonly byMap = new Map<number, { readonly id: number; readonly rows: readonly (readonly bigint[])[] }[]>();

  constructor(private readonly problem: PartitionProblem) {}

  enter(id: number, map: number, body: Body): void {
    const rows = body as readonly (readonly bigint[])[];
    const known = this.byMap.get(map);
    if (known === undefined) this.byMap.set(map, [{ id, rows }]);
    else known.push({ id, rows });
  }

  components(sets: UnionFind, components: number): number {
    let count = components;
    for (const cells of this.byMap.values()) {
      cells.forEach((b, k) => {
        for (const a of cells.slice(0, k)) {
          if (sets.find(a.id) === sets.find(b.id) || !this.meet(a.rows, b.rows)) continue;
          sets.union(a.id, b.id);
          count--;
        }
      });
    }
    return count;
  }

  private meet(a: readonly (readonly bigint[])[], b: readonly (readonly bigint[])[]): boolean {
    const { variables, exactLower, exactUpper, boxDenominator, homogeneous } = this.problem;
    const bound = (value: bigint) => rational(value, boxDenominator);
    const objective = new Array<bigint>(variables + 1).fill(0n);
    // In homogeneous coordinates a common point has t > 0.
    if (homogeneous) objective[variables - 1] = -1n;
    const answer = solveLp(
      { variables, rows: [...a, ...b], lower: exactLower.map(bound), upper: exactUpper.map(bound), objective },
      simplexBackend,
    );
    return answer.status === 'optimal' && (!homogeneous || answer.value.numerator < 0n);
  }
}
