/**
 * The picture of a partition in one walk: every cell with its corners, the makers of its edges, its signs and its map.
 *
 * All that is combinatorial is exact: which cells there are, which edges each has, and by which neuron. Corners are the engine's
 * doubles, whose distance from the exact places is proved to be far below a pixel; they decide nothing. Neighbours, and the
 * pieces they form, take a second look (`complete.ts`).
 */
import {
  analysisProblem,
  type Cell,
  forEachCell,
  frameOf,
  numberList,
  RoundedMaps,
} from '../../analysis/cells/index.js';
import { LevelSum, LevelSurvey, planarChains } from '../../analysis/function/index.js';
import { FIRST_CELL } from '../../analysis/geometry/index.js';
import { filteredRegions, MapFilter, serra2018UpperBound } from '../../analysis/regions/index.js';
import { type IntegerVector, nearestDouble, toDouble, ZERO } from '../../exact/index.js';
import { bends, type Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import {
  NO_POINTS,
  type PlanarArrays,
  type PlanarHeader,
  type PlanarPictureData,
} from '../../report/encoding/index.js';
import type { CellsPicture, NeuronState } from '../model/index.js';
import type { Subject } from './subject.js';

/** How much is told. */
export interface LiveRequest {
  /** Pieces, maps and corners, too: some milliseconds per thousand cells, more where cells share their maps. */
  readonly thorough: boolean;
}

const FACES = 4;
/** Corners are drawn where the engine's doubles have them, if those are off by at most so small a part of the window. */
const NEAR = 2 ** 32;

function doublesOf({ numerators, denominator }: IntegerVector): readonly [number, number] {
  return [nearestDouble(numerators[0]!, denominator), nearestDouble(numerators[1]!, denominator)];
}

/** Makers of edges: the bounds of the window, then all neurons. */
function makersOf({ names, window, network }: Subject) {
  const [x, y] = names;
  const bounds = [
    `${x} >= ${window.x[0]}`,
    `${x} <= ${window.x[1]}`,
    `${y} >= ${window.y[0]}`,
    `${y} <= ${window.y[1]}`,
  ];
  const widths = network.layers.map(({ slopes }) => slopes.length);
  return {
    makers: [...bounds, ...widths.flatMap((width, l) => Array.from({ length: width }, (_, j) => `${l}:${j}`))],
    makerLayer: [-1, -1, -1, -1, ...widths.flatMap((width, l) => new Array<number>(width).fill(l))],
  };
}

/** Which neurons were positive, and which negative, on any cell: bit by bit, as signs are packed. */
interface Seen {
  readonly positive: Uint8Array;
  readonly negative: Uint8Array;
}

/** An array with room for so many numbers: the same, or a larger one that begins like it. */
function withRoom<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(array: T, size: number): T {
  if (size <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(2 * size);
  larger.set(array);
  return larger;
}

/** How many cells there is room for at first. */
const FIRST_ROOM = 1024;

/** Gathers cells in tree order. Arrays grow by doubling; how much of them is used stands beside them. */
class CellGatherer {
  private x = new Float64Array(4 * FIRST_ROOM);
  private y = new Float64Array(4 * FIRST_ROOM);
  private edgeMaker = new Uint16Array(4 * FIRST_ROOM);
  private corners = 0;
  private ends = new Uint32Array(4 * FIRST_ROOM);
  private segmentLayer = new Uint16Array(2 * FIRST_ROOM);
  private segments = 0;
  private start = new Uint32Array(FIRST_ROOM);
  private cutLayer = new Uint16Array(FIRST_ROOM);
  private signs = new Uint8Array(FIRST_ROOM);
  private cells = 0;
  private readonly maps = numberList((n) => new Float64Array(n));
  private readonly zeros = numberList((n) => new Uint32Array(n));
  private readonly rounded: RoundedMaps;
  /** The number of the first neuron of each layer, and of all neurons. */
  private readonly first: readonly number[];
  private readonly neurons: number;
  /** The signs of one cell, -1 to 1, and the bits of neurons that do not bend. */
  private readonly sides: Int8Array;
  private readonly unbent: Uint8Array;
  private readonly offset: readonly [number, number];
  private readonly factor: readonly [number, number];
  readonly seen: Seen;

  constructor(problem: PartitionProblem) {
    this.rounded = new RoundedMaps(problem);
    let neurons = 0;
    // The last layer is the output's.
    const layers = problem.layers.slice(0, -1);
    this.first = layers.map(({ width }) => (neurons += width) - width);
    this.neurons = neurons;
    const bytes = Math.ceil(neurons / 8);
    this.sides = new Int8Array(8 * bytes).fill(-1);
    this.unbent = new Uint8Array(bytes);
    this.seen = { positive: new Uint8Array(bytes), negative: new Uint8Array(bytes) };
    for (const [l, layer] of layers.entries()) {
      for (const [j, bend] of layer.bends.entries()) {
        const at = this.first[l]! + j;
        if (bend === 0) this.unbent[at >> 3]! |= 1 << (at & 7);
      }
    }
    const { offset, factor } = this.rounded.frame;
    this.offset = offset.map(toDouble) as [number, number];
    this.factor = factor.map(toDouble) as [number, number];
  }

  visit(cell: Cell): void {
    const { splits, shared, id } = cell;
    this.start = withRoom(this.start, id + 2);
    this.cutLayer = withRoom(this.cutLayer, id + 1);
    this.start[id] = this.corners;
    this.cutLayer[id] = id === 0 ? FIRST_CELL : splits[shared]!.layer;
    this.cells = id + 1;
    this.outline(cell);
    this.rounded.append(cell, this.maps);
    this.pack(cell);
  }

  private outline(cell: Cell) {
    const { splits } = cell;
    const held = cell.shape()!;
    const { count, points, edges, radius } = held;
    if (edges === undefined) throw new Error('picture: expected an engine that holds polygons, got another one');
    this.makeRoom(count);
    const { x, y, offset, factor, edgeMaker, ends, segmentLayer, first, corners: begin } = this;
    let { segments } = this;
    for (let v = 0; v < count; v++) {
      let u = points[2 * v]!;
      let w = points[2 * v + 1]!;
      // Hardly ever the engine knows a corner so badly that it would be seen.
      if (!(radius[v]! * NEAR <= 1)) [u, w] = doublesOf(held.exact(v));
      x[begin + v] = offset[0] + factor[0] * u;
      y[begin + v] = offset[1] + factor[1] * w;
      const constraint = edges[v]!;
      if (constraint < FACES) {
        edgeMaker[begin + v] = constraint;
        continue;
      }
      const { layer, neuron, side } = splits[constraint - FACES]!;
      edgeMaker[begin + v] = FACES + first[layer]! + neuron;
      // Of the two cells at an edge one lies on the positive side: each edge is drawn once.
      if (side < 0) continue;
      ends[2 * segments] = begin + v;
      ends[2 * segments + 1] = v + 1 < count ? begin + v + 1 : begin;
      segmentLayer[segments++] = layer;
    }
    this.segments = segments;
    this.corners = begin + count;
  }

  private makeRoom(count: number) {
    const corners = this.corners + count;
    const segments = this.segments + count;
    this.x = withRoom(this.x, corners);
    this.y = withRoom(this.y, corners);
    this.edgeMaker = withRoom(this.edgeMaker, corners);
    this.ends = withRoom(this.ends, 2 * segments);
    this.segmentLayer = withRoom(this.segmentLayer, segments);
  }

  /** The signs of all neurons, eight in a byte. */
  private pack({ id, rows, outputLayer }: Cell) {
    const { sides, unbent, seen } = this;
    for (let l = 0; l < outputLayer; l++) sides.set(rows.sides[l]!, this.first[l]!);
    const begin = (id * sides.length) / 8;
    const signs = (this.signs = withRoom(this.signs, begin + sides.length / 8));
    for (let at = 0, k = 0; at < sides.length; at += 8, k++) {
      let positive = 0;
      let negative = 0;
      for (let bit = 0; bit < 8; bit++) {
        const side = sides[at + bit]!;
        // The sign bits of -side and side.
        positive |= (-side >>> 31) << bit;
        negative |= (side >>> 31) << bit;
      }
      positive &= ~unbent[k]!;
      seen.positive[k]! |= positive;
      seen.negative[k]! |= negative;
      signs[begin + k] = positive;
      const zero = 0xff & ~(positive | negative);
      if (zero !== 0) this.packZeros(id, at, zero);
    }
  }

  /** The neurons of a byte that are identically zero on a cell, or do not bend. */
  private packZeros(id: number, first: number, zero: number) {
    for (let bit = 0; bit < 8 && first + bit < this.neurons; bit++) {
      if (((zero >> bit) & 1) === 0) continue;
      this.zeros.push(id);
      this.zeros.push(first + bit);
    }
  }

  arrays(): Omit<PlanarArrays, 'boundary' | 'pointPlaces' | 'pointKinds'> {
    const { cells, corners, segments, start } = this;
    start[cells] = corners;
    const own = counting(cells);
    return {
      x: this.x.slice(0, corners),
      y: this.y.slice(0, corners),
      start: start.slice(0, cells + 1),
      corners: counting(corners),
      edgeMaker: this.edgeMaker.slice(0, corners),
      neighbour: new Int32Array(corners).fill(-1),
      cutLayer: this.cutLayer.slice(0, cells),
      segmentEnds: this.ends.slice(0, 2 * segments),
      segmentLayer: this.segmentLayer.slice(0, segments),
      maps: this.maps.take(),
      mapOfCell: own,
      pieceOfCell: own.slice(),
      witnesses: new Float64Array(0),
      signs: this.signs.slice(0, (cells * this.sides.length) / 8),
      zeros: this.zeros.take(),
      // Several classes may be there: the painter looks at every pixel.
      classOfCell: new Int32Array(cells).fill(-1),
    };
  }
}

/** 0, 1, 2, .. */
function counting(length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let k = 0; k < length; k++) numbers[k] = k;
  return numbers;
}

/** The header of a subject's picture. */
export function headerOf(
  subject: Subject,
  counts: Pick<PlanarHeader, 'cells' | 'mapCount' | 'pieceCount' | 'cellsPerLayer' | 'shown'>,
): PlanarHeader {
  const { network, names, window, label, points = NO_POINTS } = subject;
  return {
    kind: 'planar',
    label,
    colouring: 'value',
    axes: [
      { name: names[0], lower: window.x[0], upper: window.x[1] },
      { name: names[1], lower: window.y[0], upper: window.y[1] },
    ],
    outputs: network.outputs,
    widths: network.layers.map(({ slopes }) => slopes.length),
    classes: Math.max(2, network.outputs),
    ...makersOf(subject),
    points: { names: points.names, given: points.given },
    ...counts,
  };
}

/** Upper bounds on the cells after each layer, as decimal texts. */
export function boundsOf({ layers }: Network, inputs: number): string[] {
  const widths = layers.map(({ slopes }) => slopes.length);
  return widths.map((_, l) => String(serra2018UpperBound(inputs, widths.slice(0, l + 1))));
}

export function cellsPerLayer(cutLayer: Uint16Array, layers: number): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    let count = 1;
    for (let cell = 1; cell < cutLayer.length; cell++) if (cutLayer[cell]! <= layer) count++;
    return count;
  });
}

