/**
 * What the colours mean, as HTML.
 */

import { cssColour, escapeHtml, type KindStyle, layerColour, layerDash, patternDefinition } from '../encoding/index.js';
import type { Legend } from './colours.js';
import { shown } from './numbers.js';

function swatch(colour: string, name: string): string {
  return `<span class="swatch-item"><span class="swatch" style="background:${colour}"></span>${escapeHtml(name)}</span>`;
}

/** A small picture of a fill with marks. */
function kindSwatch(style: KindStyle, name: string): string {
  if (style.pattern === 'plain') return swatch(cssColour(style.fill), name);
  const id = `key-${name.replaceAll(/\W/g, '-')}`;
  const picture = `<svg class="swatch" width="15" height="15" aria-hidden="true">${patternDefinition(id, style, cssColour)}<rect width="15" height="15" fill="url(#${id})"/></svg>`;
  return `<span class="swatch-item">${picture}${escapeHtml(name)}</span>`;
}

export function legendHtml(legend: Legend): string {
  if (legend.kind === 'words') return `<span>${escapeHtml(legend.title)}</span>`;
  if (legend.kind === 'kinds') {
    const items = legend.items.map(({ style, name }) => kindSwatch(style, name));
    return `<span class="muted">${escapeHtml(legend.title)}</span> ${items.join(' ')}`;
  }
  const stops = legend.colours.filter((_, k) => k % 15 === 0).map(cssColour);
  const bar = `<span class="ramp" style="background:linear-gradient(to right, ${stops.join(', ')})"></span>`;
  return `<span class="muted">${escapeHtml(legend.title)}</span> <span>${shown(legend.low, 4)}</span> ${bar} <span>${shown(legend.high, 4)}</span>`;
}

/** The line colours of layers, and their dashes. */
export function layersHtml(layers: number): string {
  const items = Array.from({ length: layers }, (_, layer) => {
    const colour = cssColour(layerColour(layer));
    const dash = layerDash(layer);
    if (dash === undefined) return swatch(colour, `layer ${layer}`);
    const line = `<path d="M0,7.5H30" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash.join(' ')}"/>`;
    return `<span class="swatch-item"><svg width="30" height="15" aria-hidden="true">${line}</svg>layer ${layer}</span>`;
  });
  return `<span class="muted">creases of</span> ${items.join(' ')}`;
}
