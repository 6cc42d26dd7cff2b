/**
 * Theorem. What the verifier is asked is what the query says: a point is in the unsafe set together with the outputs of the
 * bound network exactly where the assertions hold for the networks' own values, for several networks, equal ones, inputs that
 * the query equates (they become one) and hidden values.
 *
 * The reference evaluates every network by itself and every assertion by its coefficients.
 *
 * Source: "Semantics" of the VNN-LIB 2.0 standard: the values of the tensors of all networks, and the conjunction of the
 * assertions over them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { add, compare, formatRational, multiply, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { FormatError } from '../../src/formats/input/error.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { queryOfVnnlib } from '../../src/formats/vnnlib/read.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { bindQuery, type GivenNetwork } from '../../src/property/bind.js';
import { loadNetworks } from '../../src/property/load.js';
import { satisfiedAt } from '../../src/property/satisfaction.js';
import { comparisonText, robustnessText } from '../../src/property/written.js';
import { holds } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { onnxBytes } from '../support/generators/onnx-models.js';

const given = (networks: Readonly<Record<string, Network>>): Map<string, GivenNetwork> =>
  new Map(Object.entries(networks).map(([name, network]) => [name, { network }]));

const networkOf = mixedNetwork({ inputs: 2, widths: [3], outputs: 2 });
const points = (n: number) => fc.array(smallRational, { minLength: n, maxLength: n });

/** An assertion over A, B (of f) and C, D (of g), two elements each. */
const assertion = fc.record({
  coefficients: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 8, maxLength: 8 }),
  relation: fc.constantFrom('<=', '<', '>', '>='),
  bound: smallRational,
});
const NAMES = ['A[0]', 'A[1]', 'B[0]', 'B[1]', 'C[0]', 'C[1]', 'D[0]', 'D[1]'];

interface Assertion {
  readonly coefficients: readonly number[];
  readonly relation: string;
  readonly bound: Rational;
}

const numberText = (value: Rational) => `(/ ${value.numerator} ${value.denominator})`;
const textOf = ({ coefficients, relation, bound }: Assertion) =>
  `(${relation} (+ ${coefficients.map((c, i) => `(* ${c} ${NAMES[i]})`).join(' ')}) ${numberText(bound)})`;

function truth({ coefficients, relation, bound }: Assertion, values: readonly Rational[]): boolean {
  const sum = coefficients.reduce((s, c, i) => add(s, multiply(rational(BigInt(c)), values[i]!)), ZERO);
  const sign = compare(sum, bound);
  return relation === '<' ? sign < 0 : relation === '<=' ? sign <= 0 : relation === '>' ? sign > 0 : sign >= 0;
}

const declared = (g: string) =>
  `(declare-network f (declare-input A real [2]) (declare-output B real [2]))
   (declare-network g ${g} (declare-input C real [2]) (declare-output D real [2]))`;

