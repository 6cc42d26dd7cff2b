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
function product(windows: readonly Window[], axis: Axis, along: readonly Window[]): Window[] {
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
  checkSize(shape);
  checkSize(kernel);
  node.context.budget.spendRows(sizeOf(shape), sizeOf(shape) * Math.min(sizeOf(kernel), sizeOf(extents)));
  const windows = axes.reduce<Window[]>(
    (all, axis, a) =>
      product(
        all,
        axis,
        Array.from({ length: shape[a]! }, (_, position) => windowAt(axis, position)),
      ),
    [{ taps: [0], sources: [0] }],
  );
  return { shape, windows };
}
