/**
 * Theorem. A polytope without points is refused by naming conditions that contradict each other: these alone have no point
 * in common, each is named once, in the order stated, and the first ones are inequalities, then bounds, then equalities.
 *
 * Source: Farkas' lemma. The conditions named are those with a multiplier in the combination that is negative everywhere.
 */
import { describe, expect, it } from 'vitest';
import { rational, rationalFromDouble } from '../../src/exact/rational.js';
import { conditionsOf } from '../../src/network/conditions.js';
import { box, cube, DomainError, type LinearBound, type PolytopeDomain, polytope } from '../../src/network/domain.js';
import { preparePolytope } from '../../src/problem/polytope/domain.js';

/** a x + b y <= bound */
const row = (a: number, b: number, bound: number): LinearBound => ({
  coefficients: [rationalFromDouble(a), rationalFromDouble(b)],
  bound: rationalFromDouble(bound),
});

/** What the refusal says behind "the domain is empty: ". */
function reasonOf(domain: PolytopeDomain): string {
  try {
    preparePolytope(domain);
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    const [, reason] = /^the domain is empty: (.*); correct or drop one of them$/.exec((error as Error).message) ?? [];
    return reason ?? (error as Error).message;
  }
  return 'not empty';
}

const harmless = [row(1, 0, 50), row(0, 1, 50)];
const unitBox = cube(2, 0, 1);

const CASES: readonly (readonly [string, PolytopeDomain, string])[] = [
  [
    'two equalities',
    polytope(2, [row(1, 0, 9)], { equalities: [row(0, 1, 0), row(1, 1, 0), row(1, 1, 1)] }),
    'equality 0, equality 1 and equality 2 contradict each other',
  ],
  ['one inequality', polytope(2, [row(1, 0, 1), row(0, 0, -1)]), 'no point satisfies inequality 1'],
  [
    'bounds of one coordinate',
    polytope(2, [...harmless, row(1, 0, 0), row(-2, 0, -1)]),
    'inequalities 2 and 3 contradict each other',
  ],
  [
    'inequalities alone, beside an equality',
    polytope(2, [row(1, 0, 0), row(-1, 0, -1)], { equalities: [row(0, 1, 0)] }),
    'inequalities 0 and 1 contradict each other',
  ],
  ['rows', polytope(2, [row(1, 1, 0), ...harmless, row(-1, -1, -1)]), 'inequalities 0 and 3 contradict each other'],
  [
    'three rows, numbered beyond 9',
    polytope(2, [row(1, 1, 0), ...harmless, ...harmless, ...harmless, ...harmless, row(1, -1, 0), row(-1, 0.25, -1)]),
    'inequalities 0, 9 and 10 contradict each other',
  ],
  [
    'a row and the box',
    polytope(2, [row(1, 1, -0.5)], { box: unitBox }),
    'inequality 0, the lower bound of input 0 and the lower bound of input 1 contradict each other',
  ],
  [
    'a row and a box far from the origin',
    polytope(2, [row(1, 1, 5)], { box: cube(2, 10, 20) }),
    'inequality 0, the lower bound of input 0 and the lower bound of input 1 contradict each other',
  ],
  [
    'rows that hold nowhere near each other',
    polytope(2, [row(1, 1, 5), row(-1, -1, -50)], { box: cube(2, 10, 20) }),
    'inequalities 0 and 1 contradict each other',
  ],
  [
    'an equality outside of the box',
    polytope(2, [], { box: unitBox, equalities: [row(1, 0, 3)] }),
    'the upper bound of input 0 and equality 0 contradict each other',
  ],
];

describe('the reason is', () => {
  it.each(CASES)('%s', (_, domain, reason) => {
    expect(reasonOf(domain)).toBe(reason);
  });

  it.each([
    ...CASES,
    [
      'behind an equality that inequalities imply',
      polytope(2, [row(1, 1, 0), row(-1, -1, 0), row(1, 0, -1), row(0, 1, 0.5)]),
      '',
    ],
    [
      'behind two such equalities',
      polytope(2, [row(1, 0, 0), row(-1, 0, 0), row(0, 1, 0), row(0, -1, 0), row(1, 2, -1)]),
      '',
    ],
  ] as const)('enough by itself: %s', (_, domain) => {
    const reason = reasonOf(domain);
    const conditions = conditionsOf(domain);
    // "inequalities 0, 1 and 3" is short for "inequality 0, inequality 1 and inequality 3".
    const words = reason.startsWith('inequalities ')
      ? [...reason.matchAll(/\d+/g)].map(([number]) => `inequality ${number}`)
      : reason
          .replace(/^no point satisfies /, '')
          .replace(/ contradict each other$/, '')
          .split(/, | and /);
    const named = words.map((name) => conditions.findIndex((condition) => condition.name === name));
    expect(named.filter((k) => k < 0)).toEqual([]);
    expect(named).toEqual([...new Set(named)].sort((a, b) => a - b));
    const kept = named.map((k) => conditions[k]!);
    const bounds = kept.map(({ row: [a, b, constant], equality }) => ({
      equality,
      bound: { coefficients: [rational(-a!), rational(-b!)], bound: rational(constant!) },
    }));
    const alone = polytope(
      2,
      bounds.filter(({ equality }) => !equality).map(({ bound }) => bound),
      {
        equalities: bounds.filter(({ equality }) => equality).map(({ bound }) => bound),
      },
    );
    expect(reasonOf(alone)).not.toBe('not empty');
  });
});

it('touching conditions are not contradictory', () => {
  expect(reasonOf(polytope(2, [row(1, 1, 0), row(-1, -1, 0)]))).toBe('not empty');
  expect(
    reasonOf(polytope(2, [row(1, 0, 0)], { box: box([0, 0].map(rationalFromDouble), [1, 1].map(rationalFromDouble)) })),
  ).toBe('not empty');
});
