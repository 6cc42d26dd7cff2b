/**
 * The table of ONNX operators that become affine maps and two-slope neurons.
 *
 * To support another operator, write it as an `Operator` on exact rows and enter it here.
 */
import { FormatError, quoted } from '../input/error.js';
import { nearNames } from '../input/near-names.js';
import {
  complement,
  conjunction,
  disjunction,
  exclusion,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  same,
  where,
} from './branch.js';
import { castLike, castOperator, dequantizeLinear, quantizeLinear } from './cast.js';
import { convolution, transposedConvolution } from './conv.js';
import { einsum } from './einsum.js';
import {
  absoluteValue,
  addition,
  division,
  leakyRelu,
  mean,
  multiplication,
  negation,
  parametricRelu,
  relu,
  subtraction,
  thresholdedRelu,
  total,
} from './elementwise.js';
import { clip, hardSigmoid, maximum, minimum, shrink } from './extrema.js';
import { gatherElements, gatherND, scatterElements, scatterND } from './gather.js';
import { modulo } from './integers.js';
import { gemm, matMul } from './matrix.js';
import type { Operator } from './node.js';
import { batchNormalization } from './normalization.js';
import { averagePool, lpPool, maxPool } from './pool.js';
import { range } from './range.js';
import {
  cumulativeSum,
  globalAveragePool,
  globalLpPool,
  globalMaxPool,
  reduceL1,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
} from './reduce.js';
import { resize, upsample } from './resize.js';
import type { NodeProto } from './schema.js';
import { compress, concat, expand, gather, pad, reverseSequence, slice, split, tile, trilu } from './select.js';
import {
  constant,
  constantOfShape,
  depthToSpace,
  dropout,
  flatten,
  identity,
  reshape,
  shapeOperator,
  size,
  spaceToDepth,
  squeeze,
  transpose,
  unsqueeze,
} from './shape.js';

/** What becomes of the values that enter an operator. */
export type OperatorKind = 'affine' | 'neurons' | 'constants';

interface OperatorEntry {
  readonly read: Operator;
  /** The first and the last operator set that have it. */
  readonly since: number;
  readonly until?: number;
  readonly kind: OperatorKind;
  /** What of it is read, where that is not all. */
  readonly only?: string;
}

type Row = readonly [name: string, read: Operator, kind: OperatorKind, since?: number, only?: string, until?: number];

