/**
 * The numbers of faces of the whole polyhedral complex, by dimension.
 */

import { equal, type Rational } from '../../exact/index.js';
import type { BoxDomain, Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell, liftPoint, numberList } from '../cells/index.js';
import { boundedPart } from './bounded-part.js';
import { facesByDimension } from './faces.js';
import { type CellGeometry, cellGeometry, requireVertices } from './facets.js';
import { PointTable } from './point-table.js';
import type { Vertex } from './polytope.js';

/**
 * fVector[k] is the number of k-dimensional faces of the complex of cells, those on the domain's boundary included.
 *
 * On a bounded domain the complex subdivides a ball, so that sum (-1)^k fVector[k] = 1 (Euler). On all of R^d, where faces may be
 * unbounded and cells that contain lines have no vertices, the sum is (-1)^d, the Euler characteristic with compact support.
 * There, and on unbounded polytopes, the faces are those within a box whose interior meets every one (`enclosing.ts`), without those on
 * the box's bounds. Cost and memory: all faces.
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions
 */
export function fVector(network: Network, domain: Domain, options: CellOptions = {}): number[] {
  const bounded = boundedPart(network, domain);
  const problem = analysisProblem(network, bounded.domain);
  const survey = new FacesSurvey(problem, bounded.within);
  const sum = new FacesSum(problem);
  forEachCell(
    problem,
    (cell) => {
      survey.visit(cell);
      if ((cell.id + 1) % TOGETHER === 0) sum.add(survey.take());
    },
    options,
  );
  sum.add(survey.take());
  return sum.counts();
}

/** Cells between two times at which their faces are put together. */
const TOGETHER = 1024;

/** The faces of some cells, each once; survives the structured clone algorithm. */
export interface FacesPart {
  readonly points: readonly Pick<Vertex, 'point' | 'near'>[];
  /** By dimension: of every face the number of its points, then these, ascending. */
  readonly faces: readonly Uint32Array[];
}

/** The bounds of a box on which a point lies: bit 2 i for the lower one of input i, 2 i + 1 for the upper one. */
function boundsAt(point: readonly Rational[], { lower, upper }: BoxDomain): bigint {
  let bits = 0n;
  point.forEach((x, i) => {
    if (equal(x, lower[i]!)) bits |= 1n << BigInt(2 * i);
    if (equal(x, upper[i]!)) bits |= 2n << BigInt(2 * i);
  });
  return bits;
}

/** Gathers faces. */
export class FacesSurvey {
  private readonly geometry: CellGeometry;
  private part: FacesDraft;

  /** @throws DomainError in more than `VERTEX_DIMENSION` dimensions, and for unbounded problems */
  static check(problem: PartitionProblem): void {
    requireVertices(problem, 'faces');
  }

  /**
   * @param within a box: faces on its bounds are left out
   * @throws DomainError as `check`
   */
  constructor(
    private readonly problem: PartitionProblem,
    private readonly within?: BoxDomain,
  ) {
    FacesSurvey.check(problem);
    this.geometry = cellGeometry(problem);
    this.part = new FacesDraft(problem.variables);
  }

  visit(cell: Cell): void {
    const polytope = this.geometry.polytope(cell)!;
    const ids = polytope.vertices.map((vertex) => this.part.idOf(vertex));
    const { within } = this;
    const bounds = within && polytope.vertices.map(({ point }) => boundsAt(liftPoint(this.problem, point), within));
    facesByDimension(polytope).forEach((list, k) => {
      for (const face of list) {
        if (bounds !== undefined && face.reduce((bits, v) => bits & bounds[v]!, -1n) !== 0n) continue;
        this.part.add(k, sorted(face.map((v) => ids[v]!)));
      }
    });
  }

  /** What was gathered since the last call. */
  take(): FacesPart {
    const { part } = this;
    this.part = new FacesDraft(this.problem.variables);
    return part.taken();
  }
}

/** Faces by the numbers of their vertices: a face is the hull of its vertices, and cells share faces whole. */
class FacesDraft {
  private readonly table = new PointTable();
  private readonly points: Pick<Vertex, 'point' | 'near'>[] = [];
  private readonly seen: readonly Set<string>[];
  private readonly lists;

  constructor(dimension: number) {
    this.seen = Array.from({ length: dimension + 1 }, () => new Set<string>());
    this.lists = this.seen.map(() => numberList((length) => new Uint32Array(length)));
  }

  idOf({ point, near }: Vertex): number {
    const id = this.table.idOf({ point, near });
    this.points[id] ??= { point, near };
    return id;
  }

  add(dimension: number, face: readonly number[]): void {
    const seen = this.seen[dimension]!;
    const { size } = seen;
    if (seen.add(face.join()).size === size) return;
    const list = this.lists[dimension]!;
    list.push(face.length);
    for (const id of face) list.push(id);
  }

  taken(): FacesPart {
    return { points: this.points, faces: this.lists.map((list) => list.take()) };
  }
}

function sorted(ids: number[]): number[] {
  return ids.sort((a, b) => a - b);
}

/** Faces of all parts, in any order. Memory: all faces. */
export class FacesSum {
  private readonly table = new PointTable();
  private readonly faces: readonly Set<string>[];

  constructor(problem: PartitionProblem) {
    this.faces = Array.from({ length: problem.variables + 1 }, () => new Set<string>());
  }

  add({ points, faces }: FacesPart): void {
    const ids = points.map((vertex) => this.table.idOf(vertex));
    faces.forEach((list, k) => {
      for (let at = 0; at < list.length; at += 1 + list[at]!) {
        const own = Array.from(list.subarray(at + 1, at + 1 + list[at]!), (v) => ids[v]!);
        this.faces[k]!.add(sorted(own).join());
      }
    });
  }

  counts(): number[] {
    return this.faces.map((set) => set.size);
  }
}
