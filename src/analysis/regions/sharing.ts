/**
 * Cells that may share their affine maps with others, gathered in any thread and put together in tree order: maps, pieces and closed
 * pieces.
 */
import { type IntegerVector, rational } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, MapKeys, mapKey, numberList, PatternIndex, PatternKeys } from '../cells/index.js';
import {
  type CellGeometry,
  Crossings,
  cellGeometry,
  constraintRow,
  hasVertices,
  PointTable,
} from '../geometry/index.js';
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

/** The keys of the maps of some consecutive cells; survives the structured clone algorithm. */
export interface MapKeysPart {
  readonly keys: Float64Array;
}

const doubles = () => numberList((length) => new Float64Array(length));
const words = () => numberList((length) => new Uint32Array(length));

/** Gathers the keys of maps: cells with different keys have different maps (`map-residues.ts`). */
export class MapKeySurvey {
  private readonly maps: MapKeys;
  private keys = doubles();

  /** @param problem made by `analysisProblem` */
  constructor(problem: PartitionProblem) {
    this.maps = new MapKeys(problem);
  }

  visit(cell: Cell): void {
    this.keys.push(this.maps.keyOf(cell));
  }

  /** What was gathered since the last call. */
  take(): MapKeysPart {
    const keys = this.keys.take();
    this.keys = doubles();
    return { keys };
  }
}

/** The keys that more than one cell has. Memory: 8 bytes per cell. Cost: one sort. */
export class SharedKeys {
  private readonly keys = doubles();

  add({ keys }: MapKeysPart): void {
    this.keys.append(keys);
  }

  get cells(): number {
    return this.keys.length;
  }

  /** Ascending, each once. */
  shared(): Float64Array {
    const keys = this.keys.take().sort();
    const shared = doubles();
    for (let k = 1; k < keys.length; k++) {
      if (keys[k] === keys[k - 1] && (k === 1 || keys[k - 2] !== keys[k])) shared.push(keys[k]!);
    }
    return shared.take();
  }
}

/** Says of cells of a walk whether their map's key is one of several cells. */
export function sharesKey(problem: PartitionProblem, shared: Float64Array): (cell: Cell) => boolean {
  if (shared.length === 0) return () => false;
  const known = new Set(shared);
  const maps = new MapKeys(problem);
  return (cell) => known.has(maps.keyOf(cell));
}

/** What cells that touch are found by: their vertices, or without these their rows. */
type Body = readonly { readonly point: IntegerVector; readonly near: Float64Array }[] | readonly (readonly bigint[])[];

/** Of some consecutive cells those that may share their maps; survives the structured clone algorithm. */
export interface SharingPart {
  /** Which cells these are, of the part's from 0; the key of each, its map as one of `texts`, and how many facets follow. */
  readonly cells: Uint32Array;
  readonly keys: Float64Array;
  readonly maps: Uint32Array;
  readonly facets: Uint32Array;
  readonly texts: readonly string[];
  /** Of every facet the key of the earlier cell behind it. */
  readonly neighbours: Float64Array;
  /** Of every cell, if closed pieces are wanted. */
  readonly bodies: readonly Body[];
}

export interface SharingChoice {
  /** Of the keys of patterns. */
  readonly seed: number;
  /** Closed pieces are wanted. */
  readonly closed: boolean;
  /** False of cells that share their map with no other one, for certain. */
  readonly isCandidate: (cell: Cell) => boolean;
}

/** Gathers cells that may share their maps, and their facets with earlier cells. */
export class SharingSurvey {
  private readonly keys: PatternKeys;
  private readonly geometry: CellGeometry;
  private readonly crossings: Crossings;
  private readonly withVertices: boolean;
  private seen = 0;
  private part = emptyPart();

  /** @param problem made by `analysisProblem` */
  constructor(
    private readonly problem: PartitionProblem,
    private readonly choice: SharingChoice,
  ) {
    this.keys = new PatternKeys(problem, choice.seed);
    this.geometry = cellGeometry(problem);
    this.crossings = new Crossings(problem);
    this.withVertices = hasVertices(problem);
  }

  visit(cell: Cell): void {
    const position = this.seen++;
    if (!this.choice.isCandidate(cell)) return;
    const { part } = this;
    part.cells.push(position);
    part.maps.push(this.textOf(mapKey(cell)));
    this.facets(cell);
    if (this.choice.closed) part.bodies.push(this.bodyOf(cell));
  }

  private textOf(key: string): number {
    const { numbers, texts } = this.part;
    let number = numbers.get(key);
    if (number === undefined) {
      number = texts.push(key) - 1;
      numbers.set(key, number);
    }
    return number;
  }

