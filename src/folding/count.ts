/**
 * Counting the cells of networks that fold: layer by layer, equal images of cells added up (`image.ts`).
 *
 * However many cells there are, work and memory are those of the different images, all of one layer at a time. Counts are sums of multiplicities: integers of
 * any size.
 */
import type { Counting } from '../chambers/index.js';
import type { Domain, Network } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import type { Cone } from './cone.js';
import { Images, partsOf, type Side, textOf } from './image.js';
import { restOf } from './rest.js';

/** What was done in one layer. */
export interface LayerOfImages {
  /** The different images of cells in it. Those that are points stay one cell for good and are not counted. */
  readonly images: number;
  /** The parts into which the layer cuts them. */
  readonly parts: number;
}

/** What engines do: they count what the layers that do not fold make of each image. */
export interface WalkedRest {
  /** Layers before it: those that fold. */
  readonly layers: number;
  readonly images: number;
  /** Cells that were walked or counted there. */
  readonly cells: bigint;
}

export interface FoldedCount {
  readonly cells: bigint;
  /** cellsPerLayer[k]: cells of the partition by the first k + 1 layers. */
  readonly cellsPerLayer: readonly bigint[];
  readonly folded: readonly LayerOfImages[];
  readonly rest?: WalkedRest;
}

/** Counts the cells of a network on a domain per layer by an engine; undefined if it was stopped. */
export type CountRest = (network: Network, domain: Domain) => Counting<readonly number[] | undefined>;

/** A part of an image. */
export interface FoldedPart {
  /** Per neuron of the layer. */
  readonly sides: readonly Side[];
  /** The number of its image in the next layer; undefined behind the last one, and if the image is a point. */
  readonly image: number | undefined;
}

/** Is told of images layer by layer, in the order of their numbers: those of a layer are numbered in the order in which parts of the one before have them first. */
export interface ImageListener {
  /** A layer begins that cuts so many different images. */
  layer(layer: number, images: number): void;
  /** An image, how many cells have it, and its parts. */
  image(cone: Cone, multiplicity: bigint, parts: readonly FoldedPart[]): void;
}

export interface FoldedOptions {
  readonly countRest: CountRest;
  /** Whether cells of a network on a domain have equal images, as far as a sample tells. */
  readonly folds: (network: Network, domain: Domain) => boolean;
}

/** Products that cutting the images of a layer may take without a look whether it folds at all: as long as the look takes. */
const FEW_PRODUCTS = 10_000;
/** A walk on an image begins as slowly as one finds so many cells (measured on 2-32-32-1). */
const CELLS_PER_IMAGE = 2000;
/** Layers of the rest that are looked at first: most that fold do so at once. */
const NEAR = 3;
/** Integers held for one layer at most: the coordinates of all images. */
const MOST_INTEGERS = 2 ** 21;
/** Products after which an account is made, and those that take as long as walking a cell (measured on 2-64-64-64-1 and 3-32-32-1). */
const FIRST_ACCOUNT = 100_000;
const PRODUCTS_PER_CELL = 16n;

interface Image {
  readonly cone: Cone;
  /** Among those of the layer that are more than a point; undefined of a point. */
  readonly number: number | undefined;
  /** How many cells have it. */
  multiplicity: bigint;
}

/**
 * Counts the cells of the problem, which has a layer that bends and for which images were found to be equal.
 *
 * @param options what may be walked instead; default: nothing
 * @param listener is told of images unless they are walked
 * @returns undefined where a walk is quicker after all, if there may be one, or the images are too many to hold, or the rest was stopped
 */
export function* countFolded(
  problem: PartitionProblem,
  options?: FoldedOptions,
  listener?: ImageListener,
): Counting<FoldedCount | undefined> {
  const count = new Count(problem, listener);
  while (count.layer < problem.depth) {
    if (options !== undefined && count.layer > 0 && count.expected() > FEW_PRODUCTS) {
      if (!foldsFrom(problem, count, options)) return yield* walkedRest(problem, count, options.countRest);
    }
    const images = [...count.images];
    for (const [done, image] of images.entries()) {
      for (const _ of count.cut(image)) {
        yield { step: count.layer, steps: problem.depth, done, parts: images.length };
        if (count.isTooLarge() || (options !== undefined && count.isTooSlow())) return undefined;
      }
    }
    count.descend();
  }
  return count.result();
}

/** Whether the layers from that of the count on seem to fold the first of its images. */
function foldsFrom(problem: PartitionProblem, { layer, images }: Count, { folds }: FoldedOptions): boolean {
  const rest = restOf(problem, layer, images[0]!.cone);
  const near = { ...rest.network, layers: rest.network.layers.slice(0, NEAR) };
  return folds(near, rest.domain) || (problem.depth - layer > NEAR && folds(rest.network, rest.domain));
}

/** Whether walking the rest on each image, if that is about like the first one, is quicker than walking all, in threads. @param cells of the first one */
const pays = ({ cells: before, images }: Count, cells: number): boolean =>
  before * BigInt(cells) > BigInt(images.length) * BigInt(CELLS_PER_IMAGE + cells);

/** Whether walking the rest of some image is far slower than walking all of R^d, in charts. */
const isSlow = ({ given }: PartitionProblem, { images }: Count): boolean =>
  given.numerators.length === 0 &&
  images.some(({ cone }) => cone.rays.some(({ vector }) => vector[vector.length - 1] === 0n));

