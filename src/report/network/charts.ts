/**
 * Charts as SVG texts, drawn by Observable Plot without a browser. Text and axes take the colour of the page.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Distribution, Report } from '../content/index.js';
import {
  axisName,
  cssColour,
  layerColour,
  linearTexts,
  linearTicks,
  type Ticks,
  textWidth,
} from '../encoding/index.js';
import { logarithmicAxis } from '../page/index.js';
import type { Graph } from '../picture/index.js';

/** Bars and lines in a blue that is seen on light and dark paper. */
const BAR = '#3f8fd2';
const MARK = '#d55e00';

const SIZE = { width: 340, height: 200, marginBottom: 38, marginTop: 26, marginLeft: 56, marginRight: 20 } as const;
/** Pixels between the margins. */
const ACROSS = SIZE.width - SIZE.marginLeft - SIZE.marginRight;
const UPRIGHT = SIZE.height - SIZE.marginTop - SIZE.marginBottom;

/** An axis with these ticks, and its name. */
function axisOf(label: string, ticks: Ticks) {
  const { values, texts } = ticks;
  const textOf = new Map(values.map((value, k) => [value, texts[k]!]));
  return {
    label: axisName(label, ticks),
    ticks: [...values],
    tickFormat: (value: unknown) => textOf.get(Number(value)) ?? '',
  };
}

/** The axis of numbers of cells, from 0. */
function countAxis(counts: readonly number[]) {
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  return {
    grid: true,
    domain: [0, most],
    ...axisOf('cells', linearTicks(0, most, UPRIGHT, 'upright', Math.min(5, most))),
  };
}

function drawn(options: Plot.PlotOptions, title: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    ...options,
    document,
    style: { background: 'transparent', fontSize: '12px', fontFamily: 'inherit' },
    ariaLabel: title,
  });
  const svg = plot.outerHTML;
  return svg.replace('<svg ', '<svg role="img" ');
}

/** The one tick of an axis with one value. */
function single(value: number): Ticks {
  return { values: [value], texts: linearTexts([value]), offset: '' };
}

/** A histogram with a mark at the median. @param label of the horizontal axis */
export function histogramChart({ histogram, quantiles }: Distribution, label: string): string {
  const { edges, counts, scale } = histogram;
  const bars = counts.map((count, k) => ({ from: edges[k]!, to: edges[k + 1]!, count }));
  const only = edges[0] === edges.at(-1);
  const domain = [edges[0]!, edges.at(-1)!] as const;
  const logarithmic =
    scale === 'log10' && !only ? logarithmicAxis('x', { label, domain, pixels: ACROSS, wanted: 5 }) : undefined;
  const median = Math.max(quantiles.p50, edges[0]!);
  return drawn(
    {
      ...SIZE,
      x: only
        ? { domain: [edges[0]! - 1, edges[0]! + 1], ...axisOf(label, single(edges[0]!)) }
        : (logarithmic?.scale ?? {
            nice: false,
            domain: [...domain],
            ...axisOf(label, linearTicks(...domain, ACROSS, 'across', 5)),
          }),
      y: countAxis(counts),
      marks: [
        only
          ? Plot.rectY(bars, { x1: (bar) => bar.from - 0.2, x2: (bar) => bar.to + 0.2, y: 'count', fill: BAR })
          : Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'count', fill: BAR, inset: 0.5 }),
        Plot.ruleX([median], { stroke: MARK, strokeWidth: 2 }),
        Plot.ruleY([0]),
        ...(logarithmic?.marks ?? []),
      ],
    },
    `Histogram: ${label}`,
  );
}

/** One bar per integer, for few different integers. */
export function integersChart({ histogram }: Distribution, label: string): string {
  const { edges, counts } = histogram;
  const width = edges[1]! - edges[0]!;
  const bars = counts.map((count, k) => ({
    name: width === 1 ? `${edges[k]}` : `${edges[k]}–${edges[k + 1]! - 1}`,
    count,
  }));
  // Names that would touch are left out: every second one is written, or every third, ..
  const widest = Math.max(...bars.map(({ name }) => textWidth(name)));
  const every = Math.max(1, Math.ceil((bars.length * (widest + 4)) / ACROSS));
  return drawn(
    {
      ...SIZE,
      x: { label, domain: bars.map(({ name }) => name), tickFormat: (name, k) => (k % every === 0 ? name : '') },
      y: countAxis(counts),
      marks: [Plot.barY(bars, { x: 'name', y: 'count', fill: BAR }), Plot.ruleY([0])],
    },
    `Bars: ${label}`,
  );
}

