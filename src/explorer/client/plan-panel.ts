/**
 * The controls of what is trained: data, network, training.
 */
import {
  ACTIVATIONS,
  type ActivationName,
  DATA_NAMES,
  type DataName,
  type ExplorerPlan,
  MOST_LAYERS,
  MOST_NEURONS,
} from '../model/index.js';
import { button, choice, type Field, make, slider, whole } from './element.js';

const DATA_TEXTS: Readonly<Record<DataName, string>> = {
  ring: 'disc and ring',
  xor: 'XOR',
  gaussians: 'two Gaussians',
  spiral: 'spiral',
  plane: 'plane (regression)',
  sine: 'sine (regression)',
};

export const ACTIVATION_TEXTS: Readonly<Record<ActivationName, string>> = {
  relu: 'ReLU',
  leaky: 'leaky ReLU',
  absolute: '|x|',
  linear: 'linear',
  tanh: 'tanh',
};

const RATES = ['0.0001', '0.0003', '0.001', '0.003', '0.01', '0.03', '0.1', '0.3', '1', '3', '10'] as const;
const DECAYS = ['0', '0.0001', '0.001', '0.003', '0.01', '0.03', '0.1'] as const;

/** A number as one of the options' texts; one that is none of them becomes an option. */
function setNumber(field: Field<string>, value: number) {
  const select = field.element.querySelector('select')!;
  const text = [...select.options].find((option) => Number(option.value) === value)?.value ?? String(value);
  if (![...select.options].some((option) => option.value === text)) select.append(new Option(text, text));
  field.set(text);
}

export class PlanPanel {
  private plan!: ExplorerPlan;
  private readonly fields;
  private readonly layers = make('div', { class: 'layer-list' });
  private shownLayers = '';
  private readonly slopeField: Field<number>;
  private readonly addLayer: HTMLButtonElement;
  readonly element: HTMLElement;

  /** @param change is told of every change: the training begins anew */
  constructor(
    private readonly change: (plan: ExplorerPlan) => void,
    besides: (beside: ActivationName | undefined) => void,
  ) {
    const set = (part: Partial<ExplorerPlan>) => this.change({ ...this.plan, ...part });
    const texts = ACTIVATIONS.map((name) => [name, ACTIVATION_TEXTS[name]] as const);
    const numbers = (values: readonly string[]) => values.map((value) => [value, value] as const);
    this.fields = {
      data: choice(
        'Data',
        'data',
        DATA_NAMES.map((name) => [name, DATA_TEXTS[name]] as const),
        (data) => set({ data }),
      ),
      noise: slider('Noise', 'noise', { low: 0, high: 50, step: 5, shown: (n) => `${n} %` }, (noise) => set({ noise })),
      points: slider('Points', 'points-count', { low: 20, high: 600, step: 20 }, (points) => set({ points })),
      dataSeed: whole('Seed of the data', 'data-seed', { low: 0, high: 2 ** 32 - 1 }, (dataSeed) => set({ dataSeed })),
      activation: choice('Activation', 'activation', texts, (activation) => set({ activation })),
      beside: choice<ActivationName | ''>('Beside it', 'beside', [['', 'nothing'], ...texts], (name) =>
        besides(name === '' ? undefined : name),
      ),
      rate: choice<string>('Learning rate', 'rate', numbers(RATES), (rate) => set({ rate: Number(rate) })),
      batch: slider('Batch', 'batch', { low: 1, high: 50, step: 1 }, (batch) => set({ batch })),
      l2: choice<string>('L2', 'l2', numbers(DECAYS), (l2) => set({ l2: Number(l2) })),
      seed: whole('Seed of the weights', 'seed', { low: 0, high: 2 ** 32 - 1 }, (seed) => set({ seed })),
    };
    this.slopeField = slider(
      'Slope below zero',
      'slope',
      { low: -100, high: 100, step: 5, shown: (n) => String(n / 100) },
      (n) => set({ slope: n / 100 }),
    );
    this.addLayer = button('+ layer', 'add-layer', () =>
      set({ hidden: [...this.plan.hidden, this.plan.hidden.at(-1) ?? 4] }),
    );
    const { data, noise, points, dataSeed, activation, beside, rate, batch, l2, seed } = this.fields;
    const group = (title: string, ...children: (HTMLElement | undefined)[]) =>
      make('fieldset', { class: 'group' }, make('legend', { text: title }), ...children);
    const pair = (...children: HTMLElement[]) => make('div', { class: 'pair' }, ...children);
    this.element = make(
      'section',
      { class: 'panel plan', label: 'Data, network and training' },
      group('Data', data.element, pair(noise.element, points.element), dataSeed.element),
      group(
        'Network',
        pair(activation.element, beside.element),
        this.slopeField.element,
        this.layers,
        this.addLayer,
        seed.element,
      ),
      group('Training', pair(rate.element, l2.element), batch.element),
    );
  }

  show(plan: ExplorerPlan, beside: ActivationName | undefined): void {
    this.plan = plan;
    const { fields } = this;
    fields.data.set(plan.data);
    fields.noise.set(plan.noise);
    fields.points.set(plan.points);
    fields.dataSeed.set(plan.dataSeed);
    fields.activation.set(plan.activation);
    fields.beside.set(beside ?? '');
    setNumber(fields.rate, plan.rate);
    fields.batch.set(plan.batch);
    setNumber(fields.l2, plan.l2);
    fields.seed.set(plan.seed);
    this.slopeField.set(Math.round(100 * plan.slope));
    this.slopeField.element.hidden = plan.activation !== 'leaky' && beside !== 'leaky';
    this.addLayer.disabled = plan.hidden.length >= MOST_LAYERS;
    this.showLayers(plan.hidden);
  }

  /** One row per layer: fewer, how many, more, and away. */
  private showLayers(hidden: readonly number[]) {
    // A button that is replaced between press and release loses its click, and pictures come at any time.
    if (hidden.join() === this.shownLayers) return;
    this.shownLayers = hidden.join();
    const focused = (document.activeElement as HTMLElement | null)?.dataset.role;
    const put = (layer: number, width: number) =>
      this.change({ ...this.plan, hidden: hidden.map((own, l) => (l === layer ? width : own)) });
    this.layers.replaceChildren(
      ...hidden.map((width, layer) => {
        const fewer = button('−', `fewer-${layer}`, () => put(layer, width - 1), `one neuron fewer in layer ${layer}`);
        const more = button('+', `more-${layer}`, () => put(layer, width + 1), `one neuron more in layer ${layer}`);
        fewer.disabled = width <= 1;
        more.disabled = width >= MOST_NEURONS;
        const without = hidden.filter((_, l) => l !== layer);
        const away = button(
          '✕',
          `remove-${layer}`,
          () => this.change({ ...this.plan, hidden: without }),
          `remove layer ${layer}`,
        );
        away.disabled = hidden.length <= 1;
        return make(
          'div',
          { class: 'layer-row' },
          make('span', { class: 'muted', text: `layer ${layer}` }),
          fewer,
          make('output', { class: 'layer-width', text: `${width}`, name: `width-${layer}` }),
          more,
          away,
        );
      }),
    );
    if (focused !== undefined) this.layers.querySelector<HTMLElement>(`[data-role="${focused}"]`)?.focus();
  }
}
