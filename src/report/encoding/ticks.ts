/**
 * Ticks of axes and their texts: numbers that differ where the ticks differ, powers of ten with superscripts, and no more ticks
 * than their texts have room for. What many digits have in common is taken off and said once: "value − 0.286041".
 */
import { scaleLinear, scaleLog } from 'd3-scale';

/** How wide a character of an axis is at most, in pixels at 12 pixels' font size, and the least gap between two texts. */
const LETTER = 7.3;
const GAP = 10;

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "10⁻³": digits that stand high in every font, copied and read aloud as what they are. */
export function powerOfTen(exponent: number): string {
  const raised = [...String(Math.abs(exponent))].map((digit) => DIGITS[Number(digit)]!).join('');
  return `10${exponent < 0 ? '⁻' : ''}${raised}`;
}

const signed = (text: string) => text.replace('-', '−');

/** How wide a text is at most. Superscripts are narrower; this does not count on it. */
export function textWidth(text: string): number {
  return LETTER * [...text].length;
}

/** The exponent of a power of ten that is at most a positive number. */
function exponentOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** A power of ten as the double nearest to it. */
function power(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** Digits after the point that tell multiples of a step apart; steps of ticks are 1, 2 or 5 times a power of ten. */
function decimalsOf(step: number): number {
  return Math.min(100, Math.max(0, -exponentOf(step)));
}

/** The place of the last digit that a number is written with, as a power of ten; 0 for 0. */
function lastPlace(value: number): number {
  if (value === 0) return 0;
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return power(Number(exponent) - digits.replace(/\D/g, '').length + 1);
}

/** Numbers of these magnitudes are written plainly; others as a factor and a power of ten. */
const PLAIN = { least: -4, greatest: 5 } as const;

/** The texts of evenly spaced ticks, in one form for all of them. */
export function linearTexts(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : lastPlace(largest);
  if (largest === 0 || step === 0) return ticks.map((tick) => signed(String(tick)));
  const exponent = exponentOf(largest);
  if (exponent >= PLAIN.least && exponent <= PLAIN.greatest) {
    const decimals = decimalsOf(step);
    return ticks.map((tick) => signed((tick === 0 ? 0 : tick).toFixed(decimals)));
  }
  const decimals = Math.max(0, exponent - exponentOf(step));
  return ticks.map((tick) => {
    if (tick === 0) return '0';
    const factor = signed((tick / power(exponent)).toFixed(decimals));
    return factor === '1' ? powerOfTen(exponent) : `${factor}·${powerOfTen(exponent)}`;
  });
}

/** Powers of ten that are written as numbers, if all of an axis are. */
const SMALL = { least: -2, greatest: 3 } as const;

/** The texts of ticks of a logarithmic axis, in one form for all: plain numbers, or powers of ten with few digits before them. */
export function logarithmicTexts(ticks: readonly number[]): string[] {
  const rounded = ticks.map((tick) => Number(tick.toPrecision(3)));
  const exponents = rounded.map(exponentOf);
  if (exponents.every((exponent) => exponent >= SMALL.least && exponent <= SMALL.greatest)) return rounded.map(String);
  return rounded.map((tick, k) => {
    const factor = Number((tick / power(exponents[k]!)).toPrecision(3));
    return factor === 1 ? powerOfTen(exponents[k]!) : `${factor}·${powerOfTen(exponents[k]!)}`;
  });
}

export interface Ticks {
  readonly values: readonly number[];
  /** Of each tick the number that it stands for, less the offset. */
  readonly texts: readonly string[];
  /** What all texts leave out; "" if nothing. */
  readonly offset: string;
}

/** The name of an axis, less what the texts of its ticks leave out: "value − 0.286041". */
export function axisName(name: string, { offset }: Ticks): string {
  if (offset === '') return name;
  return offset.startsWith('−') ? `${name} + ${offset.slice(1)}` : `${name} − ${offset}`;
}

/** The most characters of a text: beside an upright axis there is little room. Digits that stand high are narrow. */
const LONGEST = { across: 10, upright: 8 } as const;
const RAISED = new RegExp(`[⁻${DIGITS}]`, 'g');

/** Ticks of a linear axis with their texts, less an offset where they are long. @param span how much of the axis is seen */
function told(ticks: readonly number[], span: number, direction: Direction): Ticks {
  const values = [...new Set(ticks)];
  const texts = linearTexts(values);
  const isShort = texts.every((text) => text.replace(RAISED, '').length <= LONGEST[direction]);
  if (isShort || values.length === 0) return { values, texts, offset: '' };
  // One tick leaves out all of itself.
  if (values.length === 1) return { values, texts: ['0'], offset: texts[0]! };
  const unit = exponentOf(span) + 1;
  const base = Number(`${Math.floor(values[0]! / power(unit))}e${unit}`);
  const step = Number((values[1]! - values[0]!).toPrecision(1));
  const less = values.map((value) => Number((Math.round((value - base) / step) * step).toPrecision(12)));
  return base === 0
    ? { values, texts, offset: '' }
    : { values, texts: linearTexts(less), offset: linearTexts([base])[0]! };
}

/** Along an axis the texts stand beside each other, or one above the other. */
export type Direction = 'across' | 'upright';

/** Pixels between lines that stand one above the other. */
const LINE = 16;

/** Whether no text touches the next one. */
function haveRoom(
  { values, texts }: Pick<Ticks, 'values' | 'texts'>,
  place: (value: number) => number,
  direction: Direction,
): boolean {
  return values.every((value, k) => {
    if (k === 0) return true;
    const distance = Math.abs(place(value) - place(values[k - 1]!));
    const needed = direction === 'upright' ? LINE : (textWidth(texts[k]!) + textWidth(texts[k - 1]!)) / 2 + GAP;
    return distance >= needed;
  });
}

/**
 * Ticks of a linear axis from `low` to `high` over so many pixels.
 *
 * @param wanted about how many, if there is room
 */
export function linearTicks(low: number, high: number, pixels: number, direction: Direction, wanted = 6): Ticks {
  const scale = scaleLinear([low, high], [0, pixels]);
  for (let count = Math.floor(wanted); count > 0; count--) {
    const ticks = told(scale.ticks(count), high - low, direction);
    const { length } = ticks.values;
    if (length > 0 && length <= wanted + 2 && haveRoom(ticks, scale, direction)) return ticks;
  }
  return told(scale.ticks(1).slice(0, 1), high - low, direction);
}

/** Ticks of a logarithmic axis: powers of ten, all of them or every second, third, ..; within two powers also 2 and 5 times. */
export function logarithmicTicks(low: number, high: number, pixels: number, direction: Direction, wanted = 6): Ticks {
  const scale = scaleLog([low, high], [0, pixels]);
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = (value: number) => value >= low && value <= high;
  const powers = (every: number) =>
    Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, k) => power(first + k * every)).filter(within);
  const fine =
    powers(1).length > 2 ? [] : [1, 2, 5].flatMap((factor) => powersTimes(factor, first, last).filter(within));
  // Within less than a power of ten the ticks of a linear axis are more.
  const narrow =
    fine.length > 2 || powers(1).length > 2
      ? []
      : [6, 5, 4, 3].map((count) => scaleLinear().domain([low, high]).ticks(count));
  const choices = [
    ...narrow,
    fine.sort((a, b) => a - b),
    ...Array.from({ length: last - first + 1 }, (_, k) => powers(k + 1)),
  ];
  for (const values of choices) {
    const ticks = { values, texts: logarithmicTexts(values), offset: '' };
    if (
      values.length > 0 &&
      new Set(ticks.texts).size === values.length &&
      values.length <= wanted + 2 &&
      haveRoom(ticks, scale, direction)
    )
      return ticks;
  }
  return linearTicks(low, high, pixels, direction, 2);
}

function powersTimes(factor: number, first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, k) => factor * power(first + k));
}
