/**
 * Random parts that move elements, compare them, or calculate with constant integers.
 */
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnx-models.js';
import { ANY, type Draw, ints, LATEST, type Opsets, type Part, scalar, shapeOf, single } from './onnx-parts.js';

const flags = (...values: readonly number[]): TensorSpec => ({ dims: [values.length], values, type: 'bool' });

/** where(v > 0, v, c v) and its like, written in the ways that exporters do. */
function comparison(op: string, since: number) {
  return (draw: Draw): Part => {
    const shape = shapeOf(draw, draw.option(1, 3));
    const [factor, threshold] = [draw.tensor([1]), draw.tensor(draw.flag() ? [1] : shape)];
    // Both sides of t = v - threshold are multiples of it, with an offset in common.
    const test: NodeSpec = draw.flag()
      ? { op, inputs: ['v', 'threshold'], outputs: ['m'] }
      : { op, inputs: ['threshold', 'v'], outputs: ['m'] };
    const front: NodeSpec[] = [
      { op: 'Sub', inputs: ['v', 'threshold'], outputs: ['t'] },
      { op: 'Mul', inputs: ['t', 'factor'], outputs: ['s'] },
    ];
    const offset = draw.flag();
    const [yes, no] = offset ? ['ta', 'sa'] : draw.pick(['t', 's'], ['s', 't'], ['t', 'zero'], ['zero', 's']);
    const shifted: NodeSpec[] = offset
      ? [
          { op: 'Add', inputs: ['t', 'w'], outputs: ['ta'] },
          { op: 'Add', inputs: ['s', 'w'], outputs: ['sa'] },
        ]
      : [];
    const moved: NodeSpec = { op: 'Abs', inputs: ['v'], outputs: ['w'] };
    const negate = draw.flag();
    const chosen: NodeSpec[] = negate
      ? [
          { op: 'Not', inputs: ['m'], outputs: ['n'] },
          { op: 'Where', inputs: ['n', yes!, no!], outputs: ['y'] },
        ]
      : [{ op: 'Where', inputs: ['m', yes!, no!], outputs: ['y'] }];
    // The bound: what any branch may be.
    const bound: NodeSpec[] = [...front, moved, { op: 'Sum', inputs: ['t', 's', 'w', 'w'], outputs: ['y'] }];
    return {
      shape,
      weights: { factor, threshold, zero: scalar(0) },
      nodes: [test, ...front, moved, ...shifted, ...chosen],
      opsets: [Math.max(since, 13), LATEST],
      bound: bound.map((node) => (node.op === 'Sub' ? { ...node, op: 'Add' } : node)),
    };
  };
}

/** v * cast(v > 0), or cast(v > 0) * v + (1 - cast(v > 0)) * v c. */
function mask(draw: Draw): Part {
  const shape = shapeOf(draw, 2);
  const nodes: NodeSpec[] = [
    { op: 'Greater', inputs: ['v', 'zero'], outputs: ['m'] },
    { op: 'Cast', inputs: ['m'], outputs: ['f'], attributes: { to: { i: 1 } } },
    { op: 'Mul', inputs: draw.pick(['v', 'f'], ['f', 'v']), outputs: ['p'] },
    { op: 'Sub', inputs: ['one', 'f'], outputs: ['g'] },
    { op: 'Mul', inputs: ['v', 'c'], outputs: ['s'] },
    { op: 'Mul', inputs: ['g', 's'], outputs: ['q'] },
    { op: 'Add', inputs: ['p', 'q'], outputs: ['y'] },
  ];
  const bound: NodeSpec[] = [
    { op: 'Mul', inputs: ['v', 'c'], outputs: ['s'] },
    { op: 'Add', inputs: ['v', 's'], outputs: ['y'] },
  ];
  return { shape, weights: { zero: scalar(0), one: scalar(1), c: draw.tensor([1]) }, nodes, bound };
}

/** The elements of v where constant flags are set, else of c: the flags are computed by a logical operator. */
function logical(op: string) {
  return (draw: Draw): Part => {
    const shape = [2, 3];
    const pick = () => Array.from({ length: 6 }, () => draw.integer(0, 1));
    const tensor = (): TensorSpec =>
      op === 'Equal' ? { dims: [2, 3], values: pick(), type: 'int64' } : { dims: [2, 3], values: pick(), type: 'bool' };
    const nodes: NodeSpec[] = [
      { op, inputs: ['a', 'b'], outputs: ['m'] },
      { op: 'Where', inputs: ['m', ...draw.pick(['v', 'c'], ['c', 'v'])], outputs: ['y'] },
    ];
    const bound: NodeSpec[] = [{ op: 'Add', inputs: ['v', 'c'], outputs: ['y'] }];
    return { shape, weights: { a: tensor(), b: tensor(), c: draw.tensor([3]) }, nodes, bound };
  };
}

