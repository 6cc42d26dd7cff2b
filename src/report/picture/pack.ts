/**
 * Pictures as base64 texts (`format.ts`).
 */
import type { EdgeMaker } from '../../analysis/geometry/index.js';
import {
  type ArrayEntry,
  type ArrayKind,
  type GraphArrays,
  type GraphHeader,
  NO_POINTS,
  type PictureAxis,
  type PicturePoints,
  type PlanarArrays,
  type PlanarHeader,
  type PlanarPictureData,
} from '../encoding/index.js';
import { classesShown } from './class-parts.js';
import type { PlanarPicture } from './planar-picture.js';

type Packable = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

function kindOf(array: Packable): ArrayKind {
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof Uint32Array) return 'u32';
  if (array instanceof Int32Array) return 'i32';
  return array instanceof Uint16Array ? 'u16' : 'u8';
}

/** The bytes of a header and arrays, as base64. */
export function packArrays(header: object, arrays: Readonly<Record<string, Packable>>): string {
  const entries: ArrayEntry[] = Object.entries(arrays).map(([name, array]) => ({
    name,
    kind: kindOf(array),
    length: array.length,
  }));
  const text = Buffer.from(JSON.stringify({ ...header, arrays: entries }));
  const length = Math.ceil(text.length / 8) * 8;
  const head = Buffer.alloc(8 + length, ' ');
  head.fill(0, 0, 8);
  head.writeUInt32LE(length, 0);
  text.copy(head, 8);
  const parts = Object.values(arrays).flatMap((array) => [
    Buffer.from(array.buffer, array.byteOffset, array.byteLength),
    Buffer.alloc((8 - (array.byteLength % 8)) % 8),
  ]);
  return Buffer.concat([head, ...parts]).toString('base64');
}

function makerName({ neurons, bound }: EdgeMaker, axes: readonly PictureAxis[], inputs: readonly number[]): string {
  if (bound === undefined) return neurons.map(([layer, neuron]) => `${layer}:${neuron}`).join(' = ');
  const axis = axes[inputs.indexOf(bound.input)]!;
  return bound.side === 'lower' ? `${axis.name} >= ${axis.lower}` : `${axis.name} <= ${axis.upper}`;
}

/** Indices in as few bytes as they need. */
function compact(indices: Uint32Array, most: number): Uint16Array | Uint32Array {
  return most < 2 ** 16 ? Uint16Array.from(indices) : indices;
}

export interface PackRequest {
  readonly label: string;
  /** Of the two axes. */
  readonly names: readonly [string, string];
  /** How cells are coloured to begin with. */
  readonly colouring: string;
  readonly points?: PicturePoints;
  /** Loops around holes and points of components (`PlanarArrays`). */
  readonly cycles?: DrawnCycles;
}

/** Cycles as they are drawn: segments x, y, x, y, and points x, y. */
export interface DrawnCycles {
  readonly loops: Float64Array;
  readonly seeds: Float64Array;
}

/** A planar picture as pages draw it. */
export function planarPictureData(picture: PlanarPicture, request: PackRequest): PlanarPictureData {
  const { label, names, colouring, points = NO_POINTS, cycles } = request;
  const { complex, window, outputs, widths, mapCount, pieceCount, classes, cellsPerLayer } = picture;
  const axes: [PictureAxis, PictureAxis] = [
    { name: names[0], lower: window.lower[0], upper: window.upper[0] },
    { name: names[1], lower: window.lower[1], upper: window.upper[1] },
  ];
  const header: PlanarHeader = {
    kind: 'planar',
    label,
    colouring,
    axes,
    outputs,
    widths,
    cells: complex.cells,
    mapCount,
    pieceCount,
    classes,
    shown: classesShown(picture),
    cellsPerLayer,
    makers: complex.makers.map((maker) => makerName(maker, axes, complex.inputs)),
    points: { names: points.names, given: points.given },
    makerLayer: complex.makers.map(({ neurons }) => (neurons.length === 0 ? -1 : Math.min(...neurons.map(([l]) => l)))),
  };
  const { x, y, start, corners, edgeMaker, neighbour, cutLayer, segments } = complex;
  const { maps, mapOfCell, pieceOfCell, witnesses, signs, zeros, classOfCell, boundary } = picture;
  const arrays: PlanarArrays = {
    x,
    y,
    start,
    corners,
    edgeMaker: compact(edgeMaker, complex.makers.length),
    neighbour,
    cutLayer,
    segmentEnds: segments.ends,
    segmentLayer: segments.layer,
    maps,
    mapOfCell,
    pieceOfCell,
    witnesses,
    signs,
    zeros,
    classOfCell,
    boundary,
    ...(cycles && { loops: cycles.loops, seeds: cycles.seeds }),
    pointPlaces: Float64Array.from(points.places),
    pointKinds: Uint16Array.from(points.kinds),
  };
  return { header, arrays };
}

/** A planar picture as it stands in an HTML file. */
export function packPlanarPicture(picture: PlanarPicture, request: PackRequest): string {
  const { header, arrays } = planarPictureData(picture, request);
  return packArrays(header, { ...arrays });
}

/** A graph as it stands in an HTML file beside its SVG. */
export function packGraph(header: GraphHeader, arrays: GraphArrays): string {
  return packArrays(header, { ...arrays });
}
