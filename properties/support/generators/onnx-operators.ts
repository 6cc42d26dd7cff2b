/**
 * Random models for every supported ONNX operator: one node (or a few) on an input that may first pass a normalisation
 * and a ReLU, so that operators meet raw inputs, scaled ones and neurons.
 */
import fc from 'fast-check';
import type { AttributeSpec, ModelSpec, NodeSpec, TensorSpec } from './onnx-models.js';
import {
  ANY,
  type Draw,
  ints,
  LATEST,
  type Opsets,
  type Part,
  reversed,
  scalar,
  shapeOf,
  single,
} from './onnx-parts.js';
import { SCALED_GRAPHS, SCALED_PARTS } from './onnx-quantised-parts.js';
import { SHAPE_PARTS } from './onnx-shape-parts.js';
import { SPATIAL_PARTS } from './onnx-spatial-parts.js';

function arithmetic(op: string) {
  return (draw: Draw): Part => {
    const shape = shapeOf(draw, draw.option(1, 3));
    const constant = shape.slice(draw.option(0, shape.length - 1)).map((extent) => (draw.flag() ? extent : 1));
    const tensor = op === 'Div' ? draw.tensor(constant, 0.5, 3) : draw.tensor(constant);
    const part = single(op, shape, { c: tensor }, {}, ANY);
    return op !== 'Div' && draw.flag() ? reversed(part) : part;
  };
}

const elementwise =
  (op: string, attributes: (draw: Draw) => Record<string, AttributeSpec> = () => ({})) =>
  (draw: Draw): Part =>
    single(op, shapeOf(draw, draw.option(1, 3)), {}, attributes(draw), ANY);

/** Attributes of a sliding window that fits the extents. */
function sliding(draw: Draw, extents: readonly number[], kernel: readonly number[], dilated: boolean) {
  const attributes: Record<string, AttributeSpec> = { kernel_shape: { ints: kernel } };
  if (draw.flag()) attributes.strides = { ints: extents.map(() => draw.option(1, 3)) };
  if (dilated && draw.flag()) attributes.dilations = { ints: extents.map(() => draw.option(1, 2)) };
  const padding = draw.pick('none', 'pads', 'auto');
  // Less than the kernel, as poolings demand.
  const pads = () => kernel.map((extent) => draw.integer(0, extent - 1));
  if (padding === 'pads') attributes.pads = { ints: [...pads(), ...pads()] };
  // The runtime refuses dilations together with automatic padding.
  if (padding === 'auto' && attributes.dilations === undefined) {
    attributes.auto_pad = { s: draw.pick('SAME_UPPER', 'SAME_LOWER', 'VALID', 'NOTSET') };
  }
  return attributes;
}

function spatial(draw: Draw) {
  const rank = draw.option(1, 3);
  return {
    extents: Array.from({ length: rank }, () => (rank === 3 ? 5 : draw.integer(5, 7))),
    kernel: Array.from({ length: rank }, () => draw.integer(1, 3)),
  };
}

function conv(draw: Draw): Part {
  const { extents, kernel } = spatial(draw);
  const [groups, own, outputs] = [draw.option(1, 2), draw.integer(1, 2), draw.integer(1, 2)];
  const attributes = { ...sliding(draw, extents, kernel, true), group: { i: groups } };
  const weights: Record<string, TensorSpec> = { w: draw.tensor([outputs * groups, own, ...kernel]) };
  if (draw.flag()) weights.bias = draw.tensor([outputs * groups]);
  return single('Conv', [1, own * groups, ...extents], weights, attributes, ANY);
}

function pool(op: string) {
  return (draw: Draw): Part => {
    const { extents, kernel } = spatial(draw);
    const attributes = sliding(draw, extents, kernel, op === 'MaxPool');
    // The runtime refuses to pool with automatic padding where a stride exceeds the kernel: the padding would be negative.
    if (attributes.auto_pad !== undefined)
      attributes.strides = { ints: kernel.map((extent) => draw.option(1, extent)) };
    const ceil = attributes.auto_pad === undefined && draw.flag();
    if (ceil) attributes.ceil_mode = { i: 1 };
    if (op === 'AveragePool' && !ceil) attributes.count_include_pad = { i: draw.option(0, 1) };
    const dilated = op === 'AveragePool' && attributes.auto_pad === undefined && !ceil && draw.flag();
    if (dilated) attributes.dilations = { ints: extents.map(() => draw.option(1, 2)) };
    return single(op, [1, draw.integer(1, 2), ...extents], {}, attributes, [dilated ? 19 : 10, LATEST]);
  };
}

