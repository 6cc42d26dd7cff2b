/**
 * Theorem. The normal form of a VNN-LIB query holds at a point (x, y) exactly where its assertions hold: conjunctions and
 * disjunctions anywhere, inputs and outputs mixed, strict comparisons strict, `!=` and `==`, numbers exact decimals.
 *
 * The reference evaluates the generated formula, not the text, at all points of a grid that has every bound on it and between.
 *
 * Source: the VNN-LIB standard (Demarchi, Guidotti, Pulina and Tacchella 2023; version 2.0); distributivity.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, multiply, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { FormatError } from '../../src/formats/input/error.js';
import type { Coefficients, LinearConstraint } from '../../src/formats/vnnlib/formula.js';
import { MAX_DISJUNCTS, normalForm } from '../../src/formats/vnnlib/normal-form.js';
import { queryOfVnnlib } from '../../src/formats/vnnlib/read.js';
import { holds } from '../support/generators/holds.js';

const VARIABLES = ['X_0', 'X_1', 'Y_0', 'Y_1'] as const;
const RELATIONS = ['<=', '>=', '<', '>', '==', '!='] as const;

type Relation = (typeof RELATIONS)[number];
interface Comparison {
  readonly relation: Relation;
  /** Coefficients of the four variables on the left, in tenths, and the constant on the right. */
  readonly row: readonly number[];
  readonly bound: number;
  readonly swapped: boolean;
}
type Formula = Comparison | { readonly join: 'and' | 'or'; readonly parts: readonly Formula[] };

const comparison = fc.record({
  relation: fc.constantFrom(...RELATIONS),
  row: fc.oneof(
    { weight: 3, arbitrary: fc.nat(3).map((own) => VARIABLES.map((_, i) => (i === own ? 10 : 0))) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 10, -10, 5), { minLength: 4, maxLength: 4 }) },
  ),
  bound: fc.integer({ min: -2, max: 2 }),
  swapped: fc.boolean(),
});

const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    comparison,
    fc.record({
      join: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('formula'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

const MIRROR: Readonly<Record<Relation, Relation>> = {
  '<=': '>=',
  '>=': '<=',
  '<': '>',
  '>': '<',
  '==': '==',
  '!=': '!=',
};
const tenths = (value: number) => `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 10)}.${Math.abs(value) % 10}`;

function textOf(f: Formula): string {
  if ('join' in f) return `(${f.join}${f.parts.map((part) => ` ${textOf(part)}`).join('')})`;
  const terms = f.row.map((value, i) => `(* ${tenths(value)} ${VARIABLES[i]})`).join(' ');
  const [left, right] = [`(+ ${terms})`, `${f.bound}e0`];
  return f.swapped ? `(${MIRROR[f.relation]} ${right} ${left})` : `(${f.relation} ${left} ${right})`;
}

const COMPARE: Readonly<Record<Relation, (sign: number) => boolean>> = {
  '<=': (sign) => sign <= 0,
  '>=': (sign) => sign >= 0,
  '<': (sign) => sign < 0,
  '>': (sign) => sign > 0,
  '==': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
};

/** At a point in halves, exactly: everything in twentieths. */
function truth(f: Formula, point: readonly number[]): boolean {
  if ('join' in f)
    return f.join === 'and' ? f.parts.every((p) => truth(p, point)) : f.parts.some((p) => truth(p, point));
  const left = f.row.reduce((sum, value, i) => sum + value * point[i]!, 0);
  return COMPARE[f.relation](Math.sign(left - 20 * f.bound));
}

const sum = (terms: Coefficients, values: readonly Rational[]) =>
  terms.reduce((total, [index, value]) => add(total, multiply(value, values[index]!)), ZERO);

function allows({ inputs, outputs, bound, strict }: LinearConstraint, x: readonly Rational[], y: readonly Rational[]) {
  const sign = compare(add(sum(inputs, x), sum(outputs, y)), bound);
  return sign < 0 || (sign === 0 && !strict);
}

const DECLARED = VARIABLES.map((name) => `(declare-const ${name} Real)`).join('');
const formOf = (text: string) => normalForm(queryOfVnnlib(`${DECLARED}${text}`).formula);

/** All points of {-2.5, ..., 2.5}^4 in steps that the case chooses. */
function* points(step: number): Generator<readonly number[]> {
  const values = Array.from({ length: 11 }, (_, i) => i - 5).filter((i) => (i + 5) % step === 0 || i % 2 === 0);
  for (const a of values)
    for (const b of values) for (const c of [-5, -4, -2, -1, 0, 2, 3, 4]) yield [a, b, c, (a * b + c) % 5];
}

describe('a normal form', () => {
  it('holds where its formula holds', () => {
    const property = fc.property(fc.array(formula, { minLength: 1, maxLength: 3 }), (assertions) => {
      const { common, disjuncts } = formOf(assertions.map((f) => `(assert ${textOf(f)})`).join('\n'));
      for (const point of points(3)) {
        const [x, y] = [point.slice(0, 2), point.slice(2)].map((list) => list.map((v) => rational(BigInt(v), 2n)));
        const meets = (all: readonly LinearConstraint[]) => all.every((c) => allows(c, x!, y!));
        const inside = meets(common) && disjuncts.some(meets);
        if (inside !== assertions.every((f) => truth(f, point))) expect({ point, inside }).toEqual('the truth');
      }
    });
    holds(property, { seed: 631, runs: 80 });
  });

  it('keeps conjuncts before and after an or, and bounds of one disjunct out of the others', () => {
    const text = '(assert (<= Y_0 1))(assert (or (and (<= X_0 0) (>= X_0 -1)) (>= X_0 5)))(assert (> Y_1 2))';
    const { common, disjuncts } = formOf(text);
    expect(common.map(({ strict }) => strict)).toEqual([false, true]);
    expect(disjuncts.map((own) => own.length)).toEqual([2, 1]);
  });

  it('leaves out what bounds of one variable make empty, and what lies in another', () => {
    expect(formOf('(assert (< X_0 1))(assert (>= X_0 1))').disjuncts).toEqual([]);
    expect(formOf('(assert (<= X_0 1))(assert (>= X_0 1))').disjuncts).toEqual([[]]);
    expect(formOf('(assert (or (<= X_0 0)(>= X_0 2)))(assert (or (>= X_0 1)(<= X_0 -1)))').disjuncts).toHaveLength(2);
    const twice = '(or (<= Y_0 0) (<= Y_1 0))';
    expect(formOf(`(assert (and ${twice} ${twice}))`).disjuncts).toHaveLength(2);
    expect(formOf('(assert false)').disjuncts).toEqual([]);
    expect(formOf('(assert true)')).toEqual({ common: [], disjuncts: [[]] });
  });

  it('has a limit that it names', () => {
    const choice = (i: number) => `(assert (or (<= (* ${i + 2} X_0) Y_0) (<= (* ${i + 2} X_1) Y_1)))`;
    const choices = (n: number) => Array.from({ length: n }, (_, i) => choice(i)).join('');
    expect(formOf(choices(10)).disjuncts).toHaveLength(2 ** 10);
    expect(() => formOf(choices(40))).toThrow(FormatError);
    expect(() => formOf(choices(40))).toThrow(`more than ${MAX_DISJUNCTS} polyhedra; split the query`);
  });
});
