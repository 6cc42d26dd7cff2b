/**
 * The numbers beside the picture: counts, corners, homology, layer by layer against the bounds.
 */
import { grouped, shown } from '../../report/client/index.js';
import type { CellsPicture, Homology, NeuronState, TrainingFacts, View } from '../model/index.js';
import { make } from './element.js';

export interface CountsContent {
  readonly view: View;
  readonly isRegression: boolean;
  readonly points: number;
}

/** A neuron that gives zero everywhere: of ReLU, one that is never positive. */
export function isDead(state: NeuronState, activation: string): boolean {
  return state === 'zero' || (state === 'negative' && activation === 'relu');
}

export function isStable(state: NeuronState): boolean {
  return state === 'positive' || state === 'negative';
}

interface Tile {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly note: string;
}

function cellTiles(picture: CellsPicture): Tile[] {
  const { header } = picture.data;
  const told = (count: number | undefined) => (count === undefined ? '…' : grouped(count));
  return [
    { name: 'cells', title: 'Cells', value: grouped(header.cells), note: 'patterns' },
    { name: 'pieces', title: 'Pieces', value: told(picture.pieces), note: 'linear regions' },
    { name: 'maps', title: 'Maps', value: told(picture.maps), note: 'affine maps' },
  ];
}

function trainingTiles({ loss, errors }: TrainingFacts, points: number): Tile[] {
  const value = Number.isFinite(loss) ? shown(loss, 3) : 'not a number';
  const wrong = errors === undefined ? 'squares, halved' : `${errors} of ${points} wrong`;
  return [{ name: 'loss', title: 'Loss', value, note: wrong }];
}

const plural = (count: number, one: string, many: string) => `${grouped(count)} ${count === 1 ? one : many}`;

/** What the boundary is, in a sentence. */
export function boundarySentence({ corners, curves }: CellsPicture): string {
  if (corners === undefined || curves === undefined) return '';
  const [all, closed] = curves;
  const count = corners.length / 2;
  if (all === 0) return 'The output has one sign in the whole window: there is no decision boundary.';
  if (all === 1 && closed === 1)
    return `The decision boundary is one closed polygon with ${plural(count, 'corner', 'corners')}.`;
  if (all === 1 && corners.length === 0) return 'The decision boundary is one straight line.';
  if (all === 1) return `The decision boundary is one polygonal line with ${plural(count, 'corner', 'corners')}.`;
  const rings = closed === 0 ? '' : `, ${closed} of them closed`;
  return `The decision boundary is ${all} polygonal lines${rings}, with ${plural(count, 'corner', 'corners')} in all.`;
}

export function homologySentence({ positive, negative }: Homology): string {
  const said = ([parts = 0, holes = 0]: readonly number[]) =>
    parts === 0 ? 'empty' : `${plural(parts, 'component', 'components')}, ${plural(holes, 'hole', 'holes')}`;
  return `Where it is positive: ${said(positive)}. Negative: ${said(negative)}.`;
}

export class Counts {
  private readonly tiles = make('dl', { class: 'counts', name: 'counts' });
  private readonly sentence = make('p', { class: 'sentence', name: 'boundary-said' });
  private readonly homology = make('p', { class: 'sentence muted', name: 'homology-said' });
  private readonly layers = make('div', { class: 'layers-table' });
  private readonly exact = make('p', { class: 'exact', name: 'exact-said' });
  readonly element = make(
    'section',
    { class: 'panel counts-panel', label: 'Counts' },
    this.tiles,
    this.sentence,
    this.homology,
    this.layers,
    this.exact,
  );

  show({ view, isRegression, points }: CountsContent): void {
    const { picture, training } = view;
    const cells = picture.kind === 'cells' ? picture : undefined;
    const tiles = [
      ...(cells === undefined ? [] : cellTiles(cells)),
      ...(training === undefined ? [] : trainingTiles(training, points)),
    ];
    this.tiles.replaceChildren(
      ...tiles.map(({ name, title, value, note }) =>
        make(
          'div',
          { name: `count-${name}` },
          make('dt', { text: title }),
          make('dd', { class: 'value', text: value }),
          make('dd', { class: 'note', text: note }),
        ),
      ),
    );
    if (cells === undefined) {
      this.sentence.textContent =
        'tanh bends everywhere: no cells, no creases, and a boundary without corners. The curve is drawn in doubles.';
    } else this.sentence.textContent = isRegression || cells.data.header.outputs > 1 ? '' : boundarySentence(cells);
    this.homology.textContent = cells?.homology !== undefined && !isRegression ? homologySentence(cells.homology) : '';
    this.layers.replaceChildren(...(cells === undefined ? [] : [layerTable(cells)]));
    this.exact.textContent = cells === undefined ? '' : exactSentence(cells);
  }
}

function exactSentence({ decisions: { doubles, integers }, time }: CellsPicture): string {
  if (doubles + integers === 0) return '';
  const signs = plural(doubles + integers, 'sign', 'signs');
  return `Exact: of ${signs} ${grouped(doubles)} were settled by doubles with a proved error bound and ${grouped(integers)} in integers. ${shown(time, 3)} ms.`;
}

/** Cells after each layer, and how many there could be. */
function layerTable({ cellsPerLayer, bounds, data }: CellsPicture): HTMLElement {
  const rows = cellsPerLayer.map((cells, l) =>
    make(
      'tr',
      {},
      make('th', { text: `${l}`, class: 'number' }),
      make('td', { text: grouped(data.header.widths[l]!), class: 'number' }),
      make('td', { text: grouped(cells), class: 'number' }),
      make('td', { text: `≤ ${BigInt(bounds[l]!).toLocaleString('en-US')}`, class: 'number' }),
    ),
  );
  const table = make('table', { name: 'layers-table' });
  const head = make('tr', {});
  for (const title of ['layer', 'neurons', 'cells', 'at most'])
    head.append(make('th', { text: title, class: 'number' }));
  table.append(make('thead', {}, head), make('tbody', {}, ...rows));
  return rows.length === 0
    ? make('p', { class: 'note', text: 'No layer bends: the network is one affine map.' })
    : table;
}