function reduction(op: string) {
  return (draw: Draw): Part => {
    const shape = shapeOf(draw, 3);
    const axes = draw.pick([0], [1, -1], [2], [0, 1, 2], []);
    const attributes = { keepdims: { i: draw.option(0, 1) } };
    const since = op === 'ReduceSum' ? 13 : 18;
    if (draw.flag()) {
      const given = axes.length > 0 ? { ...attributes, axes: { ints: axes } } : attributes;
      // Axes below 0 exist since opset 11.
      return single(op, shape, {}, given, [11, since - 1]);
    }
    const empty = draw.pick<Record<string, TensorSpec>>({}, { axes: ints() });
    const noop: Record<string, AttributeSpec> =
      axes.length > 0 ? {} : { noop_with_empty_axes: { i: draw.option(0, 1) } };
    const weights = axes.length > 0 ? { axes: ints(...axes) } : empty;
    return single(op, shape, weights, { ...attributes, ...noop }, [since, LATEST]);
  };
}

function gemm(draw: Draw): Part {
  const [m, k, n] = [1, draw.integer(1, 5), draw.integer(1, 5)];
  const [transA, transB] = [draw.option(0, 1), draw.option(0, 1)];
  const attributes = { alpha: { f: 0.5 }, beta: { f: draw.pick(-2, 1) }, transA: { i: transA }, transB: { i: transB } };
  const weights = { w: draw.tensor(transB ? [n, k] : [k, n]), c: draw.tensor(draw.pick([n], [1, n], [1])) };
  const shape = transA ? [k, m] : [m, k];
  if (draw.flag()) return single('Gemm', shape, { w: weights.w }, attributes, [11, LATEST]);
  return single('Gemm', shape, weights, attributes, ANY);
}

function matMul(draw: Draw): Part {
  const [m, k, n] = [draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)];
  const batch = draw.pick<readonly number[]>([], [2]);
  const vector = draw.pick('left', 'right', 'no', 'no');
  if (vector === 'left') return single('MatMul', [k], { w: draw.tensor([k, n]) });
  if (vector === 'right') return single('MatMul', [m, k], { w: draw.tensor([k]) });
  if (draw.flag()) return single('MatMul', [...batch, m, k], { w: draw.tensor(draw.flag() ? [k, n] : [2, k, n]) });
  return reversed(single('MatMul', [...batch, k, n], { w: draw.tensor([m, k]) }));
}

function extremum(op: string) {
  return (draw: Draw): Part => {
    const shape = shapeOf(draw, 2);
    const weights = { c: draw.tensor([shape[1]!]), d: draw.tensor([1]), e: draw.tensor(shape) };
    // Constants against the value, and the value against a multiple of itself.
    const nodes = [
      { op: 'Mul', inputs: ['v', 'e'], outputs: ['w'] },
      { op, inputs: draw.pick(['v', 'c'], ['c', 'v'], ['v', 'w'], ['v', 'c', 'w', 'd'], ['v']), outputs: ['y'] },
    ];
    return { shape, weights, nodes };
  };
}

function clip(draw: Draw): Part {
  const shape = shapeOf(draw, 2);
  if (draw.flag()) {
    return single('Clip', shape, {}, draw.pick({ min: { f: -1 }, max: { f: 0.5 } }, { min: { f: 0.25 } }, {}), [7, 10]);
  }
  const [lower, upper] = draw.pick(['lo', 'hi'], ['', 'hi'], ['lo', '']);
  const weights = { lo: scalar(-0.75), hi: scalar(1) };
  return {
    shape,
    weights,
    nodes: [{ op: 'Clip', inputs: ['v', lower!, upper!], outputs: ['y'] }],
    opsets: [11, LATEST],
  };
}

