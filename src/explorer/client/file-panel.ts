/**
 * Networks of the reader's own: opened or dropped, and the plane through their inputs.
 */
import type { FileFacts, Plane, Window2 } from '../model/index.js';
import { button, choice, make, slider } from './element.js';
import { PointsEditor } from './points-editor.js';

export interface FileEvents {
  readonly open: (files: readonly File[]) => void;
  readonly plane: (plane: Plane, window: Window2) => void;
  readonly close: () => void;
}

/** Sliders shown; networks of images have thousands of inputs. */
const MOST_SLIDERS = 24;
const STEPS = 200;
/** Planes through three points are looked at a little beyond them. */
const AROUND: Window2 = { x: [-0.5, 1.5], y: [-0.5, 1.5] };

export function firstPlane({ inputs, lower, upper }: FileFacts): { plane: Plane; window: Window2 } {
  const values = Array.from({ length: inputs }, (_, i) => (lower[i]! + upper[i]!) / 2);
  // Inputs that the file fixes are of no use as axes.
  const free = values.flatMap((_, i) => (lower[i]! < upper[i]! ? [i] : []));
  const [i, j] = free.length >= 2 ? (free as [number, number]) : ([0, 1] as const);
  return { plane: { kind: 'inputs', free: [i, j], values }, window: windowOf(i, j, lower, upper) };
}

function windowOf(i: number, j: number, lower: readonly number[], upper: readonly number[]): Window2 {
  const ends = (k: number): [number, number] =>
    lower[k]! < upper[k]! ? [lower[k]!, upper[k]!] : [lower[k]! - 1, lower[k]! + 1];
  return { x: ends(i), y: ends(j) };
}

export class FilePanel {
  private facts: FileFacts | undefined;
  private plane: Plane | undefined;
  private window: Window2 = AROUND;
  private readonly body = make('div', { class: 'file-body' });
  private readonly input = make('input', { name: 'file', label: 'open a network' });
  readonly element: HTMLElement;

  constructor(private readonly events: FileEvents) {
    this.input.type = 'file';
    this.input.multiple = true;
    this.input.hidden = true;
    this.input.addEventListener('change', () => {
      events.open([...(this.input.files ?? [])]);
      this.input.value = '';
    });
    this.element = make(
      'section',
      { class: 'panel file', label: 'Your own network' },
      make('h2', { text: 'Your own network' }),
      make('p', {
        class: 'note',
        text: 'Drop an ONNX, .nnet, JSON, TensorFlow.js or .npz file anywhere on the page. Nothing leaves this machine.',
      }),
      button('Open a file…', 'open-file', () => this.input.click()),
      this.input,
      this.body,
    );
  }

  /** The network that is open; undefined when the training is back. */
  show(facts: FileFacts | undefined, plane?: Plane, window?: Window2): void {
    this.facts = facts;
    this.plane = plane;
    if (window !== undefined) this.window = window;
    this.build();
  }

  private move(plane: Plane, window: Window2 = this.window, rebuild = false) {
    this.plane = plane;
    this.window = window;
    if (rebuild) this.build();
    this.events.plane(plane, window);
  }

  private build() {
    const { facts, plane } = this;
    if (facts === undefined || plane === undefined) {
      this.body.replaceChildren();
      return;
    }
    const shape = [facts.inputs, ...facts.widths, facts.outputs].join('-');
    this.body.replaceChildren(
      make(
        'p',
        { class: 'file-name', name: 'file-name' },
        make('b', { text: facts.name }),
        ` ${facts.format}, ${shape}`,
      ),
      ...facts.warnings.slice(0, 3).map((text) => make('p', { class: 'note', text })),
      ...(facts.inputs > 2 ? this.planeControls(facts, plane) : []),
      this.windowControls(),
      button('Back to the training', 'close-file', () => this.events.close()),
    );
  }

  private planeControls(facts: FileFacts, plane: Plane): HTMLElement[] {
    const kind = choice<Plane['kind']>(
      'Plane through the inputs',
      'plane-kind',
      [
        ['inputs', 'two inputs, the others fixed'],
        ['points', 'three points'],
      ],
      (chosen) => this.turn(chosen, facts),
    );
    kind.set(plane.kind);
    return [
      kind.element,
      ...(plane.kind === 'inputs' ? this.inputControls(facts, plane) : this.pointControls(facts, plane)),
    ];
  }

