/**
 * The histogram of a sample as SVG, with its mean and other marks.
 */
import { scaleLinear } from 'd3-scale';
import { axisName, escapeHtml, linearTicks } from '../encoding/index.js';

export interface HistogramRequest {
  readonly title: string;
  /** What the numbers count: "cells". */
  readonly label: string;
  readonly values: readonly number[];
  /** The mean with its confidence interval. */
  readonly mean: { readonly mean: number; readonly low: number; readonly high: number };
  /** Further marks on the axis; those far from all values are left out. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = { left: 52, right: 16, top: 40, bottom: 48 };
const MOST_BARS = 40;

/** Bars of equal width, an integer number of values each. */
function barsOf(values: readonly number[]): {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
} {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = Math.max(1, Math.ceil((most - least + 1) / MOST_BARS));
  const counts = new Array<number>(Math.floor((most - least) / width) + 1).fill(0);
  for (const value of values) counts[Math.floor((value - least) / width)]!++;
  return { from: least, width, counts };
}

const place = (x: number) => String(Math.round(100 * x) / 100);

export function histogramSvg({ title, label, values, mean, marks }: HistogramRequest): string {
  const { from, width, counts } = barsOf(values);
  const end = from + width * counts.length;
  const shown = marks.filter(({ at }) => at >= 2 * from - end && at <= 2 * end - from);
  const ends = [from, from + width * counts.length, mean.low, mean.high, ...shown.map(({ at }) => at)];
  const x = scaleLinear([Math.min(...ends), Math.max(...ends)], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear([0, Math.max(...counts)], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const base = HEIGHT - MARGIN.bottom;
  const text = (at: number, height: number, words: string, anchor = 'middle') =>
    `<text x="${place(at)}" y="${place(height)}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
  const bars = counts.map((count, k) => {
    const [left, right] = [x(from + k * width), x(from + (k + 1) * width)];
    return `<rect x="${place(left)}" y="${place(y(count))}" width="${place(right - left)}" height="${place(base - y(count))}"/>`;
  });
  const [least, most] = x.domain() as [number, number];
  const ticks = linearTicks(least, most, WIDTH - MARGIN.left - MARGIN.right, 'across');
  const axis = ticks.values.map((value, k) => text(x(value), base + 16, ticks.texts[k]!));
  const lines = shown.map(
    ({ at, label: name }, k) =>
      `<line class="mark" x1="${place(x(at))}" x2="${place(x(at))}" y1="${MARGIN.top}" y2="${base}"/>${text(x(at), MARGIN.top + 12 * (k + 1), name, at > (least + most) / 2 ? 'end' : 'start')}`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    '<style>.bars{fill:#9db7d9;stroke:#fff;stroke-width:.5}.mean{stroke:#b3261e;stroke-width:2}.interval{fill:#b3261e;opacity:.25}.mark{stroke:#555;stroke-dasharray:4 3}</style>',
    `<title>${escapeHtml(title)}</title>`,
    text(WIDTH / 2, 18, title),
    `<g class="bars">${bars.join('')}</g>`,
    `<rect class="interval" x="${place(x(mean.low))}" y="${MARGIN.top}" width="${place(Math.max(1, x(mean.high) - x(mean.low)))}" height="${base - MARGIN.top}"/>`,
    `<line class="mean" x1="${place(x(mean.mean))}" x2="${place(x(mean.mean))}" y1="${MARGIN.top}" y2="${base}"/>`,
    ...lines,
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${base}" y2="${base}" stroke="#333"/>`,
    ...axis,
    text(WIDTH / 2, HEIGHT - 12, `${axisName(label, ticks)}; red: mean with its 95 % confidence interval`),
    text(MARGIN.left - 8, y(Math.max(...counts)) + 4, String(Math.max(...counts)), 'end'),
    '</svg>\n',
  ].join('\n');
}