function batchNormalization(draw: Draw): Part {
  const shape = draw.pick<readonly number[]>([1, 3], [1, 3, 2], [1, 2, 3, 2]);
  const channels = [shape[1]!];
  const statistics = { scale: draw.tensor(channels), b: draw.tensor(channels), mean: draw.tensor(channels) };
  const attributes: Record<string, AttributeSpec> = draw.flag() ? { epsilon: { f: Math.fround(0.001) } } : {};
  if (draw.flag()) attributes.momentum = { f: 0.5 };
  const version = draw.pick<readonly [Opsets, Record<string, AttributeSpec>]>(
    [[7, 8], { spatial: { i: 1 } }],
    [[9, 13], {}],
    [[14, LATEST], { training_mode: { i: 0 } }],
  );
  const constants = { ...statistics, variance: draw.tensor(channels, 0.1, 4) };
  return single('BatchNormalization', shape, constants, { ...attributes, ...version[1] }, version[0]);
}

function concat(draw: Draw): Part {
  const shape = shapeOf(draw, 3);
  const axis = draw.option(-3, 2);
  const weights = { c: draw.tensor(shape.map((extent, a) => (a === (axis + 3) % 3 ? draw.integer(1, 2) : extent))) };
  return {
    shape,
    weights,
    nodes: [
      {
        op: 'Concat',
        inputs: draw.pick(['v', 'c', 'v'], ['c', 'v']),
        outputs: ['y'],
        attributes: { axis: { i: axis } },
      },
    ],
  };
}

function split(draw: Draw): Part {
  const [first, second] = [draw.integer(1, 2), draw.integer(1, 2)];
  type Way = readonly [opsets: Opsets, extent: number, inputs: readonly string[], more: Record<string, AttributeSpec>];
  const [opsets, extent, inputs, more] = draw.pick<Way>(
    [[7, 17], 2 * first, ['v'], {}],
    [[7, 12], first + second, ['v'], { split: { ints: [first, second] } }],
    [[13, LATEST], first + second, ['v', 'sizes'], {}],
    [[18, LATEST], 3 + first, ['v'], { num_outputs: { i: 2 } }],
  );
  // The parts come back in the other order, the first one negative.
  const nodes: NodeSpec[] = [
    { op: 'Split', inputs, outputs: ['a', 'b'], attributes: { axis: { i: 1 }, ...more } },
    { op: 'Neg', inputs: ['a'], outputs: ['n'] },
    { op: 'Concat', inputs: ['b', 'n'], outputs: ['y'], attributes: { axis: { i: 1 } } },
  ];
  return { shape: [2, extent], weights: { sizes: ints(first, second) }, nodes, opsets };
}

function slice(draw: Draw): Part {
  const shape = [draw.integer(3, 4), draw.integer(3, 6)];
  if (draw.flag()) {
    return single(
      'Slice',
      shape,
      {},
      { starts: { ints: [1] }, ends: { ints: [2 ** 40] }, axes: { ints: [1] } },
      [7, 9],
    );
  }
  const [starts, ends, steps] = draw.pick(
    [[-3], [Number.MAX_SAFE_INTEGER], [2]],
    [[-1], [-100], [-1]],
    [[1], [-1], [1]],
    [[0], [3], [2]],
  ) as [number[], number[], number[]];
  const bounds = { starts: ints(...starts), ends: ints(...ends) };
  if (steps[0] === 1) return single('Slice', shape, bounds, {}, [10, LATEST]);
  return single('Slice', shape, { ...bounds, axes: ints(draw.pick(1, -1)), steps: ints(...steps) }, {}, [10, LATEST]);
}

function gather(draw: Draw): Part {
  const shape = shapeOf(draw, 3);
  const axis = draw.option(-3, 2);
  const extent = shape[(axis + 3) % 3]!;
  const index = () => draw.integer(-extent, extent - 1);
  const indices: TensorSpec = draw.pick<TensorSpec>(
    { dims: [], values: [index()], type: 'int64' },
    { dims: [2, 2], values: [index(), index(), index(), index()], type: 'int64' },
  );
  return single('Gather', shape, { indices }, { axis: { i: axis } });
}

