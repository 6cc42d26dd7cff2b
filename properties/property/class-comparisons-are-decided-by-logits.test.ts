/**
 * Theorem. With `--head logits` a query is about what the file computes, and a condition that compares classes holds of the
 * logits exactly where it holds behind the head: softmax_i - softmax_j has the sign of z_i - z_j within a group; sigmoid grows, is 1/2
 * at 0 and stays strictly between 0 and 1. A condition that the logits do not decide is refused, never read as one on the logits.
 *
 * The reference is onnxruntime on the whole file, head included; points at which its float32 outputs are too close to tell are left out.
 *
 * Source: exp is strictly increasing, so is t / (1 + t).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rationalFromDouble } from '../../src/exact/rational.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { queryOfVnnlib } from '../../src/formats/vnnlib/read.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { answerQuery } from '../../src/property/answer.js';
import { bindQuery } from '../../src/property/bind.js';
import { satisfiedAt } from '../../src/property/satisfaction.js';
import { holdsLater } from '../support/generators/holds.js';
import { type ChainStep, chain, type ModelSpec, onnxBytes } from '../support/generators/onnx-models.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

const OUTPUTS = 4;
const HEADS = {
  Softmax: [['Softmax']],
  'Softmax over pairs': [
    ['Reshape', ['pairs']],
    ['Softmax', [], { axis: { i: 2 } }],
    ['Reshape', ['flat']],
  ],
  LogSoftmax: [['LogSoftmax']],
  Sigmoid: [['Sigmoid']],
  Hardmax: [['Hardmax']],
} satisfies Record<string, ChainStep[]>;
type Head = keyof typeof HEADS;

/** 2-3-4 with a head. */
function model(head: Head, numbers: readonly number[]): ModelSpec {
  const list = (from: number, count: number) => numbers.slice(from, from + count);
  const steps: ChainStep[] = [['MatMul', ['W']], ['Add', ['b']], ['Relu'], ['MatMul', ['V']], ['Add', ['c']]];
  return {
    nodes: chain(...steps, ...HEADS[head]),
    weights: {
      W: { dims: [2, 3], values: list(0, 6) },
      b: { dims: [3], values: list(6, 3) },
      V: { dims: [3, OUTPUTS], values: list(9, 12) },
      c: { dims: [OUTPUTS], values: list(21, OUTPUTS) },
      pairs: { dims: [3], values: [1, 2, 2], type: 'int64' },
      flat: { dims: [2], values: [1, OUTPUTS], type: 'int64' },
    },
    input: [1, 2],
  };
}

const numbers = fc.array(
  fc.integer({ min: -8, max: 8 }).map((k) => k / 4),
  { minLength: 25, maxLength: 25 },
);
const points = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 })), {
  minLength: 4,
  maxLength: 4,
});

const DECLARED = [
  ...['X_0', 'X_1', 'Y_0', 'Y_1', 'Y_2', 'Y_3'].map((name) => `(declare-const ${name} Real)`),
  '(assert (and (<= -2 X_0) (<= X_0 2) (<= -2 X_1) (<= X_1 2)))',
].join('');
const asking = (condition: string) => queryOfVnnlib(`${DECLARED}(assert ${condition})`);
const bind = (head: Head, weights: readonly number[], condition: string) => {
  const { network, heads, tensors } = networkOfOnnx(onnxBytes(model(head, weights)), { head: 'logits' });
  return bindQuery(
    asking(condition),
    new Map([['', { network, ...(heads && { heads }), ...(tensors && { tensors }) }]]),
  );
};

/** How far apart float32 outputs must be to tell which is greater. */
const APART = 1e-4;

interface Comparison {
  readonly heads: readonly Head[];
  readonly text: string;
  /** Positive where it holds. */
  readonly margin: (y: readonly number[]) => number;
}

