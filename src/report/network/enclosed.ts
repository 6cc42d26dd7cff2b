/**
 * Numbers that are exact, or known between two rationals, as people read them.
 */
import { parseRational, type Rational, rationalFromDouble, toDouble } from '../../exact/index.js';
import type { Report } from '../content/index.js';
import { brief, exactText } from '../encoding/index.js';

/** An exact number, or one that is known between two rationals. */
export function enclosedText(value: NonNullable<Report['shape']>['outputs'][number]['mean']): string {
  return typeof value === 'object' ? `≈ ${brief(toDouble(parsed(value.between[0])))}` : exactText(value);
}

function parsed(value: number | string): Rational {
  return typeof value === 'number' ? rationalFromDouble(value) : parseRational(value);
}