function pad(draw: Draw): Part {
  const shape = [draw.integer(2, 3), draw.integer(3, 4)];
  const mode = draw.pick('constant', 'reflect', 'edge');
  const least = mode === 'constant' ? -1 : 0;
  const pads = Array.from({ length: 4 }, () => draw.integer(least, 1));
  const fill: Record<string, TensorSpec> = mode === 'constant' && draw.flag() ? { value: scalar(1.5) } : {};
  if (draw.flag()) {
    return single('Pad', shape, {}, { pads: { ints: pads }, mode: { s: mode }, value: { f: 0.25 } }, [7, 10]);
  }
  if (draw.flag()) return single('Pad', shape, { pads: ints(...pads), ...fill }, { mode: { s: mode } }, [11, LATEST]);
  // Only one axis, and wrapping around.
  const axis = draw.pick(0, 1, -1);
  const nodes: NodeSpec[] = [
    {
      op: 'Pad',
      inputs: ['v', 'pads', '', 'axes'],
      outputs: ['y'],
      attributes: { mode: { s: draw.pick(mode, 'wrap') } },
    },
  ];
  const weights = { pads: ints(draw.integer(0, 1), draw.integer(0, 1)), axes: ints(axis) };
  return { shape, weights, nodes, opsets: [19, LATEST] };
}

function reshape(draw: Draw): Part {
  return single('Reshape', [2, 3, 2], { to: ints(...draw.pick([0, -1], [12], [-1, 2, 2], [3, 4])) });
}

/** Shapes that exporters compute in the graph: y = reshape(v, concat(shape(v)[0:1], [-1])), and a cast in between. */
function computedShape(draw: Draw): Part {
  const nodes: NodeSpec[] = [
    { op: 'Shape', inputs: ['v'], outputs: ['s'] },
    { op: 'Gather', inputs: ['s', 'zero'], outputs: ['n'] },
    { op: 'Unsqueeze', inputs: ['n', 'axis'], outputs: ['m'] },
    { op: 'Concat', inputs: ['m', 'rest'], outputs: ['to'], attributes: { axis: { i: 0 } } },
    { op: 'Cast', inputs: ['v'], outputs: ['c'], attributes: { to: { i: 1 } } },
    { op: 'Reshape', inputs: ['c', 'to'], outputs: ['y'] },
  ];
  const zero: TensorSpec = { dims: [], values: [0], type: 'int64' };
  return { shape: shapeOf(draw, 3), nodes, weights: { zero, axis: ints(0), rest: ints(-1) } };
}

function constant(draw: Draw): Part {
  const shape = [2, draw.integer(1, 3)];
  const tensor = draw.tensor(shape);
  const [opsets, attributes] = draw.pick<readonly [Opsets, Record<string, AttributeSpec>]>(
    [ANY, { value: { t: tensor } }],
    [[12, LATEST], { value_floats: { floats: tensor.values.slice(0, shape[1]) } }],
    [[12, LATEST], { value_float: { f: tensor.values[0]! } }],
  );
  const nodes: NodeSpec[] = [
    { op: 'Constant', inputs: [], outputs: ['c'], attributes },
    { op: 'Add', inputs: ['v', 'c'], outputs: ['y'] },
  ];
  return { shape, nodes, opsets };
}

/** Squeeze and Unsqueeze: axes as an attribute, then as an input. */
function reshaping(op: string, shape: readonly number[], axes: readonly number[]) {
  return (draw: Draw): Part => {
    if (axes.length === 0) return single(op, shape, {}, {}, ANY);
    // Axes below 0 exist since opset 11.
    if (draw.flag()) return single(op, shape, {}, { axes: { ints: axes } }, [11, 12]);
    return single(op, shape, { axes: ints(...axes) });
  };
}

