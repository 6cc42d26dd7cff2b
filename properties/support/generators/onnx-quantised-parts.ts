/**
 * Random parts with weights in small element types.
 */
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnx-models.js';
import { type Draw, LATEST, type Opsets, type Part, scalar } from './onnx-parts.js';

type CodeType = 'int8' | 'uint8' | 'int16' | 'uint16';

const RANGES: Readonly<Record<CodeType, readonly [number, number]>> = {
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
  const type: CodeType = wide ? draw.pick('int16', 'uint16') : draw.pick('int8', 'uint8');
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

/** Weights of small types behind a cast. */
function cast(op: 'Cast' | 'CastLike') {
  return (draw: Draw): Part => {
    const n = draw.integer(1, 3);
    const type = draw.pick('float16', 'int8', 'uint8', 'int16', 'int64', 'double', 'bool');
    const codes: TensorSpec =
      type === 'float16'
        ? // Finite ones: not all bits of the exponent are set.
          {
            dims: [n],
            values: Array.from({ length: n }, () => draw.integer(0, 0x7bff) | (draw.integer(0, 1) << 15)),
            type,
          }
        : type === 'double' || type === 'int64' || type === 'bool'
          ? { dims: [n], values: Array.from({ length: n }, () => draw.integer(0, 1)), type }
          : integers(draw, type, [n]);
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
    return { shape: [2, n], weights: { q: codes }, nodes, opsets: [op === 'Cast' ? 9 : 15, LATEST] as Opsets, bound };
  };
}

export const SCALED_PARTS: Readonly<Record<string, (draw: Draw) => Part>> = {
  CastLike: cast('CastLike'),
  DequantizeLinear: dequantised,
  QuantizeLinear: quantised,
};

export const SCALED_GRAPHS: Readonly<Record<string, (draw: Draw) => Part>> = { 'weights of small types': cast('Cast') };
