/**
 * Verdicts as JSON: rationals become numbers where a double says them exactly, else texts such as "1/3".
 */
import type { Rational } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import type { Verdict } from './verdict.js';

function isRational(value: object): value is Rational {
  return 'numerator' in value && typeof value.numerator === 'bigint' && 'denominator' in value;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isRational(value)) return jsonOfRational(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** The verdict with the names of `verdict.ts`. */
export function jsonOfVerdict(verdict: Verdict): object {
  return plain(verdict) as object;
}
