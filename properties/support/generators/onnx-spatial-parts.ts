/**
 * Random parts with windows, grids and reductions.
 */
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnx-models.js';
import { ANY, type Draw, ints, LATEST, type Opsets, type Part, scalar, shapeOf, single } from './onnx-parts.js';

function transposedConvolution(draw: Draw): Part {
  const rank = draw.option(1, 3);
  const extents = Array.from({ length: rank }, () => draw.integer(1, 4));
  const kernel = extents.map(() => draw.integer(1, 3));
  const [groups, own, outputs] = [draw.option(1, 2), draw.integer(1, 2), draw.integer(1, 2)];
  const attributes: Record<string, AttributeSpec> = { group: { i: groups } };
  const strides = extents.map(() => draw.option(1, 3));
  if (draw.flag()) attributes.kernel_shape = { ints: kernel };
  attributes.strides = { ints: strides };
  const way = draw.pick('plain', 'pads', 'dilations', 'extra', 'shape', 'same');
  // What is cut off must leave something: less than the kernel on either side of at least two elements.
  if (way === 'pads') {
    const pads = kernel.map((size, a) => (extents[a]! > 1 ? draw.integer(0, size - 1) : 0));
    const before = pads.map((pad) => Math.floor(pad / 2));
    attributes.pads = { ints: [...before, ...pads.map((pad, a) => pad - before[a]!)] };
  }
  if (way === 'dilations') attributes.dilations = { ints: extents.map(() => draw.option(1, 2)) };
  if (way === 'extra') {
    attributes.output_padding = { ints: strides.map((stride) => draw.integer(0, stride - 1)) };
  }
  if (way === 'shape') {
    attributes.output_shape = {
      ints: extents.map((extent, a) => strides[a]! * (extent - 1) + draw.integer(1, kernel[a]!)),
    };
    if (draw.flag()) attributes.auto_pad = { s: draw.pick('SAME_UPPER', 'SAME_LOWER', 'NOTSET') };
  }
  if (way === 'same' && kernel.every((size, a) => size >= strides[a]!)) {
    attributes.auto_pad = { s: draw.pick('SAME_UPPER', 'SAME_LOWER', 'VALID') };
  }
  const weights: Record<string, TensorSpec> = { w: draw.tensor([own * groups, outputs, ...kernel]) };
  if (draw.flag()) weights.bias = draw.tensor([outputs * groups]);
  // The rule for SAME changed with opset 11.
  return single('ConvTranspose', [draw.integer(1, 2), own * groups, ...extents], weights, attributes, [11, LATEST]);
}

function lpPool(draw: Draw): Part {
  const rank = draw.option(1, 2);
  const extents = Array.from({ length: rank }, () => draw.integer(3, 5));
  const kernel = extents.map(() => draw.integer(1, 3));
  const attributes: Record<string, AttributeSpec> = { kernel_shape: { ints: kernel }, p: { i: 1 } };
  if (draw.flag()) attributes.strides = { ints: kernel.map((size) => draw.option(1, size)) };
  if (draw.flag()) attributes.pads = { ints: [...kernel, ...kernel].map((size) => draw.integer(0, size - 1)) };
  const ceil = draw.flag();
  if (ceil) attributes.ceil_mode = { i: draw.option(0, 1) };
  return single('LpPool', [1, draw.integer(1, 2), ...extents], {}, attributes, ceil ? [18, LATEST] : [11, LATEST]);
}

/** Extrema and sums of absolute values over axes. */
function reduction(op: string) {
  return (draw: Draw): Part => {
    const shape = shapeOf(draw, 3);
    const axes = draw.pick([0], [1, -1], [2], [0, 1, 2], []);
    const attributes: Record<string, AttributeSpec> = { keepdims: { i: draw.option(0, 1) } };
    const bound = (part: Part): Part =>
      op === 'ReduceMin' ? { ...part, bound: part.nodes.map((node) => ({ ...node, op: 'ReduceMax' })) } : part;
    if (draw.flag()) {
      const given = axes.length > 0 ? { ...attributes, axes: { ints: axes } } : attributes;
      return bound(single(op, shape, {}, given, [11, 17]));
    }
    const weights: Record<string, TensorSpec> = axes.length > 0 ? { axes: ints(...axes) } : {};
    const noop: Record<string, AttributeSpec> =
      axes.length > 0 || !draw.flag() ? {} : { noop_with_empty_axes: { i: 1 } };
    return bound(single(op, shape, weights, { ...attributes, ...noop }, [18, LATEST]));
  };
}

