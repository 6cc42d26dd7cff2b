/**
 * Charts of the article report: Observable Plot's marks as SVG text, without a browser.
 *
 * Colours are CSS variables of the page, so that one picture serves a light and a dark page. Drawing coordinates are doubles
 * rounded to tenths of a pixel: they show the exact data, they decide nothing.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Colours that readers with any colour vision can tell apart (Okabe and Ito 2008); the page defines them. */
export const COLOUR = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  rule: 'var(--line)',
  paper: 'var(--paper)',
  blue: 'var(--blue)',
  orange: 'var(--orange)',
  green: 'var(--green)',
  red: 'var(--red)',
  purple: 'var(--purple)',
  sky: 'var(--sky)',
} as const;

/** Tints that areas are filled with, in order of use. */
export const TINTS = Array.from({ length: 8 }, (_, i) => `var(--tint${i + 1})`);

/** A picture and what it says to those who do not see it. */
export interface Picture {
  /** A line above the picture. */
  readonly title: string;
  readonly svg: string;
}

/** The parts of an element that are used here: linkedom's document is no browser's. */
interface SvgElement {
  readonly outerHTML: string;
  readonly tagName: string;
  readonly children: Iterable<SvgElement>;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  getAttributeNames(): string[];
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  remove(): void;
}

/** Attributes that hold places and lengths. */
const DRAWING = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height']);
const FRACTION = /-?\d+\.\d{2,}(e-?\d+)?/g;

/** Numbers in drawing attributes, to tenths: shorter, and the last bits of a logarithm do not show. */
function roundCoordinates(element: SvgElement): void {
  for (const name of element.getAttributeNames()) {
    if (!DRAWING.has(name)) continue;
    const value = element.getAttribute(name)!;
    const rounded = value.replace(FRACTION, (text) => String(Math.round(10 * Number(text)) / 10));
    if (rounded !== value) element.setAttribute(name, rounded);
  }
}

const TRANSLATION = /^translate\((-?[\d.]+),(-?[\d.]+)\)$/;
/** A path of straight lines between absolute places. */
const STRAIGHT = /^(?:[ML]-?[\d.]+,-?[\d.]+)+Z?$/;

/** The path of a shape at a place, absolutely; undefined for other paths than `mergeCopies` looks for. */
function placedPath(path: SvgElement): string | undefined {
  const [shape, place] = [path.getAttribute('d') ?? '', path.getAttribute('transform') ?? ''];
  const [, x, y] = TRANSLATION.exec(place) ?? [];
  if (x === undefined || y === undefined || !STRAIGHT.test(shape)) return undefined;
  const moved = (value: string, by: string) => String(Math.round(10 * (Number(value) + Number(by))) / 10);
  return shape.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, a: string, b: string) => `${moved(a, x)},${moved(b, y)}`);
}

/** Makes one path of copies of one shape that differ in their place only: ticks, and marks of one kind. Much shorter. */
function mergeCopies(group: SvgElement): void {
  const [first, ...others] = group.children;
  if (first === undefined || others.length === 0) return;
  const copies = [first, ...others].map((path) =>
    path.tagName.toLowerCase() === 'path' && path.getAttributeNames().length === 2 ? placedPath(path) : undefined,
  );
  if (copies.some((copy) => copy === undefined)) return;
  first.setAttribute('d', copies.join(''));
  first.removeAttribute('transform');
  for (const other of others) other.remove();
}

/**
 * Draws a chart.
 *
 * @param description the whole picture in words, for readers who do not see it
 */
export function chart(title: string, description: string, options: Plot.PlotOptions): Picture {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const labelled = typeof options.x?.label === 'string';
  const svg = Plot.plot({
    width: 360,
    height: 260,
    className: 'plot',
    marginBottom: labelled ? 42 : 26,
    ...options,
    x: { labelAnchor: 'center', labelArrow: 'none', labelOffset: 36, ...options.x },
    document: document as never,
  }) as unknown as SvgElement;
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const group of [...svg.querySelectorAll('g')]) mergeCopies(group);
  for (const element of svg.querySelectorAll('*')) roundCoordinates(element);
  svg.setAttribute('font-size', '12');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', description);
  return { title, svg: svg.outerHTML };
}

/** A polygon to fill. */
export interface Area {
  readonly points: readonly (readonly [number, number])[];
  readonly fill: string;
}

/** Filled polygons. Edges have the colour of the area, so that no seam shows between equal neighbours. */
export function areas(polygons: readonly Area[]): Plot.Markish {
  const corners = polygons.flatMap(({ points, fill }, polygon) => points.map(([x, y]) => ({ x, y, polygon, fill })));
  return Plot.line(corners, {
    x: 'x',
    y: 'y',
    z: 'polygon',
    fill: 'fill',
    stroke: 'fill',
    strokeWidth: 0.75,
    strokeLinejoin: 'round',
    curve: 'linear-closed',
  });
}

/** Straight segments. */
export function segments(
  ends: readonly (readonly [readonly [number, number], readonly [number, number]])[],
  options: Plot.LinkOptions,
): Plot.Markish {
  const data = ends.map(([[x1, y1], [x2, y2]]) => ({ x1, y1, x2, y2 }));
  return Plot.link(data, { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', ...options });
}

/** The options of a chart of the plane: equal units, both axes over the given interval. */
export function planeOptions(low: number, high: number, size = 300): Plot.PlotOptions {
  const axis = { domain: [low, high], ticks: 5 };
  return {
    width: size + 50,
    height: size + 40,
    marginLeft: 36,
    marginRight: 14,
    marginTop: 14,
    marginBottom: 26,
    x: { ...axis, label: null },
    y: { ...axis, label: null },
    color: { type: 'identity' },
  };
}

/** The colours of `chart.ts`, each with enough contrast to its paper. */
export const CHART_STYLE = `
:root { --blue: #0072b2; --orange: #b85c00; --green: #00795a; --red: #b3261e; --purple: #94507e; --sky: #2c8fc4;
  --tint1: #cfe5f5; --tint2: #fbe3c0; --tint3: #c9ebdf; --tint4: #f3d2e4; --tint5: #f7f1bd; --tint6: #dcd9f0;
  --tint7: #f6d0c4; --tint8: #dfe3e6; }
@media screen and (prefers-color-scheme: dark) { :root {
  --blue: #6cb8ee; --orange: #f0a04b; --green: #4cc9a0; --red: #ff8a80; --purple: #dc9bc4; --sky: #7ccbf5;
  --tint1: #1f4763; --tint2: #5f4418; --tint3: #1c4f42; --tint4: #58304a; --tint5: #54501c; --tint6: #3b3866;
  --tint7: #5e3528; --tint8: #3a3e43; } }
.claim { font-size: 1.06rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem 1.4rem; margin: 1.2rem 0 0.4rem; }
.tables table { font-size: 0.88rem; }
.tables th, .tables td { padding-right: 0.8rem; }
.tables { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; align-items: flex-start; }
.picture { max-width: 100%; break-inside: avoid; }
.picture h3 { font-size: 0.95rem; margin: 0 0 0.15rem; }
.picture svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.picture svg text { white-space: pre; }
table caption { text-align: left; color: var(--muted); font-size: 0.9rem; padding: 0.5rem 0 0.1rem; }
@media print { figure { break-inside: auto; } h2 + p { break-before: avoid; } }
`;
