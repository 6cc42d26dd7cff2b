/**
 * Numbers and lists as people read them.
 */
import { equal, formatRational, parseRational, type Rational, roundedDecimal, toDouble } from '../../exact/index.js';
import type { Domain, PolytopeDomain } from '../../network/index.js';
import { type Colour, paint } from './colour.js';

/** Digits of a decimal that is not exact, in JSON. */
const DIGITS = 20;
/** Digits of a number that is looked at rather than copied; its fraction stands beside it. */
export const FEW_DIGITS = 6;
/** Longest exact decimal that is printed instead of an approximation. */
const SHORT = 40;
/** Longest number that is as quickly read as an approximation. */
const FEW = 12;
/** Longest rational printed in full as text; JSON has them all. */
const LONGEST = 120;

/** "12,345", of a whole number. Loading Intl takes longer than most counts. */
export function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** "1 cell", "2 cells" */
export function counted(count: number | bigint, noun: string): string {
  return `${grouped(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;
}

/** The exact decimal of a rational if it is finite and short. */
function exactDecimal(value: Rational): string | undefined {
  let rest = value.denominator;
  let places = 0;
  let twos = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) places++;
  places = Math.max(places, twos);
  if (rest !== 1n || places > SHORT) return undefined;
  const scaled = value.numerator * (10n ** BigInt(places) / value.denominator);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  if (digits.length > SHORT) return undefined;
  const point = digits.length - places;
  const fraction = places === 0 ? '' : `.${digits.slice(point)}`;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

/** A rational as a decimal: exact, or rounded to 20 digits. */
export function decimalOf(value: Rational, digits = DIGITS): { readonly text: string; readonly exact: boolean } {
  const exact = exactDecimal(value);
  if (exact !== undefined) return { text: exact, exact: true };
  return { text: roundedDecimal(value, digits), exact: false };
}

/** Significant digits of a decimal. */
const digitsOf = (text: string) => text.replace(/^-?0?\.?0*/, '').replace('.', '').length;

/**
 * "~ 0.333333 = 1/3", "0.25 = 1/4", "-7"
 *
 * @param digits of a decimal that is not exact, or that is longer than one looks at
 */
export function showRational(value: Rational, digits = FEW_DIGITS): string {
  const { text, exact } = decimalOf(value, digits);
  const fraction = formatRational(value);
  if (exact && (text.length <= FEW || digitsOf(text) <= digits))
    return fraction === text ? text : `${text} = ${shortened(fraction)}`;
  return `~ ${exact ? roundedDecimal(value, digits) : text} = ${shortened(fraction)}`;
}

function shortened(fraction: string): string {
  if (fraction.length <= LONGEST) return fraction;
  const [top = '', bottom = ''] = fraction.split('/');
  return `a fraction of ${top.replace('-', '').length} / ${bottom.length} digits (--format=json prints it)`;
}

/** A double rounded to some digits, in the shorter of both forms: "0.25", "1e12". */
function shortDecimal(value: number, digits: number): string {
  const [plain, scaled] = [
    String(Number(value.toPrecision(digits))),
    Number(value.toPrecision(digits)).toExponential(),
  ];
  return plain.length <= scaled.length ? plain : scaled.replace('e+', 'e');
}

/** A rational in few characters: as typed where it is short, else as the nearest double. */
export function briefRational(value: Rational): string {
  const { text, exact } = decimalOf(value);
  if (exact && text.length <= FEW) return text;
  const fraction = formatRational(value);
  if (fraction.length <= FEW) return fraction;
  const short = shortDecimal(toDouble(value), 8);
  return Number.isFinite(Number(short)) && equal(parseRational(short), value) ? short : `~${short}`;
}

/** "box [-1, 1]^2", "box [0, 1] x [-2, 2]", "R^3 (the whole space)", "polytope in R^2: 3 inequalities" */
export function showDomain(domain: Domain): string {
  if (domain.kind === 'whole') return `R^${domain.dimension} (the whole space)`;
  if (domain.kind === 'polytope') return showPolytope(domain);
  const intervals = domain.lower.map((lo, i) => `[${briefRational(lo)}, ${briefRational(domain.upper[i]!)}]`);
  const powers: string[] = [];
  for (let i = 0; i < intervals.length; ) {
    let end = i;
    while (end < intervals.length && intervals[end] === intervals[i]) end++;
    powers.push(end - i === 1 ? intervals[i]! : `${intervals[i]}^${end - i}`);
    i = end;
  }
  return `box ${powers.join(' x ')}`;
}

/** "polytope in R^2: 3 inequalities, 1 equality, within the box [0, 1]^2" */
function showPolytope({ dimension, inequalities, equalities, box }: PolytopeDomain): string {
  const parts = [
    counted(inequalities.length, 'inequality').replace('ys', 'ies'),
    ...(equalities.length > 0 ? [counted(equalities.length, 'equality').replace('ys', 'ies')] : []),
    ...(box === undefined ? [] : [`within the ${showDomain(box)}`]),
  ];
  return `polytope in R^${dimension}: ${parts.join(', ')}`;
}

/** Seconds with three digits at most: "0.12 s", "75 s". */
export function showSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(3))} s`;
}

/** Labels that are news, good or bad. */
const LABELS: Readonly<Record<string, Colour>> = { accepted: 'green', warning: 'yellow' };

/** Lines "label  text", labels padded. */
export function table(rows: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  const label = (text: string) => paint(text, LABELS[text] ?? 'bold');
  return rows.map(([name, text]) => `${label(name)}${' '.repeat(width - name.length)}  ${text}\n`).join('');
}

/** An argument as it must be typed into a shell. */
export function quotedArgument(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Numbers of one row; the others of a deep network are in the JSON. */
const MOST_NUMBERS = 16;

/** Numbers in a row, the last one in any case. */
export function numberRow(all: readonly (number | bigint)[]): string {
  if (all.length <= MOST_NUMBERS) return all.map(grouped).join(' ');
  const first = all.slice(0, MOST_NUMBERS / 2).map(grouped);
  return `${first.join(' ')} .. ${grouped(all.at(-1)!)}`;
}
