/**
 * Numbers of a report as people read them.
 */
import { parseRational, toDouble } from '../../exact/rational.js';
import type { Report } from '../content/schema.js';

/** "12,345"; integers of any size. */
export function grouped(count: number | string): string {
  return typeof count === 'number' ? count.toLocaleString('en-US') : BigInt(count).toLocaleString('en-US');
}

/** Six digits of a rounded number. */
export function brief(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Longest rational that is printed in full. */
const LONGEST = 24;

/** An exact number: in full if it is short, else rounded and marked so. */
export function exactText(value: number | string): string {
  if (typeof value === 'number') {
    const text = String(value);
    return text.length <= LONGEST ? text : `≈ ${brief(value)}`;
  }
  if (value.length <= LONGEST) return value;
  return `≈ ${brief(toDouble(parseRational(value)))}`;
}

/** "1 cell", "2 cells" */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

export function percent(part: number): string {
  return `${Number((100 * part).toPrecision(3))} %`;
}

/** "output 0 ranges from -1 to 2" without its name. */
export function rangeText({ minimum, maximum }: Report['function']['ranges'][number]): string {
  const low = 'value' in minimum ? exactText(minimum.value) : '−infinity';
  const high = 'value' in maximum ? exactText(maximum.value) : 'infinity';
  return `${low} to ${high}`;
}
