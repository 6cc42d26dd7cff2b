/**
 * What the colours mean, as HTML.
 */

import { cssColour, escapeHtml, layerColour } from '../encoding/index.js';
import type { Legend } from './colours.js';
import { shown } from './numbers.js';

function swatch(colour: string, name: string): string {
  return `<span class="swatch-item"><span class="swatch" style="background:${colour}"></span>${escapeHtml(name)}</span>`;
}

export function legendHtml(legend: Legend): string {
  if (legend.kind === 'words') return `<span>${escapeHtml(legend.title)}</span>`;
  if (legend.kind === 'kinds') {
    const items = legend.items.map(({ colour, name }) => swatch(cssColour(colour), name));
    return `<span class="muted">${escapeHtml(legend.title)}</span> ${items.join(' ')}`;
  }
  const stops = legend.colours.filter((_, k) => k % 15 === 0).map(cssColour);
  const bar = `<span class="ramp" style="background:linear-gradient(to right, ${stops.join(', ')})"></span>`;
  return `<span class="muted">${escapeHtml(legend.title)}</span> <span>${shown(legend.low, 4)}</span> ${bar} <span>${shown(legend.high, 4)}</span>`;
}

/** The line colours of layers. */
export function layersHtml(layers: number): string {
  const items = Array.from({ length: layers }, (_, layer) => swatch(cssColour(layerColour(layer)), `layer ${layer}`));
  return `<span class="muted">creases of</span> ${items.join(' ')}`;
}
