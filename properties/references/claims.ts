/**
 * Claims made from brute force, and what an independent reader needs to check the evidence in a verdict.
 */
import fc from 'fast-check';
import { add, multiply, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import type { Domain } from '../../src/network/domain.js';
import { affineOnPattern, type Pattern, rationalAffine, type Sign } from '../../src/network/evaluate.js';
import { bends, type Network } from '../../src/network/network.js';

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
