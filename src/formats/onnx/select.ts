/**
 * Operators that pick elements of tensors along axes and put them together: Concat, Split, Slice, Gather, Pad, Tile, Expand, Trilu.
 */

import { constantRow, type Row } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, isIntegral, type Shape, sizeOf } from './tensor.js';
import {
  broadcastShape,
  broadcastTo,
  checkSize,
  computed,
  depthOf,
  gathered,
  reshaped,
  rowsOf,
  type Value,
} from './value.js';

/** The elements whose coordinate on every axis is one of `picks[axis]`, in that order. */
export function selected(value: Value, picks: readonly ArrayLike<number>[]): Value {
  const shape = picks.map((pick) => pick.length);
  checkSize(shape);
  let indices = new Int32Array(1);
  picks.forEach((pick, axis) => {
    const next = new Int32Array(indices.length * pick.length);
    indices.forEach((index, i) => {
      for (let k = 0; k < pick.length; k++) next[i * pick.length + k] = index * value.shape[axis]! + pick[k]!;
    });
    indices = next;
  });
  return gathered(value, shape, indices);
}

export const everyIndex = (extent: number) => Array.from({ length: extent }, (_, i) => i);

/** The elements whose coordinate on one axis is one of `pick`. */
export function selectedOn(value: Value, axis: number, pick: ArrayLike<number>): Value {
  return selected(
    value,
    value.shape.map((extent, a) => (a === axis ? pick : everyIndex(extent))),
  );
}

/** Values of one kind, one behind the other along an axis. */
export const concat: Operator = (node) => {
  const parts = node.allInputs();
  const [first] = parts;
  // The first version joined on axis 1 unless told.
  const axis = node.axis(node.int('axis', node.opset < 4 ? 1 : 0), first.shape.length);
  const rest = (shape: Shape) => shape.map((extent, a) => (a === axis ? -1 : extent)).join();
  if (parts.some(({ shape }) => rest(shape) !== rest(first.shape))) {
    const shapes = parts.slice(0, 8).map(({ shape }) => `[${shape}]`);
    throw node.fail(`cannot join ${shapes.join(', ')} on axis ${axis}; the shapes of the model do not match`);
  }
  const extent = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first.shape.map((e, a) => (a === axis ? extent : e));
  checkSize(shape);
  const blocks = sizeOf(first.shape.slice(0, axis));
  const join = <T>(lists: readonly ArrayLike<T>[]): T[] => {
    const joined: T[] = [];
    for (let block = 0; block < blocks; block++) {
      for (const list of lists) {
        const size = list.length / blocks;
        for (let i = block * size; i < (block + 1) * size; i++) joined.push(list[i]!);
      }
    }
    return joined;
  };
  const constants = parts.filter((part) => part.kind === 'constant');
  if (constants.length < parts.length) {
    return { kind: 'affine', shape, rows: join<Row>(parts.map(rowsOf)), depth: Math.max(...parts.map(depthOf)) };
  }
  const { type } = first as Constant;
  if (constants.some((part) => part.type !== type)) throw node.fail('its inputs have different types; repair it');
  const stored = constants.every((part) => part.stored);
  return { kind: 'constant', shape, type, entries: join<Entry>(constants.map(({ entries }) => entries)), stored };
};

/** The extents of the parts: given, or as equal as possible. */
function partsOf(node: NodeView, extent: number): readonly number[] {
  const given = node.ints('split') ?? (node.inputs[1] === undefined ? undefined : node.integers(1, 'extents'));
  const stated = node.int('num_outputs', 0);
  const count = node.outputCount;
  if (given === undefined) {
    const size = Math.ceil(extent / count);
    // Parts of different size need to be asked for.
    const fits = stated === 0 ? extent % count === 0 : stated === count && (count - 1) * size < extent;
    if (!fits) throw node.fail(`cannot split ${extent} elements into ${stated || count} equal parts; repair it`);
    return Array.from({ length: count }, (_, i) => Math.min(size, extent - i * size));
  }
  if (stated !== 0 || given.length < count) throw node.fail(`expected extents of ${count} parts, got ${given.length}`);
  if (given.some((size) => size < 0) || given.reduce((sum, size) => sum + size, 0) !== extent) {
    throw node.fail(`expected extents that add up to ${extent}, got [${given.slice(0, 8)}]; repair the model`);
  }
  return given;
}

/** The parts of a value along an axis. */
export const split: Operator = (node) => {
  const value = node.input(0);
  const axis = node.axis(node.int('axis', 0), value.shape.length);
  let start = 0;
  return partsOf(node, value.shape[axis]!).map((size) => {
    const from = start;
    start += size;
    return selectedOn(
      value,
      axis,
      Array.from({ length: size }, (_, i) => from + i),
    );
  });
};