/** In inference, whatever the ratio; a flag of training since opset 12. */
function dropout(draw: Draw): Part {
  const shape = shapeOf(draw, 2);
  if (draw.flag()) return single('Dropout', shape, {}, { ratio: { f: 0.25 } }, [7, 11]);
  const weights: Record<string, TensorSpec> = { ratio: scalar(0.25) };
  if (draw.flag()) weights.training = { dims: [], values: [0], type: 'bool' };
  return single('Dropout', shape, weights, {}, [12, LATEST]);
}

/** v + relu(v W) + max(v, relu(v W) U): values skip layers. */
function residual(draw: Draw): Part {
  const n = draw.integer(1, 3);
  const nodes: NodeSpec[] = [
    { op: 'MatMul', inputs: ['v', 'W'], outputs: ['a'] },
    { op: 'Relu', inputs: ['a'], outputs: ['b'] },
    { op: 'MatMul', inputs: ['b', 'U'], outputs: ['c'] },
    { op: 'Max', inputs: ['v', 'c'], outputs: ['d'] },
    { op: 'Sum', inputs: ['v', 'b', 'd'], outputs: ['y'] },
  ];
  return { shape: [1, n], weights: { W: draw.tensor([n, n]), U: draw.tensor([n, n]) }, nodes, opsets: [8, LATEST] };
}

/** A part for every operator, by name. */
const PARTS: Readonly<Record<string, (draw: Draw) => Part>> = {
  Abs: elementwise('Abs'),
  Add: arithmetic('Add'),
  AveragePool: pool('AveragePool'),
  BatchNormalization: batchNormalization,
  Cast: computedShape,
  Clip: clip,
  Concat: concat,
  Constant: constant,
  Conv: conv,
  Div: arithmetic('Div'),
  Dropout: dropout,
  Flatten: (draw) => single('Flatten', [2, 3, 2], {}, { axis: { i: draw.option(-3, 3) } }),
  Gather: gather,
  Gemm: gemm,
  GlobalAveragePool: (draw) => single('GlobalAveragePool', [1, 2, ...shapeOf(draw, draw.option(1, 2))]),
  HardSigmoid: elementwise('HardSigmoid', (draw) => (draw.flag() ? { alpha: { f: -0.5 }, beta: { f: 0.25 } } : {})),
  Identity: elementwise('Identity'),
  LeakyRelu: elementwise('LeakyRelu', (draw) => (draw.flag() ? { alpha: { f: Math.fround(0.3) } } : {})),
  MatMul: matMul,
  Max: extremum('Max'),
  MaxPool: pool('MaxPool'),
  Min: extremum('Min'),
  Mul: arithmetic('Mul'),
  Neg: elementwise('Neg'),
  PRelu: (draw) => {
    const shape = shapeOf(draw, 2);
    const channels = [1, 2, 2, 3];
    if (draw.flag()) return single('PRelu', channels, { slope: draw.tensor([2, 1, 1], -1, 1) }, {}, ANY);
    return single('PRelu', shape, { slope: draw.tensor(draw.pick([shape[1]!], [1], shape), -1, 1) }, {}, ANY);
  },
  Pad: pad,
  ReduceMean: reduction('ReduceMean'),
  ReduceSum: reduction('ReduceSum'),
  Relu: elementwise('Relu'),
  Reshape: reshape,
  Shape: computedShape,
  Slice: slice,
  Split: split,
  Squeeze: (draw) => reshaping('Squeeze', [1, 3, 1], draw.pick<readonly number[]>([0], [-1], [0, -1], []))(draw),
  Sub: arithmetic('Sub'),
  Sum: (draw) => ({
    shape: [2, 2],
    weights: { c: draw.tensor([2]) },
    nodes: [{ op: 'Sum', inputs: draw.pick(['v', 'c', 'v'], ['v'], ['c', 'v']), outputs: ['y'] }],
    opsets: [8, LATEST],
  }),
  Transpose: (draw) =>
    single('Transpose', [2, 3, 1], {}, draw.flag() ? {} : { perm: { ints: draw.pick([1, 0, 2], [2, 0, 1]) } }),
  Unsqueeze: (draw) => reshaping('Unsqueeze', [2, 3], draw.pick<readonly number[]>([0], [1, -1], [3, 1]))(draw),
  ...SHAPE_PARTS,
  ...SPATIAL_PARTS,
  ...SCALED_PARTS,
};

