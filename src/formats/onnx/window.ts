/**
 * The windows that convolutions and poolings slide over the last axes of a tensor.
 */
import type { NodeView } from './node.js';
import { type Shape, sizeOf } from './tensor.js';
import { checkSize } from './value.js';

/** What lies in one window: entry k of the kernel meets the element at `sources[k]`; padding is left out. */
export interface Window {
  /** Flat indices into the kernel, increasing. */
  readonly taps: readonly number[];
  /** Flat indices into the last axes of the tensor. */
  readonly sources: readonly number[];
}

export interface Sliding {
  /** Extents of the result's last axes. */
  readonly shape: Shape;
  /** One window per element of the result, row-major. */
  readonly windows: readonly Window[];
}

/** One axis: where the window starts, what it covers, how far it reaches into the padding. */
interface Axis {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
}

/** A positive integer per axis. */
function perAxis(node: NodeView, attribute: string, rank: number): readonly number[] {
  const values = node.ints(attribute) ?? new Array<number>(rank).fill(1);
  if (values.length !== rank || values.some((value) => value < 1)) {
    throw node.fail(
      `attribute ${attribute}: expected ${rank} positive integers, got [${values.slice(0, 8)}]; repair it`,
    );
  }
  return values;
}

/** The width of a kernel with its gaps. */
const reach = ({ kernel, dilation }: Pick<Axis, 'kernel' | 'dilation'>) => dilation * (kernel - 1) + 1;

/** Padding before and after each axis. */
function paddingOf(node: NodeView, axes: readonly Omit<Axis, 'begin' | 'end'>[]): (readonly [number, number])[] {
  const automatic = node.text('auto_pad', 'NOTSET');
  const explicit = node.ints('pads') ?? new Array<number>(2 * axes.length).fill(0);
  if (explicit.length !== 2 * axes.length || explicit.some((pad) => pad < 0)) {
    throw node.fail(`attribute pads: expected ${2 * axes.length} integers of 0 or more; repair it`);
  }
  if (automatic === 'NOTSET' || automatic === '') return axes.map((_, a) => [explicit[a]!, explicit[axes.length + a]!]);
  if (automatic === 'VALID') return axes.map(() => [0, 0]);
  if (automatic !== 'SAME_UPPER' && automatic !== 'SAME_LOWER') {
    throw node.fail(`attribute auto_pad: expected NOTSET, VALID, SAME_UPPER or SAME_LOWER; repair it`);
  }
  return axes.map((axis) => {
    const missing = Math.max(0, (Math.ceil(axis.extent / axis.stride) - 1) * axis.stride + reach(axis) - axis.extent);
    const less = Math.floor(missing / 2);
    return automatic === 'SAME_UPPER' ? [less, missing - less] : [missing - less, less];
  });
}

/** The number of windows along an axis; with `ceil` also the last one that overhangs, if it starts before the padding ends. */
function windowCount(axis: Axis, ceil: boolean): number {
  const span = axis.extent + axis.begin + axis.end - reach(axis);
  if (span < 0) return 0;
  const count = (ceil ? Math.ceil(span / axis.stride) : Math.floor(span / axis.stride)) + 1;
  return ceil && (count - 1) * axis.stride >= axis.extent + axis.begin ? count - 1 : count;
}

/** The window at one position of one axis. */
function windowAt({ extent, kernel, stride, dilation, begin }: Axis, position: number): Window {
  const start = position * stride - begin;
  // What lies in the padding is never visited: the file can ask for any amount of it.
  const first = Math.max(0, Math.ceil(-start / dilation));
  const end = Math.min(kernel, Math.ceil((extent - start) / dilation));
  const taps = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return { taps, sources: taps.map((k) => start + k * dilation) };
}

/** Windows over some axes and windows over one more axis give windows over all of them. */
function product(
  windows: readonly Window[],
  axis: Pick<Axis, 'kernel' | 'extent'>,
  along: readonly Window[],
): Window[] {
  const pairs = (left: readonly number[], size: number, right: readonly number[]) =>
    left.flatMap((l) => right.map((r) => l * size + r));
  return windows.flatMap(({ taps, sources }) =>
    along.map((next) => ({
      taps: pairs(taps, axis.kernel, next.taps),
      sources: pairs(sources, axis.extent, next.sources),
    })),
  );
}

/**
 * The windows of a kernel by the attributes strides, dilations, pads and auto_pad of a node.
 *
 * @param extents of the axes that the kernel slides over
 * @param ceil whether a last window that overhangs counts (poolings with ceil_mode)
 */
