/**
 * The walk below a node in WebAssembly, for problems in two variables of which only the count is wanted: no call between
 * the languages per cell, and full speed from the first one.
 *
 * `traverse.ts` and the planar kernel state what is computed, and are equal to it to the bit, which a property holds
 * (subtrees-in-webassembly-are-equal-to-the-bit). Both work on the same arrays, those below: the walk can change over at any node. Exact
 * questions come back to the kernel.
 */
import { evaluationUnit, SLACK, underflow } from '../../exact/index.js';
import type { PartitionProblem, ProportionalNeurons } from '../../problem/index.js';
import type { LayerData } from './arithmetic.js';
import type { LayerMemory, SubtreeHost, SubtreeModule } from './memory.js';

/** The faces of the box come before the splits in the list of lines. */
const FACES = 4;
/** Rings of a path take room for the square of its splits; beyond so many the kernel's own, which grow, do. */
const MOST_SPLITS = 2000;
const STRIDE = 4;
const FRAME = 5;

/** Splits of a path, at most. */
function splitsOf({ layers }: PartitionProblem): number {
  return layers.reduce((sum, { width }) => sum + width, 0);
}

/** Vertices of all polygons of a path of that many splits, each of which adds one at most. */
const ringRoom = (splits: number) => ((splits + 1) * (2 * FACES + splits)) / 2 + 64;

/** Neurons that cut the cells of a path: in each layer of all before their split one less at most. */
const cutRoom = ({ layers }: PartitionProblem) => layers.reduce((sum, { width }) => sum + ((width + 1) * width) / 2, 1);

/** Doubles that this takes at most, with `gap` more for each array; 0 where there is no such walk. */
export function planarNeed(problem: PartitionProblem, gap: number): number {
  const splits = splitsOf(problem);
  if (problem.variables !== 2 || splits > MOST_SPLITS) return 0;
  const rooms = problem.layers.reduce(
    (sum, { width }, l) =>
      sum + (l === 0 ? 0 : (problem.layers[l - 1]!.width + 1) * STRIDE * width) + 3 * (width + gap),
    0,
  );
  return rooms + ringRoom(splits) + cutRoom(problem) + 40 * (splits + FACES + gap) + 16 * problem.layers.length;
}

/** The arrays of the planar kernel, which says what they hold. */
export interface PlanarPlaces {
  readonly lineRows: Float64Array;
  readonly lineThreshold: Float64Array;
  readonly lineSpan: Float64Array;
  readonly lineSide: Int8Array;
  readonly lineLayer: Int32Array;
  readonly lineNeuron: Int32Array;
  readonly throughOrigin: Int8Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly radius: Float64Array;
  readonly isOrigin: Int8Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** 1 if what was known of the vertex exactly was of one before it. */
  readonly isNew: Int8Array;
  readonly ringVertex: Int32Array;
  readonly ringEdge: Int32Array;
  readonly from: Int32Array;
  readonly vertexCount: Int32Array;
  readonly frames: Float64Array;
  readonly values: Float64Array;
  readonly signs: Int8Array;
}

/** The arrays for paths of that many splits, wherever `memory` has them. */
export function planarPlaces(
  memory: Pick<LayerMemory, 'doubles' | 'integers' | 'signs'>,
  splits: number,
  rings: number,
): PlanarPlaces {
  const { doubles, integers, signs } = memory;
  const lines = FACES + splits;
  const depths = splits + 1;
  return {
    lineRows: doubles(3 * lines),
    lineThreshold: doubles(lines),
    lineSpan: doubles(lines),
    lineSide: signs(lines),
    lineLayer: integers(lines),
    lineNeuron: integers(lines),
    throughOrigin: signs(lines),
    x: doubles(2 * lines),
    y: doubles(2 * lines),
    radius: doubles(2 * lines),
    isOrigin: signs(2 * lines),
    first: integers(2 * lines),
    second: integers(2 * lines),
    isNew: signs(2 * lines),
    ringVertex: integers(rings),
    ringEdge: integers(rings),
    from: integers(depths + 1),
    vertexCount: integers(depths),
    frames: doubles(depths * FRAME),
    values: doubles(Math.min(rings, 2 * lines + 64)),
    signs: signs(Math.min(rings, 2 * lines + 64)),
  };
}