describe('two networks', () => {
  it('are asked about as written', () => {
    const property = fc.property(
      networkOf,
      networkOf,
      fc.array(assertion, { minLength: 1, maxLength: 3 }),
      points(4),
      (f, g, all, x) => {
        const text = `${declared('')}(assert (or ${all.map(textOf).join(' ')}))`;
        const { network, unsafe, reads } = bindQuery(queryOfVnnlib(text), given({ f, g }));
        expect(reads).toEqual([0, 1, 2, 3]);
        const [own, other] = [x.slice(0, 2), x.slice(2)];
        const values = [...own, ...evaluateExact(f, own).output, ...other, ...evaluateExact(g, other).output];
        const inside = satisfiedAt(unsafe, x, evaluateExact(network, x).output) !== undefined;
        expect(inside).toBe(all.some((one) => truth(one, values)));
      },
    );
    holds(property, { seed: 641, runs: 120 });
  });

  it('share the inputs that are said to be equal, and an equal network is the same', () => {
    const property = fc.property(networkOf, assertion, points(2), (f, one, x) => {
      const equal = '(assert (== A[0] C[1]))(assert (and (<= A[1] C[0]) (>= A[1] C[0])))';
      const text = `${declared('(equal-to f)')}${equal}(assert ${textOf(one)})`;
      const { network, unsafe, reads } = bindQuery(queryOfVnnlib(text), given({ f, g: f }));
      expect(reads).toEqual([0, 1, 1, 0]);
      expect(network.inputs).toBe(2);
      const swapped = [x[1]!, x[0]!];
      const values = [...x, ...evaluateExact(f, x).output, ...swapped, ...evaluateExact(f, swapped).output];
      const inside = satisfiedAt(unsafe, x, evaluateExact(network, x).output) !== undefined;
      expect(inside).toBe(truth(one, values));
    });
    holds(property, { seed: 642, runs: 120 });
  });

  it.each([
    ['(< A[0] C[0])', false],
    ['(<= A[0] C[0])', true],
    ['(> (+ A[0] 1) C[0])', true],
    ['(>= A[0] (+ C[0] 1/2))', false],
  ])('conditions on their difference hold everywhere or nowhere: %s', (condition, holdsEverywhere) => {
    const [f] = fc.sample(networkOf, { seed: 646, numRuns: 1 });
    const equal = '(assert (== A[0] C[0]))(assert (== A[1] C[1]))';
    // Beside a disjunct that holds on one side of 0 only.
    const text = `${declared('(equal-to f)')}${equal}(assert (or (and ${condition.replace('1/2', '0.5')} (>= A[1] -9)) (<= A[0] 0)))`;
    const { network, unsafe } = bindQuery(queryOfVnnlib(text), given({ f: f!, g: f! }));
    const inside = (x: Rational) =>
      satisfiedAt(unsafe, [x, ZERO], evaluateExact(network, [x, ZERO]).output) !== undefined;
    expect([inside(rational(-1n)), inside(rational(1n))]).toEqual([true, holdsEverywhere]);
  });

  it('a strict or one-sided comparison of inputs makes them no one', () => {
    const property = fc.property(networkOf, (f) => {
      for (const relation of [
        '(<= A[0] C[0])',
        '(and (<= A[0] C[0]) (> A[0] C[0]))',
        '(or (== A[0] C[0]) (<= A[0] 0))',
      ]) {
        const { network } = bindQuery(queryOfVnnlib(`${declared('')}(assert ${relation})`), given({ f, g: f }));
        expect(network.inputs).toBe(4);
      }
    });
    holds(property, { seed: 643, runs: 5 });
  });
});

describe('questions in one line', () => {
  it('comparisons of two networks mean |f - g| > eps, and f < g - eps', () => {
    const property = fc.property(networkOf, networkOf, smallRational, points(2), (f, g, slack, x) => {
      const within = {
        numerator: slack.numerator < 0n ? -slack.numerator : slack.numerator,
        denominator: slack.denominator,
      };
      const domain = { kind: 'whole', dimension: 2 } as const;
      const inside = (relation: 'equal' | 'at-least') => {
        const text = comparisonText({ inputs: 2, outputs: 2, domain, relation, within });
        const { network, unsafe } = bindQuery(queryOfVnnlib(text), given({ f, g }));
        return satisfiedAt(unsafe, x, evaluateExact(network, x).output) !== undefined;
      };
      const [a, b] = [evaluateExact(f, x).output, evaluateExact(g, x).output];
      const above = (p: readonly Rational[], q: readonly Rational[]) =>
        p.some((value, j) => compare(value, add(q[j]!, within)) > 0);
      expect(inside('equal')).toBe(above(a, b) || above(b, a));
      expect(inside('at-least')).toBe(above(b, a));
    });
    holds(property, { seed: 644, runs: 80 });
  });

  it('robustness means: in the ball and the box, and not strictly greatest', () => {
    const property = fc.property(
      networkOf,
      points(2),
      points(2),
      fc.integer({ min: 0, max: 1 }),
      (f, center, x, kept) => {
        const radius = rational(1n, 3n);
        const within = { lower: [rational(-1n), rational(-1n)], upper: [rational(1n), rational(2n)] };
        const text = robustnessText({ center, radius, outputs: 2, class: kept, within });
        const { network, unsafe } = bindQuery(queryOfVnnlib(text), given({ '': f }));
        const { output } = evaluateExact(network, x);
        const near = x.every((value, i) => {
          const low = add(center[i]!, rational(-1n, 3n));
          const high = add(center[i]!, radius);
          const inBall = compare(value, low) >= 0 && compare(value, high) <= 0;
          return inBall && compare(value, within.lower[i]!) >= 0 && compare(value, within.upper[i]!) <= 0;
        });
        const lost = compare(output[1 - kept]!, output[kept]!) >= 0;
        expect(satisfiedAt(unsafe, x, output) !== undefined).toBe(near && lost);
      },
    );
    holds(property, { seed: 645, runs: 200 });
  });
});

