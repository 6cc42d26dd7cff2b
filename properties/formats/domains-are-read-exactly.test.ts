/**
 * Theorem. The boxes read from a VNN-LIB property cover exactly the inputs that its assertions allow (strict comparisons
 * closed), in exact decimals; and `--box` is the box as typed.
 *
 * The reference decides membership of a point by evaluating the generated formula itself, not the text.
 *
 * Source: the VNN-LIB standard (Demarchi, Guidotti, Pulina and Tacchella 2023); SMT-LIB 2.6 for its terms.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, formatRational, type Rational, rational } from '../../src/exact/rational.js';
import { parseBoxOption } from '../../src/formats/input/box-option.js';
import { FormatError } from '../../src/formats/input/error.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { jsonOfDomain } from '../../src/formats/json/write-domain.js';
import type { Coefficients, Formula as Condition } from '../../src/formats/vnnlib/formula.js';
import {
  domainsOfVnnlib,
  type SpecificationCase,
  specificationOfVnnlib,
} from '../../src/formats/vnnlib/specification.js';
import { type BoxDomain, DomainError } from '../../src/network/domain.js';
import { boxOf } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';

const show = ({ lower, upper }: BoxDomain) =>
  lower.map((lo, i) => `${formatRational(lo)},${formatRational(upper[i]!)}`).join(' x ');

const DECLARED = '(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)\n';
const boxes = (text: string) =>
  domainsOfVnnlib(DECLARED + text, 2)
    .map(boxOf)
    .map(show);
const SQUARE = '(assert (>= X_0 -1))(assert (<= X_0 1))(assert (>= X_1 0))(assert (<= X_1 0.1))';

type Formula =
  | {
      readonly relation: '<=' | '>=' | '<' | '>' | '=';
      readonly input: number;
      readonly bound: number;
      readonly flip: boolean;
    }
  | { readonly join: 'and' | 'or'; readonly parts: readonly Formula[] };

const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({
      relation: fc.constantFrom('<=' as const, '>=' as const, '<' as const, '>' as const, '=' as const),
      input: fc.constantFrom(0, 1),
      bound: fc.integer({ min: -4, max: 4 }),
      flip: fc.boolean(),
    }),
    fc.record({
      join: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('formula'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

const MIRROR = { '<=': '>=', '>=': '<=', '<': '>', '>': '<', '=': '=' } as const;

function textOf(f: Formula): string {
  if ('join' in f) return `(${f.join} ${f.parts.map(textOf).join('')})`;
  const [x, b] = [`X_${f.input}`, `(/ (* 2 ${f.bound}) (- 3 1))`];
  return f.flip ? `(${MIRROR[f.relation]} ${b} ${x})` : `(${f.relation} ${x} ${b})`;
}

/** Whether the closed formula holds at a point given in halves. */
function allows(f: Formula, point: readonly number[]): boolean {
  if ('join' in f)
    return f.join === 'and' ? f.parts.every((p) => allows(p, point)) : f.parts.some((p) => allows(p, point));
  const [x, b] = [point[f.input]!, 2 * f.bound];
  return f.relation === '=' ? x === b : f.relation.startsWith('<') ? x <= b : x >= b;
}

const contains = ({ lower, upper }: BoxDomain, point: readonly Rational[]) =>
  point.every((x, i) => compare(lower[i]!, x) <= 0 && compare(x, upper[i]!) <= 0);