/** Graphs of several operators. */
const GRAPHS: Readonly<Record<string, (draw: Draw) => Part>> = { 'a residual block': residual, ...SCALED_GRAPHS };

export const generatedGraphs: readonly string[] = Object.keys(GRAPHS);

/** The operators that have random models. */
export const generatedOperators: readonly string[] = Object.keys(PARTS);

/** The part on an input that passes a normalisation, a ReLU, both or nothing first. */
function modelOf(draw: Draw, part: Part): ModelSpec {
  const front: NodeSpec[] = [];
  const weights: Record<string, TensorSpec> = { ...part.weights };
  let value = 'x';
  const step = (op: string, constants: Readonly<Record<string, TensorSpec>>) => {
    Object.assign(weights, constants);
    const next = `f${front.length}`;
    front.push({ op, inputs: [value, ...Object.keys(constants)], outputs: [next] });
    value = next;
  };
  if (draw.flag()) {
    step('Sub', { 'front mean': draw.tensor([1]) });
    step('Div', {
      range: draw.tensor(
        part.shape.map(() => 1),
        0.5,
        3,
      ),
    });
  }
  if (draw.flag()) step('Relu', {});
  if (draw.flag()) step('Mul', { 'front factor': draw.tensor([1]) });
  const behind = (nodes: readonly NodeSpec[]) => [
    ...front,
    ...nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === 'v' ? value : name)) })),
  ];
  return {
    nodes: behind(part.nodes),
    weights,
    input: part.shape,
    opset: draw.integer(...(part.opsets ?? [13, LATEST])),
    ...(part.bound && { bound: behind(part.bound) }),
  };
}

/** One of so many, from 0. */
type Choose = (count: number) => number;

/**
 * Random models around one operator, or one of the graphs.
 *
 * @param choose decides on attributes, axes, ranks and forms; random unless told
 */
export function operatorModels(operator: string, choose?: Choose): fc.Arbitrary<ModelSpec> {
  return fc.gen().map((gen) => {
    const anyOf: Choose = (count) => gen(fc.nat, { max: count - 1 });
    const decide = choose ?? anyOf;
    const draw: Draw = {
      integer: (min, max) => min + anyOf(max - min + 1),
      option: (min, max) => min + decide(max - min + 1),
      flag: () => decide(2) === 1,
      pick: <T>(...options: readonly T[]) => options[decide(options.length)]!,
      tensor: (dims, min = -2, max = 2) => {
        const size = dims.reduce((product, extent) => product * extent, 1);
        const value = fc.double({ min, max, noNaN: true }).map(Math.fround);
        return { dims, values: gen(fc.array, value, { minLength: size, maxLength: size }) as number[] };
      },
    };
    const part = (PARTS[operator] ?? GRAPHS[operator]!)(draw);
    // What comes before is no attribute of the operator.
    return modelOf({ ...draw, flag: () => anyOf(2) === 1 }, part);
  });
}

/**
 * A model for every combination of attributes, axes, ranks and forms of an operator; sizes, numbers, the opset and what comes before are
 * random, the same for the same seed.
 */
export function* everyCombination(operator: string, seed: number): Generator<ModelSpec> {
  // The choices of the last model with their counts, as an odometer.
  let wheels: { readonly at: number; readonly count: number }[] = [];
  for (let index = 0; ; index++) {
    const turned: { at: number; count: number }[] = [];
    const choose: Choose = (count) => {
      const at = Math.min(wheels[turned.length]?.at ?? 0, count - 1);
      turned.push({ at, count });
      return at;
    };
    yield fc.sample(operatorModels(operator, choose), { numRuns: 1, seed: seed + index })[0]!;
    while (turned.length > 0 && turned.at(-1)!.at === turned.at(-1)!.count - 1) turned.pop();
    const last = turned.pop();
    if (last === undefined) return;
    wheels = [...turned, { at: last.at + 1, count: last.count }];
  }
}
