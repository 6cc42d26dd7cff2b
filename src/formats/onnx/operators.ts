/**
 * The table of ONNX operators that become affine maps and two-slope neurons.
 *
 * To support another operator, write it as an `Operator` on exact rows and enter it here.
 */
import { FormatError, quoted } from '../input/error.js';
import { convolution } from './conv.js';
import {
  absoluteValue,
  addition,
  division,
  leakyRelu,
  multiplication,
  negation,
  parametricRelu,
  relu,
  subtraction,
  total,
} from './elementwise.js';
import { clip, hardSigmoid, maximum, minimum } from './extrema.js';
import { gemm, matMul } from './matrix.js';
import type { Operator } from './node.js';
import { batchNormalization } from './normalization.js';
import { averagePool, globalAveragePool, maxPool, reduceMean, reduceSum } from './pool.js';
import type { NodeProto } from './schema.js';
import { cast, concat, gather, pad, shapeOperator, slice, split } from './select.js';
import { constant, dropout, flatten, identity, reshape, squeeze, transpose, unsqueeze } from './shape.js';

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Abs', absoluteValue],
  ['Add', addition],
  ['AveragePool', averagePool],
  ['BatchNormalization', batchNormalization],
  ['Cast', cast],
  ['Clip', clip],
  ['Concat', concat],
  ['Constant', constant],
  ['Conv', convolution],
  ['Div', division],
  ['Dropout', dropout],
  ['Flatten', flatten],
  ['Gather', gather],
  ['Gemm', gemm],
  ['GlobalAveragePool', globalAveragePool],
  ['HardSigmoid', hardSigmoid],
  ['Identity', identity],
  ['LeakyRelu', leakyRelu],
  ['MatMul', matMul],
  ['Max', maximum],
  ['MaxPool', maxPool],
  ['Min', minimum],
  ['Mul', multiplication],
  ['Neg', negation],
  ['PRelu', parametricRelu],
  ['Pad', pad],
  ['ReduceMean', reduceMean],
  ['ReduceSum', reduceSum],
  ['Relu', relu],
  ['Reshape', reshape],
  ['Shape', shapeOperator],
  ['Slice', slice],
  ['Split', split],
  ['Squeeze', squeeze],
  ['Sub', subtraction],
  ['Sum', total],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
]);

/** Broadcasting and Gemm mean what they mean today since then. */
export const OLDEST_OPSET = 7;
/** The tests compare every operator with a runtime up to here. */
export const LATEST_COMPARED_OPSET = 24;

/** The names of the supported operators, sorted. */
export const operatorNames: readonly string[] = [...OPERATORS.keys()];

/** Smooth functions: no polytope partition exists. */
const SMOOTH = new Set(
  (
    'Sigmoid Tanh Softmax LogSoftmax Softplus Softsign Exp Log Sqrt Pow Erf Gelu Mish Elu Selu Celu Sin Cos Swish ' +
    'LayerNormalization InstanceNormalization LpNormalization LSTM GRU RNN'
  ).split(' '),
);

/** Letters to change, add, drop or swap with a neighbour, to turn one name into another (Damerau, Levenshtein). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}

/** The supported operators that a name is near: spelt almost so, or part of it. */
function nearNames(name: string): string[] {
  const wanted = name.slice(0, 40).toLowerCase();
  return operatorNames.filter((known) => {
    const one = known.toLowerCase();
    const contained = one.length >= 3 && wanted.length >= 3 && (wanted.includes(one) || one.includes(wanted));
    return contained || distance(one, wanted) <= Math.min(2, Math.floor(one.length / 3));
  });
}

function unsupported(name: string): string {
  const near = nearNames(name).slice(0, 4);
  const known =
    near.length === 0
      ? `${operatorNames.length} others are`
      : `near it, ${near.join(', ')} ${near.length === 1 ? 'is' : 'are'}`;
  return `is not supported; ${known}: rewrite the network with these, or cut it before this node`;
}

/** The operator of a node. @throws FormatError that names an unsupported one and says what to do */
export function operatorOf(node: NodeProto, place: string): Operator {
  if (node.domain !== '' && node.domain !== 'ai.onnx') {
    const name = quoted(`${node.domain}.${node.opType}`);
    throw new FormatError(place, `operator ${name} is not a standard one; export with standard operators`);
  }
  const operator = OPERATORS.get(node.opType);
  if (operator !== undefined) return operator;
  const smooth = node.opType === 'HardSwish' ? 'is quadratic from -3 to 3, so it is' : 'is';
  const why =
    SMOOTH.has(node.opType) || node.opType === 'HardSwish'
      ? `${smooth} not piecewise linear, so there is no polytope partition; export the network up to the value before it`
      : unsupported(node.opType);
  throw new FormatError(place, `operator ${quoted(node.opType)} ${why}`);
}
