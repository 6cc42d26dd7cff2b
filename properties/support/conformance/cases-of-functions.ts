/**
 * Cases about the function and its derivatives: activations other than ReLU, gradients at kinks, arithmetic.
 */
import type { Entry } from '../generators/degenerate-cases.js';
import { randomLayers } from '../generators/make-fixtures.js';
import { chain, type ModelSpec } from '../generators/onnx-models.js';
import { type CaseSpec, cube, degenerate, layer, output, type Point, sum } from './case-spec.js';

const SQUARE = cube(2);

const leakyPair = (negative: Entry, width: number) => ({
  slopes: new Array<[Entry, Entry]>(width).fill([negative, 1]),
});

const LEAKY_LAYERS: readonly Point[] = [
  [1, 0.5, 0.25],
  [-0.5, 1, 0],
  [1, 1, -0.5],
];

function leaky(id: string, slope: Entry, why: string): CaseSpec {
  return {
    id,
    category: 'activations',
    why: `${why} A patch that sets inactive neurons to 0 gets values, maps and the second layer's creases wrong.`,
    layers: [
      layer(LEAKY_LAYERS, leakyPair(slope, 3)),
      layer(
        [
          [1, -1, 0.5, 0.125],
          [0.5, 1, -1, 0],
        ],
        leakyPair(slope, 2),
      ),
      output([1, -1, 0.25]),
    ],
    domain: SQUARE,
    confirm: 'brute force',
    regions: true,
    evaluate: [[-1, -1]],
    gradient: [[-1, -1]],
  };
}

/** clip(A x + b, 0, 1), summed, as an ONNX model. */
const CLIP: ModelSpec = {
  nodes: chain(['Gemm', ['A', 'b']], ['Clip', ['low', 'high']], ['Gemm', ['C', 'd']]),
  weights: {
    A: { dims: [2, 3], values: [1, 0.5, -1, 0.5, -1, 1] },
    b: { dims: [3], values: [0.25, 0.5, 0.125] },
    low: { dims: [], values: [0] },
    high: { dims: [], values: [1] },
    C: { dims: [3, 1], values: [1, 2, -1] },
    d: { dims: [1], values: [0] },
  },
  input: [1, 2],
};

/** relu6-like clipping twice in a row, at other bounds. */
const HARD_TANH: ModelSpec = {
  nodes: chain(['Gemm', ['A', 'b']], ['Clip', ['low', 'high']], ['Gemm', ['C', 'd']], ['Clip', ['low', 'high']]),
  weights: {
    A: { dims: [1, 2], values: [4, -3] },
    b: { dims: [2], values: [0, 0.5] },
    low: { dims: [], values: [-1] },
    high: { dims: [], values: [1] },
    C: { dims: [2, 1], values: [1.5, 1] },
    d: { dims: [1], values: [0.25] },
  },
  input: [1, 1],
};

/** The larger of each two neighbours of a 1 x 4 image made of two inputs. */
const MAX_POOL: ModelSpec = {
  nodes: [
    { op: 'Gemm', inputs: ['x', 'A', 'b'], outputs: ['features'] },
    { op: 'Reshape', inputs: ['features', 'shape'], outputs: ['image'] },
    {
      op: 'MaxPool',
      inputs: ['image'],
      outputs: ['pooled'],
      attributes: { kernel_shape: { ints: [2] }, strides: { ints: [2] } },
    },
    { op: 'Reshape', inputs: ['pooled', 'flat'], outputs: ['y'] },
  ],
  weights: {
    A: { dims: [2, 4], values: [1, -1, 0.5, 0, 1, 0.5, -1, 1] },
    b: { dims: [4], values: [0, 0.25, 0, -0.5] },
    shape: { dims: [3], values: [1, 1, 4], type: 'int64' },
    flat: { dims: [2], values: [1, 2], type: 'int64' },
  },
  input: [1, 2],
};