/** What a kernel answers and knows for the walk below a node. */
export interface PlanarAnswers {
  readonly originNeurons: readonly Uint8Array[];
  readonly proportional: readonly (ProportionalNeurons | null)[];
  readonly isZero: SubtreeHost['isZero'];
  readonly exactSign: SubtreeHost['exactSign'];
  /** The sides of the layer before have changed. */
  readonly forget: (layer: number) => void;
}

/** A node on whose cell all neurons of the layer but `cuts` are settled, and the rows of the next layer in the making. */
export interface SubtreeNode {
  readonly layer: number;
  readonly level: number;
  readonly cuts: ArrayLike<number>;
  readonly sums: Float64Array;
  /** The splits above, and the vertices of their cells. */
  readonly depth: number;
  readonly vertices: number;
}

/** What comes of a walk: cells, the cells at which each layer was entered, and decisions, since the last time it was told. */
export interface SubtreeTally {
  cells: number;
  readonly entered: Float64Array;
  byBounds: number;
  byPoints: number;
  exactly: number;
}

/** Who is told while a subtree is walked. */
export interface SubtreeListener {
  readonly stop: (() => boolean) | undefined;
  /** The sides taken below the node to a subtree that is left open. */
  readonly open: (sides: Int8Array) => void;
  /** The same object every time. */
  readonly tell: (tally: SubtreeTally) => void;
}

export interface PlanarWalk {
  readonly places: PlanarPlaces;
  /** Before the first subtree of a kernel. */
  prepare(answers: PlanarAnswers): void;
  /** Walks everything below the node. @returns whether it was stopped */
  subtree(node: SubtreeNode, budget: number, listener: SubtreeListener): boolean;
}

/** How often, in questions whether to stop, a listener is told. */
const TELL_EVERY = 1024;

/** Entries of the table of a layer: sixteen addresses, two doubles. */
const LAYER_BYTES = 80;

/** The walk on the rows of a problem, or undefined where there is none. */
export function planarWalk(
  problem: PartitionProblem,
  memory: LayerMemory,
  data: readonly LayerData[],
  biases: readonly Float64Array[],
  scratch: {
    readonly settled: Int32Array;
    readonly box: Float64Array;
    readonly centre: Float64Array;
    readonly reach: Float64Array;
  },
): PlanarWalk | undefined {
  const { module } = memory;
  if (module === undefined || planarNeed(problem, 0) === 0) return undefined;
  return new WasmWalk(problem, memory, module, data, biases, scratch);
}

class WasmWalk implements PlanarWalk {
  readonly places;
  private readonly cuts: Int32Array;
  private readonly taken: Int8Array;
  private readonly tallies: Float64Array;
  private readonly stale: Int8Array;
  private readonly tally: SubtreeTally;
  private readonly origin: readonly Int8Array[];
  private readonly classes: readonly { readonly first: Int32Array; readonly sign: Int8Array }[];
  /** The table of places, that of the layers, and constants. */
  private readonly table: Int32Array;
  private readonly layers: DataView;
  private readonly constants: Float64Array;

