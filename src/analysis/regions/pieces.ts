/**
 * Counting linear regions, by every definition that is finer than "cell".
 *
 * Papers mean different things by "linear region" (Stargalla, Hertrich, Reichman 2025, "The Computational Complexity of
 * Counting Linear Regions in ReLU Neural Networks", section 3, compare six definitions). Countable here, from coarse to fine:
 *
 * | here | definition | there |
 * |---|---|---|
 * | maps | the distinct affine maps on cells | affine regions |
 * | closed pieces | maximal sets of cells with one map whose union is connected (touching in a vertex suffices) | closed connected regions |
 * | pieces | maximal sets of cells with one map connected through facets: the linear regions of Montufar et al. 2014 | open connected regions |
 * | cells | full-dimensional sets with one pattern (Hanin and Rolnick 2019) | proper activation regions |
 * | patterns | sets of active neurons (pre-activation > 0) at any point of the domain (`patterns.ts`) | activation regions |
 *
 * Each divides the next: maps <= closed pieces <= pieces <= cells <= patterns. The last step: distinct cells have distinct
 * sets of active neurons, as the sign of a neuron that bends is constant inside a cell and neurons at 0 count as inactive
 * throughout (if two cells had the same active set, an induction over the layers would give them the same inequalities).
 */

import { rational } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import {
  analysisProblem,
  type Cell,
  type CellOptions,
  forEachCell,
  mapKey,
  type PatternKeys,
  withPatternKeys,
} from '../cells/index.js';
import {
  AdjacencyWalk,
  type CellGeometry,
  cellGeometry,
  constraintRow,
  facetsOf,
  hasVertices,
  isBound,
  PointTable,
  type Polytope,
} from '../geometry/index.js';
import { MapFilter } from './map-filter.js';
import { UnionFind } from './union-find.js';

export interface RegionCounts {
  readonly cells: number;
  /** Maximal facet-connected sets of cells with one map. */
  readonly pieces: number;
  /** Maximal connected sets of cells with one map, where touching in any face counts; only if asked for. */
  readonly closedPieces?: number;
  /** Distinct affine maps. */
  readonly maps: number;
}

export interface PieceOptions extends CellOptions {
  /** Count closed pieces, too. */
  readonly closed?: boolean;
}

/**
 * Counts cells, pieces and maps.
 *
 * The first walk rules out in doubles most cells that share their map with no other; only if some remain is there a second
 * one, which compares their maps exactly and looks for common facets. Memory: four numbers per cell; for cells that share
 * their map also its text.
 */
export function countRegions(network: Network, domain: Domain, options: PieceOptions = {}): RegionCounts {
  const problem = analysisProblem(network, domain);
  const filter = new MapFilter(problem);
  forEachCell(problem, (cell) => filter.add(cell), options);
  return filteredRegions(problem, filter.candidates(), options);
}

/** As `countRegions`, after a walk that has filled a `MapFilter`. @param candidates what it says */
export function filteredRegions(
  problem: PartitionProblem,
  candidates: Uint8Array,
  options: PieceOptions = {},
): RegionCounts {
  const cells = candidates.length;
  const sharing = candidates.reduce((sum, flag) => sum + flag, 0);
  const alone = cells - sharing;
  if (sharing === 0)
    return { cells, pieces: cells, ...(options.closed === true ? { closedPieces: cells } : {}), maps: cells };
  return withPatternKeys(problem, (keys) => {
    const grouping = new Grouping(problem, keys, options.closed === true);
    forEachCell(
      problem,
      (cell) => {
        if (candidates[cell.id] === 1) grouping.add(cell);
      },
      options,
    );
    return {
      cells,
      pieces: alone + grouping.pieces,
      ...(options.closed === true ? { closedPieces: alone + grouping.closedPieces() } : {}),
      maps: alone + grouping.maps,
    };
  });
}

/** Cells that may share their maps, grouped into pieces. */
class Grouping {
  pieces = 0;
  private readonly mapOfCell = new Map<number, number>();
  private readonly mapIds = new Map<string, number>();
  private readonly sets = new UnionFind();
  private readonly contacts: Contacts;

  constructor(problem: PartitionProblem, keys: PatternKeys, closed: boolean) {
    const join = (a: number, b: number) => this.join(a, b);
    const geometry = cellGeometry(problem);
    if (closed && hasVertices(problem)) this.contacts = new ContactsByVertices(geometry, join);
    else this.contacts = new ContactsByPatterns(problem, keys, geometry, closed, join);
  }

