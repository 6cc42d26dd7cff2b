/**
 * How a picture travels inside an HTML file: a JSON header and typed arrays in one base64 text.
 *
 * Layout, little endian: the header's length in bytes (u32), four zero bytes, the header as UTF-8 padded with blanks to a
 * multiple of 8, then the arrays in the header's order, each padded with zero bytes to a multiple of 8.
 */

export type ArrayKind = 'f64' | 'u32' | 'i32' | 'u16' | 'u8';

export interface ArrayEntry {
  readonly name: string;
  readonly kind: ArrayKind;
  readonly length: number;
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
}

export interface PlanarPictureData {
  readonly header: PlanarHeader;
  readonly arrays: PlanarArrays;
}
