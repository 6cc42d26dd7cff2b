/**
 * Where the rows of a walk live, and the arithmetic on them: in one WebAssembly memory where that pays, else in arrays.
 */
import { SLACK } from '../../exact/index.js';
import { Arena, compiled, FEWEST_WEIGHTS, LARGEST_MEMORY } from '../../wasm/index.js';
import { type LayerArithmetic, type LayerData, plainArithmetic, type RowShape } from './arithmetic.js';
import { LAYER_WASM } from './wasm.js';

/** The arithmetic, and the arrays that it can work on. */
export interface LayerMemory {
  readonly arithmetic: LayerArithmetic;
  doubles(length: number): Float64Array;
  /** The values where the arithmetic can read them. */
  held(values: Float64Array): Float64Array;
  integers(length: number): Int32Array;
  signs(length: number): Int8Array;
  /** What walks subtrees in this memory (`planar.ts`), where it is one of WebAssembly. */
  readonly module?: SubtreeModule;
}

/** What the walk of a subtree in WebAssembly asks: exact answers, whether to stop; and whom it tells of what it leaves open. */
export interface SubtreeHost {
  isZero: (layer: number, neuron: number) => number;
  exactSign: (layer: number, neuron: number, vertex: number) => number;
  stop: () => number;
  open: (length: number) => void;
}

export interface SubtreeModule {
  /** Whoever walks takes the places of those before. */
  readonly host: SubtreeHost;
  setUp(places: number, layers: number, constants: number): void;
  tell(): void;
  subtree(...numbers: number[]): number;
}

/** Which arithmetic a walk uses; they are equal to the bit. */
export type ArithmeticName = 'plain' | 'wasm';

/** Memory in plain arrays. */
function plainMemory(shape: RowShape): LayerMemory {
  return {
    arithmetic: plainArithmetic(shape),
    doubles: (length) => new Float64Array(length),
    held: (values) => values,
    integers: (length) => new Int32Array(length),
    signs: (length) => new Int8Array(length),
  };
}

/** What the module exports: all arguments are byte offsets, counts or doubles. */
interface LayerExports extends Omit<SubtreeModule, 'host'> {
  reserve(columns: number, sources: number): void;
  accumulate(...numbers: number[]): number;
  finish(...numbers: number[]): void;
  enclose(...numbers: number[]): void;
}

const MODULE = compiled(LAYER_WASM);

function wasmMemory(module: object, arena: Arena, shape: RowShape, widest: number): LayerMemory {
  const host: SubtreeHost = { isZero: () => 0, exactSign: () => 0, stop: () => 0, open() {} };
  const exports = arena.exportsOf(module, {
    isZero: (layer: number, neuron: number) => host.isZero(layer, neuron),
    exactSign: (layer: number, neuron: number, vertex: number) => host.exactSign(layer, neuron, vertex),
    stop: () => host.stop(),
    open: (length: number) => host.open(length),
  });
  const { reserve, accumulate, finish, enclose, setUp, tell, subtree } = exports as LayerExports;
  const magnitude = arena.held(shape.magnitude);
  const columns = arena.take(4 * widest);
  reserve(columns, arena.take(8 * widest * shape.stride));
  const { variables, stride, unit } = shape;
  return {
    arithmetic: {
      accumulate(below: LayerData, layer: LayerData, settled, count, from, to) {
        return (
          accumulate(
            to.byteOffset,
            from.byteOffset,
            settled.byteOffset,
            count,
            below.sides.byteOffset,
            layer.plus.byteOffset,
            layer.minus === null ? 0 : layer.minus.byteOffset,
            layer.width,
            stride,
            variables + 1,
            below.rows.byteOffset,
            below.error.byteOffset,
            below.mass.byteOffset,
            layer.unit,
          ) !== 0
        );
      },
      finish({ rows, width, mass, error, threshold, tiny }) {
        finish(
          rows.byteOffset,
          width,
          stride,
          variables,
          magnitude.byteOffset,
          unit,
          SLACK,
          tiny,
          mass.byteOffset,
          error.byteOffset,
          threshold.byteOffset,
        );
      },
      enclose({ rows, width, threshold }, active, times, { box, centre, reach }) {
        enclose(
          rows.byteOffset,
          width,
          stride,
          variables,
          active,
          box.byteOffset,
          threshold.byteOffset,
          times,
          centre.byteOffset,
          reach.byteOffset,
        );
      },
    },
    doubles: (length) => arena.doubles(length),
    held: (values) => arena.held(values),
    integers: (length) => arena.integers(length),
    signs: (length) => arena.signs(length),
    module: { host, setUp, tell, subtree },
  };
}

/** What a walk will ask for. */
export interface MemoryNeed {
  readonly bytes: number;
  /** Weights between layers in all. */
  readonly weights: number;
  /** The widest layer. */
  readonly widest: number;
}

/**
 * The memory of a walk: WebAssembly's where it exists, pays, and has room.
 *
 * @param wanted insists on one of them, for tests and benchmarks; @throws Error if it cannot be had
 */
export function layerMemory(shape: RowShape, need: MemoryNeed, wanted?: ArithmeticName): LayerMemory {
  const pays = need.weights >= FEWEST_WEIGHTS && need.bytes <= LARGEST_MEMORY;
  if (wanted === 'plain' || (wanted === undefined && !pays)) return plainMemory(shape);
  // What `wasmMemory` takes for itself; the 64 are for what lies before the first array, and for its arrays' ends.
  const scratch = (shape.stride + 1) * 8 * need.widest + 8 * shape.variables + 64;
  const arena = MODULE && Arena.of(need.bytes + scratch);
  if (MODULE !== undefined && arena !== undefined) return wasmMemory(MODULE, arena, shape, need.widest);
  if (wanted === 'wasm') throw new Error('WebAssembly: expected a module with SIMD and room for its memory, got none');
  return plainMemory(shape);
}