/** The zero set of the only output: segments, and where they turn. */
function boundaryWith(survey: LevelSurvey, problem: PartitionProblem) {
  const sum = new LevelSum();
  sum.add(survey.take());
  const { offset, factor } = frameOf(problem);
  const [dx, dy, sx, sy] = [...offset, ...factor].map(toDouble) as [number, number, number, number];
  const places = sum.points.map((point) => {
    const [u, v] = doublesOf(point);
    return [dx + sx * u, dy + sy * v] as const;
  });
  const chains = planarChains(sum.points, sum.pieces);
  return {
    segments: Float64Array.from(sum.pieces.flatMap(({ vertices }) => vertices.flatMap((v) => places[v]!))),
    corners: Float64Array.from(chains.flatMap(({ corners }) => corners.flatMap((v) => places[v]!))),
    curves: [chains.length, chains.filter(({ closed }) => closed).length] as const,
  };
}

/** What every neuron does on the window: the words of `neuronFacts`, from the signs on all cells. */
function neuronStates({ layers }: Network, { seen }: CellGatherer): NeuronState[][] {
  let neuron = 0;
  const has = (bytes: Uint8Array, at: number) => ((bytes[at >> 3]! >> (at & 7)) & 1) === 1;
  return layers.map(({ slopes }) =>
    slopes.map((pair): NeuronState => {
      const at = neuron++;
      if (!bends(pair)) return 'linear';
      if (has(seen.positive, at)) return has(seen.negative, at) ? 'cuts' : 'positive';
      return has(seen.negative, at) ? 'negative' : 'zero';
    }),
  );
}