const ROWS: readonly Row[] = [
  ['Abs', absoluteValue, 'neurons'],
  ['Add', addition, 'affine'],
  ['And', conjunction, 'constants'],
  ['AveragePool', averagePool, 'affine', 1, 'not ceil_mode with count_include_pad, where runtimes disagree'],
  [
    'BatchNormalization',
    batchNormalization,
    'affine',
    1,
    'for inference; the root is the number that onnxruntime computes',
  ],
  [
    'Cast',
    castOperator,
    'affine',
    1,
    'values that depend on the input to floats of 16 bits or more; constants to all numbers',
  ],
  ['CastLike', castLike, 'affine', 15, 'as Cast'],
  ['Clip', clip, 'neurons', 1, 'constant bounds'],
  ['Compress', compress, 'affine', 9, 'constant condition'],
  ['Concat', concat, 'affine'],
  ['Constant', constant, 'constants', 1, 'dense numbers'],
  ['ConstantOfShape', constantOfShape, 'constants', 9],
  ['Conv', convolution, 'affine', 1, 'constant weights'],
  ['ConvTranspose', transposedConvolution, 'affine', 1, 'constant weights'],
  ['CumSum', cumulativeSum, 'affine', 11],
  ['DepthToSpace', depthToSpace, 'affine'],
  ['DequantizeLinear', dequantizeLinear, 'constants', 10, 'weights: per tensor, per axis, by blocks; exact products'],
  ['Div', division, 'affine', 1, 'constant divisor'],
  ['Dropout', dropout, 'affine', 1, 'for inference'],
  ['Einsum', einsum, 'affine', 12, 'at most one operand depends on the input'],
  ['Equal', same, 'constants'],
  ['Expand', expand, 'affine', 8],
  ['Flatten', flatten, 'affine'],
  ['Gather', gather, 'affine', 1, 'constant indices'],
  ['GatherElements', gatherElements, 'affine', 11, 'constant indices'],
  ['GatherND', gatherND, 'affine', 11, 'constant indices'],
  ['Gemm', gemm, 'affine', 1, 'A or B constant'],
  ['GlobalAveragePool', globalAveragePool, 'affine'],
  ['GlobalLpPool', globalLpPool, 'neurons', 1, 'p = 1'],
  ['GlobalMaxPool', globalMaxPool, 'neurons'],
  ['Greater', greater, 'neurons', 1, 'of constants, or as a factor or condition that makes a continuous function'],
  ['GreaterOrEqual', greaterOrEqual, 'neurons', 12, 'as Greater'],
  ['HardSigmoid', hardSigmoid, 'neurons'],
  ['Identity', identity, 'affine'],
  ['LeakyRelu', leakyRelu, 'neurons'],
  ['Less', less, 'neurons', 1, 'as Greater'],
  ['LessOrEqual', lessOrEqual, 'neurons', 12, 'as Greater'],
  ['LpPool', lpPool, 'neurons', 1, 'p = 1'],
  ['MatMul', matMul, 'affine', 1, 'one factor constant'],
  ['Max', maximum, 'neurons'],
  ['MaxPool', maxPool, 'neurons', 1, 'without the indices'],
  ['Mean', mean, 'affine'],
  ['Min', minimum, 'neurons'],
  ['Mod', modulo, 'constants', 10, 'integers'],
  ['Mul', multiplication, 'affine', 1, 'one factor constant, or a comparison that makes a continuous function'],
  ['Neg', negation, 'affine'],
  ['Not', complement, 'neurons', 1, 'as Greater'],
  ['Or', disjunction, 'constants'],
  ['PRelu', parametricRelu, 'neurons', 1, 'constant slopes'],
  ['Pad', pad, 'affine', 1, 'constant pads'],
  ['QuantizeLinear', quantizeLinear, 'constants', 10, 'weights'],
  ['Range', range, 'constants', 11],
  ['ReduceL1', reduceL1, 'neurons'],
  ['ReduceMax', reduceMax, 'neurons'],
  ['ReduceMean', reduceMean, 'affine'],
  ['ReduceMin', reduceMin, 'neurons'],
  ['ReduceProd', reduceProd, 'constants', 1, 'integers'],
  ['ReduceSum', reduceSum, 'affine'],
  ['Relu', relu, 'neurons'],
  ['Reshape', reshape, 'affine', 1, 'constant shape'],
  ['Resize', resize, 'affine', 10, 'mode nearest or linear; constant scales or sizes; no antialias'],
  ['ReverseSequence', reverseSequence, 'affine', 10, 'constant lengths'],
  ['Scatter', scatterElements, 'affine', 9, 'constant indices', 10],
  ['ScatterElements', scatterElements, 'affine', 11, 'constant indices; max and min become neurons'],
  ['ScatterND', scatterND, 'affine', 11, 'constant indices; max and min become neurons'],
  ['Shape', shapeOperator, 'constants'],
  ['Shrink', shrink, 'neurons', 9, 'bias = lambd, where it is continuous'],
  ['Size', size, 'constants'],
  ['Slice', slice, 'affine', 1, 'constant bounds'],
  ['SpaceToDepth', spaceToDepth, 'affine'],
  ['Split', split, 'affine', 1, 'constant extents'],
  ['Squeeze', squeeze, 'affine', 1, 'constant axes'],
  ['Sub', subtraction, 'affine'],
  ['Sum', total, 'affine'],
  ['ThresholdedRelu', thresholdedRelu, 'neurons', 1, 'alpha = 0, where it is continuous'],
  ['Tile', tile, 'affine', 1, 'constant repeats'],
  ['Transpose', transpose, 'affine'],
  ['Trilu', trilu, 'affine', 14],
  ['Unsqueeze', unsqueeze, 'affine', 1, 'constant axes'],
  ['Upsample', upsample, 'affine', 1, 'mode nearest or linear', 9],
  ['Where', where, 'neurons', 9, 'constant condition, or a comparison that makes a continuous function'],
  ['Xor', exclusion, 'constants'],
];