describe('VNN-LIB', () => {
  it('covers exactly what the formula allows', () => {
    const outer = '(assert (and (<= -5 X_0 5)(<= -5 X_1 5)))';
    const property = fc.property(formula, (f) => {
      let read: readonly BoxDomain[] = [];
      try {
        read = domainsOfVnnlib(`${DECLARED}(assert ${textOf(f)})${outer}`, 2).map(boxOf);
      } catch (error) {
        expect((error as Error).message).toMatch(/no input satisfies/);
      }
      for (let i = -11; i <= 11; i++) {
        for (let j = -11; j <= 11; j++) {
          const inside = read.some((b) => contains(b, [rational(BigInt(i), 2n), rational(BigInt(j), 2n)]));
          expect(inside).toBe(allows(f, [i, j]) && Math.abs(i) <= 10 && Math.abs(j) <= 10);
        }
      }
    });
    holds(property, { seed: 51, runs: 60 });
  });

  it('takes decimals exactly and keeps flat inputs', () => {
    expect(boxes(SQUARE)).toEqual(['-1,1 x 0,1/10']);
    expect(boxes('(assert (= X_0 1e-2))(assert (<= 2 X_1 2.0))')).toEqual(['1/100,1/100 x 2,2']);
  });

  it('needs no space between parentheses and ignores comments and outputs', () => {
    const text = `; a comment with (((\n(assert(and(<= X_0 1)(>= X_0 0)(<= X_1 1)(>= X_1 0)(<= Y_0 (+ 1 (* 2 X_0)))));end`;
    expect(boxes(text)).toEqual(['0,1 x 0,1']);
    expect(boxes(`${SQUARE}(assert (or (<= Y_0 0)(and (>= Y_0 1)(>= Y_3 0))))`)).toEqual(['-1,1 x 0,1/10']);
  });

  it('keeps disjuncts apart, drops empty ones and repetitions', () => {
    const unit = (lo: number) => `(and (>= X_0 ${lo})(<= X_0 ${lo + 1})(>= X_1 0)(<= X_1 1))`;
    expect(boxes(`(assert (or ${unit(0)}${unit(5)}${unit(0)}))(assert (<= X_0 5.5))`)).toEqual([
      '0,1 x 0,1',
      '5,11/2 x 0,1',
    ]);
    expect(
      boxes(`(assert (or ${unit(0)}${unit(7)}))(assert (< X_0 7))(assert (<= X_1 1/2))`.replace('1/2', '(/ 1 2)')),
    ).toEqual(['0,1 x 0,1/2', '7,7 x 0,1/2']);
  });

  it.each([
    ['contradictory bounds', `${SQUARE}(assert (>= X_0 2))`, /no input satisfies them/],
    ['products of inputs', `${SQUARE}(assert (<= (* X_0 X_0) 1))`, /product of variables in "\(\* X_0 X_0\)"/],
    ['division by zero', '(assert (<= X_0 (/ 1 0)))', /division by zero/],
    ['unknown variables', '(assert (<= Z 1))', /expected a declared variable or a number in "Z"/],
    ['undeclared inputs', '(assert (<= X_7 1))', /expected a declared variable/],
    ['numbers that are none', '(assert (<= X_0 1.2.3))', /line 2: expected a decimal/],
    ['unknown operators', '(assert (=> (<= X_0 1) (<= X_1 1)))', /expected and, or, <=/],
    ['unknown commands', '(define-fun f () Real 1)', /expected declare-const/],
    ['more inputs than the network has', '(declare-const X_2 Real)', /the network has 2 inputs/],
    ['an open parenthesis', '\n\n(assert (<= X_0 1)', /line 4: this "\(" is never closed/],
    ['a stray parenthesis', '\n)', /line 3: this "\)" closes nothing/],
    ['endless nesting', '('.repeat(100_000), /nested deeper/],
    [
      'an explosion of disjunctions',
      Array.from({ length: 40 }, (_, i) => `(assert (or (<= X_0 ${100 - i})(<= X_1 ${100 - i})))`).join(''),
      /disjunctions give more than/,
    ],
  ])('refuses %s', (_, text, message) => {
    let error: unknown;
    try {
      boxes(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
  });

  it('makes a polytope of bounds that relate inputs, with its box, and of missing bounds', () => {
    const json = (text: string) => domainsOfVnnlib(DECLARED + text, 2).map(jsonOfDomain);
    const box = [
      [-1, 1],
      [0, '1/10'],
    ];
    expect(json(`${SQUARE}(assert (<= (* 2 X_0) (+ X_1 1)))`)).toEqual([{ box, inequalities: [{ a: [2, -1], b: 1 }] }]);
    expect(json('(assert (>= X_0 0.1))(assert (<= 0 X_1 1))')).toEqual([
      {
        inequalities: [
          { a: [-1, 0], b: '-1/10' },
          { a: [0, -1], b: 0 },
          { a: [0, 1], b: 1 },
        ],
      },
    ]);
    expect(json(`(assert (or (< X_0 X_1)(>= X_0 X_1)))${SQUARE}`)).toEqual([
      { box, inequalities: [{ a: [1, -1], b: 0 }] },
      { box, inequalities: [{ a: [-1, 1], b: 0 }] },
    ]);
  });

  it('refuses a property of a smaller network', () => {
    expect(() => domainsOfVnnlib(DECLARED + SQUARE, 3)).toThrow(/X_2 is missing/);
  });
});

describe('a domain in JSON', () => {
  it('is written as it is read, polytopes included', () => {
    const text = JSON.stringify({
      box: [
        [-1, '1/3'],
        [0, 2],
      ],
      inequalities: [{ a: [1, '-2/7'], b: 3 }],
      equalities: [{ a: ['1/3', 0.1], b: 0 }],
    });
    expect(JSON.stringify(jsonOfDomain(domainOfJson(text, 2)))).toBe(text);
    expect(jsonOfDomain(domainOfJson('{"whole":2}', 2))).toEqual({ whole: 2 });
    expect(jsonOfDomain(domainOfJson('{"equalities":[{"a":[1,1],"b":0}]}', 2))).toEqual({
      inequalities: [],
      equalities: [{ a: [1, 1], b: 0 }],
    });
  });

  it.each([
    ['number', '{"inequalities":[{"a":[1,"x"],"b":0}]}', /inequalities\[0\]\.a\[1\].*"x"/],
    ['bound', '{"inequalities":[{"a":[1,1]}]}', /inequalities\[0\].b: .*expected/],
    ['length', '{"equalities":[{"a":[1,1,1],"b":0}]}', /equalities\[0\]\.a: expected 2 numbers, got 3/],
    ['inequality', '{"inequalities":[[1,1,0]]}', /inequalities\[0\].*\{"a":/],
    ['whole of another space', '{"whole":3}', /whole: expected 2/],
    ['whole with a box', '{"whole":2,"box":[[0,1],[0,1]]}', /whole: expected no other constraint/],
  ])('with a bad %s is refused with the place', (_, text, message) => {
    expect(() => domainOfJson(text, 2)).toThrow(message);
    expect(() => domainOfJson(text, 2)).toThrow(FormatError);
  });
});

const sum = (terms: Coefficients, letter: string) =>
  terms.map(([index, coefficient]) => `${formatRational(coefficient)} ${letter}${index}`);

function showCondition(condition: Condition): string {
  if (condition.kind === 'true' || condition.kind === 'false') return condition.kind;
  if (condition.kind !== 'linear') return `(${condition.kind} ${condition.parts.map(showCondition).join('; ')})`;
  const { inputs, outputs, bound, strict } = condition.constraint;
  return `${[...sum(inputs, 'x'), ...sum(outputs, 'y')].join(' + ')} ${strict ? '<' : '<='} ${formatRational(bound)}`;
}

const showCase = ({ bounds, inequalities, condition }: SpecificationCase) => ({
  bounds: bounds.map(({ lower, upper }) =>
    [lower, upper].map((b) => (b === undefined ? '-' : formatRational(b))).join(),
  ),
  inequalities: inequalities.map((constraint) => showCondition({ kind: 'linear', constraint })),
  condition: showCondition(condition),
});

const cases = (text: string) => specificationOfVnnlib(DECLARED + text, 2).map(showCase);

describe('a VNN-LIB specification', () => {
  it('keeps constraints that relate inputs, missing bounds, and conditions on outputs', () => {
    const text =
      '(assert (<= (+ X_0 (* 2 X_1)) 3))(assert (>= X_0 (/ 1 3)))(assert (< Y_0 (- X_0 1)))(assert (> X_0 X_1))';
    expect(cases(text)).toEqual([
      {
        bounds: ['1/3,-', '-,-'],
        inequalities: ['1 x0 + 2 x1 <= 3', '-1 x0 + 1 x1 < 0'],
        condition: '-1 x0 + 1 y0 < -1',
      },
    ]);
  });

  it('keeps a disjunction of outputs in one piece, and with the inputs that it belongs to', () => {
    const outputs = '(assert (or (<= Y_0 1)(and (>= Y_0 2)(>= Y_1 0))))';
    expect(cases(SQUARE + outputs)).toEqual([
      { bounds: ['-1,1', '0,1/10'], inequalities: [], condition: '(or 1 y0 <= 1; (and -1 y0 <= -2; -1 y1 <= 0))' },
    ]);
    const tied = '(assert (or (and (<= X_0 0)(<= Y_0 1))(and (>= X_0 2)(>= Y_0 3))(<= X_0 X_1)))';
    expect(cases(tied)).toEqual([
      { bounds: ['-,0', '-,-'], inequalities: [], condition: '1 y0 <= 1' },
      { bounds: ['2,-', '-,-'], inequalities: [], condition: '-1 y0 <= -3' },
      { bounds: ['-,-', '-,-'], inequalities: ['1 x0 + -1 x1 <= 0'], condition: 'true' },
    ]);
  });

  it('means what its formula means', () => {
    // Formulas over bounds and over comparisons of both inputs, with an output that is a function of them.
    const value = ([x, y]: readonly number[]) => 3 * x! - 2 * y!;
    const atom = fc.record({
      kind: fc.constantFrom('x', 'sum', 'y'),
      bound: fc.integer({ min: -4, max: 4 }),
      le: fc.boolean(),
    });
    type Tree =
      | { readonly atom: { kind: string; bound: number; le: boolean } }
      | { readonly join: 'and' | 'or'; readonly parts: readonly Tree[] };
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.record({ atom }),
        fc.record({
          join: fc.constantFrom('and' as const, 'or' as const),
          parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        }),
      ),
    }));
    const term = { x: 'X_0', sum: '(+ X_0 X_1)', y: 'Y_0' } as Record<string, string>;
    const write = (t: Tree): string =>
      'atom' in t
        ? `(${t.atom.le ? '<=' : '>='} ${term[t.atom.kind]} ${t.atom.bound})`
        : `(${t.join} ${t.parts.map(write).join(' ')})`;
    const truth = (t: Tree, p: readonly number[]): boolean => {
      if ('join' in t)
        return t.join === 'and' ? t.parts.every((part) => truth(part, p)) : t.parts.some((part) => truth(part, p));
      const v = t.atom.kind === 'x' ? p[0]! : t.atom.kind === 'sum' ? p[0]! + p[1]! : value(p);
      return t.atom.le ? v <= t.atom.bound : v >= t.atom.bound;
    };
    const number = (r: Rational) => Number(r.numerator) / Number(r.denominator);
    const meant = (c: Condition, p: readonly number[]): boolean => {
      if (c.kind === 'true') return true;
      if (c.kind === 'false') return false;
      if (c.kind !== 'linear') return c.parts[c.kind === 'and' ? 'every' : 'some']((part) => meant(part, p));
      const { inputs, outputs, bound } = c.constraint;
      const left =
        inputs.reduce((s, [i, a]) => s + number(a) * p[i]!, 0) +
        outputs.reduce((s, [, a]) => s + number(a) * value(p), 0);
      return left <= number(bound);
    };
    const property = fc.property(tree, (t) => {
      let read: readonly SpecificationCase[] = [];
      try {
        read = specificationOfVnnlib(`${DECLARED}(assert ${write(t)})`, 2);
      } catch (error) {
        expect((error as Error).message).toMatch(/no input satisfies/);
      }
      for (let x = -5; x <= 5; x++) {
        for (let y = -5; y <= 5; y++) {
          const p = [x, y];
          const holdsIn = ({ bounds, inequalities, condition }: SpecificationCase) =>
            bounds.every(
              ({ lower, upper }, i) =>
                (lower === undefined || number(lower) <= p[i]!) && (upper === undefined || p[i]! <= number(upper)),
            ) &&
            inequalities.every((constraint) => meant({ kind: 'linear', constraint }, p)) &&
            meant(condition, p);
          expect(read.some(holdsIn)).toBe(truth(t, p));
        }
      }
    });
    holds(property, { seed: 52, runs: 60 });
  });

  const networkOf = (input: string) => `(declare-network f (declare-input X ${input}) (declare-output Y real [1]))`;

  it('may be written in version 2.0 over the reals', () => {
    const text = `(vnnlib-version <2.0>)
      (declare-network f (declare-input A real [1,2]) (declare-input B real []) (declare-output C real [2]))
      (assert (and (<= 0 A[0,0] 1) (== A[0,1] 0.5) (>= B -1) (<= (+ B A[0,0]) 2)))
      (assert (or (<= C[1] -3.0) (>= C[0] A[0,1])))`;
    expect(specificationOfVnnlib(text, 3).map(showCase)).toEqual([
      {
        bounds: ['0,1', '1/2,1/2', '-1,-'],
        inequalities: ['1 x0 + 1 x2 <= 2'],
        condition: '(or 1 y1 <= -3; 1 x1 + -1 y0 <= 0)',
      },
    ]);
  });

  it.each([
    ['other types', networkOf('float32 [2]'), /expected the element type real/],
    ['indices out of range', `${networkOf('real [2]')}(assert (<= X[2] 0))`, /an element of X, whose shape is \[2\]/],
    ['missing indices', `${networkOf('real [2]')}(assert (<= X 0))`, /an element of X, whose shape is \[2\]/],
    ['too many inputs', networkOf('real [3]'), /the network has 2 inputs/],
    ['too few inputs', networkOf('real [1]'), /X_1 is missing/],
    ['absurd shapes', networkOf('real [99999999,99999999]'), /at most/],
    [
      'two networks',
      networkOf('real [2]') + networkOf('real [2]').replaceAll(/([fXY]) /g, '$1$1 '),
      /expected one network/,
    ],
    ['no outputs', '(declare-network f (declare-input X real [2]))', /at least one output/],
  ])('of version 2.0 is refused for %s', (_, text, message) => {
    expect(() => specificationOfVnnlib(text, 2)).toThrow(FormatError);
    expect(() => specificationOfVnnlib(text, 2)).toThrow(message);
  });
});

