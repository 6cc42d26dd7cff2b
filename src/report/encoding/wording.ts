/**
 * Numbers of a report as people read them.
 */
import { parseRational, toDouble } from '../../exact/index.js';

/** "12,345"; integers of any size. */
export function grouped(count: number | string): string {
  return typeof count === 'number' ? count.toLocaleString('en-US') : BigInt(count).toLocaleString('en-US');
}

/** Numbers from here on are written with an exponent: digits that are not known would be zeros. */
const LARGE = 1e9;

/** Six digits of a rounded number. */
export function brief(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Math.abs(rounded) < LARGE ? String(rounded) : rounded.toExponential().replace('e+', 'e');
}

/** Longest rational that is printed in full. */
const LONGEST = 12;

/** An exact number: in full if it is short, else rounded and marked so. */
export function exactText(value: number | string): string {
  if (typeof value === 'number') {
    const text = String(value);
    if (text.length <= LONGEST) return text;
    return Number(brief(value)) === value ? brief(value) : `≈ ${brief(value)}`;
  }
  if (value.length <= LONGEST) return value;
  return `≈ ${brief(toDouble(parseRational(value)))}`;
}

/** A number to six digits, marked where they are not all of it. */
export function roundedText(value: number | string): string {
  const exact = String(value);
  const text = brief(typeof value === 'number' ? value : toDouble(parseRational(value)));
  return text === exact || exact.length <= 7 ? exact : `≈ ${text}`;
}

/** "1 cell", "2 cells" */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

export function percent(part: number): string {
  return `${Number((100 * part).toPrecision(3))} %`;
}

/** An end of a range as a report has it: a number, or the statement that there is none. */
type RangeEnd = { readonly value: number | string } | { readonly unboundedAlong: readonly (number | string)[] };

/** "output 0 ranges from -1 to 2" without its name. */
export function rangeText({ minimum, maximum }: { readonly minimum: RangeEnd; readonly maximum: RangeEnd }): string {
  const low = 'value' in minimum ? exactText(minimum.value) : '−infinity';
  const high = 'value' in maximum ? exactText(maximum.value) : 'infinity';
  return `${low} to ${high}`;
}
