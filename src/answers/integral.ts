/**
 * Answers about integrals.
 */

import type { Rational } from '../exact/index.js';
import { jsonOfRational } from '../formats/index.js';
import { type Distribution, type Enclosed, type Integrals, lawOf } from '../integral/index.js';
import type { ExactJson } from './form.js';

/** The exact number, or two numbers between which it is. */
export function jsonOfEnclosed({
  lower,
  upper,
  exact,
}: Enclosed): ExactJson | { readonly between: [ExactJson, ExactJson] } {
  return exact === undefined ? { between: [jsonOfRational(lower), jsonOfRational(upper)] } : jsonOfRational(exact);
}

/** Integrals over a domain. @param levels of which the probability to be at or below is told, if there are distributions */
export function jsonOfIntegrals(
  { volume, outputs, classes, distributions }: Integrals,
  levels: readonly Rational[] = [],
) {
  return {
    volume: jsonOfRational(volume),
    outputs: outputs.map((moments, k) => {
      const { mean, variance } = lawOf(moments, volume);
      const below = levels.map((at) => ({
        at: jsonOfRational(at),
        probability: jsonOfEnclosed(distributions![k]!.at(at)),
      }));
      return {
        integral: jsonOfEnclosed(moments.integral),
        square: jsonOfEnclosed(moments.square),
        gradient: jsonOfEnclosed(moments.gradient),
        gradientSquare: jsonOfEnclosed(moments.gradientSquare),
        mean: jsonOfEnclosed(mean),
        variance: jsonOfEnclosed(variance),
        ...(below.length > 0 && { below }),
      };
    }),
    classes: classes.map(jsonOfEnclosed),
  };
}

/** A distribution function: F(t) is the sum of c (t - knot)^power over the knots up to t. */
export function jsonOfDistribution({ terms }: Distribution) {
  return terms.map(({ knot, power, coefficient }) => ({
    knot: jsonOfRational(knot),
    power,
    coefficient: jsonOfRational(coefficient),
  }));
}