/** x -> relu(2x - 1) -> 3h + x, with names. */
const GRAPH = onnxBytes({
  input: [1, 1],
  weights: {
    w: { dims: [1, 1], values: [2] },
    b: { dims: [1], values: [-1] },
    v: { dims: [1, 1], values: [3] },
  },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['m'] },
    { op: 'Add', inputs: ['m', 'b'], outputs: ['z'] },
    { op: 'Relu', inputs: ['z'], outputs: ['h'] },
    { op: 'MatMul', inputs: ['h', 'v'], outputs: ['o'] },
    { op: 'Add', inputs: ['o', 'x'], outputs: ['y'] },
  ],
});

describe('hidden values', () => {
  it('are further outputs, before and after the activation', () => {
    const { network, tensors } = networkOfOnnx(GRAPH, { hidden: ['z', 'h'] });
    expect(tensors?.outputs.map(({ name }) => name)).toEqual(['y', 'z', 'h']);
    for (const [x, expected] of [
      [2, [11, 3, 3]],
      [-1, [-1, -3, 0]],
    ] as const) {
      expect(evaluateExact(network, [rational(BigInt(x))]).output.map(formatRational)).toEqual(expected.map(String));
    }
  });

  it('are found by name only where there is one', () => {
    expect(() => networkOfOnnx(GRAPH, { hidden: ['nothing'] })).toThrow(
      /hidden "nothing": expected the name of one value or node/,
    );
    expect(() => networkOfOnnx(GRAPH, { hidden: ['w'] })).toThrow(FormatError);
  });

  it('are part of the query', () => {
    const text = `(declare-network f (declare-input X real [1,1]) (declare-hidden H real [1,1] "z") (declare-output Y real [1,1]))
      (assert (<= H[0,0] -1)) (assert (>= Y[0,0] 0))`;
    const file = networkOfOnnx(GRAPH, { hidden: ['z'] });
    const { network, unsafe } = bindQuery(queryOfVnnlib(text), new Map([['f', file]]));
    const inside = (x: Rational) => satisfiedAt(unsafe, [x], evaluateExact(network, [x]).output) !== undefined;
    expect([rational(0n), rational(-1n), rational(1n, 4n)].map(inside)).toEqual([true, false, false]);
  });
});

describe('tensors with names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  /** y = relu(x) + 10 t, z = x - t */
  const path = join(folder, 'two.onnx');
  writeFileSync(
    path,
    onnxBytes({
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['r'] },
        { op: 'Mul', inputs: ['t', 'ten'], outputs: ['u'] },
        { op: 'Add', inputs: ['r', 'u'], outputs: ['y'] },
        { op: 'Sub', inputs: ['x', 't'], outputs: ['z'] },
      ],
      weights: { ten: { dims: [], values: [10] } },
      input: [1, 2],
      moreInputs: { t: [1, 1] },
      moreOutputs: ['z'],
    }),
  );
  const orders = {
    X: '(declare-input X real [1,2] "x")',
    T: '(declare-input T real [1,1] "t")',
    Y: '(declare-output Y real [1,2] "y")',
    Z: '(declare-output Z real [1,2] "z")',
  };
  const asked = '(assert (== X[0,0] -1)) (assert (== X[0,1] 2)) (assert (== T[0,0] 3))';
  const values = '(assert (== Y[0,0] 30)) (assert (== Y[0,1] 32)) (assert (== Z[0,0] -4)) (assert (== Z[0,1] -1))';

  it.each(['XTYZ', 'TXYZ', 'XTZY', 'TXZY'])('may be declared in the order %s', async (order) => {
    const declared = [...order].map((name) => orders[name as 'X']).join(' ');
    const query = queryOfVnnlib(`(declare-network f ${declared}) ${asked} ${values}`);
    const { network, unsafe } = bindQuery(query, await loadNetworks(query, new Map([['f', path]])));
    const input = (order.indexOf('X') < order.indexOf('T') ? [-1, 2, 3] : [3, -1, 2]).map((v) => rational(BigInt(v)));
    expect(satisfiedAt(unsafe, input, evaluateExact(network, input).output)).toBeDefined();
    expect(satisfiedAt(unsafe, [...input].reverse(), evaluateExact(network, input).output)).toBeUndefined();
  });

  it('must have those of the file, each once', async () => {
    const query = queryOfVnnlib(
      `(declare-network f ${orders.X} ${orders.T.replace('"t"', '"x"')} ${orders.Y} ${orders.Z})`,
    );
    const given = await loadNetworks(query, new Map([['f', path]]));
    expect(() => bindQuery(query, given)).toThrow(/expected "t" as the name of T, got "x"/);
  });
});

