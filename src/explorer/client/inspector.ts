/**
 * What is said about a cell: its pattern, its map, its facets and neighbours, and exact numbers where it is kept.
 */
import {
  areaOf,
  className,
  edgesOf,
  type Growth,
  grouped,
  mapLines,
  patternOf,
  shown,
} from '../../report/client/index.js';
import { escapeHtml, type PlanarPictureData } from '../../report/encoding/index.js';
import type { ExactCell } from '../model/index.js';
import { make } from './element.js';

const MOST_OUTPUTS = 8;
/** Longer rationals are shown from both ends. */
const MOST_DIGITS = 44;

const HINT =
  'Point at a cell, or tab to the picture and use the arrow keys: here stand its activation pattern, its affine map and its facets. A click keeps it and gives its exact numbers.';

function shortened(text: string): string {
  if (text.length <= MOST_DIGITS) return text;
  return `${text.slice(0, 20)}…${text.slice(-12)} (${text.length - 1} digits)`;
}

export class Inspector {
  private readonly body = make('div', { class: 'inspector-body', name: 'inspector' });
  readonly element = make(
    'section',
    { class: 'panel inspector', label: 'Cell' },
    make('h2', { text: 'The cell under the pointer' }),
    this.body,
  );

  constructor(goTo: (cell: number) => void) {
    // On small screens it scrolls, also while it has no neighbours that keys could reach.
    this.body.tabIndex = 0;
    this.body.addEventListener('click', (event) => {
      const target = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
      if (target !== null) goTo(Number(target.dataset.cell));
    });
    this.clear();
  }

  clear(): void {
    this.body.innerHTML = `<p class="note">${HINT}</p>`;
  }

  show(data: PlanarPictureData, cell: number, growth: Growth, isComplete: boolean, exact: ExactCell | undefined): void {
    const { header } = data;
    const maps = mapLines(data, cell).slice(0, MOST_OUTPUTS);
    const lines = maps.map((line, k) => `<code>${header.outputs === 1 ? 'f' : `f${k}`} = ${escapeHtml(line)}</code>`);
    const pattern = patternOf(data, cell)
      .slice(0, growth.layers)
      .map(
        (signs, l) => `<div><span class="muted">layer ${l}</span> <span class="pattern">${groups(signs)}</span></div>`,
      );
    const facets = edgesOf(data, cell).map(({ maker, neighbour }) => {
      const other =
        neighbour >= 0
          ? `<button type="button" data-cell="${neighbour}">to ${grouped(neighbour)}</button>`
          : maker.includes('=') && maker.includes(' ')
            ? '<span class="muted">end of the window</span>'
            : '';
      return `<li><code>${escapeHtml(maker)}</code> ${other}</li>`;
    });
    const more = header.outputs - maps.length;
    this.body.innerHTML = `<p class="cell-name">Cell <b data-role="cell-number">${cell}</b> <span class="muted">of ${grouped(header.cells)}</span></p>
<div class="maps">${lines.join('')}${more > 0 ? `<span class="note">and ${more} more outputs</span>` : ''}</div>
<p class="note">${isComplete ? factsOf(data, cell) : `area ${shown(areaOf(data, cell), 4)}`}</p>
<h3>Pattern</h3>${pattern.join('') || '<p class="note">no neuron bends</p>'}
<h3>Facets <span class="muted">layer:neuron</span></h3><ul class="facets">${facets.join('')}</ul>
${
  exact === undefined || exact.cell !== cell
    ? ''
    : exactHtml(
        exact,
        header.axes.map(({ name }) => name),
      )
}`;
  }
}

function groups(signs: string): string {
  return (signs.replaceAll('-', '−').match(/.{1,8}/g) ?? ['']).join(' ');
}

function factsOf(data: PlanarPictureData, cell: number): string {
  const { arrays, header } = data;
  const piece = `piece ${grouped(arrays.pieceOfCell[cell]!)} of ${grouped(header.pieceCount)}`;
  const map = `map ${grouped(arrays.mapOfCell[cell]!)} of ${grouped(header.mapCount)}`;
  return `${className(data, arrays.classOfCell[cell]!)}; ${piece}, ${map}; area ${shown(areaOf(data, cell), 4)}`;
}

function exactHtml({ maps, witness, vertices }: ExactCell, names: readonly string[]): string {
  const number = (text: string) => `<span title="${escapeHtml(text)}">${escapeHtml(shortened(text))}</span>`;
  const rows = maps
    .slice(0, MOST_OUTPUTS)
    .map((row) =>
      row
        .map(
          (entry, k) =>
            `<div><span class="muted">${k < names.length ? `· ${names[k]}` : 'constant'}</span> ${number(entry)}</div>`,
        )
        .join(''),
    );
  const points = vertices.map((point) => `<div>(${point.map(number).join(', ')})</div>`);
  return `<h3>Exact map</h3><div class="exact-numbers" data-role="exact-map">${rows.join('<hr>')}</div>
<h3>A point inside</h3><div class="exact-numbers">(${witness.map(number).join(', ')})</div>
<h3>Corners</h3><div class="exact-numbers">${points.join('')}</div>`;
}