  private turn(kind: Plane['kind'], facts: FileFacts) {
    if (kind === 'inputs') {
      const { plane, window } = firstPlane(facts);
      return this.move(plane, window, true);
    }
    const { lower, upper } = facts;
    const [i, j] = this.plane?.kind === 'inputs' ? this.plane.free : [0, 1];
    const base = this.plane?.kind === 'inputs' ? [...this.plane.values] : lower.map((low, k) => (low + upper[k]!) / 2);
    const to = (input: number) =>
      base.map((value, k) => (k === input ? upper[k]! : k === i || k === j ? lower[k]! : value));
    const origin = base.map((value, k) => (k === i || k === j ? lower[k]! : value));
    return this.move({ kind: 'points', points: [origin, to(i), to(j)] }, AROUND, true);
  }

  private inputControls(facts: FileFacts, plane: Plane & { kind: 'inputs' }): HTMLElement[] {
    const names = Array.from({ length: facts.inputs }, (_, i) => [`${i}`, `x${i}`] as const);
    const axis = (k: 0 | 1) => {
      const field = choice<string>(k === 0 ? 'Across' : 'Upright', `axis-${k}`, names, (chosen) => {
        const free = [...plane.free] as [number, number];
        // The same input twice: the axes are exchanged.
        if (Number(chosen) === free[1 - k]) free[1 - k] = free[k]!;
        free[k] = Number(chosen);
        this.move({ ...plane, free }, windowOf(free[0], free[1], facts.lower, facts.upper), true);
      });
      field.set(`${plane.free[k]}`);
      return field.element;
    };
    const fixed = plane.values.flatMap((_, i) => (plane.free.includes(i) ? [] : [i]));
    return [
      make('div', { class: 'pair' }, axis(0), axis(1)),
      ...this.sliders(facts, fixed, plane.values, (values) => {
        plane = { ...plane, values };
        this.move(plane);
      }),
    ];
  }

  private pointControls(facts: FileFacts, { points }: Plane & { kind: 'points' }): HTMLElement[] {
    return [new PointsEditor(facts, points, (moved) => this.move({ kind: 'points', points: moved })).element];
  }

  private sliders(
    { lower, upper }: FileFacts,
    inputs: readonly number[],
    values: readonly number[],
    change: (values: readonly number[]) => void,
  ): HTMLElement[] {
    const now = [...values];
    const shown = inputs.slice(0, MOST_SLIDERS).map((i) => {
      const [low, high] = lower[i]! < upper[i]! ? [lower[i]!, upper[i]!] : [lower[i]! - 1, lower[i]! + 1];
      const field = slider(
        `x${i}`,
        `input-${i}`,
        { low, high, step: (high - low) / STEPS, shown: (value) => String(Number(value.toPrecision(4))) },
        (value) => {
          now[i] = value;
          change([...now]);
        },
      );
      field.set(now[i]!);
      field.element.classList.add('thin');
      return field.element;
    });
    const rest = inputs.length - shown.length;
    return [
      make('div', { class: 'sliders' }, ...shown),
      ...(rest > 0 ? [make('p', { class: 'note', text: `and ${rest} more inputs, which stay where they are` })] : []),
    ];
  }

  private windowControls(): HTMLElement {
    const { x, y } = this.window;
    const ends = [...x, ...y];
    const inputs = ['left', 'right', 'bottom', 'top'].map((name, k) => {
      const input = make('input', { name: `window-${name}`, label: `${name} end of the window` });
      input.type = 'number';
      input.step = 'any';
      input.value = String(ends[k]);
      input.addEventListener('change', () => {
        const next = [...ends];
        next[k] = Number(input.value);
        const [x0, x1, y0, y1] = next as [number, number, number, number];
        const good = input.value !== '' && x0 < x1 && y0 < y1;
        input.setCustomValidity(good ? '' : 'expected the lower end below the upper one');
        input.reportValidity();
        if (!good || this.plane === undefined) return;
        ends[k] = next[k]!;
        this.move(this.plane, { x: [x0, x1], y: [y0, y1] });
      });
      return input;
    });
    return make(
      'div',
      { class: 'window-ends', role: 'group', label: 'window' },
      make('span', { class: 'field-name', text: 'Window: left, right, bottom, top' }),
      ...inputs,
    );
  }
}
