/**
 * What of the picture is shown: colours, layers, lines, points; zoom and window.
 */
import type { ColourMode, ViewState } from '../model/index.js';
import { button, choice, make, tick } from './element.js';

const MODES: readonly (readonly [ColourMode, string])[] = [
  ['value', 'value'],
  ['class', 'class'],
  ['layer', 'last layer'],
  ['map', 'affine map'],
  ['slope', 'gradient'],
  ['none', 'creases only'],
];

const REACHES = ['3', '6', '12', '24', '60'] as const;

export class ViewPanel {
  private state!: ViewState;
  private depth = 0;
  private readonly slider = make('input', { name: 'layers', label: 'layers shown' });
  private readonly told = make('output', { class: 'told', name: 'layers-told' });
  private readonly layers: HTMLElement;
  private readonly fields;
  private readonly output = make('select', { name: 'output' });
  private readonly outputs = make(
    'label',
    { class: 'field' },
    make('span', { class: 'field-name', text: 'of output' }),
    this.output,
  );
  readonly element: HTMLElement;

  constructor(change: (view: ViewState) => void, zoom: (factor: number) => void, reach: (reach: number) => void) {
    const set = (part: Partial<ViewState>) => change({ ...this.state, ...part });
    this.slider.type = 'range';
    this.slider.min = '1';
    this.slider.addEventListener('input', () => {
      const value = Number(this.slider.value);
      set({ layers: value >= this.depth ? 0 : value });
    });
    this.output.addEventListener('change', () => set({ output: Number(this.output.value) }));
    this.layers = make(
      'label',
      { class: 'field' },
      make('span', { class: 'field-name' }, 'Layers', this.told),
      this.slider,
    );
    this.fields = {
      mode: choice('Colour by', 'mode', MODES, (mode) => set({ mode })),
      creases: tick('creases', 'creases', (creases) => set({ creases })),
      boundary: tick('boundary', 'boundary', (boundary) => set({ boundary })),
      points: tick('data', 'points', (points) => set({ points })),
      reach: choice<string>(
        'Window',
        'window',
        REACHES.map((value) => [value, `±${value}`] as const),
        (value) => reach(Number(value)),
      ),
    };
    const { mode, creases, boundary, points, reach: window } = this.fields;
    this.element = make(
      'div',
      { class: 'view-bar', role: 'group', label: 'Picture' },
      mode.element,
      this.outputs,
      this.layers,
      window.element,
      make('div', { class: 'ticks' }, creases.element, boundary.element, points.element),
      make(
        'div',
        { class: 'zooms' },
        button('+', 'zoom-in', () => zoom(2), 'zoom in'),
        button('−', 'zoom-out', () => zoom(0.5), 'zoom out'),
        button('⤢', 'zoom-all', () => zoom(0), 'show everything'),
      ),
    );
  }

  /** @param cells after each layer; undefined without cells. @param reach half of the window's side; undefined for networks from files */
  show(
    state: ViewState,
    cells: readonly number[] | undefined,
    outputs: number,
    reach: number | undefined,
    shows: (typeof SHOWS)[number],
  ): void {
    this.state = state;
    const { fields } = this;
    fields.mode.set(state.mode);
    fields.creases.set(state.creases);
    fields.boundary.set(state.boundary);
    fields.points.set(state.points);
    fields.points.element.hidden = shows === 'file';
    this.depth = cells?.length ?? 0;
    this.layers.hidden = this.depth < 2;
    this.slider.max = `${this.depth}`;
    const layers = state.layers === 0 ? this.depth : Math.min(this.depth, state.layers);
    this.slider.value = `${layers}`;
    this.told.textContent =
      cells === undefined
        ? ''
        : `${layers} of ${this.depth}: ${(cells[layers - 1] ?? 1).toLocaleString('en-US')} cells`;
    this.slider.setAttribute('aria-valuetext', this.told.textContent);
    this.outputs.hidden = outputs < 2 || state.mode !== 'value';
    if (this.output.options.length !== outputs) {
      this.output.replaceChildren(...Array.from({ length: outputs }, (_, k) => new Option(`${k}`, `${k}`)));
    }
    this.output.value = `${Math.min(state.output, outputs - 1)}`;
    fields.reach.element.hidden = reach === undefined;
    if (reach !== undefined) this.showReach(reach);
  }

  private showReach(reach: number) {
    const select = this.fields.reach.element.querySelector('select')!;
    if (![...select.options].some((option) => option.value === `${reach}`))
      select.append(new Option(`±${reach}`, `${reach}`));
    this.fields.reach.set(`${reach}`);
  }
}

export const SHOWS = ['training', 'file'] as const;