/** A graph that computes a shape with integer arithmetic, and reshapes to it: y = reshape(v, [a op b, -1]). */
function integerShape(op: string, opsets: Opsets = [13, LATEST]) {
  return (draw: Draw): Part => {
    const [a, b, result] = op === 'Mod' ? [11, 3, 2] : [2, 3, 6];
    const shape = [result, draw.integer(1, 3)];
    const list = op === 'ReduceProd';
    const nodes: NodeSpec[] = [
      list
        ? { op, inputs: ['ab'], outputs: ['n'], attributes: { keepdims: { i: 1 } } }
        : { op, inputs: ['a', 'b'], outputs: ['n'] },
      { op: 'Concat', inputs: ['n', 'rest'], outputs: ['to'], attributes: { axis: { i: 0 } } },
      { op: 'Reshape', inputs: ['v', 'to'], outputs: ['y'] },
    ];
    return { shape, weights: { a: ints(a!), b: ints(b!), ab: ints(a!, b!), rest: ints(-1) }, nodes, opsets };
  };
}

/** Shapes by Size, Shape, integer sums, products, quotients, extrema and a constant of such a shape. */
function arithmeticOfShapes(draw: Draw): Part {
  const shape = [2, draw.integer(1, 3)];
  const nodes: NodeSpec[] = [
    { op: 'Size', inputs: ['v'], outputs: ['n'] },
    { op: 'Mul', inputs: ['n', 'two'], outputs: ['n2'] },
    { op: 'Div', inputs: ['n2', 'minus'], outputs: ['n3'] },
    { op: 'Abs', inputs: ['n3'], outputs: ['n4'] },
    { op: 'Max', inputs: ['n4', 'two'], outputs: ['n5'] },
    { op: 'Add', inputs: ['n5', 'two'], outputs: ['n6'] },
    { op: 'Sub', inputs: ['n6', 'two'], outputs: ['n7'] },
    { op: 'Unsqueeze', inputs: ['n7', 'axis'], outputs: ['flat'] },
    { op: 'Reshape', inputs: ['v', 'flat'], outputs: ['w'] },
    { op: 'ConstantOfShape', inputs: ['flat'], outputs: ['c'], attributes: { value: { t: draw.tensor([1]) } } },
    { op: 'Add', inputs: ['w', 'c'], outputs: ['y'] },
  ];
  const integer = (value: number): TensorSpec => ({ dims: [], values: [value], type: 'int64' });
  // 2 n / -2, without its sign, is n.
  const bound: NodeSpec[] = [
    { op: 'Reshape', inputs: ['v', 'rest'], outputs: ['w'] },
    { op: 'Constant', inputs: [], outputs: ['c'], attributes: nodes[9]!.attributes! },
    { op: 'Add', inputs: ['w', 'c'], outputs: ['y'] },
  ];
  return { shape, weights: { two: integer(2), minus: integer(-2), axis: ints(0), rest: ints(-1) }, nodes, bound };
}

/** v scaled by a sequence, and gathered by one. */
function range(draw: Draw): Part {
  const count = draw.integer(1, 4);
  const [start, step] = draw.pick([1, 2], [3, 1]);
  const number = (value: number): TensorSpec => scalar(value);
  const integer = (value: number): TensorSpec => ({ dims: [], values: [value], type: 'int64' });
  const nodes: NodeSpec[] = [
    { op: 'Range', inputs: ['start', 'limit', 'step'], outputs: ['r'] },
    { op: 'Mul', inputs: ['v', 'r'], outputs: ['w'] },
    { op: 'Range', inputs: ['last', 'end', 'down'], outputs: ['i'] },
    { op: 'Gather', inputs: ['w', 'i'], outputs: ['y'] },
  ];
  const weights = {
    start: number(start!),
    limit: number(start! + step! * count - 0.5),
    step: number(step!),
    last: integer(count - 1),
    end: integer(-1),
    down: integer(-1),
  };
  return { shape: [count], weights, nodes };
}

function gatherElements(draw: Draw): Part {
  const shape = shapeOf(draw, 2);
  const axis = draw.option(-2, 1);
  const extent = shape[(axis + 2) % 2]!;
  const dims = shape.map((own, a) => (a === (axis + 2) % 2 ? draw.integer(1, 3) : draw.integer(1, own)));
  const values = Array.from({ length: dims[0]! * dims[1]! }, () => draw.integer(-extent, extent - 1));
  return single('GatherElements', shape, { indices: { dims, values, type: 'int64' } }, { axis: { i: axis } });
}

