/**
 * Checking a count by images (`certificate/images.ts`): every image is cut and mapped again, in integers.
 *
 * Let C be a cell of the layers before layer l, and I its image: the set of pre-activations of layer l on C.
 *
 * *Lemma 1.* For k >= l, the layers l to k make as many cells of C as they make of I within its affine hull. *Proof.* The affine map from C onto I is open onto the hull of I: so the preimage in C of a set with interior in the hull
 * has interior, and one without interior in the hull, contained in a hyperplane of it or less, has none. Whatever these layers do depends on the pre-activations alone, so their creases in C are preimages of those in I. A crease that contains
 * all of I cuts neither. []
 *
 * So cells with equal images have equal subtrees, also where images are flat: C need not be flat then, and its cells are counted with their interior in the domain. Where I is a point nothing is cut any more: C is one cell
 * of every layer from l on.
 *
 * *Lemma 2.* A neuron that is silent on I may be put to 0 there. *Proof.* Of its two branches all of I is on one, so it cuts nothing; what it hands on from there is 0, and 0 hands on 0. []
 *
 * *Parts.* The neurons of a layer cut an image one after the other; where one is negative somewhere on a part and positive somewhere, both halves have interior in the hull. The halves cover the part and share no interior.
 * So the parts at the end are the cells that the layer makes of the image, by their signs, and their images in the next layer those of the cells of C in them. All parts are found here, by `cone.ts`, and must be those stated, each with the number of its image.
 *
 * *Count.* `times` of an image of layer 0 is 1, of a later one the sum of `times` over the parts named with its number: by lemma 1, so many cells have it. Cells after layer l are the points found before, and the sum of `times` by the
 * number of parts over all images.
 *
 * Cost: that of cutting and mapping each different image once; memory for those of two layers.
 */
import type { ImagesTrailer, StatedCellImage } from '../certificate/index.js';
import { type IntegerVector, integersFromRationals } from '../exact/index.js';
import { type AffineMap, bends, type Domain, forEachInRow, type Network } from '../network/index.js';
import {
  type Cone,
  coneWithin,
  dimensionOf,
  type Form,
  imageOf,
  nameOf,
  positivePart,
  signsOn,
  type Vector,
} from './cone.js';
import { integer, type LineChecker, refuse } from './json-lines.js';
import { wallsOf } from './walls.js';

/** A weight of a later layer: that of neuron `from` of the layer before. */
interface Entry {
  readonly from: number;
  readonly weight: bigint;
}

/** A layer in integers. */
interface Layer {
  readonly width: number;
  /** Per neuron whether it bends. */
  readonly bends: readonly boolean[];
  /** Slopes: those of neuron k, where it is negative and where it is positive, are numbers 2 k and 2 k + 1. */
  readonly slopes: IntegerVector;
  /** Per neuron its weights that are not 0, over a denominator that the biases share. */
  readonly weights: readonly (readonly Entry[])[];
  readonly bias: readonly bigint[];
  readonly denominator: bigint;
  /** Per neuron whether some weight from it into the next layer is not 0. */
  readonly isHeard: readonly boolean[];
}

function layersOf({ layers }: Network): Layer[] {
  const weights = layers.map(({ affine }) => weightsOf(affine));
  return layers.map(({ affine, slopes }, l) => {
    const { bias, denominator } = affine.integers();
    const heard = new Set((weights[l + 1] ?? []).flat().map(({ from }) => from));
    return {
      width: affine.outputs,
      bends: slopes.map(bends),
      slopes: integersFromRationals(slopes.flatMap(({ negative, positive }) => [negative, positive])),
      weights: weights[l]!,
      bias,
      denominator,
      isHeard: bias.map((_, k) => heard.has(k)),
    };
  });
}

function weightsOf(affine: AffineMap): Entry[][] {
  const { pattern, values, bias } = affine.integers();
  return bias.map((_, k) => {
    const entries: Entry[] = [];
    forEachInRow(pattern, k, (from, e) => {
      if (values[e] !== 0n) entries.push({ from, weight: values[e]! });
    });
    return entries;
  });
}

/** The pre-activations of a layer, and the height, from what is handed on to it, at a height. */
function preActivations({ weights, bias, denominator }: Layer, handed: Vector, height: bigint): bigint[] {
  const values = weights.map((entries, k) =>
    entries.reduce((sum, { from, weight }) => sum + weight * handed[from]!, bias[k]! * height),
  );
  return [...values, denominator * height];
}

