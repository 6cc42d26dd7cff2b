/**
 * What is said about a cell: in the panel beside the picture, for eyes and screen readers.
 */

import type { PlanarPictureData } from '../encoding/index.js';
import { escapeHtml } from '../encoding/index.js';
import { className } from './colours.js';
import type { Growth } from './growth.js';
import { affineText, grouped, shown } from './numbers.js';

/** Outputs whose maps are listed; more would fill the screen. */
const MOST_OUTPUTS = 12;

/** The signs of a cell's neurons, one text per layer: "+", "-", and "0" where a neuron is zero throughout or does not bend. */
export function patternOf({ header, arrays }: PlanarPictureData, cell: number): string[] {
  const neurons = header.widths.reduce((a, b) => a + b, 0);
  const bytes = Math.ceil(neurons / 8);
  const zeros = new Set<number>();
  for (let k = 0; k < arrays.zeros.length; k += 2) if (arrays.zeros[k] === cell) zeros.add(arrays.zeros[k + 1]!);
  let neuron = 0;
  return header.widths.map((width) =>
    Array.from({ length: width }, () => {
      const at = neuron++;
      if (zeros.has(at)) return '0';
      return ((arrays.signs[cell * bytes + (at >> 3)]! >> (at & 7)) & 1) === 1 ? '+' : '-';
    }).join(''),
  );
}

/** The area of a cell, in doubles. */
export function areaOf({ arrays }: PlanarPictureData, cell: number): number {
  const { x, y, start, corners } = arrays;
  const origin = corners[start[cell]!]!;
  let twice = 0;
  for (let k = start[cell]! + 1; k + 1 < start[cell + 1]!; k++) {
    const [a, b] = [corners[k]!, corners[k + 1]!];
    twice += (x[a]! - x[origin]!) * (y[b]! - y[origin]!) - (y[a]! - y[origin]!) * (x[b]! - x[origin]!);
  }
  return twice / 2;
}

/** The affine map of a cell: one line per output. */
export function mapLines({ header, arrays }: PlanarPictureData, cell: number): string[] {
  const names = header.axes.map(({ name }) => name);
  return Array.from({ length: header.outputs }, (_, k) => {
    const at = 3 * (arrays.mapOfCell[cell]! * header.outputs + k);
    const [a, b, c] = arrays.maps.subarray(at, at + 3) as unknown as [number, number, number];
    return affineText([a, b], c, names);
  });
}

interface Edge {
  readonly maker: string;
  readonly neighbour: number;
}

export function edgesOf({ header, arrays }: PlanarPictureData, cell: number): Edge[] {
  const { start, edgeMaker, neighbour } = arrays;
  const edges: Edge[] = [];
  for (let k = start[cell]!; k < start[cell + 1]!; k++) {
    edges.push({ maker: header.makers[edgeMaker[k]!]!, neighbour: neighbour[k]! });
  }
  return edges;
}

function patternHtml(data: PlanarPictureData, cell: number, layers: number): string {
  return patternOf(data, cell)
    .slice(0, layers)
    .map((signs, l) => {
      const groups = signs.replaceAll('-', '−').match(/.{1,8}/g) ?? [''];
      return `<div><span class="muted">layer ${l}</span> <span class="pattern">${groups.join(' ')}</span></div>`;
    })
    .join('');
}

function edgesHtml(data: PlanarPictureData, cell: number): string {
  return edgesOf(data, cell)
    .map(({ maker, neighbour }) => {
      const other =
        neighbour < 0
          ? '<span class="muted">end of the window</span>'
          : `<button type="button" data-cell="${neighbour}">to cell ${grouped(neighbour)}</button>`;
      return `<li><code>${escapeHtml(maker)}</code> ${other}</li>`;
    })
    .join('');
}

/** The panel's content for a cell, as HTML. */
export function describeCell(data: PlanarPictureData, cell: number, growth: Growth): string {
  const { header, arrays } = data;
  const maps = mapLines(data, cell).slice(0, MOST_OUTPUTS);
  const more = header.outputs - maps.length;
  const lines = maps.map((line, k) => `<div><code>${header.outputs === 1 ? 'f' : `f${k}`} = ${line}</code></div>`);
  const witness = [arrays.witnesses[2 * cell]!, arrays.witnesses[2 * cell + 1]!];
  const point = witness.map((value, i) => `${header.axes[i]!.name} = ${shown(value, 17)}`).join(', ');
  const grown = growth.layers < header.widths.length;
  const position = grown
    ? `part of cell ${grouped(growth.index[cell]!)} of ${grouped(growth.count)} after ${growth.layers} of ${header.widths.length} layers`
    : `of ${grouped(header.cells)}, numbered along the split tree from 0`;
  return `<h3>Cell <span class="cell-number">${cell}</span></h3>
<p class="note">${position}</p>
<h4>Affine map</h4>${lines.join('')}${more > 0 ? `<p class="note">and ${more} more outputs</p>` : ''}
<p class="note">map ${grouped(arrays.mapOfCell[cell]!)} of ${grouped(header.mapCount)}, piece ${grouped(arrays.pieceOfCell[cell]!)} of ${grouped(header.pieceCount)}; class: ${className(data, arrays.classOfCell[cell]!)}</p>
<h4>Pattern</h4>${patternHtml(data, cell, growth.layers)}
<h4>Facets <span class="muted">layer:neuron</span></h4><ul>${edgesHtml(data, cell)}</ul>
<h4>Witness</h4><p class="witness">${point}</p>
<p class="note">area ${shown(areaOf(data, cell))}</p>`;
}
