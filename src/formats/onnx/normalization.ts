/**
 * Batch normalization in inference.
 */
import { toDouble } from '../../exact/index.js';
import { offsetRow, scaleRows } from '../graph/rows.js';
import { addEntries, type Entry, exactly, multiplyEntries, negateEntry } from '../input/entries.js';
import type { Operator } from './node.js';
import { type Constant, isIntegral, sizeOf } from './tensor.js';
import { rowsOf, valueOfRows } from './value.js';

/** The default of the specification, a float32: a parameter of the network that is read, not a tolerance of this program. */
const DEFAULT_EPSILON = Math.fround(1e-5);

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + bias, with the statistics of the training.
 *
 * The root is no rational number. 1 / sqrt(variance + epsilon) is taken as the number that onnxruntime computes for it, in
 * the precision of the graph; everything else is exact.
 */
export const batchNormalization: Operator = (node) => {
  const value = node.input(0);
  const channels = value.shape[1];
  if (channels === undefined) throw node.fail(`expected an input [batch, channels, ...], got shape [${value.shape}]`);
  // Before opset 7 a model said that it is for inference; what it says of training is none of a network's function.
  const trains = node.opset < 7 ? node.int('is_test', 0) === 0 : node.int('training_mode', 0) !== 0;
  if (trains || node.int('spatial', 1) !== 1) {
    throw node.fail('expected inference with statistics per channel; export the network for inference');
  }
  node.float('momentum', 0);
  const epsilon = node.float('epsilon', DEFAULT_EPSILON);
  const [scale, bias, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, i) => {
    const parameter = node.constant(i + 1, what);
    if (isIntegral(parameter) || parameter.entries.length !== channels) {
      throw node.fail(`expected ${channels} floating-point numbers as ${what}, got shape [${parameter.shape}]`);
    }
    return parameter.entries;
  }) as [Constant['entries'], Constant['entries'], Constant['entries'], Constant['entries']];
  const round = node.context.precision === 'float32' ? Math.fround : (x: number) => x;
  const factors = Array.from(scale, (factor: Entry, c) => {
    const inverse = round(1 / round(Math.sqrt(round(toDouble(exactly(variance[c]!)) + epsilon))));
    if (!Number.isFinite(inverse)) throw node.fail(`the variance of channel ${c} has no root; repair the weights`);
    return multiplyEntries(inverse, factor);
  });
  const offsets = factors.map((factor, c) => addEntries(bias[c]!, negateEntry(multiplyEntries(mean[c]!, factor))));
  const { precision } = node.context;
  node.context.notes.add(
    `BatchNormalization: 1 / sqrt(variance + epsilon) is not rational; the ${precision} number that onnxruntime computes is used`,
  );
  const pixels = sizeOf(value.shape.slice(2));
  const channelOf = (i: number) => Math.floor(i / pixels) % channels;
  const rows = rowsOf(value);
  node.context.budget.spendRows(
    rows.length,
    rows.reduce((sum, row) => sum + row.atoms.length, 0),
  );
  const scaled = scaleRows(
    rows,
    rows.map((_, i) => factors[channelOf(i)]!),
  ).map((row, i) => offsetRow(row, offsets[channelOf(i)]!));
  return valueOfRows(value.shape, scaled, [value]);
};