/** An image that parts were found to have. */
interface Found {
  readonly cone: Cone;
  readonly name: string;
  readonly number: number;
  times: bigint;
}

export interface CheckedImages {
  readonly cells: bigint;
  /** cellsPerLayer[l]: cells of the partition by the first l + 1 layers. */
  readonly cellsPerLayer: readonly bigint[];
  /** Different images, over all layers, and the parts into which they are cut. */
  readonly images: number;
  readonly parts: number;
}

interface Part {
  readonly cone: Cone;
  /** Of each neuron that bends. */
  readonly signs: string;
}

/** Takes lines as they come. */
export class ImagesChecker implements LineChecker<CheckedImages, ImagesTrailer> {
  private readonly layers: readonly Layer[];
  /** The layer whose images are cut; -1 before the first. */
  private layer = -1;
  /** Its images, and how many of them are listed. */
  private images: readonly Found[] = [];
  private listed = 0;
  /** The images of the next layer, by their names, in the order in which parts name them. */
  private next = new Map<string, Found>();
  /** Cells whose image is a point. */
  private points = 0n;
  /** Cells after the layer, so far. */
  private cells = 0n;
  private readonly cellsPerLayer: bigint[] = [];
  private readonly verified = { images: 0, parts: 0 };

  /** @throws LineRefusal for an empty domain */
  constructor(network: Network, domain: Domain) {
    this.layers = layersOf(network);
    if (network.layers.length === 0) refuse('the network has no layer that bends');
    const { inputs } = network;
    const cone = coneWithin(inputs + 1, wallsOf(domain));
    if (cone.rays.every(({ vector }) => vector[inputs] === 0n)) refuse('the domain is empty');
    this.gather(0, cone, (vector) => preActivations(this.layers[0]!, vector, vector[inputs]!), 1n);
  }

  /**
   * Counts the image of a part, or of the domain, in a layer.
   *
   * @param place the map to its pre-activations
   * @returns its number; undefined of a point
   */
  private gather(layer: number, part: Cone, place: (vector: Vector) => bigint[], times: bigint): number | undefined {
    const lines = part.lines.map(place);
    const vectors = part.rays.map(({ vector }) => place(vector));
    this.silence(layer, lines, vectors);
    const cone = imageOf(part, lines, vectors);
    if (dimensionOf(cone) === 1) {
      this.points += times;
      return undefined;
    }
    const name = nameOf(
      cone.lines,
      cone.rays.map(({ vector }) => vector),
    );
    const known = this.next.get(name) ?? { cone, name, number: this.next.size, times: 0n };
    this.next.set(name, known);
    known.times += times;
    return known.number;
  }

  /** Puts silent neurons to 0 (lemma 2). */
  private silence(layer: number, lines: readonly bigint[][], vectors: readonly bigint[][]) {
    const { slopes, isHeard, bends } = this.layers[layer]!;
    const rays = vectors.map((vector) => ({ vector, tight: 0n }));
    isHeard.forEach((heard, k) => {
      const { negative, positive } = signsOn({ lines, rays }, (vector) => vector[k]!);
      if (bends[k] === true && negative && positive) return;
      const slope = slopes.numerators[2 * k + (negative ? 0 : 1)]!;
      if (!heard || slope === 0n) for (const vector of [...lines, ...vectors]) vector[k] = 0n;
    });
  }

  line(value: unknown): void {
    if (value === null || typeof value !== 'object') refuse('a line is no object');
    if ('layer' in value) this.begin(value as { layer: unknown; images?: unknown });
    else this.image(value);
  }

  /** The images that were found are cut now. */
  private begin({ layer, images }: { readonly layer: unknown; readonly images?: unknown }) {
    if (layer !== this.layer + 1 || layer >= this.layers.length) refuse(`layer ${String(layer)} is out of place`);
    this.end();
    if (images !== this.next.size)
      refuse(`layer ${layer}: ${this.next.size} images are found, ${String(images)} are stated`);
    this.layer = layer;
    this.images = [...this.next.values()];
    this.listed = 0;
    this.next = new Map();
    this.cells = this.points;
  }

  /** Whether the layer is whole. */
  private end() {
    const { layer, images, listed } = this;
    if (layer < 0) return;
    if (listed < images.length) refuse(`layer ${layer}: ${images.length} images are found, ${listed} are listed`);
    this.cellsPerLayer.push(this.cells);
    this.verified.images += listed;
  }

