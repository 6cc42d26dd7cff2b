/**
 * The whole state of the page as the text behind "#" in its address, and back. Whatever the text is, a state comes out: what is
 * missing, or out of range, is taken from the first one.
 */
import type { Plane, Window2 } from './messages.js';
import {
  ACTIVATIONS,
  type ActivationName,
  DATA_NAMES,
  type ExplorerPlan,
  FIRST_PLAN,
  MOST_LAYERS,
  MOST_NEURONS,
} from './plan.js';

export const MODES = ['value', 'class', 'layer', 'map', 'slope', 'none'] as const;
export type ColourMode = (typeof MODES)[number];

export interface ViewState {
  readonly mode: ColourMode;
  /** Layers that are shown; 0 for all. */
  readonly layers: number;
  readonly creases: boolean;
  readonly boundary: boolean;
  readonly points: boolean;
  readonly output: number;
}

export interface FileState {
  readonly name: string;
  /** The network as relu-atlas JSON, compressed, in base64 for addresses. */
  readonly content: string;
  readonly plane: Plane;
}

export interface PageState {
  readonly plan: ExplorerPlan;
  readonly beside: ActivationName | undefined;
  readonly epoch: number;
  readonly window: Window2;
  readonly view: ViewState;
  readonly lesson: number | undefined;
  readonly file: FileState | undefined;
}

export const FIRST_STATE: PageState = {
  plan: FIRST_PLAN,
  beside: undefined,
  epoch: 0,
  window: { x: [-6, 6], y: [-6, 6] },
  view: { mode: 'value', layers: 0, creases: true, boundary: true, points: true, output: 0 },
  lesson: undefined,
  file: undefined,
};

/** Epochs that a link may ask for: beyond, the page would be busy for minutes before it shows anything. */
const MOST_EPOCHS = 100_000;

const SHOWN = ['creases', 'boundary', 'points'] as const;

function textOfPlane(plane: Plane): string {
  if (plane.kind === 'inputs') return `i;${plane.free.join()};${plane.values.join()}`;
  return `p;${plane.points.map((point) => point.join()).join(';')}`;
}

export function hashOf({ plan, beside, epoch, window, view, lesson, file }: PageState): string {
  const entries: [string, string | number | undefined][] = [
    ['v', 1],
    ['data', plan.data],
    ['noise', plan.noise],
    ['points', plan.points],
    ['dataseed', plan.dataSeed],
    ['seed', plan.seed],
    ['hidden', plan.hidden.join()],
    ['act', plan.activation],
    ['slope', plan.slope],
    ['rate', plan.rate],
    ['batch', plan.batch],
    ['l2', plan.l2],
    ['beside', beside],
    ['epoch', epoch],
    ['window', [...window.x, ...window.y].join()],
    ['by', view.mode],
    ['layers', view.layers],
    ['show', SHOWN.filter((name) => view[name]).join() || 'nothing'],
    ['output', view.output],
    ['lesson', lesson],
    ['name', file?.name],
    ['plane', file && textOfPlane(file.plane)],
    ['net', file?.content],
  ];
  const parameters = new URLSearchParams();
  for (const [key, value] of entries) if (value !== undefined) parameters.set(key, `${value}`);
  return parameters.toString();
}

/** Reads the parts of a text, and falls back on what stands there. */
class Reader {
  private readonly parameters: URLSearchParams;