/** The indices from `start` to before `end` in steps, counted from the end if negative and cut off at the borders. */
function range(extent: number, start: number, end: number, step: number): number[] {
  const clamp = (index: number, low: number, high: number) =>
    Math.min(Math.max(index < 0 ? index + extent : index, low), high);
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const [from, to] = [clamp(start, low, high), clamp(end, low, high)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** The bounds of Slice: attributes before opset 10, inputs since. */
export const slice: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const given = (attribute: string, index: number) =>
    node.ints(attribute) ?? (node.inputs[index] === undefined ? undefined : node.integers(index, attribute));
  const [starts, ends] = [given('starts', 1), given('ends', 2)];
  if (starts === undefined || ends === undefined) throw node.fail('expected starts and ends; export the network again');
  const axes = (given('axes', 3) ?? everyIndex(starts.length)).map((axis) => node.axis(axis, rank));
  const steps = node.inputs[4] === undefined ? starts.map(() => 1) : node.integers(4, 'steps');
  const lengths = [ends.length, axes.length, new Set(axes).size, steps.length];
  if (lengths.some((length) => length !== starts.length) || steps.some((step) => step === 0)) {
    throw node.fail('expected as many starts, ends, different axes and nonzero steps; repair the model');
  }
  const picks = value.shape.map((extent, axis) => {
    const k = axes.indexOf(axis);
    return k < 0 ? everyIndex(extent) : range(extent, starts[k]!, ends[k]!, steps[k]!);
  });
  return selected(value, picks);
};

/** The elements at constant indices of an axis. */
export const gather: Operator = (node) => {
  const value = node.input(0);
  const axis = node.axis(node.int('axis', 0), value.shape.length);
  const extent = value.shape[axis]!;
  const { shape: picked } = node.constant(1, 'indices');
  const indices = node.integers(1, 'indices').map((index) => {
    const position = index < 0 ? index + extent : index;
    if (position >= 0 && position < extent) return position;
    throw node.fail(`index ${index} is out of range for ${extent} elements; repair the model`);
  });
  const result = selectedOn(value, axis, indices);
  return { ...result, shape: [...value.shape.slice(0, axis), ...picked, ...value.shape.slice(axis + 1)] };
};

/** Where each element of a padded axis comes from; -1 is the padding. */
function paddedAxis(node: NodeView, extent: number, before: number, after: number, mode: string): number[] {
  const length = extent + before + after;
  if (length < 0 || !Number.isSafeInteger(length)) throw node.fail('the padding removes more than there is; repair it');
  // Another axis may have no extent, so that no size limits this one.
  checkSize([length]);
  if (mode !== 'constant' && extent === 0) throw node.fail('there is nothing to pad with; repair the model');
  return Array.from({ length }, (_, i) => {
    const at = i - before;
    if (at >= 0 && at < extent) return at;
    if (mode === 'constant') return -1;
    if (mode === 'edge') return at < 0 ? 0 : extent - 1;
    if (mode === 'wrap') return ((at % extent) + extent) % extent;
    const mirrored = at < 0 ? -at : 2 * (extent - 1) - at;
    if (mirrored < 0 || mirrored >= extent) throw node.fail('the padding is wider than what it reflects; repair it');
    return mirrored;
  });
}

/** Padding (or cropping, where negative) on both sides of every axis: [before..., after...]. */
function paddingOf(node: NodeView, rank: number): readonly number[] {
  // Called paddings in the first version.
  const pads = node.ints('pads') ?? node.ints('paddings') ?? node.integers(1, 'pads');
  const axes =
    node.inputs[3] === undefined ? everyIndex(rank) : node.integers(3, 'axes').map((a) => node.axis(a, rank));
  if (pads.length !== 2 * axes.length || new Set(axes).size !== axes.length) {
    throw node.fail(
      `expected ${2 * axes.length} pads for ${axes.length} different axes, got ${pads.length}; repair it`,
    );
  }
  const all = new Array<number>(2 * rank).fill(0);
  axes.forEach((axis, k) => {
    all[axis] = pads[k]!;
    all[rank + axis] = pads[axes.length + k]!;
  });
  return all;
}

function fillOf(node: NodeView): Entry {
  if (node.inputs[2] === undefined) return node.float('value', 0);
  const fill = node.constant(2, 'padding value');
  if (fill.entries.length !== 1) throw node.fail('expected one number to pad with; repair the model');
  return fill.entries[0]!;
}

export const pad: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const mode = node.text('mode', 'constant');
  if (!['constant', 'edge', 'reflect', 'wrap'].includes(mode)) {
    throw node.fail('attribute mode: expected constant, edge, reflect or wrap; repair it');
  }
  const pads = paddingOf(node, rank);
  const fill = fillOf(node);
  checkSize(value.shape.map((extent, axis) => Math.max(0, extent + pads[axis]! + pads[rank + axis]!)));
  const sources = value.shape.map((extent, axis) => paddedAxis(node, extent, pads[axis]!, pads[rank + axis]!, mode));
  const shape = sources.map((list) => list.length);
  checkSize(shape);
  let indices = [0];
  sources.forEach((list, axis) => {
    indices = indices.flatMap((index) =>
      list.map((source) => (index < 0 || source < 0 ? -1 : index * value.shape[axis]! + source)),
    );
  });
  if (value.kind === 'affine') {
    const outside = constantRow(fill);
    return { ...value, shape, rows: indices.map((index) => (index < 0 ? outside : value.rows[index]!)) };
  }
  const { entries } = value;
  const padded = indices.map((index) => (index < 0 ? fill : entries[index]!));
  return computed(shape, value.type, isIntegral(value) ? Float64Array.from(padded as number[]) : padded);
};