  get maps(): number {
    return this.mapIds.size;
  }

  /** The next cell. */
  add(cell: Cell): void {
    const key = mapKey(cell);
    const map = this.mapIds.get(key) ?? this.mapIds.size;
    this.mapIds.set(key, map);
    this.mapOfCell.set(cell.id, map);
    this.pieces++;
    this.contacts.add(cell, map);
  }

  /** Two cells share a facet. */
  private join(a: number, b: number): void {
    if (this.mapOfCell.get(a) !== this.mapOfCell.get(b)) return;
    if (this.sets.union(a, b)) this.pieces--;
  }

  closedPieces(): number {
    return this.contacts.components(this.sets, this.pieces);
  }
}

/** Tells which cells share a facet, and in the end joins those with the same map that have a point in common. */
interface Contacts {
  add(cell: Cell, map: number): void;
  /** The number of components when the `components` sets given are joined further. */
  components(sets: UnionFind, components: number): number;
}

/**
 * Two cells intersect in a common face, so they touch if and only if they share a vertex, and share a facet if and only if a facet of
 * the one has the vertices of a facet of the other: nothing is asked about neurons, of which many may vanish on a facet. In homogeneous
 * coordinates the cells are cones cut off by the box, a complex again, and their points are those with t > 0.
 */
class ContactsByVertices implements Contacts {
  private readonly points = new PointTable();
  private readonly firstAt = new Map<string, number>();
  private readonly pairs: (readonly [number, number])[] = [];
  /** The cells at facets that have been met once, by the facets' vertices. */
  private readonly atFacet = new Map<string, number>();

  constructor(
    private readonly geometry: CellGeometry,
    private readonly join: (a: number, b: number) => void,
  ) {}

  add(cell: Cell, map: number): void {
    const { problem } = cell;
    const polytope = this.geometry.polytope(cell) as Polytope;
    const ids = polytope.vertices.map((vertex) => this.points.idOf(vertex));
    polytope.vertices.forEach(({ point }, v) => {
      if (problem.homogeneous && point.numerators[problem.variables - 1] === 0n) return;
      const key = `${map} ${ids[v]}`;
      const first = this.firstAt.get(key);
      if (first === undefined) this.firstAt.set(key, cell.id);
      else this.pairs.push([first, cell.id]);
    });
    for (const { constraints, vertices } of facetsOf(polytope)) {
      if (isBound(problem, constraints[0]!)) continue;
      const key = nameOf(ids, vertices);
      const other = this.atFacet.get(key);
      if (other === undefined) this.atFacet.set(key, cell.id);
      else {
        this.join(other, cell.id);
        // A facet has two sides.
        this.atFacet.delete(key);
      }
    }
  }

  components(sets: UnionFind, components: number): number {
    return this.pairs.reduce((count, [a, b]) => (sets.union(a, b) ? count - 1 : count), components);
  }
}

/** A text for a set of points. */
function nameOf(ids: readonly number[], chosen: Iterable<number>): string {
  return Array.from(chosen, (v) => ids[v]!)
    .sort((a, b) => a - b)
    .join();
}

/** Where cells' vertices are not known, or need not be: a neighbour is known by its pattern. */
class ContactsByPatterns implements Contacts {
  private readonly walk: AdjacencyWalk;
  private readonly touching: TouchingByPrograms | undefined;

  constructor(
    problem: PartitionProblem,
    keys: PatternKeys,
    geometry: CellGeometry,
    closed: boolean,
    join: (a: number, b: number) => void,
  ) {
    this.walk = new AdjacencyWalk(problem, keys, geometry, ({ cell, neighbour }) => join(cell.id, neighbour));
    if (closed) this.touching = new TouchingByPrograms(problem);
  }

  add(cell: Cell, map: number): void {
    this.touching?.enter(cell, map);
    this.walk.visit(cell);
  }

  components(sets: UnionFind, components: number): number {
    return this.touching!.components(sets, components);
  }
}

/** In high dimension every pair of cells with one map is asked by a linear program whether it has a common point. */
class TouchingByPrograms {
  private readonly byMap = new Map<number, { id: number; rows: (readonly bigint[])[] }[]>();

  constructor(private readonly problem: PartitionProblem) {}

  enter(cell: Cell, map: number): void {
    const rows = cell.splits.map((_, k) => constraintRow(cell, 2 * this.problem.variables + k));
    const known = this.byMap.get(map);
    if (known === undefined) this.byMap.set(map, [{ id: cell.id, rows }]);
    else known.push({ id: cell.id, rows });
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