/** Walks the partition once and draws it. Memory: about 250 bytes per cell. */
export function livePicture(subject: Subject, { thorough }: LiveRequest): CellsPicture {
  const began = performance.now();
  const { network, domain, points = NO_POINTS } = subject;
  const problem = analysisProblem(network, domain);
  const gatherer = new CellGatherer(problem);
  const filter = thorough ? new MapFilter(problem) : undefined;
  const survey =
    thorough && network.outputs === 1 ? new LevelSurvey(problem, { output: 0, threshold: ZERO }) : undefined;
  const { decisions } = forEachCell(problem, (cell) => {
    gatherer.visit(cell);
    filter?.add(cell);
    survey?.visit(cell);
  });
  const boundary = survey && boundaryWith(survey, problem);
  const regions = filter && filteredRegions(problem, filter.candidates());
  const arrays: PlanarArrays = {
    ...gatherer.arrays(),
    boundary: boundary?.segments ?? new Float64Array(0),
    pointPlaces: Float64Array.from(points.places),
    pointKinds: Uint16Array.from(points.kinds),
  };
  const cells = arrays.cutLayer.length;
  const perLayer = cellsPerLayer(arrays.cutLayer, network.layers.length);
  const data: PlanarPictureData = {
    header: headerOf(subject, {
      cells,
      mapCount: regions?.maps ?? cells,
      pieceCount: regions?.pieces ?? cells,
      cellsPerLayer: perLayer,
      shown: Array.from({ length: Math.max(2, network.outputs) }, (_, k) => k),
    }),
    arrays,
  };
  return {
    kind: 'cells',
    data,
    isComplete: false,
    cellsPerLayer: perLayer,
    bounds: boundsOf(network, 2),
    pieces: regions?.pieces,
    maps: regions?.maps,
    neurons: neuronStates(network, gatherer),
    corners: boundary?.corners,
    curves: boundary?.curves,
    decisions: { doubles: decisions.interval + decisions.points, integers: decisions.exactSign },
    time: performance.now() - began,
  };
}
