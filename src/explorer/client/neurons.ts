/**
 * The neurons, layer by layer: which cut the window, which are stable, which are dead; pointing at one shows its pre-activation.
 */
import type { NeuronAddress, NeuronState } from '../model/index.js';
import { isDead } from './counts.js';
import { make } from './element.js';

/** Layers of more neurons are told in numbers. */
const MOST_SHOWN = 64;

const WORDS: Readonly<Record<NeuronState, string>> = {
  cuts: 'cuts the window',
  positive: 'always positive',
  negative: 'never positive',
  zero: 'zero everywhere',
  linear: 'does not bend',
};

export class Neurons {
  private readonly rows = make('div', { class: 'neuron-rows' });
  private readonly said = make('p', { class: 'note', name: 'neurons-said' });
  readonly element = make('section', { class: 'neurons', label: 'Neurons' }, this.rows, this.said);
  private drawn = '';
  private pinned: string | undefined;

  /** @param look is told which neuron to show; undefined for the output */
  constructor(private readonly look: (at: NeuronAddress | undefined) => void) {}

  show(neurons: readonly (readonly NeuronState[])[], activation: string): void {
    const text = JSON.stringify([neurons, activation]);
    if (text === this.drawn) return;
    const shape = (states: readonly (readonly unknown[])[]) => states.map((row) => row.length).join();
    const before = this.drawn === '' ? '' : shape(JSON.parse(this.drawn)[0]);
    this.drawn = text;
    this.element.hidden = neurons.length === 0;
    if (before !== shape(neurons)) this.build(neurons);
    this.tell(neurons, activation);
  }

  /** Lets go of the neuron that is shown. */
  release(): void {
    this.pinned = undefined;
    for (const element of this.rows.querySelectorAll('[aria-pressed="true"]'))
      element.setAttribute('aria-pressed', 'false');
  }

  private build(neurons: readonly (readonly NeuronState[])[]) {
    this.pinned = undefined;
    this.rows.replaceChildren(
      ...neurons.map((states, layer) =>
        make(
          'div',
          { class: 'neuron-row', role: 'group', label: `neurons of layer ${layer}` },
          make('span', { class: 'neuron-layer', text: `layer ${layer}` }),
          make(
            'span',
            { class: states.length > 24 ? 'neuron-list is-long' : 'neuron-list' },
            ...states.slice(0, MOST_SHOWN).map((_, neuron) => this.neuron({ layer, neuron })),
            states.length > MOST_SHOWN
              ? make('span', { class: 'note', text: `and ${states.length - MOST_SHOWN} more` })
              : undefined,
          ),
        ),
      ),
    );
  }

  private neuron(at: NeuronAddress): HTMLElement {
    const element = make('button', { class: 'neuron', name: `neuron-${at.layer}-${at.neuron}` });
    element.type = 'button';
    const key = `${at.layer}:${at.neuron}`;
    element.setAttribute('aria-pressed', 'false');
    const show = () => this.look(at);
    element.addEventListener('pointerenter', show);
    element.addEventListener('focus', show);
    for (const gone of ['pointerleave', 'blur'])
      element.addEventListener(gone, () => this.look(this.pinned === undefined ? undefined : addressOf(this.pinned)));
    element.addEventListener('click', () => {
      const wasPinned = this.pinned === key;
      this.release();
      this.pinned = wasPinned ? undefined : key;
      element.setAttribute('aria-pressed', `${!wasPinned}`);
      this.look(wasPinned ? undefined : at);
    });
    return element;
  }

  private tell(neurons: readonly (readonly NeuronState[])[], activation: string) {
    const all = this.rows.querySelectorAll<HTMLElement>('.neuron');
    let k = 0;
    neurons.forEach((states, layer) => {
      states.slice(0, MOST_SHOWN).forEach((state, neuron) => {
        const element = all[k++]!;
        const dead = isDead(state, activation);
        element.className = `neuron is-${dead ? 'dead' : state}`;
        const words = `${layer}:${neuron} ${dead ? 'dead: ' : ''}${WORDS[state]}`;
        element.title = words;
        element.setAttribute('aria-label', `neuron ${words}`);
      });
    });
    const flat = neurons.flat();
    const count = (test: (state: NeuronState) => boolean) => flat.filter(test).length;
    const dead = count((state) => isDead(state, activation));
    const on = count((state) => state === 'positive');
    this.said.textContent = `${count((state) => state === 'cuts')} of ${flat.length} neurons cut the window, ${on} always positive, ${dead} dead. Point at one for its pre-activation and its crease; click to keep it.`;
  }
}

function addressOf(key: string): NeuronAddress {
  const [layer, neuron] = key.split(':').map(Number) as [number, number];
  return { layer, neuron };
}