/** Copies behind each other along every axis; the first version repeated one axis. */
export const tile: Operator = (node) => {
  const value = node.input(0);
  const rank = value.shape.length;
  const given = node.integers(1, 'repeats');
  const old = node.opset < 6;
  const axis = old ? node.axis(node.integers(2, 'axis')[0] ?? 0, rank) : 0;
  const repeats = old ? value.shape.map((_, a) => (a === axis ? given[0]! : 1)) : given;
  if (repeats.length !== rank || repeats.some((count) => count < 0)) {
    throw node.fail(`expected ${rank} repeats of 0 or more, got [${repeats.slice(0, 8)}]; repair the model`);
  }
  checkSize(value.shape.map((extent, a) => extent * repeats[a]!));
  return selected(
    value,
    value.shape.map((extent, a) => Array.from({ length: extent * repeats[a]! }, (_, i) => i % extent)),
  );
};

/** The value broadcast with a shape: extents of 1 of either are stretched. */
export const expand: Operator = (node) => {
  const value = node.input(0);
  const wanted = node.integers(1, 'shape');
  if (wanted.some((extent) => extent < 0)) throw node.fail(`[${wanted.slice(0, 8)}] is no shape; repair it`);
  return broadcastTo(value, broadcastShape(value.shape, wanted));
};

/** Zeros below (or above) the k-th diagonal of the last two axes. */
export const trilu: Operator = (node) => {
  const value = node.input(0);
  const [rows, columns] = value.shape.slice(-2);
  if (rows === undefined || columns === undefined) throw node.fail('expected matrices; repair the model');
  const upper = node.int('upper', 1) !== 0;
  const k = node.inputs[1] === undefined ? 0 : node.integers(1, 'diagonal')[0]!;
  const keeps = (i: number) => {
    const [r, c] = [Math.floor(i / columns) % rows, i % columns];
    return upper ? c - r >= k : c - r <= k;
  };
  if (value.kind === 'affine') {
    const zero = constantRow(0);
    return { ...value, rows: value.rows.map((row, i) => (keeps(i) ? row : zero)) };
  }
  const kept = Array.from(value.entries, (entry, i) => (keeps(i) ? entry : 0));
  return { ...value, entries: isIntegral(value) ? Float64Array.from(kept as number[]) : kept };
};

/** The items on an axis that flags keep; of all elements in one row where no axis is given. */
export const compress: Operator = (node) => {
  const value = node.input(0);
  const flags = Array.from(node.constant(1, 'condition').entries);
  const stated = node.int('axis', Number.MIN_SAFE_INTEGER);
  const flat = stated === Number.MIN_SAFE_INTEGER;
  const from = flat ? reshaped(value, [sizeOf(value.shape)]) : value;
  const axis = flat ? 0 : node.axis(stated, from.shape.length);
  if (flags.length > from.shape[axis]!) {
    throw node.fail(`expected at most ${from.shape[axis]} flags, got ${flags.length}; repair the model`);
  }
  return selectedOn(
    from,
    axis,
    flags.flatMap((flag, i) => (flag === 0 ? [] : [i])),
  );
};

/** The first items of every sequence in reverse order: as many as its length says. */
export const reverseSequence: Operator = (node) => {
  const value = node.input(0);
  const lengths = node.integers(1, 'lengths');
  const [batch, time] = [node.int('batch_axis', 1), node.int('time_axis', 0)];
  const { shape } = value;
  if (shape.length < 2 || batch + time !== 1 || batch * time !== 0 || lengths.length !== shape[batch]) {
    throw node.fail(`expected a length for each of ${shape[batch]} sequences, got ${lengths.length}; repair the model`);
  }
  if (lengths.some((length) => length < 1 || length > shape[time]!))
    throw node.fail('a length is out of range; repair it');
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const indices = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const [b, t] = [batch, time].map((axis) => Math.floor(i / strides[axis]!) % shape[axis]!) as [number, number];
    const length = lengths[b]!;
    return t < length ? i + (length - 1 - 2 * t) * strides[time]! : i;
  });
  return gathered(value, shape, indices);
};
