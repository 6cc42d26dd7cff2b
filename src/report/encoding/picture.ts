/**
 * How a picture travels inside an HTML file: a JSON header and typed arrays in one base64 text.
 *
 * Layout, little endian: the header's length in bytes (u32), four zero bytes, the header as UTF-8 padded with blanks to a
 * multiple of 8, then the arrays in the header's order, each padded with zero bytes to a multiple of 8.
 */

import { kindStyle } from './kinds.js';
import type { Rgb } from './palette.js';

export type ArrayKind = 'f64' | 'u32' | 'i32' | 'u16' | 'u8';

export interface ArrayEntry {
  readonly name: string;
  readonly kind: ArrayKind;
  readonly length: number;
}

/** Data points over a picture, and the points that a slice was laid through. */
export interface PicturePoints {
  /** x, y, x, y, .. in the plane that is seen. */
  readonly places: readonly number[];
  /** The class of each point, as the position of its name. */
  readonly kinds: readonly number[];
  /** Names of the classes; one empty name where points have none. */
  readonly names: readonly string[];
  readonly given: readonly { readonly x: number; readonly y: number; readonly name: string }[];
}

export const NO_POINTS: PicturePoints = { places: [], kinds: [], names: [], given: [] };

/** Points without a class. */
const PLAIN: Rgb = [255, 255, 255];

/**
 * The fill of the marks of a class: that of the output with this number where the picture colours classes, so that a point of
 * another class than the network says is seen at once.
 *
 * @param shown the classes that the picture shows, in the order of their looks
 */
export function pointFill({ names }: Pick<PicturePoints, 'names'>, kind: number, shown: readonly number[]): Rgb {
  const name = names[kind]!;
  if (name === '') return PLAIN;
  const rankOf = (label: string) => (/^\d+$/.test(label) ? shown.indexOf(Number(label)) : -1);
  const rank = rankOf(name);
  if (rank >= 0) return kindStyle(rank).fill;
  // Classes that are no outputs seen here take the looks behind those.
  const before = names.slice(0, kind).filter((other) => rankOf(other) < 0).length;
  return kindStyle(shown.length + before).fill;
}

/** What the header of a planar picture says beside the list of its arrays. */
export interface PlanarHeader {
  readonly kind: 'planar';
  readonly label: string;
  /** How cells are coloured to begin with. */
  readonly colouring: string;
  readonly axes: readonly [PictureAxis, PictureAxis];
  readonly outputs: number;
  readonly widths: readonly number[];
  readonly cells: number;
  readonly mapCount: number;
  readonly pieceCount: number;
  readonly classes: number;
  /** The classes that are seen, in the order of their looks (`kinds.ts`); -2, a tie, comes last. */
  readonly shown: readonly number[];
  readonly cellsPerLayer: readonly number[];
  /** What makes edges: "1:5" (layer:neuron, from 0), "1:5 = 2:0" where creases coincide, "x0 >= -1". */
  readonly makers: readonly string[];
  /** The layer of each maker; -1 for bounds of the domain. */
  readonly makerLayer: readonly number[];
  readonly points: Pick<PicturePoints, 'names' | 'given'>;
}

export interface PictureAxis {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
}

/** The arrays of a planar picture; see `PlanarPicture` for their meaning. */
export interface PlanarArrays {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly start: Uint32Array;
  readonly corners: Uint32Array;
  readonly edgeMaker: Uint16Array | Uint32Array;
  readonly neighbour: Int32Array;
  readonly cutLayer: Uint16Array;
  readonly segmentEnds: Uint32Array;
  readonly segmentLayer: Uint16Array;
  readonly maps: Float64Array;
  readonly mapOfCell: Uint32Array;
  readonly pieceOfCell: Uint32Array;
  readonly witnesses: Float64Array;
  readonly signs: Uint8Array;
  readonly zeros: Uint32Array;
  readonly classOfCell: Int32Array;
  readonly boundary: Float64Array;
  /** Loops around holes as segments x, y, x, y, and a point x, y of each component; where they are told. */
  readonly loops?: Float64Array;
  readonly seeds?: Float64Array;
  /** `PicturePoints`: places and kinds. */
  readonly pointPlaces: Float64Array;
  readonly pointKinds: Uint16Array;
}

/** What the header of a graph says: where its SVG, which stands beside it, shows what. */
export interface GraphHeader {
  readonly kind: 'graph';
  /** The name of the input, and of each line. */
  readonly input: string;
  readonly names: readonly string[];
  /** Of the plot area in units of the SVG, and what its edges mean. */
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Breakpoints with both ends, and the values there, line after line. */
export interface GraphArrays {
  readonly x: Float64Array;
  readonly values: Float64Array;
}

export interface GraphData {
  readonly header: GraphHeader;
  readonly arrays: GraphArrays;
}

export interface PlanarPictureData {
  readonly header: PlanarHeader;
  readonly arrays: PlanarArrays;
}
