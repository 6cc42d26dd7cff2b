/**
 * Three points in all inputs, which span a plane, dragged coordinate by coordinate: one column for each input, and in it one handle for
 * each point. Handles are sliders: pointers and fingers drag them, arrow keys move them.
 */
import type { FileFacts, Plane } from '../model/index.js';
import { make } from './element.js';

type Points = (Plane & { kind: 'points' })['points'];

/** Columns shown; networks of images have thousands of inputs. */
const MOST_COLUMNS = 24;
const NAMES = ['A', 'B', 'C'] as const;
/** Steps from end to end by arrow keys, and those of Page up and Page down. */
const STEPS = 200;
const LEAP = 20;

interface Ends {
  readonly low: number;
  readonly high: number;
}

export class PointsEditor {
  private points: Points;
  private readonly handles: HTMLElement[][] = [];
  private readonly texts: HTMLTextAreaElement[];
  readonly element: HTMLElement;

  /** @param change is told of every move */
  constructor(
    private readonly facts: FileFacts,
    points: Points,
    private readonly change: (points: Points) => void,
  ) {
    this.points = points;
    const columns = Array.from({ length: Math.min(MOST_COLUMNS, facts.inputs) }, (_, i) => this.column(i));
    this.texts = NAMES.map((name, k) => this.text(name, k));
    const rest = facts.inputs - columns.length;
    this.element = make(
      'div',
      { class: 'points-editor', role: 'group', label: 'The three points of the plane', name: 'points-editor' },
      make('p', {
        class: 'note',
        text: 'The plane through A at (0, 0), B at (1, 0) and C at (0, 1): drag the points, input by input.',
      }),
      make('div', { class: 'columns' }, ...columns),
      rest > 0 ? make('p', { class: 'note', text: `and ${rest} more inputs: write them below` }) : undefined,
      ...this.texts.map((text, k) =>
        make('label', { class: 'field' }, make('span', { class: 'field-name', text: `Point ${NAMES[k]}` }), text),
      ),
    );
    this.tell();
  }

  private endsOf(input: number): Ends {
    const { lower, upper } = this.facts;
    const [low, high] = [lower[input]!, upper[input]!];
    return low < high ? { low, high } : { low: low - 1, high: high + 1 };
  }

  private column(input: number): HTMLElement {
    const track = make('div', { class: 'column-track' });
    this.handles[input] = NAMES.map((name, k) => {
      const handle = make('div', {
        class: `point-handle is-${name.toLowerCase()}`,
        text: name,
        role: 'slider',
        label: `point ${name}, x${input}`,
        name: `point-${name}-${input}`,
      });
      handle.tabIndex = 0;
      const { low, high } = this.endsOf(input);
      handle.setAttribute('aria-orientation', 'vertical');
      handle.setAttribute('aria-valuemin', `${low}`);
      handle.setAttribute('aria-valuemax', `${high}`);
      this.draggable(handle, track, (part) => this.put(k, input, low + part * (high - low)));
      handle.addEventListener('keydown', (event) => this.key(event, k, input));
      return handle;
    });
    track.append(...this.handles[input]);
    return make('div', { class: 'column' }, track, make('span', { class: 'column-name', text: `x${input}` }));
  }

  /** @param to is told which part of the track, from below, the pointer is at */
  private draggable(handle: HTMLElement, track: HTMLElement, to: (part: number) => void) {
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener('pointermove', (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const { top, height } = track.getBoundingClientRect();
      to(Math.max(0, Math.min(1, (top + height - event.clientY) / height)));
    });
  }

  private key(event: KeyboardEvent, point: number, input: number) {
    const { low, high } = this.endsOf(input);
    const step = (high - low) / STEPS;
    const value = this.points[point]![input]!;
    const next = {
      ArrowUp: value + step,
      ArrowRight: value + step,
      ArrowDown: value - step,
      ArrowLeft: value - step,
      PageUp: value + LEAP * step,
      PageDown: value - LEAP * step,
      Home: low,
      End: high,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.put(point, input, Math.max(low, Math.min(high, next)));
  }

  private text(name: string, point: number): HTMLTextAreaElement {
    const { inputs } = this.facts;
    const text = make('textarea', { name: `point-text-${name}`, label: `the coordinates of point ${name}` });
    text.rows = 2;
    text.addEventListener('change', () => {
      const values = text.value
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(Number);
      const good = values.length === inputs && values.every(Number.isFinite);
      text.setCustomValidity(good ? '' : `expected ${inputs} numbers`);
      text.reportValidity();
      if (good) this.take(point, values);
    });
    return text;
  }

  private put(point: number, input: number, value: number) {
    // As many digits as a pixel tells: links and texts stay short.
    const own = Number(value.toPrecision(6));
    this.take(
      point,
      this.points[point]!.map((other, i) => (i === input ? own : other)),
    );
  }

  private take(point: number, values: readonly number[]) {
    this.points = this.points.map((own, k) => (k === point ? values : own)) as unknown as Points;
    this.tell();
    this.change(this.points);
  }

  private tell() {
    this.handles.forEach((handles, input) => {
      const { low, high } = this.endsOf(input);
      handles.forEach((handle, k) => {
        const value = this.points[k]![input]!;
        const part = Math.max(0, Math.min(1, (value - low) / (high - low)));
        handle.style.bottom = `${100 * part}%`;
        handle.setAttribute('aria-valuenow', `${value}`);
        handle.title = `${NAMES[k]}: x${input} = ${value}`;
      });
    });
    this.texts.forEach((text, k) => {
      if (document.activeElement !== text) text.value = this.points[k]!.join(', ');
    });
  }
}
