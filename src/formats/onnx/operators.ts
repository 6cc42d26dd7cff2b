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

/** The operator of a node. @throws FormatError that names an unsupported one and says what to do */
export function operatorOf(node: NodeProto, place: string): Operator {
  if (node.domain !== '' && node.domain !== 'ai.onnx') {
    const name = quoted(`${node.domain}.${node.opType}`);
    throw new FormatError(place, `operator ${name} is not a standard one; export with standard operators`);
  }
  const operator = OPERATORS.get(node.opType);
  if (operator !== undefined) return operator;
  const why = SMOOTH.has(node.opType)
    ? 'is not piecewise linear, so there is no polytope partition; export the network up to the value before it'
    : `is not supported; rewrite the network with ${operatorNames.join(', ')}`;
  throw new FormatError(place, `operator ${quoted(node.opType)} ${why}`);
}