const OPERATORS: ReadonlyMap<string, OperatorEntry> = new Map(
  ROWS.map(([name, read, kind, since = 1, only, until]) => [
    name,
    { read, kind, since, ...(only !== undefined && { only }), ...(until !== undefined && { until }) },
  ]),
);

/** One line of the table of operators. */
export interface OperatorRow {
  readonly name: string;
  readonly since: number;
  readonly until?: number;
  /** What values that depend on the input become: affine functions of it, or neurons; or it is for constants only. */
  readonly kind: OperatorKind;
  readonly only?: string;
}

/** What is read, sorted by name. `If` and the functions of a model are read beside these. */
export const operatorRows: readonly OperatorRow[] = [...OPERATORS].map(([name, { read: _, ...row }]) => ({
  name,
  ...row,
}));

/** The first operator set: what a file says of an older one is none. */
export const OLDEST_OPSET = 1;
/** The tests compare every operator with a runtime up to here. */
export const LATEST_COMPARED_OPSET = 24;

/** The names of the supported operators, sorted. */
export const operatorNames: readonly string[] = [...OPERATORS.keys()];

/** Smooth functions: no polytope partition exists. */
export const SMOOTH: ReadonlySet<string> = new Set(
  (
    'Acos Acosh Asin Asinh Atan Atanh Attention Celu Cos Cosh Det Elu Erf Exp Gelu GroupNormalization GRU HardSwish ' +
    'InstanceNormalization LRN LSTM LayerNormalization Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Pow ' +
    'RMSNormalization RNN Reciprocal ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare RotaryEmbedding Selu Sigmoid ' +
    'Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh'
  ).split(' '),
);

/** Functions that jump. */
export const DISCONTINUOUS: ReadonlySet<string> = new Set(
  (
    'ArgMax ArgMin Bernoulli BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil ConvInteger DynamicQuantizeLinear ' +
    'Floor Hardmax MatMulInteger NonMaxSuppression NonZero QLinearConv QLinearMatMul Round Sign'
  ).split(' '),
);

function unsupported(name: string): string {
  const near = nearNames(name, operatorNames).slice(0, 4);
  const known =
    near.length === 0
      ? `${operatorNames.length} others are (relu-atlas info --operators)`
      : `near it, ${near.join(', ')} ${near.length === 1 ? 'is' : 'are'}`;
  return `is not supported; ${known}: rewrite the network with these, or cut it before this node`;
}

/** Why an operator that is not in the table cannot be read, and what to do. */
function refusal(name: string): string {
  const fix =
    'so there is no polytope partition; export the network up to the value before it, or name that with --output';
  if (name === 'HardSwish') return `is quadratic from -3 to 3, not piecewise linear, ${fix}`;
  if (SMOOTH.has(name)) return `is not piecewise linear, ${fix}`;
  if (DISCONTINUOUS.has(name)) return `jumps, and is not piecewise linear and continuous, ${fix}`;
  return unsupported(name);
}

/** The operator of a node. @throws FormatError that names an unsupported one and says what to do */
export function operatorOf(node: NodeProto, place: string, opset: number): Operator {
  if (node.domain !== '' && node.domain !== 'ai.onnx') {
    const name = quoted(`${node.domain}.${node.opType}`);
    throw new FormatError(place, `operator ${name} is not a standard one; export with standard operators`);
  }
  const entry = OPERATORS.get(node.opType);
  if (entry === undefined) throw new FormatError(place, `operator ${quoted(node.opType)} ${refusal(node.opType)}`);
  const { since, until = Number.POSITIVE_INFINITY } = entry;
  if (opset >= since && opset <= until) return entry.read;
  const span = until === Number.POSITIVE_INFINITY ? `since opset ${since}` : `in opset ${since} to ${until}`;
  throw new FormatError(
    place,
    `operator ${quoted(node.opType)} exists ${span}, the model states opset ${opset}; state the one that it was made with`,
  );
}
