/**
 * Charts as SVG texts, drawn by Observable Plot without a browser. Text and axes take the colour of the page.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Distribution, Report } from '../content/index.js';
import { cssColour, layerColour } from '../encoding/index.js';
import type { Graph } from '../picture/index.js';

/** Bars and lines in a blue that is seen on light and dark paper. */
const BAR = '#3f8fd2';
const MARK = '#d55e00';

const SIZE = { width: 340, height: 200, marginBottom: 38, marginTop: 26 } as const;

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

/** A histogram with a mark at the median. @param label of the horizontal axis */
export function histogramChart({ histogram, quantiles }: Distribution, label: string): string {
  const { edges, counts, scale } = histogram;
  const bars = counts.map((count, k) => ({ from: edges[k]!, to: edges[k + 1]!, count }));
  const only = edges[0] === edges.at(-1);
  const median = Math.max(quantiles.p50, edges[0]!);
  return drawn(
    {
      ...SIZE,
      marginLeft: 52,
      x: only
        ? { label, domain: [edges[0]! - 1, edges[0]! + 1], ticks: [edges[0]!] }
        : { label, type: scale === 'log10' ? 'log' : 'linear', ticks: 5, nice: false },
      y: { label: 'cells', grid: true, ticks: 4 },
      marks: [
        only
          ? Plot.rectY(bars, { x1: (bar) => bar.from - 0.2, x2: (bar) => bar.to + 0.2, y: 'count', fill: BAR })
          : Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'count', fill: BAR, inset: 0.5 }),
        Plot.ruleX([median], { stroke: MARK, strokeWidth: 2 }),
        Plot.ruleY([0]),
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
  // Beyond a dozen every other name is left out.
  const every = Math.ceil(bars.length / 12);
  return drawn(
    {
      ...SIZE,
      marginLeft: 52,
      x: { label, domain: bars.map(({ name }) => name), tickFormat: (name, k) => (k % every === 0 ? name : '') },
      y: { label: 'cells', grid: true, ticks: 4 },
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
  return drawn(
    {
      width: 340,
      height: 230,
      marginLeft: 60,
      marginBottom: 38,
      marginTop: 26,
      x: { label: 'layer', type: 'point', domain: layers.map(({ layer }) => layer) },
      y: { label: 'cells', type: 'log', grid: true, ticks: 5, tickFormat: '~s' },
      symbol: { domain: ['at most', 'attainable'], range: ['diamond2', 'triangle'] },
      marks: [
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

/** Outputs that a graph shows. */
const MOST_LINES = 7;

/** The graph of a network with one input: a line per output, a dot where the pattern changes. */
export function graphChart({ x, values }: Graph, label: string): string {
  const lines = values
    .slice(0, MOST_LINES)
    .flatMap((line, k) => line.map((value, i) => ({ x: x[i]!, value, output: `output ${k}` })));
  const names = [...new Set(lines.map(({ output }) => output))];
  const colour = { domain: names, range: names.map((_, k) => cssColour(layerColour(k))), legend: false };
  const inner = lines.filter(({ x: at }) => at !== x[0] && at !== x.at(-1));
  return drawn(
    {
      width: 720,
      height: 360,
      marginTop: 26,
      marginLeft: 64,
      marginBottom: 40,
      marginRight: 70,
      x: { label },
      y: { label: values.length === 1 ? 'value' : 'outputs', grid: true },
      color: colour,
      marks: [
        Plot.line(lines, { x: 'x', y: 'value', stroke: 'output', strokeWidth: 2 }),
        Plot.dot(inner, {
          x: 'x',
          y: 'value',
          fill: 'output',
          r: 3,
          title: (d) => `${label} = ${d.x}\n${d.output} = ${d.value}`,
        }),
        ...(names.length === 1
          ? []
          : [
              Plot.text(
                lines.filter(({ x: at }) => at === x.at(-1)),
                { x: 'x', y: 'value', text: 'output', textAnchor: 'start', dx: 6, fill: 'currentColor' },
              ),
            ]),
      ],
    },
    `Graph of the outputs over ${label} with ${inner.length / names.length} breakpoints`,
  );
}
