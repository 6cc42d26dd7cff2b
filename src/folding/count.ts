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
import { Images, partsOf, textOf } from './image.js';
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

export interface FoldedOptions {
  readonly countRest: CountRest;
  /** Whether cells of a network on a domain have equal images, as far as a sample tells. */
  readonly folds: (network: Network, domain: Domain) => boolean;
}

/** From so many different images on, most of the parts of a layer, it is asked whether the layers that follow fold at all. */
const MANY_IMAGES = 32;
/** Integers held for one layer at most: the coordinates of all images. */
const MOST_INTEGERS = 2 ** 21;
/** Products after which an account is made, and those that take as long as walking a cell (measured on 2-64-64-64-1 and 3-32-32-1). */
const FIRST_ACCOUNT = 1_000_000;
const PRODUCTS_PER_CELL = 100n;

interface Image {
  readonly cone: Cone;
  /** How many cells have it. */
  multiplicity: bigint;
}

/**
 * Counts the cells of the problem, which has a layer that bends and for which images were found to be equal.
 *
 * @param options what may be walked instead; default: nothing
 * @returns undefined where a walk is quicker after all, if there may be one, or the images are too many to hold, or the rest was stopped
 */
export function* countFolded(problem: PartitionProblem, options?: FoldedOptions): Counting<FoldedCount | undefined> {
  const count = new Count(problem);
  while (count.layer < problem.depth) {
    const images = [...count.images];
    for (const [done, image] of images.entries()) {
      yield { step: count.layer, steps: problem.depth, done, parts: images.length };
      count.cut(image);
      if (count.isTooLarge() || (options !== undefined && count.isTooSlow())) return undefined;
    }
    count.descend();
    if (options !== undefined && count.mayHaveUnfolded()) {
      const { network, domain } = restOf(problem, count.layer, [...count.images][0]!.cone);
      if (!options.folds(network, domain)) return yield* walkedRest(problem, count, options.countRest);
    }
  }
  return count.result();
}

/** Counts what the layers from that of the count on make of its images one by one. */
function* walkedRest(problem: PartitionProblem, count: Count, countRest: CountRest): Counting<FoldedCount | undefined> {
  // Then it is quicker to walk all of it, in threads.
  if (count.cells < 2n * BigInt(count.images.length)) return undefined;
  const before = count.layer;
  const sums = new Array<bigint>(problem.depth - before).fill(count.single);
  let walked = 0n;
  for (const { cone, multiplicity } of count.images) {
    const { network, domain } = restOf(problem, before, cone);
    const cells = yield* countRest(network, domain);
    if (cells === undefined) return undefined;
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

  constructor(private readonly problem: PartitionProblem) {
    this.maps = new Images(problem);
    this.images = [{ cone: this.maps.root(), multiplicity: 1n }];
    this.sift();
  }

  /** Cells of the layers before. */
  get cells(): bigint {
    return this.cellsPerLayer.at(-1) ?? 1n;
  }

  /** Cuts an image of the layer, and adds up the images of its parts in the next one. */
  cut({ cone, multiplicity }: Image): void {
    const { layer, problem, next } = this;
    const isLast = layer + 1 === problem.depth;
    for (const { part, sides } of partsOf(problem.layers[layer]!, cone)) {
      this.parts++;
      this.sum += multiplicity;
      if (isLast) continue;
      const image = this.maps.next(layer, part, sides);
      const text = textOf(image);
      const known = next.get(text);
      const width = problem.layers[layer + 1]!.width + 1;
      this.products += part.rays.length * problem.layers[layer]!.width * width;
      if (known !== undefined) known.multiplicity += multiplicity;
      else {
        next.set(text, { cone: image, multiplicity });
        this.integers += image.rays.length * width;
      }
    }
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

  /** Takes out the points. */
  private sift() {
    for (const { cone, multiplicity } of this.images) if (cone.dimension === 1) this.single += multiplicity;
    this.images = this.images.filter(({ cone }) => cone.dimension > 1);
  }

  /** Whether the last layer had many images of parts, and most of them are different. */
  mayHaveUnfolded(): boolean {
    const { images, problem, layer } = this;
    return layer < problem.depth && images.length >= MANY_IMAGES && 2 * images.length > this.folded.at(-1)!.parts;
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