describe('--box', () => {
  it('is one interval for all inputs or one for each', () => {
    expect(show(parseBoxOption('-1,1', 3))).toBe('-1,1 x -1,1 x -1,1');
    expect(show(parseBoxOption('-1,1x0,2/3', 2))).toBe('-1,1 x 0,2/3');
    expect(show(parseBoxOption('0.1,1e1 x -3,-3', 2))).toBe('1/10,10 x -3,-3');
  });

  it('refuses numbers of absurd length', () => {
    expect(() => parseBoxOption(`0,${'9'.repeat(1e6)}`, 2)).toThrow(/expected a number/);
  });

  it.each([
    ['-1,1x0,1x0,1', /expected 1 or 2 intervals, got 3/],
    ['1,-1', /--box: input 0 has the empty interval 1,-1; write the lower bound first/],
    ['0,NaN', /expected a number such as -1, 0.5 or 1\/3, got "NaN" in "0,NaN"/],
    ['0,1/0', /got "1\/0"/],
    ['0', /expected an interval lo,hi, got "0"/],
    ['', /expected an interval lo,hi, got ""/],
    ['0,1,2', /expected an interval/],
    ['0,1x', /expected an interval lo,hi, got ""/],
  ])('refuses "%s"', (text, message) => {
    expect(() => parseBoxOption(text, 2)).toThrow(DomainError);
    expect(() => parseBoxOption(text, 2)).toThrow(message);
  });
});