/** Counts what the layers from that of the count on make of its images one by one. */
function* walkedRest(problem: PartitionProblem, count: Count, countRest: CountRest): Counting<FoldedCount | undefined> {
  if (count.cells < 2n * BigInt(count.images.length) || isSlow(problem, count)) return undefined;
  const before = count.layer;
  const sums = new Array<bigint>(problem.depth - before).fill(count.single);
  let walked = 0n;
  for (const { cone, multiplicity } of count.images) {
    const { network, domain } = restOf(problem, before, cone);
    const cells = yield* countRest(network, domain);
    if (cells === undefined || (walked === 0n && !pays(count, cells.at(-1)!))) return undefined;
    walked += BigInt(cells.at(-1)!);
    cells.forEach((more, l) => {
      sums[l]! += multiplicity * BigInt(more);
    });
  }
  return count.result(sums, { layers: before, images: count.images.length, cells: walked });
}

class Count {
  /** The layer whose images are cut. */
  layer = 0;
  images: readonly Image[];
  /** Cells so far that are mapped to a point: they stay one for good. */
  single = 0n;
  private readonly maps: Images;
  private readonly cellsPerLayer: bigint[] = [];
  private readonly folded: LayerOfImages[] = [];
  private next = new Map<string, Image>();
  private sum = 0n;
  private parts = 0;
  private products = 0;
  private integers = 0;

  /** Images of the next layer that are more than points. */
  private numbered = 0;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly listener?: ImageListener,
  ) {
    this.maps = new Images(problem);
    const cone = this.maps.root();
    this.images = [{ cone, number: this.numberOf(cone), multiplicity: 1n }];
    this.sift();
  }

  /** Cells of the layers before. */
  get cells(): bigint {
    return this.cellsPerLayer.at(-1) ?? 1n;
  }

  /** The number of an image that is new. */
  private numberOf({ dimension }: Cone): number | undefined {
    return dimension === 1 ? undefined : this.numbered++;
  }

  /** Cuts an image of the layer, and adds up the images of its parts in the next one, part by part. */
  *cut({ cone, multiplicity }: Image): Generator<void> {
    const { layer, problem, listener } = this;
    const isLast = layer + 1 === problem.depth;
    const told: FoldedPart[] = [];
    for (const { part, sides } of partsOf(problem.layers[layer]!, cone)) {
      this.parts++;
      this.sum += multiplicity;
      yield;
      const image = isLast ? undefined : this.passOn(part, sides, multiplicity);
      if (listener !== undefined) told.push({ sides: [...sides], image });
    }
    listener?.image(cone, multiplicity, told);
  }

  /** Adds the image of a part in the next layer. @returns its number */
  private passOn(part: Cone, sides: readonly Side[], multiplicity: bigint): number | undefined {
    const { layer, problem, next } = this;
    const cone = this.maps.next(layer, part, sides);
    const text = textOf(cone);
    const width = problem.layers[layer + 1]!.width + 1;
    this.products += part.rays.length * problem.layers[layer]!.width * width;
    const known = next.get(text);
    if (known !== undefined) {
      known.multiplicity += multiplicity;
      return known.number;
    }
    const number = this.numberOf(cone);
    next.set(text, { cone, number, multiplicity });
    this.integers += cone.rays.length * width;
    return number;
  }

  /** Whether the images of the next layer take too much memory. */
  isTooLarge(): boolean {
    return this.integers > MOST_INTEGERS;
  }

  /** Whether it has taken longer than walking the cells. */
  isTooSlow(): boolean {
    const { products } = this;
    return products > FIRST_ACCOUNT && BigInt(products) > PRODUCTS_PER_CELL * (this.cells + this.sum);
  }

  /** On to the next layer. */
  descend(): void {
    this.folded.push({ images: this.images.length, parts: this.parts });
    this.cellsPerLayer.push(this.single + this.sum);
    this.images = [...this.next.values()];
    this.next = new Map();
    this.sum = 0n;
    this.parts = 0;
    this.integers = 0;
    this.layer++;
    this.sift();
  }

  /** Takes out the points, and begins the layer. */
  private sift() {
    for (const { number, multiplicity } of this.images) if (number === undefined) this.single += multiplicity;
    this.images = this.images.filter(({ number }) => number !== undefined);
    this.numbered = 0;
    if (this.layer < this.problem.depth) this.listener?.layer(this.layer, this.images.length);
  }

  /** How many products it takes at most to cut the images of the layer and to map the parts, about: these are simplices or cubes, and there are sum_j binomial(width, j). */
  expected(): number {
    const { problem, layer, images } = this;
    const { width } = problem.layers[layer]!;
    const next = layer + 1 < problem.depth ? problem.layers[layer + 1]!.width : 1;
    let products = 0;
    for (const { cone } of images) {
      let term = 1;
      let parts = 1;
      for (let j = 1; j < cone.dimension; j++) {
        term *= (width - j + 1) / j;
        parts += Math.max(0, term);
      }
      products += parts * cone.dimension * width * next;
    }
    return products;
  }

  /** @param rest cells per layer from here on */
  result(rest: readonly bigint[] = [], walked?: WalkedRest): FoldedCount {
    const cellsPerLayer = [...this.cellsPerLayer, ...rest];
    return {
      cells: cellsPerLayer.at(-1) ?? 1n,
      cellsPerLayer,
      folded: this.folded,
      ...(walked && { rest: walked }),
    };
  }
}