  private image({ times, lines, rays, parts }: Partial<StatedCellImage>) {
    const place = `layer ${this.layer}, image ${this.listed}`;
    const image = this.images[this.listed];
    if (image === undefined) refuse(`${place}: there is no such image`);
    const entries = this.layers[this.layer]!.width + 1;
    if (nameOf(vectorsOf(lines, entries, place), vectorsOf(rays, entries, place)) !== image.name)
      refuse(`${place}: its lines and rays are not those that are found`);
    if (integer(times) !== image.times) refuse(`${place}: ${image.times} cells have it, another number is stated`);
    if (!Array.isArray(parts)) refuse(`${place}: it has no list of parts`);
    this.cut(image, parts as readonly unknown[], place);
    this.listed++;
  }

  /** Cuts an image, and finds the images of its parts, which must be those that are stated. */
  private cut({ cone, times }: Found, stated: readonly unknown[], place: string) {
    const { bends } = this.layers[this.layer]!;
    const bending = bends.flatMap((it, k) => (it ? [k] : []));
    let found = 0;
    for (const part of partsOf(cone, bending)) {
      const number = this.passOn(part, bending, times);
      const expected = number === undefined ? [part.signs] : [part.signs, number];
      const given = stated[found];
      const isStated = Array.isArray(given) && given.length === expected.length;
      if (!isStated || expected.some((value, i) => given[i] !== value))
        refuse(`${place}, part ${found}: ${JSON.stringify(expected)} is found, another one is stated`);
      found++;
    }
    if (stated.length > found) refuse(`${place}: ${found} parts are found, ${stated.length} are stated`);
    this.cells += times * BigInt(found);
    this.verified.parts += found;
  }

  /** The image of a part in the next layer, if there is one. @returns as `gather` */
  private passOn({ cone, signs }: Part, bending: readonly number[], times: bigint): number | undefined {
    const next = this.layers[this.layer + 1];
    if (next === undefined) return undefined;
    const { slopes, width } = this.layers[this.layer]!;
    // Of neurons that do not bend both slopes are the same.
    const chosen = Array.from({ length: width }, (_, k) => slopes.numerators[2 * k + 1]!);
    bending.forEach((k, i) => {
      if (signs[i] === '-') chosen[k] = slopes.numerators[2 * k]!;
    });
    const place = (vector: Vector) => {
      const handed = chosen.map((slope, k) => slope * vector[k]!);
      return preActivations(next, handed, slopes.denominator * vector[width]!);
    };
    return this.gather(this.layer + 1, cone, place, times);
  }

  finish(trailer: ImagesTrailer): CheckedImages {
    const { cellsPerLayer, verified } = this;
    if (this.layer + 1 < this.layers.length) refuse('layers are missing');
    this.end();
    const cells = cellsPerLayer.at(-1)!;
    const stated = Array.isArray(trailer.cellsPerLayer) ? trailer.cellsPerLayer.join() : undefined;
    if (trailer.cells !== String(cells) || stated !== cellsPerLayer.join())
      refuse(`the trailer states other numbers than are proved: ${cells} cells`);
    return { cells, cellsPerLayer, ...verified };
  }
}

/** The parts into which neurons cut an image, by their signs in order, those with - first. */
function* partsOf(cone: Cone, neurons: readonly number[], before = ''): Generator<Part> {
  let signs = before;
  for (let i = before.length; i < neurons.length; i++) {
    const value: Form = (vector) => vector[neurons[i]!]!;
    const { negative, positive } = signsOn(cone, value);
    if (negative && positive) {
      yield* partsOf(
        positivePart(cone, (vector) => -value(vector)),
        neurons,
        `${signs}-`,
      );
      yield* partsOf(positivePart(cone, value), neurons, `${signs}+`);
      return;
    }
    signs += negative ? '-' : positive ? '+' : '0';
  }
  yield { cone, signs };
}

function vectorsOf(stated: unknown, entries: number, place: string): Vector[] {
  const isList = (value: unknown, of: number | undefined): value is unknown[] =>
    Array.isArray(value) && (of === undefined || value.length === of);
  if (!isList(stated, undefined) || !stated.every((vector) => isList(vector, entries)))
    refuse(`${place}: lines or rays are no lists of vectors of ${entries} entries`);
  return (stated as unknown[][]).map((vector) => vector.map(integer));
}
