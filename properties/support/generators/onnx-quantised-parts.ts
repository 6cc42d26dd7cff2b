/**
 * Random parts with weights in small element types.
 */
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnx-models.js';
import { type Draw, LATEST, type Opsets, type Part, scalar } from './onnx-parts.js';

type CodeType = 'int4' | 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16';

const FLOAT8 = ['float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz'] as const;

/** Codes of finite numbers, of both signs: the largest exponent is left out. */
function finiteCode(draw: Draw, type: 'float16' | 'bfloat16' | (typeof FLOAT8)[number]): number {
  const [most, sign] = { float16: [0x7bff, 0x8000], bfloat16: [0x47ff, 0x8000] }[type as string] ?? [0x77, 0x80];
  const size = draw.integer(1, most!);
  return draw.flag() ? size : size | sign!;
}

const RANGES: Readonly<Record<CodeType, readonly [number, number]>> = {
  int4: [-8, 7],
  uint4: [0, 15],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

const integers = (draw: Draw, type: CodeType, dims: readonly number[]): TensorSpec => ({
  dims,
  values: Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => draw.integer(...RANGES[type])),
  type,
  raw: draw.flag(),
});

/** v W for a W behind DequantizeLinear: one scale, one per column, or one per block. */
function dequantised(draw: Draw): Part {
  const [k, n] = [2 * draw.integer(1, 2), draw.integer(1, 3)];
  const way = draw.pick('tensor', 'axis', 'block');
  const wide = draw.flag();
  const type: CodeType = wide ? draw.pick('int16', 'uint16', 'int4', 'uint4') : draw.pick('int8', 'uint8');
  const dims = { tensor: [], axis: [n], block: [k / 2, n] }[way];
  const attributes: Record<string, AttributeSpec> = {
    tensor: {},
    axis: { axis: { i: draw.pick(1, -1) } },
    block: { axis: { i: 0 }, block_size: { i: 2 } },
  }[way] as Record<string, AttributeSpec>;
  const weights: Record<string, TensorSpec> = { q: integers(draw, type, [k, n]), s: draw.tensor(dims, 0.001, 0.1) };
  const zero = draw.flag();
  if (zero) weights.z = integers(draw, type, dims);
  const nodes: NodeSpec[] = [
    { op: 'DequantizeLinear', inputs: zero ? ['q', 's', 'z'] : ['q', 's'], outputs: ['w'], attributes },
    { op: 'MatMul', inputs: ['v', 'w'], outputs: ['y'] },
  ];
  // The codes of absolute value times the scale, and the zero point's.
  const bound: NodeSpec[] = [
    nodes[0]!,
    { op: 'Abs', inputs: ['w'], outputs: ['a'] },
    { op: 'MatMul', inputs: ['v', 'a'], outputs: ['y'] },
  ];
  const first = wide || way === 'block' ? 21 : 13;
  return { shape: [1, k], weights, nodes, opsets: [first, LATEST] as Opsets, bound };
}

/** Weights that are quantised and taken back in the graph. */
function quantised(draw: Draw): Part {
  const [k, n] = [draw.integer(1, 3), draw.integer(1, 3)];
  const perAxis = draw.flag();
  const dims = perAxis ? [n] : [];
  const attributes: Record<string, AttributeSpec> = perAxis ? { axis: { i: 1 } } : {};
  const type: CodeType = draw.pick('int8', 'uint8');
  const weights = { w: draw.tensor([k, n]), s: draw.tensor(dims, 0.01, 0.1), z: integers(draw, type, dims) };
  const nodes: NodeSpec[] = [
    { op: 'QuantizeLinear', inputs: ['w', 's', 'z'], outputs: ['q'], attributes },
    { op: 'DequantizeLinear', inputs: ['q', 's', 'z'], outputs: ['d'], attributes },
    { op: 'MatMul', inputs: ['v', 'd'], outputs: ['y'] },
  ];
  // |d| <= (255 + 255) s: codes and zero points.
  const bound: NodeSpec[] = [
    { op: 'Abs', inputs: ['w'], outputs: ['a'] },
    { op: 'Mul', inputs: ['a', 'none'], outputs: ['o'] },
    { op: 'Add', inputs: ['o', 'most'], outputs: ['b'] },
    { op: 'MatMul', inputs: ['v', 'b'], outputs: ['y'] },
  ];
  return { shape: [1, k], weights: { ...weights, none: scalar(0), most: scalar(51) }, nodes, bound };
}

