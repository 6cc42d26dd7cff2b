/**
 * The certificate of a count by images, version 1: what it contains. Shared by the writer and the checker.
 *
 * It proves how many cells a network has on a domain after every layer, where cells with the same image in a layer are counted together. A gzip stream of lines of JSON; integers
 * are texts:
 *
 * 1. the header `{"format":"relu-atlas-images","version":1,"network":"<sha256>","domain":DOMAIN}`, a domain as in `format.ts`;
 * 2. for every layer l that has activations, from 0 on, a line `{"layer":l,"images":N}` and N lines
 *    `{"times":"m","lines":[[..],..],"rays":[[..],..],"parts":[["signs",k],..]}`, one for each image that is more than a point;
 * 3. the trailer `{"cells":"..","cellsPerLayer":["..",..]}`.
 *
 * An *image* is the set of pre-activations of layer l on a cell of the layers before (of layer 0: on the domain), with silent neurons put to 0, and is stated as the cone over it: all sums of
 * multiples of the lines and nonnegative multiples of the rays, vectors with an entry for each neuron of the layer and last the height t; its points are those with t = 1. No ray is in the cone
 * of the lines and the other rays. `times` is how many cells have it.
 *
 * A neuron is *silent* on an image if all its pre-activations there are >= 0, or all are <= 0, or it does not bend, and if its slope on that side times every weight from it
 * into the next layer that has activations is 0 (behind the last one there is none).
 *
 * `parts` are all parts into which the bending neurons of the layer cut the image, in the order of their signs: a text of -, 0 and +, for each neuron that bends in their order, - before +. k is the number, in
 * the next layer, of the image of the part there; it is missing in the last layer and of parts whose image is a point. Images of a layer are numbered from 0 in the order in which parts name them first.
 */
import type { StatedDomain } from './format.js';

export const IMAGES_FORMAT = 'relu-atlas-images';
export const IMAGES_VERSION = 1;

export interface ImagesHeader {
  readonly format: typeof IMAGES_FORMAT;
  readonly version: number;
  readonly network: string;
  readonly domain: StatedDomain;
}

export type StatedPart = readonly [signs: string] | readonly [signs: string, image: number];

export interface StatedCellImage {
  readonly times: string;
  readonly lines: readonly (readonly string[])[];
  readonly rays: readonly (readonly string[])[];
  readonly parts: readonly StatedPart[];
}

export interface ImagesTrailer {
  readonly cells: string;
  readonly cellsPerLayer: readonly string[];
}