/** max(x, y, x + y - 1/2): three pieces. */
const MAXIMUM: ModelSpec = {
  nodes: [
    { op: 'Gemm', inputs: ['x', 'A', 'b'], outputs: ['features'] },
    { op: 'Reshape', inputs: ['features', 'shape'], outputs: ['image'] },
    { op: 'MaxPool', inputs: ['image'], outputs: ['pooled'], attributes: { kernel_shape: { ints: [3] } } },
    { op: 'Reshape', inputs: ['pooled', 'flat'], outputs: ['y'] },
  ],
  weights: {
    A: { dims: [2, 3], values: [1, 0, 1, 0, 1, 1] },
    b: { dims: [3], values: [0, 0, -0.5] },
    shape: { dims: [3], values: [1, 1, 3], type: 'int64' },
    flat: { dims: [2], values: [1, 1], type: 'int64' },
  },
  input: [1, 2],
};

const LOWERED = 'The network given is its exact form in two-slope neurons; the model is given as ONNX, too.';

const activations: readonly CaseSpec[] = [
  leaky('leaky-double', 0.01, 'Slope 0.01 is the nearest double, not 1/100.'),
  leaky(
    'leaky-fraction',
    '1/100',
    'Slope 1/100 as a fraction: no double is it, and values differ from those with 0.01 in the 19th digit.',
  ),
  leaky('leaky-negative', '-1/2', 'Slope -1/2: the neuron is a fold, and monotonicity arguments fail.'),
  {
    id: 'absolute-values',
    category: 'activations',
    why: '||x| - 1/2| and ||y| - 1/2|: 4 x 4 cells, the folded square. A neuron that is never zero is "active" on both sides; code that knows only ReLU sees it dead on one.',
    layers: [
      layer(
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        'abs',
      ),
      layer(
        [
          [1, 0, -0.5],
          [0, 1, -0.5],
        ],
        'abs',
      ),
      sum(2),
    ],
    domain: SQUARE,
    cells: 16,
    confirm: 'brute force',
    regions: true,
    clarke: [[0, '1/2']],
  },
  degenerate('slope-pairs', 'activations', 'Per-neuron slopes (PReLU); equal pairs are linear and cut nothing.'),
  degenerate('leaky-slope-1', 'activations', 'Counted as a neuron that bends, it gives a cell too many.'),
  {
    id: 'ends-with-activation',
    category: 'activations',
    why: 'The last layer is a ReLU: the output is clamped at 0, and its crease counts. Readers that take the last layer for affine lose the cells. relu(x), relu(y), relu(1/4 - x - y): three lines in general position, 7 cells.',
    layers: [
      layer([
        [1, 0, 0],
        [0, 1, 0],
        [-1, -1, 0.25],
      ]),
    ],
    domain: SQUARE,
    cells: 7,
    confirm: 'brute force',
    regions: true,
  },
  {
    id: 'clip-unit',
    category: 'activations',
    why: `clip(A x + b, 0, 1), as in quantised networks: two creases per unit. ${LOWERED} Code that clips with ReLU only gets the upper side wrong.`,
    layers: { onnx: CLIP },
    domain: SQUARE,
    confirm: 'brute force',
    regions: true,
    evaluate: [[1, 1]],
  },
  {
    id: 'hard-tanh-twice',
    category: 'activations',
    why: `clip(., -1, 1) after clip(., -1, 1) in one variable: flat parts on which the gradient is exactly 0. ${LOWERED}`,
    layers: { onnx: HARD_TANH },
    domain: [[-2, 2]],
    confirm: 'brute force',
    regions: true,
    evaluate: [[-2], [2]],
    gradient: [[2]],
  },
  {
    id: 'max-pool',
    category: 'activations',
    why: `The larger of each two of four features. max(a, b) = b + relu(a - b): where the two features tie there is a crease, although no neuron is 0. ${LOWERED}`,
    layers: { onnx: MAX_POOL },
    domain: SQUARE,
    confirm: 'brute force',
    regions: true,
    evaluate: [
      [0, 0],
      [1, '1/4'],
    ],
  },
  {
    id: 'max-of-three',
    category: 'activations',
    why: `max(x, y, x + y - 1/2) in one window has three pieces that meet in the point (1/2, 1/2), however the maximum is built from neurons. ${LOWERED} A tie counted once per pair gives more pieces.`,
    layers: { onnx: MAXIMUM },
    domain: SQUARE,
    confirm: 'brute force',
    regions: true,
    clarke: [['1/2', '1/2']],
  },
];