describe('a query about another network is refused', () => {
  const file = networkOfOnnx(GRAPH);
  const f = (x: string, y: string) => `(declare-network f (declare-input X real ${x}) (declare-output Y real ${y}))`;

  it.each([
    ['more inputs', f('[2]', '[1]'), /network f: expected X of shape \[2\], the file's "x" has \[1,1\]/],
    ['more outputs', f('[1]', '[3]'), /network f: expected Y of shape \[3\], the file's "y" has \[1,1\]/],
    [
      'two inputs',
      f('[1]', '[1]').replace('(declare-output', '(declare-input Z real [1]) (declare-output'),
      /expected 2 tensors, the file has "x"/,
    ],
    ['a float type', f('[1]', '[1]').replaceAll('real', 'float32'), /whose rounding is not analysed; .*--over-reals/],
    ['an integer type', f('[1]', '[1]').replaceAll('real', 'int8'), /got int8, which is none of real numbers/],
    ['an initialized input', f('[1] initialized', '[1]'), /got an initialized one, which is no variable/],
    [
      'other names',
      f('[1] "x"', '[1] "z"'),
      /expected "y" as the name of Y, got "z"; declare the names of the file, each once/,
    ],
  ])('with %s', (_, text, message) => {
    const bind = () => bindQuery(queryOfVnnlib(text), new Map([['f', file]]));
    expect(bind).toThrow(FormatError);
    expect(bind).toThrow(message);
  });

  it('but the names that the graph has are accepted, of a file that has names', () => {
    const query = queryOfVnnlib(f('[1] "x"', '[1] "y"'));
    expect(bindQuery(query, new Map([['f', file]])).network).toBe(file.network);
    const nameless = new Map([['f', { network: file.network }]]);
    expect(() => bindQuery(query, nameless)).toThrow(/expected no names, as the file has none, got X called "x"/);
  });

  it('but float types are taken over the reals when asked for, and other shapes of one size with a remark', () => {
    const text = f('[1]', '[1]').replaceAll('real', 'float32');
    const { notes } = bindQuery(queryOfVnnlib(text), new Map([['f', file]]), { overReals: true });
    expect(notes).toContain(`X is declared as [1] and read row by row; the file's "x" is [1,1]`);
  });

  it.each([
    ['inputs', '(declare-const X_0 Real)(declare-const X_1 Real)', /expected 1 inputs X_i as the network has, got 2/],
    [
      'declared outputs',
      '(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)',
      /expected 1 outputs Y_i/,
    ],
    ['used outputs', '(declare-const X_0 Real)(assert (<= Y_4 0))', /expected 1 outputs Y_i as the network has, got 5/],
  ])('of version 1.0 with other %s', (_, text, message) => {
    expect(() => bindQuery(queryOfVnnlib(text), new Map([['', file]]))).toThrow(message);
  });

  it('unbounded inputs are allowed, and said', () => {
    const text = '(declare-const X_0 Real)(assert (<= X_0 1))(assert (<= Y_0 0))';
    const { notes } = bindQuery(queryOfVnnlib(text), new Map([['', file]]));
    expect(notes).toEqual(['not every input has a lower and an upper bound of its own in every disjunct: X_0']);
  });

  it('networks that are not isomorphic', () => {
    const text = `${f('[1]', '[1]')}${f('[1]', '[1]').replace('network f', 'network g (isomorphic-to f)').replace('X', 'U').replace('Y', 'V')}`;
    const other = networkOfOnnx(onnxBytes({ input: [1, 1], nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }] }));
    const bind = () =>
      bindQuery(
        queryOfVnnlib(text),
        new Map<string, GivenNetwork>([
          ['f', file],
          ['g', other],
        ]),
      );
    expect(bind).toThrow(/expected g to be isomorphic to f/);
  });
});