  constructor(hash: string) {
    this.parameters = new URLSearchParams(hash.replace(/^#/, ''));
  }

  text(key: string): string | undefined {
    return this.parameters.get(key) ?? undefined;
  }

  number(key: string, fallback: number, low: number, high: number): number {
    const text = this.text(key);
    const value = text === undefined || text === '' ? Number.NaN : Number(text);
    return value >= low && value <= high ? value : fallback;
  }

  whole(key: string, fallback: number, low: number, high: number): number {
    const value = this.number(key, fallback, low, high);
    return Number.isInteger(value) ? value : fallback;
  }

  one<Name extends string>(key: string, names: readonly Name[], fallback: Name): Name {
    return names.find((name) => name === this.text(key)) ?? fallback;
  }

  numbers(key: string): number[] | undefined {
    return numbersIn(this.text(key));
  }
}

function numbersIn(text: string | undefined): number[] | undefined {
  if (text === undefined || text === '') return undefined;
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values.every(Number.isFinite) ? values : undefined;
}

function hiddenOf(reader: Reader): readonly number[] {
  const widths = reader.numbers('hidden');
  const isGood = (width: number) => Number.isInteger(width) && width >= 1 && width <= MOST_NEURONS;
  return widths !== undefined && widths.length <= MOST_LAYERS && widths.every(isGood) ? widths : FIRST_PLAN.hidden;
}

function planeOf(text: string | undefined): Plane | undefined {
  const [kind, ...parts] = text?.split(';') ?? [];
  const lists = parts.map(numbersIn);
  if (lists.some((list) => list === undefined)) return undefined;
  if (kind === 'i' && lists.length === 2 && lists[0]!.length === 2) {
    const [i, j] = lists[0] as [number, number];
    const values = lists[1]!;
    const isInput = (k: number) => Number.isInteger(k) && k >= 0 && k < values.length;
    return isInput(i) && isInput(j) && i !== j ? { kind: 'inputs', free: [i, j], values } : undefined;
  }
  if (kind === 'p' && lists.length === 3) {
    return { kind: 'points', points: lists as [number[], number[], number[]] };
  }
  return undefined;
}

function fileOf(reader: Reader): FileState | undefined {
  const content = reader.text('net');
  const plane = planeOf(reader.text('plane'));
  if (content === undefined || plane === undefined) return undefined;
  return { name: reader.text('name') ?? 'network.json', content, plane };
}

function windowOf(reader: Reader): Window2 {
  const ends = reader.numbers('window');
  if (ends === undefined || ends.length !== 4) return FIRST_STATE.window;
  const [x0, x1, y0, y1] = ends as [number, number, number, number];
  return x0 < x1 && y0 < y1 ? { x: [x0, x1], y: [y0, y1] } : FIRST_STATE.window;
}

export function stateOf(hash: string): PageState {
  const reader = new Reader(hash);
  const { plan, view } = FIRST_STATE;
  const shown = reader.text('show')?.split(',');
  const shows = (name: (typeof SHOWN)[number]) => (shown === undefined ? view[name] : shown.includes(name));
  const beside = reader.text('beside');
  const lesson = reader.whole('lesson', -1, 0, 99);
  return {
    plan: {
      data: reader.one('data', DATA_NAMES, plan.data),
      noise: reader.number('noise', plan.noise, 0, 50),
      points: reader.whole('points', plan.points, 10, 2000),
      dataSeed: reader.whole('dataseed', plan.dataSeed, 0, 2 ** 32 - 1),
      seed: reader.whole('seed', plan.seed, 0, 2 ** 32 - 1),
      hidden: hiddenOf(reader),
      activation: reader.one('act', ACTIVATIONS, plan.activation),
      slope: reader.number('slope', plan.slope, -10, 10),
      rate: reader.number('rate', plan.rate, 0, 1000),
      batch: reader.whole('batch', plan.batch, 1, 2000),
      l2: reader.number('l2', plan.l2, 0, 10),
    },
    beside: ACTIVATIONS.find((name) => name === beside),
    epoch: reader.whole('epoch', 0, 0, MOST_EPOCHS),
    window: windowOf(reader),
    view: {
      mode: reader.one('by', MODES, view.mode),
      layers: reader.whole('layers', view.layers, 0, 1000),
      creases: shows('creases'),
      boundary: shows('boundary'),
      points: shows('points'),
      output: reader.whole('output', view.output, 0, 100_000),
    },
    lesson: lesson < 0 ? undefined : lesson,
    file: fileOf(reader),
  };
}