/** v W for a W of float8 numbers behind DequantizeLinear, which has no zero point but 0 for them. */
function dequantisedFloats(draw: Draw): Part {
  const [k, n] = [draw.integer(1, 3), draw.integer(1, 3)];
  const type = draw.pick(...FLOAT8);
  const values = Array.from({ length: k * n }, () => finiteCode(draw, type));
  const weights = { q: { dims: [k, n], values, type, raw: draw.flag() }, s: draw.tensor([], 0.001, 0.1) };
  const nodes: NodeSpec[] = [
    { op: 'DequantizeLinear', inputs: ['q', 's'], outputs: ['w'] },
    { op: 'MatMul', inputs: ['v', 'w'], outputs: ['y'] },
  ];
  const bound: NodeSpec[] = [
    nodes[0]!,
    { op: 'Abs', inputs: ['w'], outputs: ['a'] },
    { op: 'MatMul', inputs: ['v', 'a'], outputs: ['y'] },
  ];
  return { shape: [1, k], weights, nodes, opsets: [19, LATEST] as Opsets, bound };
}

/** The numbers of the types that weights are rounded to. */
const ROUNDED = { float16: 10, bfloat16: 16, float8e4m3fn: 17, float8e4m3fnuz: 18, float8e5m2: 19, float8e5m2fnuz: 20 };

/** Weights that the graph rounds to a small type and takes back. */
function rounded(draw: Draw): Part {
  const n = draw.integer(1, 4);
  const to = ROUNDED[draw.pick('float16', 'bfloat16', ...FLOAT8)];
  const nodes: NodeSpec[] = [
    { op: 'Cast', inputs: ['w'], outputs: ['q'], attributes: { to: { i: to } } },
    { op: 'Cast', inputs: ['q'], outputs: ['d'], attributes: { to: { i: 1 } } },
    { op: 'Mul', inputs: ['v', 'd'], outputs: ['y'] },
  ];
  // Rounding does not change a sign.
  const bound: NodeSpec[] = [
    ...nodes.slice(0, 2),
    { op: 'Abs', inputs: ['d'], outputs: ['a'] },
    { op: 'Mul', inputs: ['v', 'a'], outputs: ['y'] },
  ];
  return { shape: [2, n], weights: { w: draw.tensor([n]) }, nodes, opsets: [19, LATEST] as Opsets, bound };
}

/** Weights of small types behind a cast. */
function cast(op: 'Cast' | 'CastLike') {
  return (draw: Draw): Part => {
    const n = draw.integer(1, 3);
    const late = op === 'CastLike' ? [] : ([...FLOAT8, 'int4', 'uint4'] as const);
    const type = draw.pick('float16', 'bfloat16', 'int8', 'uint8', 'int16', 'int64', 'double', 'bool', ...late);
    const small = type === 'float16' || type === 'bfloat16' || type.startsWith('float8');
    const codes: TensorSpec = small
      ? {
          dims: [n],
          values: Array.from({ length: n }, () => finiteCode(draw, type as 'float16')),
          type,
        }
      : type === 'double' || type === 'int64' || type === 'bool'
        ? { dims: [n], values: Array.from({ length: n }, () => draw.integer(0, 1)), type }
        : integers(draw, type as CodeType, [n]);
    const first =
      type === 'int4' || type === 'uint4'
        ? 21
        : type.startsWith('float8')
          ? 19
          : op === 'CastLike'
            ? 15
            : type === 'bfloat16'
              ? 13
              : 9;
    const nodes: NodeSpec[] = [
      op === 'Cast'
        ? { op, inputs: ['q'], outputs: ['w'], attributes: { to: { i: 1 } } }
        : { op, inputs: ['q', 'v'], outputs: ['w'] },
      { op: 'Mul', inputs: ['v', 'w'], outputs: ['y'] },
    ];
    const bound: NodeSpec[] = [
      nodes[0]!,
      { op: 'Abs', inputs: ['w'], outputs: ['a'] },
      { op: 'Mul', inputs: ['v', 'a'], outputs: ['y'] },
    ];
    return { shape: [2, n], weights: { q: codes }, nodes, opsets: [first, LATEST] as Opsets, bound };
  };
}

export const SCALED_PARTS: Readonly<Record<string, (draw: Draw) => Part>> = {
  CastLike: cast('CastLike'),
  DequantizeLinear: dequantised,
  QuantizeLinear: quantised,
};

export const SCALED_GRAPHS: Readonly<Record<string, (draw: Draw) => Part>> = {
  'weights of small types': cast('Cast'),
  'weights rounded to small types': rounded,
  'weights of 8 floating-point bits': dequantisedFloats,
};
