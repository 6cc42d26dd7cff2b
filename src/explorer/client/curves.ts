/**
 * How the counts go along the training: one small curve each, and the epoch that is shown.
 */
import { scaleLinear } from 'd3-scale';
import { grouped, shown } from '../../report/client/index.js';
import { make } from './element.js';

export interface Sample {
  readonly epoch: number;
  readonly loss: number;
  readonly cells?: number;
  readonly pieces?: number;
  readonly maps?: number;
  readonly corners?: number;
  readonly dead?: number;
  /** Betti numbers of both sides of the boundary. */
  readonly positiveParts?: number;
  readonly positiveHoles?: number;
  readonly negativeParts?: number;
  readonly negativeHoles?: number;
}

const SERIES = [
  ['loss', 'loss'],
  ['cells', 'cells'],
  ['pieces', 'pieces'],
  ['maps', 'maps'],
  ['corners', 'corners'],
  ['dead', 'dead neurons'],
  ['positiveParts', 'components, +'],
  ['positiveHoles', 'holes, +'],
  ['negativeParts', 'components, −'],
  ['negativeHoles', 'holes, −'],
] as const;

/** Samples kept: when there are more, every other one is dropped. */
const MOST_SAMPLES = 512;
const WIDTH = 130;
const HEIGHT = 34;

const SVG = 'http://www.w3.org/2000/svg';

function svg(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

class Curve {
  private readonly line = svg('path', { class: 'curve-line' });
  private readonly now = svg('path', { class: 'curve-now' });
  private readonly value = make('output', { class: 'curve-value' });
  private readonly range = make('span', { class: 'curve-range muted' });
  readonly element: HTMLElement;

  constructor(
    private readonly key: Exclude<keyof Sample, 'epoch'>,
    title: string,
    seek: (part: number) => void,
  ) {
    const picture = svg('svg', {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      class: 'curve-picture',
      'aria-hidden': 'true',
    });
    picture.append(this.line, this.now);
    picture.addEventListener('click', (event) => {
      const box = picture.getBoundingClientRect();
      seek(((event as MouseEvent).clientX - box.left) / box.width);
    });
    this.element = make(
      'div',
      { class: 'curve', name: `curve-${key}` },
      make('div', { class: 'curve-head' }, make('span', { text: title }), this.range, this.value),
    );
    this.element.append(picture);
  }

  show(samples: readonly Sample[], epoch: number) {
    const known = samples.filter((sample) => Number.isFinite(sample[this.key]));
    this.element.hidden = known.length === 0;
    if (known.length === 0) return;
    const values = known.map((sample) => sample[this.key]!);
    const low = Math.min(0, ...values);
    const high = Math.max(...values);
    const last = Math.max(1, samples.at(-1)!.epoch);
    const x = scaleLinear([0, last], [1, WIDTH - 1]);
    const y = scaleLinear([low, high > low ? high : low + 1], [HEIGHT - 2, 2]);
    const places = known.map(
      (sample, k) => `${k === 0 ? 'M' : 'L'}${x(sample.epoch).toFixed(1)},${y(sample[this.key]!).toFixed(1)}`,
    );
    this.line.setAttribute('d', known.length === 1 ? `${places[0]}h1` : places.join(''));
    this.now.setAttribute('d', `M${x(Math.min(epoch, last)).toFixed(1)},0V${HEIGHT}`);
    const here = known.findLast((sample) => sample.epoch <= epoch) ?? known[0]!;
    const text = (value: number) => (Number.isInteger(value) ? grouped(value) : shown(value, 3));
    this.value.textContent = text(here[this.key]!);
    this.range.textContent = values.length < 2 ? '' : `${text(Math.min(...values))} – ${text(high)}`;
  }
}

export class Curves {
  private samples: Sample[] = [];
  private readonly curves: readonly Curve[];
  readonly element: HTMLElement;

  /** @param seek is told which epoch is to be shown */
  constructor(seek: (epoch: number) => void) {
    this.curves = SERIES.map(
      ([key, title]) =>
        new Curve(key, title, (part) => {
          const last = this.samples.at(-1)?.epoch ?? 0;
          seek(Math.round(Math.max(0, Math.min(1, part)) * last));
        }),
    );
    this.element = make(
      'section',
      { class: 'panel curves', label: 'Curves over training' },
      make('h2', { text: 'Along the training' }),
      ...this.curves.map(({ element }) => element),
    );
  }

  reset(): void {
    this.samples = [];
  }

  add(sample: Sample): void {
    const { samples } = this;
    const after = samples.findLastIndex(({ epoch }) => epoch <= sample.epoch);
    if (samples[after]?.epoch === sample.epoch) samples[after] = { ...samples[after], ...sample };
    else samples.splice(after + 1, 0, sample);
    if (samples.length > MOST_SAMPLES) this.samples = samples.filter((_, k) => k % 2 === 0 || k === samples.length - 1);
  }

  show(epoch: number): void {
    this.element.hidden = this.samples.length === 0;
    for (const curve of this.curves) curve.show(this.samples, epoch);
  }
}