  /** Facets with earlier cells: `AdjacencyWalk` has the reason. */
  private facets(cell: Cell) {
    const { part, keys, problem } = this;
    const { sides } = cell.rows;
    const own = keys.keyOf(sides);
    let count = 0;
    for (const maker of this.geometry.makers(cell)) {
      if (cell.splits[maker - 2 * problem.variables]!.side < 0) continue;
      part.neighbours.push(keys.changed(own, sides, this.crossings.of(cell, maker).changes));
      count++;
    }
    part.keys.push(own);
    part.facets.push(count);
  }

  private bodyOf(cell: Cell): Body {
    const { homogeneous, variables } = this.problem;
    if (!this.withVertices) return cell.splits.map((_, k) => constraintRow(cell, 2 * variables + k));
    const vertices = this.geometry.polytope(cell)!.vertices.map(({ point, near }) => ({ point, near }));
    // In homogeneous coordinates the cells are cones cut off by the box, a complex again, and their points are those with t > 0.
    return homogeneous ? vertices.filter(({ point }) => point.numerators[variables - 1] !== 0n) : vertices;
  }

  /** What was gathered since the last call. */
  take(): SharingPart {
    const { texts, bodies, cells, keys, maps, facets, neighbours } = this.part;
    this.part = emptyPart();
    this.seen = 0;
    return {
      texts,
      bodies,
      cells: cells.take(),
      keys: keys.take(),
      maps: maps.take(),
      facets: facets.take(),
      neighbours: neighbours.take(),
    };
  }
}

function emptyPart() {
  return {
    cells: words(),
    keys: doubles(),
    maps: words(),
    facets: words(),
    neighbours: doubles(),
    texts: [] as string[],
    numbers: new Map<string, number>(),
    bodies: [] as Body[],
  };
}

/** Cells that may share their maps, put together. Memory: a key per cell, and the text of its map. */
export class SharingSum {
  private readonly mapOfCell = new Map<number, number>();
  private readonly mapIds = new Map<string, number>();
  private readonly sets = new UnionFind();
  private readonly index = new PatternIndex();
  private readonly touching: Touching | undefined;
  private pieces = 0;

  constructor(
    problem: PartitionProblem,
    private readonly closed: boolean,
  ) {
    if (closed) this.touching = hasVertices(problem) ? new TouchingByVertices() : new TouchingByPrograms(problem);
  }

  /**
   * Takes the next part of a walk.
   *
   * @param first the number of its first cell
   * @throws KeyCollision where another seed must be tried
   */
  add(part: SharingPart, first: number): void {
    let at = 0;
    part.cells.forEach((position, k) => {
      const id = first + position;
      const text = part.texts[part.maps[k]!]!;
      const map = this.mapIds.get(text) ?? this.mapIds.size;
      this.mapIds.set(text, map);
      this.mapOfCell.set(id, map);
      this.pieces++;
      if (this.closed) this.touching!.enter(id, map, part.bodies[k]!);
      for (const end = at + part.facets[k]!; at < end; at++) {
        const neighbour = this.index.find(part.neighbours[at]!);
        if (neighbour !== undefined && this.mapOfCell.get(neighbour) === map && this.sets.union(id, neighbour))
          this.pieces--;
      }
      this.index.add(part.keys[k]!, id);
    });
  }

  /** @param cells how many there are in all; those that were not told share their maps with no other one */
  counts(cells: number): RegionCounts {
    const alone = cells - this.mapOfCell.size;
    return {
      cells,
      pieces: alone + this.pieces,
      ...(this.closed && { closedPieces: alone + this.touching!.components(this.sets, this.pieces) }),
      maps: alone + this.mapIds.size,
    };
  }
}

/** Joins cells with the same map that have a point in common. */
interface Touching {
  enter(id: number, map: number, body: Body): void;
  /** The number of components when the `components` sets given are joined further. */
  components(sets: UnionFind, components: number): number;
}

/**
 * Two cells intersect in a common face, so they touch if and only if they share a vertex.
 */
class TouchingByVertices implements Touching {
  private readonly points = new PointTable();
  private readonly firstAt = new Map<string, number>();
  private readonly pairs: (readonly [number, number])[] = [];

  enter(id: number, map: number, body: Body): void {
    for (const vertex of body as Extract<Body, readonly { readonly point: IntegerVector }[]>) {
      const key = `${map} ${this.points.idOf(vertex)}`;
      const first = this.firstAt.get(key);
      if (first === undefined) this.firstAt.set(key, id);
      else this.pairs.push([first, id]);
    }
  }

  components(sets: UnionFind, components: number): number {
    return this.pairs.reduce((count, [a, b]) => (sets.union(a, b) ? count - 1 : count), components);
  }
}

/** In high dimension every pair of cells with one map is asked by a linear program whether it has a common point. */
class TouchingByPrograms implements Touching {
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