/** Scales and sizes of which no coordinate is near a tie that float32 could decide otherwise. */
function resize(draw: Draw): Part {
  const [h, w] = [draw.integer(1, 4), draw.integer(1, 4)];
  const mode = draw.pick('nearest', 'linear');
  const attributes: Record<string, AttributeSpec> = { mode: { s: mode } };
  const transformation = draw.pick('half_pixel', 'asymmetric', 'pytorch_half_pixel', 'align_corners', '');
  if (transformation !== '') attributes.coordinate_transformation_mode = { s: transformation };
  if (mode === 'nearest' && draw.flag()) {
    attributes.nearest_mode = { s: draw.pick('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil') };
  }
  const aligned = transformation === 'align_corners';
  const [scale, other] = [aligned ? draw.pick(2, 4) : draw.pick(2, 4, 0.5), draw.pick(1, 2)];
  const shape = [1, draw.integer(1, 2), 2 * h, 2 * w];
  const bySize = aligned || draw.flag();
  // Corners that are aligned lie at fractions, which are exact for one element more than a multiple.
  const grown = (extent: number, by: number) => (aligned ? (extent - 1) * by + 1 : extent * by);
  const weights: Record<string, TensorSpec> = bySize
    ? { sizes: ints(1, shape[1]!, grown(2 * h, scale), grown(2 * w, other)) }
    : { scales: { dims: [4], values: [1, 1, scale, other] } };
  const nodes: NodeSpec[] = [
    { op: 'Resize', inputs: bySize ? ['v', '', '', 'sizes'] : ['v', '', 'scales'], outputs: ['y'], attributes },
  ];
  return { shape, weights, nodes, opsets: [13, LATEST] };
}

/** Only the last axes, and the older forms. */
function otherResize(draw: Draw): Part {
  const shape = [1, 2, draw.integer(1, 3), draw.integer(1, 3)];
  if (draw.flag()) {
    const nodes: NodeSpec[] = [
      {
        op: 'Resize',
        inputs: ['v', '', 'scales'],
        outputs: ['y'],
        attributes: { axes: { ints: draw.pick([2, 3], [-2, -1]) }, mode: { s: draw.pick('nearest', 'linear') } },
      },
    ];
    return { shape, weights: { scales: { dims: [2], values: [2, draw.pick(1, 2)] } }, nodes, opsets: [18, LATEST] };
  }
  const mode = draw.pick('nearest', 'linear');
  return single(
    'Resize',
    shape,
    { scales: { dims: [4], values: [1, 1, 2, draw.pick(1, 2)] } },
    { mode: { s: mode } },
    [10, 10],
  );
}

function upsample(draw: Draw): Part {
  const shape = [1, 2, draw.integer(1, 3), draw.integer(1, 3)];
  const mode: AttributeSpec = { s: draw.pick('nearest', 'linear') };
  const scales = [1, 1, draw.pick(1, 2, 3), draw.pick(2, 4)];
  if (draw.flag()) return single('Upsample', shape, {}, { mode, scales: { floats: scales } }, [7, 8]);
  return single('Upsample', shape, { scales: { dims: [4], values: scales } }, { mode }, [9, 9]);
}

export const SPATIAL_PARTS: Readonly<Record<string, (draw: Draw) => Part>> = {
  ConvTranspose: transposedConvolution,
  GlobalLpPool: (draw) =>
    single('GlobalLpPool', [1, 2, ...shapeOf(draw, draw.option(1, 2))], {}, { p: { i: 1 } }, [7, 21]),
  GlobalMaxPool: (draw) => single('GlobalMaxPool', [1, 2, ...shapeOf(draw, draw.option(1, 3))], {}, {}, ANY),
  LpPool: lpPool,
  Mean: (draw) => ({
    shape: [2, 2],
    weights: { c: draw.tensor([2]) },
    nodes: [{ op: 'Mean', inputs: draw.pick(['v', 'c', 'v'], ['v'], ['c', 'v']), outputs: ['y'] }],
    opsets: [8, LATEST] as Opsets,
  }),
  ReduceL1: reduction('ReduceL1'),
  ReduceMax: reduction('ReduceMax'),
  ReduceMin: reduction('ReduceMin'),
  Resize: (draw) => (draw.option(0, 3) === 0 ? otherResize(draw) : resize(draw)),
  Shrink: (draw) => {
    const lambd = draw.pick(0, 0.5, 1.25);
    const shape = shapeOf(draw, 2);
    const part = single('Shrink', shape, { most: scalar(2 * lambd) }, { lambd: { f: lambd }, bias: { f: lambd } }, [
      9,
      LATEST,
    ]);
    const nodes = part.nodes.map((node) => ({ ...node, inputs: ['v'] }));
    return { ...part, nodes, bound: [{ op: 'Add', inputs: ['v', 'most'], outputs: ['y'] }] };
  },
  ThresholdedRelu: (draw) => single('ThresholdedRelu', shapeOf(draw, 2), {}, { alpha: { f: 0 } }, [10, LATEST]),
  Upsample: upsample,
};