export function slidingWindows(node: NodeView, extents: Shape, kernel: Shape, ceil = false): Sliding {
  const rank = extents.length;
  if (rank === 0 || kernel.length !== rank || kernel.some((extent) => extent < 1)) {
    throw node.fail(`expected a kernel of ${rank} positive extents, got [${kernel.slice(0, 8)}]; repair the model`);
  }
  const [strides, dilations] = [perAxis(node, 'strides', rank), perAxis(node, 'dilations', rank)];
  const bare = extents.map((extent, a) => ({
    extent,
    kernel: kernel[a]!,
    stride: strides[a]!,
    dilation: dilations[a]!,
  }));
  const padding = paddingOf(node, bare);
  const axes = bare.map((axis, a): Axis => ({ ...axis, begin: padding[a]![0], end: padding[a]![1] }));
  const shape = axes.map((axis) => windowCount(axis, ceil));
  if (shape.some((count) => count === 0))
    throw node.fail('the kernel is larger than what it slides over; repair the model');
  return windowsOf(
    node,
    extents,
    kernel,
    shape,
    axes.map((axis) => (position) => windowAt(axis, position)),
  );
}

/** The windows of all positions, from those of each axis. */
function windowsOf(
  node: NodeView,
  extents: Shape,
  kernel: Shape,
  shape: Shape,
  axes: readonly ((position: number) => Window)[],
): Sliding {
  checkSize(shape);
  checkSize(kernel);
  node.context.budget.spendRows(sizeOf(shape), sizeOf(shape) * Math.min(sizeOf(kernel), sizeOf(extents)));
  const windows = axes.reduce<Window[]>(
    (all, at, a) =>
      product(
        all,
        { kernel: kernel[a]!, extent: extents[a]! },
        Array.from({ length: shape[a]! }, (_, position) => at(position)),
      ),
    [{ taps: [0], sources: [0] }],
  );
  return { shape, windows };
}

/** One axis of a transposed convolution. */
interface Spreading {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  /** How many positions come out. */
  readonly length: number;
}

/** The extents of the result, and what is cut off before it: stated, or by the rules of auto_pad. */
function spreadingAxes(node: NodeView, axes: readonly Omit<Spreading, 'begin' | 'length'>[]): Spreading[] {
  const rank = axes.length;
  const automatic = node.text('auto_pad', 'NOTSET');
  const pads = node.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  const extra = node.ints('output_padding') ?? new Array<number>(rank).fill(0);
  const wanted = node.ints('output_shape')?.slice(-rank);
  if (pads.length !== 2 * rank || extra.length !== rank || (wanted !== undefined && wanted.length !== rank)) {
    throw node.fail(`expected pads, output_padding and output_shape for ${rank} axes; repair the model`);
  }
  if (!['NOTSET', '', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(automatic)) {
    throw node.fail('attribute auto_pad: expected NOTSET, VALID, SAME_UPPER or SAME_LOWER; repair it');
  }
  const same = automatic.startsWith('SAME');
  return axes.map((axis, a) => {
    const full = axis.stride * (axis.extent - 1) + extra[a]! + reach(axis);
    const length = wanted?.[a] ?? (same ? axis.extent * axis.stride : undefined);
    if (length === undefined) {
      const [begin, end] = automatic === 'VALID' ? [0, 0] : [pads[a]!, pads[rank + a]!];
      return { ...axis, begin, length: full - begin - end };
    }
    const total = full - length;
    if (total < 0) throw node.fail(`output_shape: expected at most ${full} on axis ${a}, got ${length}; repair it`);
    const half = Math.floor(total / 2);
    return { ...axis, begin: automatic === 'SAME_UPPER' ? half : total - half, length };
  });
}

/** What an output of a transposed convolution reads: tap k of the element i at i * stride + k * dilation - begin. */
function spreadAt({ extent, kernel, stride, dilation, begin }: Spreading, position: number): Window {
  const taps: number[] = [];
  const sources: number[] = [];
  for (let k = 0; k < kernel; k++) {
    const from = position + begin - k * dilation;
    if (from < 0 || from % stride !== 0 || from / stride >= extent) continue;
    taps.push(k);
    sources.push(from / stride);
  }
  return { taps, sources };
}

/** The windows of a transposed convolution: for every element of its result, what it is made of. */
export function spreadingWindows(node: NodeView, extents: Shape, kernel: Shape): Sliding {
  const rank = extents.length;
  const [strides, dilations] = [perAxis(node, 'strides', rank), perAxis(node, 'dilations', rank)];
  const axes = spreadingAxes(
    node,
    extents.map((extent, a) => ({ extent, kernel: kernel[a]!, stride: strides[a]!, dilation: dilations[a]! })),
  );
  const shape = axes.map(({ length }) => length);
  if (shape.some((length) => !(length >= 1))) throw node.fail(`its result has the shape [${shape}]; repair the model`);
  return windowsOf(
    node,
    extents,
    kernel,
    shape,
    axes.map((axis) => (position) => spreadAt(axis, position)),
  );
}
