/**
 * What static pictures share: numbers in paths, and axes around a plot area.
 */
import { escapeHtml } from './markup.js';
import { axisName, type Ticks } from './ticks.js';

/** Hundredths of a pixel, without trailing zeros. */
export function pixel(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A plot area, in pixels. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface SvgAxis {
  readonly name: string;
  readonly ticks: Ticks;
  /** From values to pixels. */
  readonly at: (value: number) => number;
}

/** Ticks below and to the left of a plot area, the names of both axes, and its frame. */
export function axesSvg({ left, top, width, height }: PlotArea, across: SvgAxis, upright: SvgAxis): string {
  const bottom = top + height;
  const xTicks = across.ticks.values.map((tick, k) => {
    const at = pixel(across.at(tick));
    return `<path d="M${at},${pixel(bottom)}v5" stroke="#333"/><text x="${at}" y="${pixel(bottom + 18)}" text-anchor="middle">${across.ticks.texts[k]}</text>`;
  });
  const yTicks = upright.ticks.values.map((tick, k) => {
    const at = upright.at(tick);
    return `<path d="M${left},${pixel(at)}h-5" stroke="#333"/><text x="${left - 8}" y="${pixel(at + 4)}" text-anchor="end">${upright.ticks.texts[k]}</text>`;
  });
  const middle = pixel(top + height / 2);
  return `${xTicks.join('')}
${yTicks.join('')}
<text x="${left + width / 2}" y="${pixel(bottom + 35)}" text-anchor="middle">${escapeHtml(axisName(across.name, across.ticks))}</text>
<text x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${escapeHtml(axisName(upright.name, upright.ticks))}</text>
<rect x="${left}" y="${top}" width="${width}" height="${pixel(height)}" fill="none" stroke="#333"/>`;
}