const COMPARISONS: readonly Comparison[] = [
  { heads: ['Softmax', 'LogSoftmax', 'Sigmoid'], text: '(>= Y_0 Y_2)', margin: (y) => y[0]! - y[2]! },
  {
    heads: ['Softmax', 'LogSoftmax', 'Sigmoid', 'Softmax over pairs'],
    text: '(< Y_3 Y_2)',
    margin: (y) => y[2]! - y[3]!,
  },
  { heads: ['Sigmoid'], text: '(>= Y_1 0.5)', margin: (y) => y[1]! - 0.5 },
  { heads: ['Sigmoid'], text: '(<= (* 2 Y_1) 1)', margin: (y) => 0.5 - y[1]! },
  { heads: ['Sigmoid'], text: '(>= Y_1 0)', margin: () => 1 },
  { heads: ['Sigmoid'], text: '(<= Y_1 1)', margin: () => 1 },
  { heads: ['Sigmoid'], text: '(>= Y_1 1)', margin: () => -1 },
  { heads: ['Sigmoid'], text: '(< Y_1 -3)', margin: () => -1 },
  { heads: ['Softmax'], text: '(or (<= Y_0 Y_1) (<= Y_0 Y_2))', margin: (y) => Math.max(y[1]!, y[2]!) - y[0]! },
];
const CASES = COMPARISONS.flatMap(({ heads, ...comparison }) => heads.map((head) => ({ head, ...comparison })));

describe('what compares classes', () => {
  it.each(CASES)('$text behind $head', async ({ head, text, margin }) => {
    let told = 0;
    await holdsLater(
      fc.asyncProperty(numbers, points, async (weights, at) => {
        const { network, unsafe } = bind(head, weights, text);
        const runtime = await onnxRuntime(onnxBytes(model(head, weights)));
        for (const quarters of at) {
          const x = quarters.map((k) => k / 4);
          const sign = margin([...(await runtime.run(Float64Array.from(x)))]);
          if (Math.abs(sign) < APART) continue;
          told++;
          const exact = x.map(rationalFromDouble);
          const { output } = evaluateExact(network, exact);
          expect(satisfiedAt(unsafe, exact, output) !== undefined).toBe(sign > 0);
        }
        await runtime.release();
      }),
      { seed: 181, runs: 4 },
    );
    expect(told).toBeGreaterThan(8);
  });

  it('is answered over the logits: z = (x, -x), so class 0 wins exactly where x > 0', async () => {
    const weights = [1, -1, 0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const beyond = await answerQuery(bind('Softmax', weights, '(and (<= X_0 -0.001) (>= Y_0 Y_1))'));
    expect(beyond.verdict).toBe('unsat');
    const tie = await answerQuery(bind('Softmax', weights, '(and (<= X_0 0) (>= Y_0 Y_1))'));
    expect(tie.counterexample?.input[0]).toEqual({ numerator: 0n, denominator: 1n });
    expect((await answerQuery(bind('Softmax', weights, '(and (<= X_0 0) (> Y_0 Y_1))'))).verdict).toBe('unsat');
  });
});

describe('what the logits do not decide is refused', () => {
  const refused: readonly (readonly [Head, string])[] = [
    ['Softmax', '(>= Y_0 0.5)'],
    ['Softmax', '(>= (- Y_0 Y_1) 0.1)'],
    ['Softmax', '(>= (* 2 Y_0) Y_1)'],
    ['Softmax', '(>= (+ Y_0 Y_1) Y_2)'],
    ['Softmax', '(>= Y_0 X_0)'],
    ['Softmax over pairs', '(>= Y_0 Y_2)'],
    ['LogSoftmax', '(>= Y_0 0)'],
    ['Sigmoid', '(>= Y_0 0.25)'],
    ['Sigmoid', '(>= (+ Y_0 X_0) 0.5)'],
    ['Hardmax', '(>= Y_0 Y_1)'],
  ];
  it.each(refused)('%s: %s', (head, text) => {
    const weights = Array.from({ length: 25 }, (_, k) => (k % 5) - 2);
    expect(() => bind(head, weights, text)).toThrow(/expected of outputs behind a .*--output NAME/);
  });

  it('the same conditions are answered about logits that are read as outputs', () => {
    const weights = Array.from({ length: 25 }, (_, k) => (k % 5) - 2);
    const { network, heads } = networkOfOnnx(onnxBytes(model('Softmax', weights)), { outputs: ['v5'] });
    expect(heads).toBeUndefined();
    expect(bindQuery(asking('(>= Y_0 0.5)'), new Map([['', { network }]])).unsafe.disjuncts).toHaveLength(1);
  });
});