function gatherND(draw: Draw): Part {
  const shape = [2, draw.integer(1, 3), draw.integer(1, 3)];
  const batch = draw.option(0, 1);
  const width = draw.integer(1, 3 - batch);
  const tuples = draw.integer(1, 3);
  const dims = batch === 1 ? [2, tuples, width] : [tuples, width];
  const count = dims.slice(0, -1).reduce((n, d) => n * d, 1);
  const values = Array.from({ length: count }, () =>
    Array.from({ length: width }, (_, k) => draw.integer(-shape[batch + k]!, shape[batch + k]! - 1)),
  ).flat();
  return single('GatherND', shape, { indices: { dims, values, type: 'int64' } }, { batch_dims: { i: batch } });
}

/** Updates of v, or of a constant by v; distinct places unless they are combined. */
function scatter(op: 'Scatter' | 'ScatterElements' | 'ScatterND') {
  return (draw: Draw): Part => {
    const [n, m] = [draw.integer(2, 3), draw.integer(2, 3)];
    const order = draw.pick([0, 1], [1, 0], [1, -m]);
    const nd = op === 'ScatterND';
    const indices: TensorSpec = nd
      ? { dims: [2, 1], values: order.map((i) => Math.max(0, i)), type: 'int64' }
      : { dims: [1, 2], values: order, type: 'int64' };
    const updates = draw.tensor(nd ? [2, m] : [1, 2]);
    const since = op === 'Scatter' ? 9 : 13;
    const reductions = draw.pick<readonly [Opsets, Record<string, AttributeSpec>]>(
      [[since, op === 'Scatter' ? 10 : LATEST], {}],
      [[16, LATEST], { reduction: { s: draw.pick('add', 'mul') } }],
      [[18, LATEST], { reduction: { s: draw.pick('max', 'min') } }],
    );
    const [opsets, reduction] = op === 'Scatter' ? [[9, 10] as const, {}] : reductions;
    const attributes = { ...(nd ? {} : { axis: { i: draw.pick(1, -1) } }), ...reduction };
    const nodes: NodeSpec[] = [{ op, inputs: ['v', 'indices', 'updates'], outputs: ['y'], attributes }];
    // A product of the bounds, and their sum.
    const bound: NodeSpec[] = [
      { op: 'Mul', inputs: ['v', 'most'], outputs: ['p'] },
      { op: 'Sum', inputs: ['p', 'v', 'most'], outputs: ['y'] },
    ];
    const most = scalar(2 * Math.max(1, ...updates.values.map(Math.abs)));
    return { shape: [n, m], weights: { indices, updates, most }, nodes, opsets, bound };
  };
}

function cumulativeSum(draw: Draw): Part {
  const shape = shapeOf(draw, 3);
  const axis: TensorSpec = { dims: [], values: [draw.option(-3, 2)], type: draw.pick('int64', 'int32') };
  const attributes = { exclusive: { i: draw.option(0, 1) }, reverse: { i: draw.option(0, 1) } };
  return single('CumSum', shape, { axis }, attributes, [11, LATEST]);
}

function trilu(draw: Draw): Part {
  const shape = [...shapeOf(draw, draw.option(0, 1)), draw.integer(1, 4), draw.integer(1, 4)];
  const k: Record<string, TensorSpec> = draw.flag()
    ? {}
    : { k: { dims: [], values: [draw.option(-3, 3)], type: 'int64' } };
  return single('Trilu', shape, k, draw.flag() ? {} : { upper: { i: draw.option(0, 1) } }, [14, LATEST]);
}

function einsum(draw: Draw): Part {
  const [b, i, j, k] = [2, draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)];
  type Case = readonly [equation: string, shape: readonly number[], others: readonly (readonly number[])[]];
  const [equation, shape, others] = draw.pick<Case>(
    ['bi,oi->bo', [b, i], [[j, i]]],
    ['ij,jk', [i, j], [[j, k]]],
    ['bij,bjk->bik', [b, i, j], [[b, j, k]]],
    ['...ij,jk->...ik', [b, i, j], [[j, k]]],
    ['bhi, hio -> bho', [b, i, j], [[i, j, k]]],
    ['ii->i', [i, i], []],
    ['iij->j', [i, i, j], []],
    ['ij->', [i, j], []],
    ['ij->ji', [i, j], []],
    ['i,j->ij', [i], [[j]]],
    [
      'ij,jk,kl->il',
      [i, j],
      [
        [j, k],
        [k, 2],
      ],
    ],
    ['bij,ij->b', [b, i, j], [[i, j]]],
    ['ij,kj->ik', [i, j], [[k, j]]],
  );
  const names = ['v', ...others.map((_, n) => `w${n}`)];
  const weights = Object.fromEntries(others.map((dims, n) => [`w${n}`, draw.tensor(dims)]));
  const nodes: NodeSpec[] = [
    { op: 'Einsum', inputs: names, outputs: ['y'], attributes: { equation: { s: equation } } },
  ];
  return { shape, weights, nodes, opsets: [12, LATEST] };
}