const AT_ZERO: Point = [0, 0];

function kink(
  id: string,
  why: string,
  layers: CaseSpec['layers'],
  more: Partial<CaseSpec> & Pick<CaseSpec, 'cells'>,
): CaseSpec {
  return {
    id,
    category: 'kinks',
    why,
    layers,
    domain: SQUARE,
    confirm: 'brute force',
    regions: true,
    gradient: [AT_ZERO],
    clarke: [AT_ZERO],
    locate: [AT_ZERO],
    evaluate: [AT_ZERO],
    ...more,
  };
}

const kinks: readonly CaseSpec[] = [
  kink(
    'kink-relu',
    'relu(x) at 0: TensorFlow and PyTorch return 0, Theano returned 1/2; the Clarke gradient is spanned by 0 and 1.',
    [layer([[1, 0, 0]]), sum(1)],
    { cells: 2 },
  ),
  kink(
    'kink-absolute-value',
    '|x| as relu(x) + relu(-x): automatic differentiation returns 0 at 0, which happens to lie between the gradients -1 and 1 of the cells, but is none of them.',
    [
      layer([
        [1, 0, 0],
        [-1, 0, 0],
      ]),
      sum(2),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-of-the-identity',
    'x as relu(x) - relu(-x): the function is linear and its only gradient is 1, but automatic differentiation returns 0 at 0, the gradient of no cell.',
    [
      layer([
        [1, 0, 0],
        [-1, 0, 0],
      ]),
      output([1, -1, 0]),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-of-two-creases',
    'relu(x) + relu(y) at the origin: four cells, four gradients. One-sided differences see at most two of them.',
    [
      layer([
        [1, 0, 0],
        [0, 1, 0],
      ]),
      sum(2),
    ],
    { cells: 4 },
  ),
  kink(
    'kink-coincident',
    'relu(x) + relu(2 x) + relu(-x) at x = 0: one crease with three neurons, two gradients, 3 and -1. Trying all 2^3 sign vectors gives Jacobians such as 1 and 2 that no cell has.',
    [
      layer([
        [1, 0, 0],
        [2, 0, 0],
        [-1, 0, 0],
      ]),
      sum(3),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-in-the-second-layer',
    'relu(relu(x) - y) at the origin: the crease of the second layer bends there. Three cells have gradients (0, 0), (0, -1) and (1, -1), a fourth has (0, 0) again.',
    [
      layer([
        [1, 0, 0],
        [0, 1, 2],
      ]),
      layer([[1, -1, 2]]),
      sum(1),
    ],
    { cells: 4 },
  ),
  kink(
    'kink-leaky',
    'A leaky neuron of slope 1/8 at 0: frameworks return the negative slope.',
    [layer([[2, -1, 0]], { slopes: [['1/8', 1]] }), sum(1)],
    { cells: 2 },
  ),
  kink(
    'kink-of-a-dead-neuron',
    'relu(0) of a row without weights: zero at every point, but nothing bends; the gradient is that of the other neuron everywhere.',
    [
      layer([
        [0, 0, 0],
        [1, 0, 0.5],
      ]),
      sum(2),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-max-tie',
    'max(x, y) = y + relu(x - y) at a tie: the Clarke gradient is spanned by (1, 0) and (0, 1); a framework returns one of them, or the mean.',
    [
      layer([
        [1, -1, 0],
        [0, 1, 2],
      ]),
      output([1, 1, -2]),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-of-eight-lines',
    'Eight lines through the origin with weights 1, 2, 4, ...: 16 cells with 16 different gradients around one point.',
    [
      layer([
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
        [1, -1, 0],
        [1, 0.5, 0],
        [0.5, 1, 0],
        [1, -0.5, 0],
        [0.5, -1, 0],
      ]),
      output([1, 2, 4, 8, 16, 32, 64, 128, 0]),
    ],
    { cells: 16 },
  ),
  kink(
    'kink-that-cancels',
    'relu(x) + relu(-x) - |x| is identically zero, with three neurons on one crease: its only gradient is 0, and it has one map and one piece in two cells.',
    [
      layer(
        [
          [1, 0, 0],
          [-1, 0, 0],
          [1, 0, 0],
        ],
        {
          slopes: [
            [0, 1],
            [0, 1],
            [-1, 1],
          ],
        },
      ),
      output([1, 1, -1, 0]),
    ],
    { cells: 2 },
  ),
  kink(
    'kink-in-3d',
    'relu(x) + 2 relu(y) + 4 relu(z) + 8 relu(x + y + z) at the origin of R^3, on all of R^3: 14 cones, 14 gradients.',
    [
      layer([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [1, 1, 1, 0],
      ]),
      output([1, 2, 4, 8, 0]),
    ],
    {
      cells: 14,
      domain: 'whole',
      evaluate: [[0, 0, 0]],
      gradient: [[0, 0, 0]],
      clarke: [[0, 0, 0]],
      locate: [[0, 0, 0]],
    },
  ),
];

const arithmetic: readonly CaseSpec[] = [
  {
    id: 'cancellation',
    category: 'arithmetic',
    why: '(2^60 + x) - 2^60 is x. In doubles it is 0: the result is right within rounding, and useless. An exact answer says x.',
    layers: [
      layer([
        [1, 0, 2 ** 60],
        [0, 1, 0],
      ]),
      output([1, 1, -(2 ** 60)]),
    ],
    domain: SQUARE,
    cells: 2,
    confirm: 'brute force',
    regions: true,
    evaluate: [
      ['1/3', 1],
      ['-1/3', 1],
    ],
  },
  {
    id: 'rational-weights',
    category: 'arithmetic',
    why: 'Weights as fractions: the creases are x = 1/3 and y = 7/8 exactly, and the corner where they meet is on both. Read as doubles the weights are others, and so are the creases. 4 cells.',
    layers: [
      layer([
        ['1/3', 0, '-1/9'],
        [0, '2/7', '-1/4'],
      ]),
      output(['-5/11', '1/13', '1/17']),
    ],
    domain: SQUARE,
    cells: 4,
    confirm: 'brute force',
    regions: true,
    evaluate: [
      ['1/3', '7/8'],
      [1, 1],
    ],
    locate: [['1/3', '7/8']],
  },
  {
    id: 'decimal-weights',
    category: 'arithmetic',
    why: '0.1 x + 0.2 y - 0.3 with decimals as doubles: at (1, 1) the pre-activation is 2^-55 and not 0, so the neuron is active there. Decimal arithmetic says 0, and rounding to doubles says 2^-54.',
    layers: [layer([[0.1, 0.2, -0.3]]), sum(1)],
    domain: [
      [0, 2],
      [0, 2],
    ],
    cells: 2,
    confirm: 'brute force',
    regions: true,
    evaluate: [[1, 1]],
    gradient: [[1, 1]],
    locate: [[1, 1]],
  },
  {
    id: 'underflow',
    category: 'arithmetic',
    why: '2^-600 relu(2^-600 x) is 2^-1200 x, which no double holds, and a linear layer later 2^600 times that minus 2^-601 bends at x = 1/2. Doubles flush the middle to 0 and lose the crease. 3 cells.',
    layers: [layer([[2 ** -600, 0, 0]]), layer([[2 ** -600, 0]], 'linear'), layer([[2 ** 600, -(2 ** -601)]]), sum(1)],
    domain: SQUARE,
    cells: 3,
    confirm: 'brute force',
    regions: true,
    evaluate: [[1, 0]],
  },
  {
    id: 'wide-sum',
    category: 'arithmetic',
    why: 'Sixteen neurons whose active sum nearly cancels: the order of summation decides the last digits of a double, and the answer must be within rounding or exact.',
    layers: (() => {
      const [hidden] = randomLayers(21, [2, 16, 1]);
      const signs = hidden!.bias.map((_, j) => (j % 2 === 0 ? 1 : -1) * (1 + j / 64));
      return [hidden!, output([...signs, 0.1])];
    })(),
    domain: SQUARE,
    confirm: 'certificate',
    evaluate: [
      [1, 1],
      [-1, 1],
      ['1/3', '-2/3'],
    ],
  },
];

/** Activations, derivatives, numbers. */
export const FUNCTION_CASES: readonly CaseSpec[] = [...activations, ...kinks, ...arithmetic];
