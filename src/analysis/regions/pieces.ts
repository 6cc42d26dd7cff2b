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
import { analysisProblem, type Cell, type CellOptions, forEachCell, mapKey, withPatternKeys } from '../cells/index.js';
import {
  AdjacencyWalk,
  type CellGeometry,
  cellGeometry,
  constraintRow,
  hasVertices,
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
    const geometry = cellGeometry(problem);
    const grouping = new Grouping(problem, geometry, options.closed === true);
    const walk = new AdjacencyWalk(problem, keys, geometry, ({ cell, neighbour }) => grouping.join(cell.id, neighbour));
    forEachCell(
      problem,
      (cell) => {
        if (candidates[cell.id] !== 1) return;
        grouping.enter(cell);
        walk.visit(cell);
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
  private readonly touching: Touching | undefined;

  constructor(problem: PartitionProblem, geometry: CellGeometry, closed: boolean) {
    if (closed)
      this.touching = hasVertices(problem) ? new TouchingByVertices(geometry) : new TouchingByPrograms(problem);
  }

  get maps(): number {
    return this.mapIds.size;
  }

  /** A cell, before its neighbours are told. */
  enter(cell: Cell): void {
    const key = mapKey(cell);
    const map = this.mapIds.get(key) ?? this.mapIds.size;
    this.mapIds.set(key, map);
    this.mapOfCell.set(cell.id, map);
    this.pieces++;
    this.touching?.enter(cell, map);
  }

  /** Two cells share a facet. */
  join(a: number, b: number): void {
    if (this.mapOfCell.get(a) !== this.mapOfCell.get(b)) return;
    if (this.sets.union(a, b)) this.pieces--;
  }

  closedPieces(): number {
    return this.touching!.components(this.sets, this.pieces);
  }
}

/** Joins cells with the same map that have a point in common. */
interface Touching {
  enter(cell: Cell, map: number): void;
  /** The number of components when the `components` sets given are joined further. */
  components(sets: UnionFind, components: number): number;
}

/**
 * Two cells intersect in a common face, so they touch if and only if they share a vertex. In homogeneous coordinates the
 * cells are cones cut off by the box, a complex again, and their points are those with t > 0.
 */
class TouchingByVertices implements Touching {
  private readonly points = new PointTable();
  private readonly firstAt = new Map<string, number>();
  private readonly pairs: (readonly [number, number])[] = [];

  constructor(private readonly geometry: CellGeometry) {}

  enter(cell: Cell, map: number): void {
    const polytope = this.geometry.polytope(cell) as Polytope;
    const { homogeneous, variables } = cell.problem;
    for (const vertex of polytope.vertices) {
      if (homogeneous && vertex.point.numerators[variables - 1] === 0n) continue;
      const key = `${map} ${this.points.idOf(vertex)}`;
      const first = this.firstAt.get(key);
      if (first === undefined) this.firstAt.set(key, cell.id);
      else this.pairs.push([first, cell.id]);
    }
  }

  components(sets: UnionFind, components: number): number {
    return this.pairs.reduce((count, [a, b]) => (sets.union(a, b) ? count - 1 : count), components);
  }
}

/** In high dimension every pair of cells with one map is asked by a linear program whether it has a common point. */
class TouchingByPrograms implements Touching {
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
