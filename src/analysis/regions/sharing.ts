/**
 * Cells that may share their affine maps with others, gathered in any thread and put together in tree order: maps, pieces and closed
 * pieces.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, forEachCell, MapKeys, mapKey, numberList, PatternKeys } from '../cells/index.js';
import {
  type CellGeometry,
  Crossings,
  cellGeometry,
  constraintRow,
  facetsOf,
  hasVertices,
  isBound,
} from '../geometry/index.js';
import {
  type Body,
  type Contacts,
  ContactsByPatterns,
  ContactsByVertices,
  type SharingPart,
  TouchingByPrograms,
} from './contacts.js';
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

/** Cells that are looked at, and how many of them there must be to a map. */
const PROBED = { cells: 256, perMap: 4 };

/**
 * Whether most of a problem's first cells have the maps of others, as on lattices: then a walk that only finds out which cells these are
 * costs more than it spares. Cost: a walk of 256 cells.
 *
 * @param problem made by `analysisProblem`
 */
export function mostMapsAreShared(problem: PartitionProblem): boolean {
  const survey = new MapKeySurvey(problem);
  forEachCell(problem, (cell) => survey.visit(cell), { budget: PROBED.cells });
  const { keys } = survey.take();
  return PROBED.perMap * new Set(keys).size <= keys.length;
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

/** Says of cells of a walk whether their map's key is one of several cells. @param shared undefined where that is not known */
export function sharesKey(problem: PartitionProblem, shared: Float64Array | undefined): (cell: Cell) => boolean {
  if (shared === undefined) return () => true;
  if (shared.length === 0) return () => false;
  const known = new Set(shared);
  const maps = new MapKeys(problem);
  return (cell) => known.has(maps.keyOf(cell));
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
    if (this.choice.closed && this.withVertices) {
      this.corners(cell);
      return;
    }
    this.facets(cell);
    if (this.choice.closed) part.bodies.push(rowsOf(cell));
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

  /** Vertices, and facets by their vertices: nothing is asked about neurons, of which many may vanish on a facet. */
  private corners(cell: Cell) {
    const { part, problem } = this;
    const polytope = this.geometry.polytope(cell)!;
    part.bodies.push(polytope.vertices.map(({ point, near }) => ({ point, near })));
    let count = 0;
    for (const { constraints, vertices } of facetsOf(polytope)) {
      if (isBound(problem, constraints[0]!)) continue;
      part.corners.push(vertices.length);
      for (const vertex of vertices) part.corners.push(vertex);
      count++;
    }
    part.facets.push(count);
  }

  /** What was gathered since the last call. */
  take(): SharingPart {
    const { texts, bodies, cells, keys, maps, facets, neighbours, corners } = this.part;
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
      corners: corners.take(),
    };
  }
}

function rowsOf(cell: Cell): Body {
  return cell.splits.map((_, k) => constraintRow(cell, 2 * cell.problem.variables + k));
}

function emptyPart() {
  return {
    cells: words(),
    keys: doubles(),
    maps: words(),
    facets: words(),
    neighbours: doubles(),
    corners: words(),
    texts: [] as string[],
    numbers: new Map<string, number>(),
    bodies: [] as Body[],
  };
}

/** Cells that may share their maps, put together. Memory: a key or the facets per cell, and the text of its map. */
export class SharingSum {
  private readonly mapOfCell = new Map<number, number>();
  private readonly mapIds = new Map<string, number>();
  private readonly sets = new UnionFind();
  private readonly contacts: Contacts;
  private pieces = 0;

  constructor(
    problem: PartitionProblem,
    private readonly closed: boolean,
  ) {
    const join = (a: number, b: number) => this.join(a, b);
    this.contacts =
      closed && hasVertices(problem)
        ? new ContactsByVertices(problem, join)
        : new ContactsByPatterns(join, closed ? new TouchingByPrograms(problem) : undefined);
  }

  /**
   * Takes the next part of a walk.
   *
   * @param first the number of its first cell
   * @throws KeyCollision where another seed must be tried
   */
  add(part: SharingPart, first: number): void {
    this.contacts.enter(part);
    part.cells.forEach((position, k) => {
      const id = first + position;
      const text = part.texts[part.maps[k]!]!;
      const map = this.mapIds.get(text) ?? this.mapIds.size;
      this.mapIds.set(text, map);
      this.mapOfCell.set(id, map);
      this.pieces++;
      this.contacts.add(k, id, map);
    });
  }

  /** Two cells share a facet. */
  private join(a: number, b: number): void {
    if (this.mapOfCell.get(a) === this.mapOfCell.get(b) && this.sets.union(a, b)) this.pieces--;
  }

  /** @param cells how many there are in all; those that were not told share their maps with no other one */
  counts(cells: number): RegionCounts {
    const alone = cells - this.mapOfCell.size;
    return {
      cells,
      pieces: alone + this.pieces,
      ...(this.closed && { closedPieces: alone + this.contacts.components(this.sets, this.pieces) }),
      maps: alone + this.mapIds.size,
    };
  }
}
