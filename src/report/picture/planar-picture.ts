/**
 * What a picture of a partition in the plane shows: the exact planar complex with the map, piece, class and signs of every
 * cell, and the decision boundary. Numbers are the nearest doubles of exact ones; all incidences are exact.
 */
import {
  analysisProblem,
  type Cell,
  forEachCellInSlices,
  frameOf,
  mapKey,
  numberList,
  RoundedMaps,
} from '../../analysis/cells/index.js';
import { ClassSurvey, type ClassSurveyResult } from '../../analysis/function/index.js';
import { type PlanarComplex, PlanarComplexBuilder, PolytopePath } from '../../analysis/geometry/index.js';
import { MapFilter, UnionFind } from '../../analysis/regions/index.js';
import { nearestDouble, toDouble } from '../../exact/index.js';
import type { BoxDomain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';

export interface PlanarPicture {
  readonly complex: PlanarComplex;
  /** The box that is shown, in the two inputs that vary. */
  readonly window: { readonly lower: readonly [number, number]; readonly upper: readonly [number, number] };
  readonly outputs: number;
  /** Activation layers and their widths. */
  readonly widths: readonly number[];
  /** The distinct maps, outputs x (slope, slope, constant), one after the other; and which cell has which. */
  readonly maps: Float64Array;
  readonly mapOfCell: Uint32Array;
  readonly mapCount: number;
  /** Pieces are numbered in the order of their first cells. */
  readonly pieceOfCell: Uint32Array;
  readonly pieceCount: number;
  /** A point strictly inside each cell; exact unless a double cannot hold it. */
  readonly witnesses: Float64Array;
  /** One bit per cell and neuron, cell by cell in whole bytes, lowest bit first: 1 where it is positive. */
  readonly signs: Uint8Array;
  /** Pairs (cell, neuron) where a neuron is identically zero or does not bend; neurons are numbered through all layers. */
  readonly zeros: Uint32Array;
  /** The class of each cell, or MIXED or TIE (`analysis/function/class-survey.ts`). */
  readonly classOfCell: Int32Array;
  readonly classes: number;
  /** The decision boundary as segments x, y, x, y. */
  readonly boundary: Float64Array;
  /** Cells by the first 1, 2, ... layers. */
  readonly cellsPerLayer: readonly number[];
}

interface PictureOptions {
  readonly signal?: AbortSignal;
}

/** The exact affine maps of cells as doubles, equal ones once. */
class MapTable {
  readonly ofCell = numberList((n) => new Uint32Array(n));
  readonly entries = numberList((n) => new Float64Array(n));
  private readonly known = new Map<string, number>();
  private readonly rounded: RoundedMaps;
  count = 0;

  /** @param shared which cells may share their map with another one */
  constructor(
    problem: PartitionProblem,
    private readonly shared: Uint8Array,
  ) {
    this.rounded = new RoundedMaps(problem);
  }

  visit(cell: Cell): void {
    const key = this.shared[cell.id] === 1 ? mapKey(cell) : undefined;
    const found = key === undefined ? undefined : this.known.get(key);
    this.ofCell.push(found ?? this.count);
    if (found !== undefined) return;
    if (key !== undefined) this.known.set(key, this.count);
    this.count++;
    for (const value of this.rounded.of(cell)) this.entries.push(value);
  }
}

/** The signs of all neurons, packed. */
class SignTable {
  readonly zeros = numberList((n) => new Uint32Array(n));
  readonly bytes = numberList((n) => new Uint8Array(n));

  visit({ id, rows, problem, outputLayer }: Cell): void {
    let neuron = 0;
    let byte = 0;
    for (let l = 0; l < outputLayer; l++) {
      const sides = rows.sides[l]!;
      const { bends, width } = problem.layers[l]!;
      for (let j = 0; j < width; j++, neuron++) {
        if (bends[j] === 0 || sides[j] === 0) {
          this.zeros.push(id);
          this.zeros.push(neuron);
        } else if (sides[j]! > 0) byte |= 1 << (neuron & 7);
        if ((neuron & 7) === 7) {
          this.bytes.push(byte);
          byte = 0;
        }
      }
    }
    if ((neuron & 7) !== 0) this.bytes.push(byte);
  }
}

/** Gathers a picture from the cells of a walk on a box with two free inputs. */
export class PlanarPictureBuilder {
  private readonly builder: PlanarComplexBuilder;
  private readonly maps: MapTable;
  private readonly signs = new SignTable();
  private readonly classOfCell = numberList((n) => new Int32Array(n));
  private readonly witnesses = numberList((n) => new Float64Array(n));

  /** @param shared which cells may share their map with another one (`MapFilter`) */
  constructor(
    private readonly problem: PartitionProblem,
    path: PolytopePath,
    shared: Uint8Array,
  ) {
    this.builder = new PlanarComplexBuilder(problem, path);
    this.maps = new MapTable(problem, shared);
  }

  /** The next cell, with its class (`ClassSurvey`). */
  visit(cell: Cell, kind: number): void {
    this.builder.visit(cell);
    this.maps.visit(cell);
    this.signs.visit(cell);
    this.classOfCell.push(kind);
    for (const coordinate of witnessInInputs(this.problem, cell)) this.witnesses.push(coordinate);
  }

  result(network: Network, domain: BoxDomain, { classes, boundary }: ClassSurveyResult): PlanarPicture {
    const complex = this.builder.result();
    const mapOfCell = this.maps.ofCell.take();
    const [i, j] = complex.inputs;
    const points = boundary.points.map((point) => [toDouble(point[i]!), toDouble(point[j]!)] as const);
    return {
      complex,
      window: {
        lower: [toDouble(domain.lower[i]!), toDouble(domain.lower[j]!)],
        upper: [toDouble(domain.upper[i]!), toDouble(domain.upper[j]!)],
      },
      outputs: network.outputs,
      widths: network.layers.map(({ slopes }) => slopes.length),
      maps: this.maps.entries.take(),
      mapOfCell,
      mapCount: this.maps.count,
      ...piecesOf(complex, mapOfCell),
      witnesses: this.witnesses.take(),
      signs: this.signs.bytes.take(),
      zeros: this.signs.zeros.take(),
      classOfCell: this.classOfCell.take(),
      classes,
      boundary: Float64Array.from(boundary.pieces.flatMap(({ vertices }) => vertices.flatMap((v) => points[v]!))),
      cellsPerLayer: cellsPerLayer(complex, network.layers.length),
    };
  }
}

/**
 * The picture of a network on a box with two free inputs; undefined if the signal was aborted.
 *
 * Cost: two walks, the second with exact vertices. Memory: about 200 bytes per cell and what exact points need.
 *
 * @throws RangeError if not exactly two inputs are free
 */
export async function planarPicture(
  network: Network,
  domain: BoxDomain,
  { signal }: PictureOptions = {},
): Promise<PlanarPicture | undefined> {
  const problem = analysisProblem(network, domain);
  const options = signal === undefined ? {} : { signal };
  const filter = new MapFilter(problem);
  if (!(await forEachCellInSlices(problem, (cell) => filter.add(cell), options)).complete) return undefined;
  const path = new PolytopePath(problem);
  const builder = new PlanarPictureBuilder(problem, path, filter.candidates());
  const survey = new ClassSurvey(problem, false);
  const visit = (cell: Cell) => builder.visit(cell, survey.visit(cell, path.polytope(cell)));
  if (!(await forEachCellInSlices(problem, visit, options)).complete) return undefined;
  return builder.result(network, domain, survey.result());
}

function witnessInInputs(problem: PartitionProblem, cell: Cell): number[] {
  const point = cell.witness();
  if (problem.plainCoordinates) return point.numerators.map((n) => nearestDouble(n, point.denominator));
  const lifted = problem.lift(point);
  return frameOf(problem).input.map((input) => toDouble(lifted[input]!));
}

/** Cells with one map that are connected through edges. */
function piecesOf(
  { cells, start, neighbour }: PlanarComplex,
  mapOfCell: Uint32Array,
): Pick<PlanarPicture, 'pieceOfCell' | 'pieceCount'> {
  const sets = new UnionFind();
  for (let cell = 0; cell < cells; cell++) {
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const other = neighbour[k]!;
      if (other >= 0 && mapOfCell[other] === mapOfCell[cell]) sets.union(cell, other);
    }
  }
  const ids = new Map<number, number>();
  const pieceOfCell = Uint32Array.from({ length: cells }, (_, cell) => {
    const root = sets.find(cell);
    const id = ids.get(root) ?? ids.size;
    ids.set(root, id);
    return id;
  });
  return { pieceOfCell, pieceCount: ids.size };
}

function cellsPerLayer({ cells, cutLayer }: PlanarComplex, layers: number): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    let count = 1;
    for (let cell = 1; cell < cells; cell++) if (cutLayer[cell]! <= layer) count++;
    return count;
  });
}