  constructor(
    private readonly problem: PartitionProblem,
    memory: LayerMemory,
    private readonly module: SubtreeModule,
    data: readonly LayerData[],
    biases: readonly Float64Array[],
    scratch: Parameters<typeof planarWalk>[4],
  ) {
    const { depth, layers, outerLower, outerUpper, magnitude } = problem;
    const splits = splitsOf(problem);
    this.places = planarPlaces(memory, splits, Math.ceil(ringRoom(splits)));
    this.cuts = memory.integers(cutRoom(problem));
    this.taken = memory.signs(splits + 1);
    this.tallies = memory.doubles(4);
    this.tally = { cells: 0, entered: memory.doubles(depth), byBounds: 0, byPoints: 0, exactly: 0 };
    this.stale = memory.signs(depth);
    this.origin = layers.map(({ width }) => memory.signs(width));
    this.classes = layers.map(({ width }) => ({ first: memory.integers(width), sign: memory.signs(width) }));
    this.table = memory.integers(32);
    const known = memory.doubles((LAYER_BYTES / 8) * depth);
    this.layers = new DataView(known.buffer, known.byteOffset, known.byteLength);
    const lost = underflow(8, magnitude[0]! * magnitude[1]!);
    const box = [outerLower[0]!, outerUpper[0]!, outerLower[1]!, outerUpper[1]!, magnitude[0]!, magnitude[1]!];
    this.constants = memory.held(Float64Array.from([...box, lost, evaluationUnit(2), SLACK, underflow(2, 0)]));
    const bytes = (values: ArrayLike<number>) => {
      const copy = memory.signs(values.length);
      copy.set(values);
      return copy.byteOffset;
    };
    for (let l = 0; l < depth; l++) {
      const { width, bends, settled } = layers[l]!;
      const { rows, error, mass, threshold, sides, plus, minus, unit, tiny } = data[l]!;
      const rooms = l === 0 ? 0 : memory.doubles((layers[l - 1]!.width + 1) * width * STRIDE).byteOffset;
      const unbent = settled === undefined ? 0 : bytes(settled);
      const arrays = [rows, error, mass, threshold, sides, plus].map((array) => array.byteOffset);
      const addresses = [width, bytes(bends), unbent, ...arrays, minus?.byteOffset ?? 0, biases[l]!.byteOffset, rooms];
      addresses.forEach((address, k) => {
        this.layers.setInt32(l * LAYER_BYTES + 4 * k, address, true);
      });
      this.layers.setFloat64(l * LAYER_BYTES + 64, unit, true);
      this.layers.setFloat64(l * LAYER_BYTES + 72, tiny, true);
    }
    const { settled, box: middle, centre, reach } = scratch;
    const own = [this.cuts, this.taken, this.tallies, this.tally.entered, this.stale, settled, middle, centre, reach];
    const arrays = [known, ...Object.values(this.places as object), ...own, memory.held(magnitude)];
    this.table.set((arrays as Float64Array[]).map((array) => array.byteOffset));
  }

  prepare({ originNeurons, proportional, isZero, exactSign, forget }: PlanarAnswers): void {
    const { module, stale, layers } = this;
    for (let l = 0; l < this.problem.depth; l++) {
      const { first, sign } = this.classes[l]!;
      const own = proportional[l];
      if (own) {
        first.set(own.first);
        sign.set(own.sign);
      }
      this.origin[l]!.set(originNeurons[l]!);
      layers.setInt32(l * LAYER_BYTES + 48, own ? first.byteOffset : 0, true);
      layers.setInt32(l * LAYER_BYTES + 52, sign.byteOffset, true);
      layers.setInt32(l * LAYER_BYTES + 56, this.origin[l]!.byteOffset, true);
    }
    module.setUp(this.table.byteOffset, this.problem.depth, this.constants.byteOffset);
    const refresh = () => {
      for (let l = 0; l < stale.length; l++) {
        if (stale[l] === 0) continue;
        stale[l] = 0;
        forget(l);
      }
    };
    module.host.isZero = (layer, neuron) => {
      refresh();
      return isZero(layer, neuron);
    };
    module.host.exactSign = (layer, neuron, vertex) => {
      refresh();
      return exactSign(layer, neuron, vertex);
    };
    this.refresh = refresh;
  }

  /** Forgets what is known of the rows of layers that were entered since. */
  private refresh = () => {};

  subtree(node: SubtreeNode, budget: number, { stop, open, tell }: SubtreeListener): boolean {
    const { module, tallies, tally } = this;
    this.cuts.set(node.cuts);
    const report = () => {
      [tally.byBounds, tally.byPoints, tally.exactly, tally.cells] = tallies as unknown as [
        number,
        number,
        number,
        number,
      ];
      tell(tally);
      tallies.fill(0);
      tally.entered.fill(0);
    };
    let asked = 0;
    module.host.stop = () => {
      if (++asked % TELL_EVERY === 0) {
        module.tell();
        report();
      }
      return stop!() ? 1 : 0;
    };
    module.host.open = (length) => open(this.taken.subarray(0, length));
    const { layer, level, cuts, sums, depth, vertices } = node;
    const asks = stop === undefined ? 0 : 1;
    try {
      return module.subtree(layer, level, cuts.length, sums.byteOffset, depth, vertices, budget, asks) !== 0;
    } finally {
      report();
      this.refresh();
    }
  }
}