/** Cells after each layer beside the bounds, on a logarithmic scale. */
export function layersChart(layers: Report['layers']): string {
  const cells = layers.map(({ layer, cells: count }) => ({ layer, count }));
  const bounds = layers.flatMap(({ layer, bounds: list }) =>
    list
      .filter(({ kind }) => kind !== 'scale')
      .map(({ kind, source, value }) => ({ layer, kind, source, count: logarithmic(value) }))
      .filter(({ count }) => Number.isFinite(count) && count > 0),
  );
  const counts = [...cells, ...bounds].map(({ count }) => Math.max(1, count));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const domain = most > least ? ([least, most] as const) : ([least, 10 * least] as const);
  const axis = logarithmicAxis('y', { label: 'cells', domain, pixels: UPRIGHT + 30, wanted: 7, grid: true });
  return drawn(
    {
      ...SIZE,
      height: 230,
      marginLeft: 60,
      x: { label: 'layer', type: 'point', domain: layers.map(({ layer }) => layer) },
      y: axis.scale,
      symbol: { domain: ['at most', 'attainable'], range: ['diamond2', 'triangle'] },
      marks: [
        ...axis.marks,
        Plot.dot(bounds, { x: 'layer', y: 'count', symbol: 'kind', stroke: MARK, r: 4 }),
        Plot.line(cells, { x: 'layer', y: 'count', stroke: BAR, strokeWidth: 2 }),
        Plot.dot(cells, { x: 'layer', y: 'count', fill: BAR, r: 4 }),
      ],
    },
    'Cells after each layer, beside published bounds',
  );
}

/** A bound as a double, for its place in the chart only; those beyond the doubles have none. */
function logarithmic(value: string | number): number {
  return Number(value);
}

/** Marks of classes of data points, in their order. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'triangle2', 'star', 'hexagon', 'times'] as const;

/** Outputs that a graph shows. */
export const MOST_LINES = 7;

/** Where a graph is drawn, in units of its SVG. */
export const GRAPH = { width: 720, height: 360, top: 26, left: 72, bottom: 44, right: 76 } as const;

/** Pixels between two names at the ends of lines. */
const NAME_HEIGHT = 14;

/** Places for names that would like to be at `wanted`, apart from each other and between two ends. */
function apart(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
  const places = [...wanted];
  order.forEach((k, i) => {
    const before = i === 0 ? top - NAME_HEIGHT : places[order[i - 1]!]!;
    places[k] = Math.max(wanted[k]!, before + NAME_HEIGHT);
  });
  let below: number = bottom + NAME_HEIGHT;
  for (const k of [...order].reverse()) {
    places[k] = Math.min(places[k]!, below - NAME_HEIGHT);
    below = places[k]!;
  }
  return places;
}

/** The window of a graph: the input's interval, and the values with a little room. */
export function graphWindow({ x, values, points }: Graph): {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
} {
  const all = [...values.slice(0, MOST_LINES).flat(), ...points.flatMap(({ y }) => (y === undefined ? [] : [y]))];
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const room = high > low ? (high - low) / 40 : 1;
  return { x: [x[0]!, x.at(-1)!], y: [low - room, high + room] };
}

/** The graph of a network with one input: a line per output, a dot where the pattern changes, and data points. */
export function graphChart(graph: Graph, label: string): string {
  const { x, values, points } = graph;
  const shown = values.slice(0, MOST_LINES);
  const lines = shown.flatMap((line, k) => line.map((value, i) => ({ x: x[i]!, value, output: `output ${k}` })));
  const names = shown.map((_, k) => `output ${k}`);
  const inner = lines.filter(({ x: at }) => at !== x[0] && at !== x.at(-1));
  const window = graphWindow(graph);
  const [low, high] = window.y;
  const bottom = GRAPH.height - GRAPH.bottom;
  const upright = bottom - GRAPH.top;
  const rowOf = (value: number) => bottom - ((value - low) / (high - low)) * upright;
  const ends = apart(
    shown.map((line) => rowOf(line.at(-1)!)),
    GRAPH.top,
    bottom,
  );
  const marks = points.map(({ x: at, y, kind }) => ({ x: at, y: y ?? low, kind }));
  return drawn(
    {
      width: GRAPH.width,
      height: GRAPH.height,
      marginTop: GRAPH.top,
      marginLeft: GRAPH.left,
      marginBottom: GRAPH.bottom,
      marginRight: GRAPH.right,
      x: {
        domain: window.x,
        ...axisOf(label, linearTicks(window.x[0], window.x[1], GRAPH.width - GRAPH.left - GRAPH.right, 'across', 8)),
      },
      y: {
        grid: true,
        domain: [low, high],
        ...axisOf(values.length === 1 ? 'value' : 'outputs', linearTicks(low, high, upright, 'upright', 7)),
      },
      color: { domain: names, range: names.map((_, k) => cssColour(layerColour(k))), legend: false },
      marks: [
        Plot.line(lines, { x: 'x', y: 'value', stroke: 'output', strokeWidth: 2 }),
        Plot.dot(inner, { x: 'x', y: 'value', fill: 'output', r: 3 }),
        Plot.dot(marks, {
          x: 'x',
          y: 'y',
          symbol: ({ kind }: { kind: number }) => SYMBOLS[kind % SYMBOLS.length]!,
          stroke: 'currentColor',
          fill: 'none',
          r: 3.5,
        }),
        Plot.ruleX(graph.given, { x: 'x', stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '3,3' }),
        Plot.text(graph.given, {
          x: 'x',
          text: 'name',
          frameAnchor: 'top',
          dy: -12,
          fontWeight: 'bold',
          fill: 'currentColor',
        }),
        ...(names.length === 1
          ? []
          : names.map((name, k) =>
              Plot.text([name], {
                frameAnchor: 'top-right',
                dx: 66,
                dy: ends[k]! - GRAPH.top - 5,
                fill: 'currentColor',
              }),
            )),
      ],
    },
    `Graph of the outputs over ${label} with ${inner.length / names.length} breakpoints`,
  );
}
