/**
 * Convolutions, of any number of axes.
 */

import { combiner, offsetRow, productsOf, type Row, type Weights, weightsOf } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, isIntegral, type Shape, sizeOf } from './tensor.js';
import { checkSize, rowsOf, type Value, valueOfRows } from './value.js';
import { type Sliding, slidingWindows, spreadingWindows, type Window } from './window.js';

/** The kernels of a convolution: for every output channel, its weights on the elements of a window. */
interface Kernels {
  /** Output channels. */
  readonly outputs: number;
  /** Input channels that each of them reads. */
  readonly channels: number;
  readonly size: number;
  readonly entries: Float64Array | readonly Entry[];
}

/**
 * The weights of every output channel on what lies in a window.
 *
 * Windows that meet the same part of the kernel share them: away from the border that is all of it.
 */
function weightsInWindows({ outputs, channels, size, entries }: Kernels): (window: Window) => readonly Weights[] {
  const known = new Map<string, readonly Weights[]>();
  return ({ taps }) => {
    const key = taps.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const weights = Array.from({ length: outputs }, (_, m) => {
      const picked: Entry[] = [];
      for (let c = 0; c < channels; c++) for (const tap of taps) picked.push(entries[(m * channels + c) * size + tap]!);
      return weightsOf(entries instanceof Float64Array ? Float64Array.from(picked as number[]) : picked);
    });
    known.set(key, weights);
    return weights;
  };
}

/** The constant kernels, and the groups that they fall into. */
function kernelsOf(node: NodeView, rank: number, channels: number): { weights: Constant; groups: number } {
  const weights = node.constant(1, 'weights');
  const groups = node.int('group', 1);
  const [outputs, own] = weights.shape;
  if (isIntegral(weights) || weights.shape.length !== rank) {
    throw node.fail(`expected floating-point weights of ${rank} axes, got shape [${weights.shape}]; repair the model`);
  }
  if (groups < 1 || outputs! % groups !== 0 || own! * groups !== channels) {
    const got = `${outputs} x ${own} channels in ${groups} groups`;
    throw node.fail(`expected weights for ${channels} channels, got ${got}; the shapes of the model do not match`);
  }
  const kernel = node.ints('kernel_shape') ?? weights.shape.slice(2);
  if (kernel.join() !== weights.shape.slice(2).join()) {
    throw node.fail(
      `attribute kernel_shape is [${kernel.slice(0, 8)}], but the weights have [${weights.shape.slice(2)}]`,
    );
  }
  return { weights, groups };
}

/** One offset per output channel, 0 where there are none. */
function biasOf(node: NodeView, outputs: number): ArrayLike<Entry> {
  if (node.inputs[2] === undefined) return new Float64Array(outputs);
  const bias = node.constant(2, 'bias');
  if (isIntegral(bias) || bias.entries.length !== outputs) {
    throw node.fail(`expected ${outputs} biases, one per output channel, got shape [${bias.shape}]; repair the model`);
  }
  return bias.entries;
}

/** An input of images, and the convolution's numbers. */
interface Images {
  readonly value: Value;
  readonly batch: number;
  readonly channels: number;
  readonly extents: Shape;
}

function imagesOf(node: NodeView): Images {
  const value = node.input(0);
  const [batch, channels, ...extents] = value.shape;
  if (batch === undefined || channels === undefined || extents.length === 0) {
    throw node.fail(`expected an input [batch, channels, ...], got shape [${value.shape}]; repair the model`);
  }
  return { value, batch, channels, extents };
}

/** The products of the kernels of each group with the windows of its channels, and the bias. */
function convolved(
  node: NodeView,
  { value, batch, channels, extents }: Images,
  { outputs, channels: own, size, entries }: Kernels,
  { shape, windows }: Sliding,
): Value {
  const bias = biasOf(node, outputs);
  const groups = channels / own;
  const [positions, pixels] = [windows.length, sizeOf(extents)];
  checkSize([batch, outputs, positions]);
  const results = batch * outputs * positions;
  node.context.budget.spendRows(results, results * own * Math.min(size, pixels));
  const weightsIn = weightsInWindows({ outputs, channels: own, size, entries });
  const rows = rowsOf(value);
  const result = new Array<Row>(results);
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      windows.forEach((window, p) => {
        const covered: Row[] = [];
        for (let c = g * own; c < (g + 1) * own; c++) {
          for (const source of window.sources) covered.push(rows[(n * channels + c) * pixels + source]!);
        }
        const first = (g * outputs) / groups;
        const kernels = weightsIn(window).slice(first, first + outputs / groups);
        node.context.budget.spendProducts(productsOf(covered, kernels));
        const combine = combiner(covered);
        kernels.forEach((weights, k) => {
          const m = first + k;
          result[(n * outputs + m) * positions + p] = offsetRow(combine(weights), bias[m]!);
        });
      });
    }
  }
  return valueOfRows([batch, outputs, ...shape], result, [value]);
}

/** x of shape [N, C, ...] by W of shape [M, C / group, ...]: the products of W with the windows of x. */
export const convolution: Operator = (node) => {
  const images = imagesOf(node);
  const { weights } = kernelsOf(node, images.value.shape.length, images.channels);
  const [outputs, own, ...kernel] = weights.shape as [number, number, ...number[]];
  const sliding = slidingWindows(node, images.extents, kernel);
  return convolved(node, images, { outputs, channels: own, size: sizeOf(kernel), entries: weights.entries }, sliding);
};

/** W of shape [C, M / group, ...] as the kernels of a convolution with the windows that spread. */
function transposedKernels(node: NodeView, { value, channels }: Images): Kernels & { readonly kernel: Shape } {
  const weights = node.constant(1, 'weights');
  const groups = node.int('group', 1);
  const [inputs, own, ...kernel] = weights.shape as [number, number, ...number[]];
  if (isIntegral(weights) || weights.shape.length !== value.shape.length) {
    throw node.fail(`expected floating-point weights of as many axes, got shape [${weights.shape}]; repair the model`);
  }
  if (groups < 1 || inputs % groups !== 0 || inputs !== channels) {
    const got = `${inputs} in ${groups} groups`;
    throw node.fail(`expected weights for ${channels} channels, got ${got}; the shapes of the model do not match`);
  }
  const stated = node.ints('kernel_shape') ?? kernel;
  if (stated.join() !== kernel.join()) {
    throw node.fail(`attribute kernel_shape is [${stated.slice(0, 8)}], but the weights have [${kernel}]`);
  }
  const [each, size] = [inputs / groups, sizeOf(kernel)];
  const entries: Entry[] = [];
  for (let m = 0; m < own * groups; m++) {
    const [g, k] = [Math.floor(m / own), m % own];
    for (let c = 0; c < each; c++) {
      for (let tap = 0; tap < size; tap++) entries.push(weights.entries[((g * each + c) * own + k) * size + tap]!);
    }
  }
  const list = weights.entries instanceof Float64Array ? Float64Array.from(entries as number[]) : entries;
  return { outputs: own * groups, channels: each, size, entries: list, kernel };
}

/** What a convolution takes from x to give y is what this takes from y to give x, with the weights of the same places. */
export const transposedConvolution: Operator = (node) => {
  const images = imagesOf(node);
  const kernels = transposedKernels(node, images);
  return convolved(node, images, kernels, spreadingWindows(node, images.extents, kernels.kernel));
};