/** The constant in front: its names first in the equation. */
function einsumOnTheRight(draw: Draw): Part {
  const [i, j] = [draw.integer(1, 3), draw.integer(1, 3)];
  const nodes: NodeSpec[] = [
    { op: 'Einsum', inputs: ['w', 'v'], outputs: ['y'], attributes: { equation: { s: 'oi,bi->bo' } } },
  ];
  return { shape: [2, i], weights: { w: draw.tensor([j, i]) }, nodes, opsets: [12, LATEST] };
}

function tile(draw: Draw): Part {
  const shape = shapeOf(draw, 2);
  return single('Tile', shape, { repeats: ints(draw.integer(1, 3), draw.integer(1, 3)) }, {}, [7, LATEST]);
}

function expand(draw: Draw): Part {
  const n = draw.integer(1, 3);
  const to = draw.pick([2, n, 3], [n, 1], [1], [2, 1, 1]);
  return single('Expand', [n, 1], { to: ints(...to) }, {}, [8, LATEST]);
}

function compress(draw: Draw): Part {
  const shape = [2, 3];
  if (draw.flag()) return single('Compress', shape, { keep: flags(0, 1, draw.integer(0, 1), 1) }, {}, [9, LATEST]);
  return single('Compress', shape, { keep: flags(1, draw.integer(0, 1)) }, { axis: { i: draw.pick(0, 1, -1) } }, [
    11,
    LATEST,
  ]);
}

function reverseSequence(draw: Draw): Part {
  const [time, batch] = [draw.integer(1, 3), draw.integer(1, 3)];
  const lengths = ints(...Array.from({ length: batch }, () => draw.integer(1, time)));
  const swapped = draw.flag();
  const shape = swapped ? [batch, time, 2] : [time, batch];
  const attributes: Record<string, AttributeSpec> = swapped ? { batch_axis: { i: 0 }, time_axis: { i: 1 } } : {};
  return single('ReverseSequence', shape, { lengths }, attributes, [10, LATEST]);
}

function blocks(op: 'DepthToSpace' | 'SpaceToDepth') {
  return (draw: Draw): Part => {
    const [n, h, w, size] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 2)];
    const c = draw.integer(1, 2);
    if (op === 'SpaceToDepth') return single(op, [n, c, h * size, w * size], {}, { blocksize: { i: size } }, ANY);
    const mode: Record<string, AttributeSpec> = draw.flag() ? { mode: { s: draw.pick('DCR', 'CRD') } } : {};
    const opsets: Opsets = mode.mode === undefined ? ANY : [11, LATEST];
    return single(op, [n, c * size * size, h, w], {}, { blocksize: { i: size }, ...mode }, opsets);
  };
}

export const SHAPE_PARTS: Readonly<Record<string, (draw: Draw) => Part>> = {
  And: logical('And'),
  Compress: compress,
  ConstantOfShape: arithmeticOfShapes,
  CumSum: cumulativeSum,
  DepthToSpace: blocks('DepthToSpace'),
  Einsum: (draw) => (draw.option(0, 6) === 0 ? einsumOnTheRight(draw) : einsum(draw)),
  Equal: logical('Equal'),
  Expand: expand,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Greater: (draw) => (draw.flag() ? mask(draw) : comparison('Greater', 9)(draw)),
  GreaterOrEqual: comparison('GreaterOrEqual', 12),
  Less: comparison('Less', 9),
  LessOrEqual: comparison('LessOrEqual', 12),
  Mod: integerShape('Mod'),
  Not: comparison('Greater', 9),
  Or: logical('Or'),
  Range: range,
  ReduceProd: integerShape('ReduceProd', [13, 17]),
  ReverseSequence: reverseSequence,
  Scatter: scatter('Scatter'),
  ScatterElements: scatter('ScatterElements'),
  ScatterND: scatter('ScatterND'),
  Size: arithmeticOfShapes,
  SpaceToDepth: blocks('SpaceToDepth'),
  Tile: tile,
  Trilu: trilu,
  Where: (draw) => (draw.flag() ? comparison('Less', 9)(draw) : logical('Equal')(draw)),
  Xor: logical('Xor'),
};
