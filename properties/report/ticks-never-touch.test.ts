/**
 * Ticks tell their places: no two texts of an axis touch, different ticks have different texts, and a text read as a number is
 * the tick, less what the axis' name says is taken off where texts would be long. Large and small numbers are powers of ten with superscripts,
 * never with the prefixes of units.
 *
 * Source: the definition; texts are as wide as DejaVu Sans draws them, at most 0.61 em for a digit or a sign.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linearTicks, logarithmicTicks, powerOfTen, type Ticks, textWidth } from '../../src/report/encoding/index.js';
import { chart, logarithmicAxis } from '../../src/report/page/index.js';
import { holds } from '../support/generators/holds.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The number that a text of an axis says; 0 of none. */
function read(text: string): number {
  if (text === '') return 0;
  const plain = text.replace('−', '-');
  const [, factor = '1', exponent] = /^(?:(-?[\d.]+)·)?10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain) ?? [];
  if (exponent === undefined) return Number(plain);
  const digits = [...exponent].map((digit) => (digit === '⁻' ? '-' : String(SUPERSCRIPTS.indexOf(digit)))).join('');
  return Number(`${factor}e${digits}`);
}

/** Texts of a number and a power of ten as long as there is room beside the axis. */
const MOST_LETTERS = { across: 10, upright: 8 };

function expectReadable({ values, texts, offset }: Ticks, place: (value: number) => number, isUpright: boolean) {
  expect(texts.length).toBe(values.length);
  expect(new Set(texts).size).toBe(values.length);
  values.forEach((value, k) => {
    expect(texts[k]).not.toMatch(/[a-zµ]/i);
    const rounding = offset === '' ? 1e-9 : 1e-15;
    expect(Math.abs(read(texts[k]!) + read(offset) - value)).toBeLessThanOrEqual(
      rounding * Math.max(...values.map(Math.abs)),
    );
    expect(texts[k]!.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, '').length).toBeLessThanOrEqual(
      MOST_LETTERS[isUpright ? 'upright' : 'across'],
    );
    if (k === 0) return;
    const distance = Math.abs(place(value) - place(values[k - 1]!));
    const needed = isUpright ? 12 : (textWidth(texts[k]!) + textWidth(texts[k - 1]!)) / 2;
    expect(distance).toBeGreaterThan(needed);
  });
}

const magnitude = fc.integer({ min: -12, max: 12 }).map((exponent) => Number(`1e${exponent}`));
const interval = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 1e-4, max: 2, noNaN: true }), magnitude)
  .map(([start, width, size]) => [start * size, (start + width) * size] as const);
/** Intervals far from 0 for their width. */
const far = fc
  .tuple(
    fc.double({ min: 0.1, max: 1, noNaN: true }),
    fc.integer({ min: 3, max: 13 }),
    magnitude,
    fc.constantFrom(1, -1),
  )
  .map(
    ([start, digits, size, sign]) =>
      [sign * start * size, sign * start * size + size * Number(`1e-${digits}`)] as const,
  );

it('linear axes', () => {
  holds(
    fc.property(
      fc.oneof(interval, far),
      fc.integer({ min: 60, max: 900 }),
      fc.boolean(),
      ([low, high], pixels, isUpright) => {
        const ticks = linearTicks(low, high, pixels, isUpright ? 'upright' : 'across');
        const slack = 1e-9 * (high - low) + 1e-15 * Math.abs(high);
        for (const value of ticks.values) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
        }
        expectReadable(ticks, (value) => ((value - low) / (high - low)) * pixels, isUpright);
      },
    ),
    { seed: 29121 },
  );
});

it('one tick far from 0 for the width of its axis leaves out exactly itself', () => {
  const ticks = linearTicks(-269.7913429000001, -269.79134280000005, 60, 'across');
  expect(ticks.texts).toEqual(['0']);
  expect(read(ticks.offset)).toBe(ticks.values[0]);
});

it('logarithmic axes', () => {
  holds(
    fc.property(
      magnitude,
      fc.double({ min: 2, max: 1e12, noNaN: true }),
      fc.integer({ min: 120, max: 900 }),
      (low, times, pixels) => {
        const high = low * times;
        const place = (value: number) => (Math.log(value / low) / Math.log(times)) * pixels;
        const ticks = logarithmicTicks(low, high, pixels, 'across');
        expectReadable(ticks, place, false);
      },
    ),
    { seed: 29122 },
  );
});

it('every tick of a logarithmic axis of a chart has its text', () => {
  for (const [low, high] of [
    [240, 90_601],
    [31, 64],
    [1, 2],
    [1e-10, 1],
    [3, 3e6],
  ] as const)
    for (const axis of ['x', 'y'] as const) {
      const { scale, marks } = logarithmicAxis(axis, { label: 'cells', domain: [low, high], pixels: 300 });
      const { svg } = chart('', '', { [axis]: scale, marks: [...marks] });
      const [, labels = ''] = /tick label"[^>]*>(.*?)<\/g>/s.exec(svg) ?? [];
      const texts = [...labels.matchAll(/<text[^>]*?(?:\/>|>([^<]*)<)/g)].map(([, text = '']) => text);
      expect(texts.length, `${axis}: ${low} to ${high}`).toBeGreaterThanOrEqual(2);
      expect(texts).not.toContain('');
    }
});

it('powers of ten', () => {
  expect([3, -12, 0].map(powerOfTen)).toEqual(['10³', '10⁻¹²', '10⁰']);
  expect(linearTicks(0, 4e6, 560, 'across').texts).toContain('2·10⁶');
  expect(linearTicks(123456789, 123456789.5, 560, 'upright')).toMatchObject({
    offset: '1.23456789·10⁸',
    texts: ['0.0', '0.1', '0.2', '0.3', '0.4', '0.5'],
  });
  expect(linearTicks(-1, 1, 560, 'across').texts).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
  expect(logarithmicTicks(1, 1e6, 300, 'upright').texts).toContain('10⁴');
});
