/**
 * The hyperbolic tangent in doubles, the same bits on every machine: additions, products and quotients alone, which IEEE 754 fixes.
 *
 * `Math.tanh` is not the same everywhere: Node 20 and Chromium 156 differ in last bits, and after some epochs of training in all of them.
 *
 * Source: fdlibm, s_tanh.c and s_expm1.c (Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy,
 * modify, and distribute this software is freely granted, provided that this notice is preserved.), as in V8 up to Node 20.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;
/** Of the rational approximation on [-ln(2) / 2, ln(2) / 2]. */
const Q = [
  -0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6, -2.0109921818362437e-7,
] as const;

/** x = multiple * ln(2) + rest, the rest with what its rounding lost. */
function reduced(x: number): { readonly multiple: number; readonly rest: number; readonly lost: number } {
  const size = Math.abs(x);
  if (size <= LN2_HIGH / 2) return { multiple: 0, rest: x, lost: 0 };
  const sign = x > 0 ? 1 : -1;
  const multiple = size < 1.5 * LN2_HIGH ? sign : Math.trunc(INVERSE_LN2 * x + sign / 2);
  const high = x - multiple * LN2_HIGH;
  const low = multiple * LN2_LOW;
  const rest = high - low;
  return { multiple, rest, lost: high - rest - low };
}

/** exp(x) - 1 for |x| <= 44. */
function expm1(given: number): number {
  if (Math.abs(given) < 2 ** -54) return given;
  const { multiple: k, rest: x, lost } = reduced(given);
  const half = 0.5 * x;
  const square = x * half;
  const r = 1 + square * (Q[0] + square * (Q[1] + square * (Q[2] + square * (Q[3] + square * Q[4]))));
  const t = 3 - r * half;
  const quotient = square * ((r - t) / (6 - x * t));
  if (k === 0) return x - (x * quotient - square);
  const e = x * (quotient - lost) - lost - square;
  if (k === -1) return 0.5 * (x - e) - 0.5;
  if (k === 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
  const power = 2 ** k;
  if (k <= -2 || k > 56) return (1 - (e - x)) * power - 1;
  if (k < 20) return (1 - 2 ** -k - (e - x)) * power;
  return (x - (e + 2 ** -k) + 1) * power;
}

/** tanh(x), within one unit in the last place. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -28 || Number.isNaN(x)) return x;
  if (size >= 22) return Math.sign(x);
  if (size >= 1) {
    const t = expm1(2 * size);
    return Math.sign(x) * (1 - 2 / (t + 2));
  }
  const t = expm1(-2 * size);
  return Math.sign(x) * (-t / (t + 2));
}
