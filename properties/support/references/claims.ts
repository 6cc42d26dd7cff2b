/**
 * Claims made from brute force, and what an independent reader needs to check the evidence in a verdict.
 */
import fc from 'fast-check';
import { add, equal, multiply, negate, type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import { conditionsOf } from '../../../src/network/conditions.js';
import { type Domain, fixedInputs, type PolytopeDomain } from '../../../src/network/domain.js';
import { affineOnPattern, type Pattern, rationalAffine, type Sign } from '../../../src/network/evaluate.js';
import { bends, type Network } from '../../../src/network/network.js';

/** Signs as text, 0 for neurons that cut nothing. */
export function signsText(pattern: Pattern): string {
  return pattern.map((signs) => signs.map((s) => (s > 0 ? '+' : s < 0 ? '-' : '0')).join('')).join('|');
}

/** Signs of "+-0|+"; a dot is 0. */
export function signsOfText(text: string): Pattern {
  return text.split('|').map((layer) => [...layer].map((c): Sign => (c === '+' ? 1 : c === '-' ? -1 : 0)));
}

/** The pattern with arbitrary sides where it has 0: what a foreign program might list. */
export function foreignPattern(pattern: Pattern, bits: readonly boolean[]): Sign[][] {
  let next = 0;
  return pattern.map((signs) => signs.map((s) => (s !== 0 ? s : bits[next++ % bits.length] ? 1 : -1)));
}

/** The ways in which the tests write patterns. */
export const WRITINGS = [
  'text',
  'layered text',
  'flat',
  'layers',
  'booleans',
  'signs',
  'sign text',
  'texts of layers',
] as const;
export type Writing = (typeof WRITINGS)[number];

/** A pattern of sides as JSON. */
export function written(pattern: Pattern, writing: Writing): unknown {
  const bit = (s: Sign) => (s > 0 ? 1 : 0);
  const text = (signs: readonly Sign[]) => signs.map(bit).join('');
  switch (writing) {
    case 'text':
      return pattern.map(text).join('');
    case 'layered text':
      return pattern.map(text).join('|');
    case 'flat':
      return pattern.flat().map(bit);
    case 'layers':
      return pattern.map((signs) => signs.map(bit));
    case 'booleans':
      return pattern.flat().map((s) => s > 0);
    case 'signs':
      return pattern.flat();
    case 'sign text':
      return signsText(pattern);
    case 'texts of layers':
      return pattern.map(text);
  }
}

/** A claim of patterns as JSON. */
export function patternsJson(patterns: readonly unknown[], writing: Writing) {
  const encoding = writing.startsWith('sign') ? 'signs' : 'binary';
  return { format: 'relu-atlas-claim', version: 1, claim: 'patterns', encoding, patterns };
}

export interface Affine {
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
}

/** The pre-activation of a neuron where a pattern holds, in the inputs. */
export function preactivationOn(network: Network, pattern: Pattern, layer: number, neuron: number): Affine {
  const below = { ...network, layers: network.layers.slice(0, layer), output: network.layers[layer]!.affine };
  const { jacobian, constant } = rationalAffine(affineOnPattern(below, pattern));
  return { coefficients: jacobian[neuron]!, constant: constant[neuron]! };
}

/** The inequalities of a domain as affine functions that are nonnegative on it. */
export function inequalitiesOfDomain(domain: Domain): Affine[] {
  if (domain.kind === 'whole') return [];
  if (domain.kind === 'polytope') {
    const own = domain.inequalities.map(({ coefficients, bound }) => ({
      coefficients: coefficients.map(negate),
      constant: bound,
    }));
    return domain.box === undefined ? own : [...own, ...inequalitiesOfDomain(domain.box)];
  }
  return domain.lower.flatMap((lo, i) => {
    const unit = domain.lower.map((_, k) => rational(k === i ? 1n : 0n));
    return [
      { coefficients: unit, constant: negate(lo) },
      { coefficients: unit.map(negate), constant: domain.upper[i]! },
    ];
  });
}

/** The inputs that a box fixes; the polytopes of the tests have interior. */
export function fixedIn(domain: Domain): number[] {
  return domain.kind === 'polytope' ? [] : fixedInputs(domain);
}

/**
 * Whether multipliers of the conditions of a polytope show that an affine function is at most `value` on it: the function
 * and the combination add up to that constant.
 */
export function provesMaximum(
  domain: PolytopeDomain,
  { coefficients, constant }: Affine,
  conditions: readonly { readonly condition: string; readonly multiplier: Rational }[],
  value: Rational,
): boolean {
  const known = new Map(conditionsOf(domain).map((condition) => [condition.name, condition]));
  const parts = conditions.map(({ condition, multiplier }): [Rational, Affine] => {
    const { row } = known.get(condition)!;
    return [
      multiplier,
      { coefficients: row.slice(0, -1).map((entry) => rational(entry)), constant: rational(row.at(-1)!) },
    ];
  });
  const sum = combination([[rational(1n), { coefficients, constant }], ...parts], coefficients.length);
  const signs = conditions.every(
    ({ condition, multiplier }) => known.get(condition)!.equality || multiplier.numerator > 0n,
  );
  return signs && sum.coefficients.every((c) => c.numerator === 0n) && equal(sum.constant, value);
}

/** The largest value of an affine function on a domain; 'unbounded' if there is none. */
export function largestOn(domain: Domain, { coefficients, constant }: Affine): Rational | 'unbounded' {
  let sum = constant;
  for (const [i, c] of coefficients.entries()) {
    if (c.numerator === 0n) continue;
    if (domain.kind !== 'box') return 'unbounded';
    sum = add(sum, multiply(c, c.numerator > 0n ? domain.upper[i]! : domain.lower[i]!));
  }
  return sum;
}

/** sum of factor * affine */
export function combination(parts: readonly (readonly [Rational, Affine])[], inputs: number): Affine {
  let coefficients = new Array<Rational>(inputs).fill(ZERO);
  let constant = ZERO;
  for (const [factor, affine] of parts) {
    coefficients = coefficients.map((c, i) => add(c, multiply(factor, affine.coefficients[i]!)));
    constant = add(constant, multiply(factor, affine.constant));
  }
  return { coefficients, constant };
}

/** The bending neurons (layer, index) of a network. */
export function bendingNeurons(network: Network): [number, number][] {
  return network.layers.flatMap((layer, l) =>
    layer.slopes.flatMap((slopes, j): [number, number][] => (bends(slopes) ? [[l, j]] : [])),
  );
}

/** The first `keep` of some indices in an order that the seeds decide. */
export const someBits = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });

export const HALF = rational(1n, 2n);
