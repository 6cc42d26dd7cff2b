/**
 * The picture of a partition in the plane as a static SVG, for papers: vector, with text as text.
 *
 * Fills are paths of class "cells", one subpath per cell (or per part of a cell, where classes divide it).
 */
import { scaleLinear } from 'd3-scale';
import { TIE } from '../../analysis/function/index.js';
import {
  axesSvg,
  CYCLE,
  cssColour,
  escapeHtml,
  kindStyle,
  layerColour,
  layerDash,
  linearTexts,
  linearTicks,
  markerPath,
  markerRadius,
  NO_POINTS,
  type PicturePoints,
  patternDefinition,
  pixel,
  pointFill,
  type Rgb,
  ramp,
  SMALLEST_SHAPE,
  scatteredStep,
  stepOf,
  type Ticks,
  textWidth,
} from '../encoding/index.js';
import { classesShown, classParts, functionOf, outline, type Point, valueAt } from './class-parts.js';
import type { DrawnCycles } from './pack.js';
import type { PlanarPicture } from './planar-picture.js';

export const COLOURS = ['value', 'map', 'slope', 'layer', 'class', 'none'] as const;
export type Colouring = (typeof COLOURS)[number];

export interface SvgRequest {
  readonly picture: PlanarPicture;
  readonly title: string;
  readonly names: readonly [string, string];
  readonly colouring: Colouring;
  /** The output whose values are shown. */
  readonly output?: number;
  readonly points?: PicturePoints;
  /** Loops around holes, and a point of each component. */
  readonly cycles?: DrawnCycles;
}

const PLOT = 560;
const TOP = 14;
/** Margins beside the plot: as wide as the texts of the ticks need, and at least so wide. */
const LEFT = 62;
const RIGHT = 22;
const BELOW = 88;
/** Room for the name of the upright axis, and the length of a tick. */
const NAME = 30;
/** Up to this many cells values are shaded within cells; beyond, cells are a few pixels large. */
const SHADED = 4000;

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Of the plot, from the left; and what is beside it on the right. */
  readonly left: number;
  readonly right: number;
  readonly ticks: readonly [across: Ticks, upright: Ticks];
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function frameOf({ window: { lower, upper } }: PlanarPicture): Frame {
  const shape = (upper[1] - lower[1]) / (upper[0] - lower[0]);
  const height = PLOT * (shape > 0.4 && shape < 1.4 ? shape : 0.8);
  const across = linearTicks(lower[0], upper[0], PLOT, 'across');
  const upright = linearTicks(lower[1], upper[1], height, 'upright');
  const left = Math.max(LEFT, Math.ceil(NAME + Math.max(...upright.texts.map(textWidth))));
  return {
    width: PLOT,
    height,
    left,
    right: Math.max(RIGHT, Math.ceil(textWidth(across.texts.at(-1) ?? '') / 2)),
    ticks: [across, upright],
    x: scaleLinear([lower[0], upper[0]], [left, left + PLOT]),
    y: scaleLinear([lower[1], upper[1]], [TOP + height, TOP]),
  };
}

function subpath(points: readonly Point[], frame: Frame): string {
  return `M${points.map(([x, y]) => `${pixel(frame.x(x))},${pixel(frame.y(y))}`).join('L')}Z`;
}

interface Fills {
  /** Definitions, then elements. */
  readonly svg: string;
  readonly legend: Legend;
}

interface Legend {
  readonly svg: string;
  readonly rows: number;
}

/** One path per colour. */
function flatFills(parts: Iterable<readonly [colour: string, points: readonly Point[]]>, frame: Frame): string {
  const paths = new Map<string, string[]>();
  for (const [colour, points] of parts) {
    const path = paths.get(colour);
    if (path === undefined) paths.set(colour, [subpath(points, frame)]);
    else path.push(subpath(points, frame));
  }
  // A thin line of the same colour closes the gaps that antialiasing leaves between neighbours.
  return [...paths]
    .map(([colour, path]) => `<path class="cells" fill="${colour}" stroke="${colour}" d="${path.join('')}"/>\n`)
    .join('');
}

function cellsOf({ complex }: PlanarPicture): number[] {
  return Array.from({ length: complex.cells }, (_, cell) => cell);
}

function rampLegend(frame: Frame, colours: readonly Rgb[], low: number, high: number, title: string): Legend {
  const top = TOP + frame.height + 58;
  const stops = Array.from({ length: 17 }, (_, k) => {
    const colour = cssColour(colours[Math.min(colours.length - 1, k * 16)]!);
    return `<stop offset="${pixel(k / 16)}" stop-color="${colour}"/>`;
  });
  const svg = `<defs><linearGradient id="scale">${stops.join('')}</linearGradient></defs>
<text x="${frame.left}" y="${top}">${escapeHtml(title)}</text>
<rect x="${frame.left + 150}" y="${top - 11}" width="200" height="13" fill="url(#scale)" stroke="#666"/>
<text x="${frame.left + 142}" y="${top}" text-anchor="end">${brief3(low)}</text>
<text x="${frame.left + 358}" y="${top}">${brief3(high)}</text>\n`;
  return { svg, rows: 1 };
}

/** Three digits, large and small numbers with a power of ten. */
function brief3(value: number): string {
  return linearTexts([Number(value.toPrecision(3))])[0]!;
}

/** What a legend says: a fill (a colour or a reference), the name of what it stands for, dashes of a line. */
interface LegendItem {
  readonly fill: string;
  readonly name: string;
  readonly dash?: string;
  /** Of a mark. */
  readonly kind?: number;
}

const ROW = 18;
/** How wide a letter is, about: rather too wide than overlapping. */
const LETTER = 7.2;

/** A legend of all the items, in as many rows as they need. */
function kindsLegend(
  frame: Frame,
  title: string,
  items: readonly LegendItem[],
  look: 'square' | 'line' | 'marker' = 'square',
  firstRow = 0,
): Legend {
  const line = look === 'line';
  const first = frame.left + 110;
  const right = frame.left + PLOT + frame.right;
  let [left, row] = [first, firstRow];
  const marks = items.map(({ fill, name, dash, kind = 0 }) => {
    const width = (line ? 23 : 18) + LETTER * name.length;
    if (left + width > right && left > first) [left, row] = [first, row + 1];
    const top = TOP + frame.height + 58 + ROW * row;
    if (look === 'marker') {
      const text = `<text class="data-kind" x="${pixel(left + 18)}" y="${pixel(top)}">${escapeHtml(name)}</text>`;
      const mark = marker(kind, fill, left + 6, top - 4);
      left += width + 14;
      return mark + text;
    }
    const mark = line
      ? `<path class="key" d="M${left},${pixel(top - 4.5)}h18" stroke="${fill}" stroke-width="3"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}/>`
      : `<rect class="key" x="${pixel(left)}" y="${pixel(top - 11)}" width="13" height="13" fill="${fill}" stroke="#666"/>`;
    const text = `<text class="kind" x="${pixel(left + (line ? 23 : 18))}" y="${pixel(top)}">${escapeHtml(name)}</text>`;
    left += width + 14;
    return mark + text;
  });
  return {
    svg: `<text x="${frame.left}" y="${TOP + frame.height + 58 + ROW * firstRow}">${escapeHtml(title)}</text>${marks.join('')}\n`,
    rows: row - firstRow + 1,
  };
}

function valueFills(picture: PlanarPicture, frame: Frame, output: number): Fills {
  const cells = cellsOf(picture);
  const colours = ramp('viridis');
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of cells) {
    const own = functionOf(picture, cell, output);
    for (const point of outline(picture, cell)) {
      low = Math.min(low, valueAt(own, point));
      high = Math.max(high, valueAt(own, point));
    }
  }
  const legend = rampLegend(frame, colours, low, high, picture.outputs === 1 ? 'value' : `output ${output}`);
  const middle = (cell: number): string => {
    const points = outline(picture, cell);
    const own = functionOf(picture, cell, output);
    const mean = points.reduce((sum, point) => sum + valueAt(own, point), 0) / points.length;
    return cssColour(colours[stepOf(mean, low, high)]!);
  };
  if (cells.length > SHADED) {
    return {
      svg: flatFills(
        cells.map((cell) => [middle(cell), outline(picture, cell)] as const),
        frame,
      ),
      legend,
    };
  }
  const svg = cells.map((cell) => {
    const points = outline(picture, cell);
    const shading = shadingOf(functionOf(picture, cell, output), points[0]!, frame, [low, high]);
    const fill = shading === undefined ? middle(cell) : `url(#v${cell})`;
    const definition =
      shading === undefined
        ? ''
        : `<linearGradient id="v${cell}" href="#scale" gradientUnits="userSpaceOnUse" ${shading}/>`;
    return `${definition}<path class="cells" fill="${fill}" stroke="${fill}" d="${subpath(points, frame)}"/>\n`;
  });
  return { svg: svg.join(''), legend };
}

/** The line from the colour of `low` to that of `high` along the gradient, in pixels; undefined where the value is constant. */
function shadingOf(own: Float64Array, point: Point, frame: Frame, [low, high]: Point): string | undefined {
  const column = frame.x(point[0]);
  const row = frame.y(point[1]);
  const scaleX = frame.x(point[0] + 1) - column;
  const scaleY = frame.y(point[1] + 1) - row;
  const [gx, gy] = [own[0]! / scaleX, own[1]! / scaleY];
  const square = gx * gx + gy * gy;
  const value = valueAt(own, point);
  const end = (level: number) => [column + ((level - value) * gx) / square, row + ((level - value) * gy) / square];
  const [from, to] = [end(low), end(high)];
  // A nearly constant value would put the ends too far out to be written.
  if (![...from, ...to].every((number) => Math.abs(number) < 1e7)) return undefined;
  return `x1="${pixel(from[0]!)}" y1="${pixel(from[1]!)}" x2="${pixel(to[0]!)}" y2="${pixel(to[1]!)}"`;
}

function slopeFills(picture: PlanarPicture, frame: Frame): Fills {
  const cells = cellsOf(picture);
  const slopes = cells.map((cell) => {
    let sum = 0;
    for (let k = 0; k < picture.outputs; k++) {
      const [a, b] = functionOf(picture, cell, k);
      sum += a! ** 2 + b! ** 2;
    }
    return Math.sqrt(sum);
  });
  const low = slopes.reduce((a, b) => Math.min(a, b));
  const high = slopes.reduce((a, b) => Math.max(a, b));
  const colours = ramp('cividis');
  const fill = (cell: number) => cssColour(colours[stepOf(slopes[cell]!, low, high)]!);
  return {
    svg: flatFills(
      cells.map((cell) => [fill(cell), outline(picture, cell)] as const),
      frame,
    ),
    legend: rampLegend(frame, colours, low, high, 'gradient'),
  };
}

function mapFills(picture: PlanarPicture, frame: Frame): Fills {
  const colours = ramp('viridis');
  const fill = (cell: number) => cssColour(colours[scatteredStep(picture.mapOfCell[cell]!)]!);
  return {
    svg: flatFills(
      cellsOf(picture).map((cell) => [fill(cell), outline(picture, cell)] as const),
      frame,
    ),
    legend: kindsLegend(frame, 'one colour per affine map', []),
  };
}

function layerFills(picture: PlanarPicture, frame: Frame): Fills {
  const { cutLayer, cells } = picture.complex;
  const depth = picture.widths.length;
  const colours = ramp('viridis');
  const cut = (cell: number) => (cell > 0 && cell < cells ? cutLayer[cell]! : -1);
  const last = (cell: number) => Math.max(cut(cell), cut(cell + 1));
  const colour = (layer: number) => colours[stepOf(layer + 1, 0, depth)]!;
  const present = [...new Set(cellsOf(picture).map(last))].sort((a, b) => a - b);
  return {
    svg: flatFills(
      cellsOf(picture).map((cell) => [cssColour(colour(last(cell))), outline(picture, cell)] as const),
      frame,
    ),
    legend: kindsLegend(
      frame,
      'last layer',
      present.map((layer) => ({ fill: cssColour(colour(layer)), name: layer < 0 ? 'never cut' : `layer ${layer}` })),
    ),
  };
}

const TIE_FILL = '#c8c8c8';

/** The fill of each class that is shown: a colour, or a pattern and its definition. */
function classFillsOf(shown: readonly number[]): { readonly fills: Map<number, string>; readonly definitions: string } {
  const definitions: string[] = [];
  const fills = new Map<number, string>();
  shown.forEach((kind, rank) => {
    const style = kindStyle(rank);
    if (kind === TIE) fills.set(kind, TIE_FILL);
    else if (style.pattern === 'plain') fills.set(kind, cssColour(style.fill));
    else {
      definitions.push(patternDefinition(`class-${kind}`, style, cssColour));
      fills.set(kind, `url(#class-${kind})`);
    }
  });
  return { fills, definitions: definitions.length === 0 ? '' : `<defs>${definitions.join('\n')}</defs>\n` };
}

function classFills(picture: PlanarPicture, frame: Frame): Fills {
  const shown = classesShown(picture);
  const name = (k: number) => {
    if (k === TIE) return 'a tie';
    return picture.outputs > 1 ? `output ${k}` : ['negative', 'positive'][k]!;
  };
  const { fills, definitions } = classFillsOf(shown);
  const parts = cellsOf(picture).flatMap((cell) => classParts(picture, cell));
  const legend = kindsLegend(
    frame,
    picture.outputs > 1 ? 'largest' : 'sign',
    shown.map((kind) => ({ fill: fills.get(kind)!, name: name(kind) })),
  );
  return {
    svg: flatFills(
      parts.map(({ kind, points }) => [fills.get(kind)!, points] as const),
      frame,
    ),
    legend: { ...legend, svg: definitions + legend.svg },
  };
}

function fillsOf({ picture, colouring, output = 0 }: SvgRequest, frame: Frame): Fills {
  if (colouring === 'value') return valueFills(picture, frame, output);
  if (colouring === 'slope') return slopeFills(picture, frame);
  if (colouring === 'map') return mapFills(picture, frame);
  if (colouring === 'layer') return layerFills(picture, frame);
  if (colouring === 'class') return classFills(picture, frame);
  const layers = picture.widths.map((_, layer) => {
    const dash = layerDash(layer);
    return { fill: cssColour(layerColour(layer)), name: `layer ${layer}`, ...(dash && { dash: dash.join(' ') }) };
  });
  return { svg: '', legend: kindsLegend(frame, 'creases of', layers, 'line') };
}

function creases({ picture, colouring }: SvgRequest, frame: Frame): string {
  const { x, y, segments } = picture.complex;
  const paths: string[][] = picture.widths.map(() => []);
  segments.layer.forEach((layer, s) => {
    const [a, b] = [segments.ends[2 * s]!, segments.ends[2 * s + 1]!];
    const [from, to] = [a, b].map((p) => `${pixel(frame.x(x[p]!))},${pixel(frame.y(y[p]!))}`) as [string, string];
    paths[layer]!.push(`M${from}L${to}`);
  });
  const size = Math.sqrt((frame.width * frame.height) / picture.complex.cells);
  const opacity = Math.max(0.2, Math.min(0.8, size / 14));
  return paths
    .map((path, layer) => {
      const colour = colouring === 'none' ? cssColour(layerColour(layer)) : '#101418';
      const width = Math.max(0.35, 1.1 - 0.3 * layer);
      const dash = colouring === 'none' ? layerDash(layer) : undefined;
      const dashed = dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
      return `<path class="creases layer-${layer}" fill="none" stroke="${colour}" stroke-width="${pixel(width)}" stroke-opacity="${pixel(opacity)}"${dashed} d="${path.join('')}"/>\n`;
    })
    .reverse()
    .join('');
}

function boundaryPath({ boundary }: PlanarPicture, frame: Frame): string {
  if (boundary.length === 0) return '';
  const path: string[] = [];
  for (let k = 0; k < boundary.length; k += 4) {
    const [x0, y0, x1, y1] = boundary.subarray(k, k + 4) as unknown as [number, number, number, number];
    path.push(`M${pixel(frame.x(x0))},${pixel(frame.y(y0))}L${pixel(frame.x(x1))},${pixel(frame.y(y1))}`);
  }
  const line = (colour: string, width: number) =>
    `<path class="boundary" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" d="${path.join('')}"/>\n`;
  return line('#fff', 3.8) + line('#000', 1.8);
}

/** Loops dashed over everything, points of components as rings. */
function cyclePaths({ cycles }: SvgRequest, frame: Frame): string {
  if (cycles === undefined) return '';
  const { loops, seeds } = cycles;
  const path: string[] = [];
  for (let k = 0; k < loops.length; k += 4) {
    const [x0, y0, x1, y1] = loops.subarray(k, k + 4) as unknown as [number, number, number, number];
    path.push(`M${pixel(frame.x(x0))},${pixel(frame.y(y0))}L${pixel(frame.x(x1))},${pixel(frame.y(y1))}`);
  }
  const colour = cssColour(CYCLE);
  const lines =
    path.length === 0
      ? ''
      : `<path class="loops" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="5 3" d="${path.join('')}"/>\n`;
  const rings: string[] = [];
  for (let k = 0; k < seeds.length; k += 2) {
    rings.push(
      `<circle class="component" cx="${pixel(frame.x(seeds[k]!))}" cy="${pixel(frame.y(seeds[k + 1]!))}" r="4" fill="#fff" stroke="${colour}" stroke-width="1.6"/>\n`,
    );
  }
  return lines + rings.join('');
}

function axes({ names }: SvgRequest, { left, width, height, ticks, x, y }: Frame): string {
  const axis = (k: 0 | 1, at: (value: number) => number) => ({ name: names[k], ticks: ticks[k], at });
  return `${axesSvg({ left, top: TOP, width, height }, axis(0, x), axis(1, y))}\n`;
}

const MARKER = 3.6;

/** Points of one kind are drawn in so many turns with the others, so that no kind hides another one. */
const TURNS = 32;

/** A light halo and a dark outline show a mark on every fill. */
function marker(kind: number, fill: string, x: number, y: number, radius = MARKER): string {
  const path = markerPath(kind, x, y, radius);
  if (radius < MARKER)
    return `<path class="point kind-${kind}" fill="${fill}" stroke="#111" stroke-width="0.5" d="${path}"/>`;
  return `<path fill="#fff" stroke="#fff" stroke-width="3" d="${path}"/><path class="point kind-${kind}" fill="${fill}" stroke="#111" d="${path}"/>`;
}

interface Mark {
  readonly kind: number;
  readonly x: number;
  readonly y: number;
}

/** Squares, many in one path. */
function smallMarks(marks: readonly Mark[], fills: readonly string[], radius: number): string[] {
  const turn = Math.ceil(marks.length / TURNS);
  const side = pixel(2 * radius);
  const tenth = (value: number) => String(Math.round(10 * value) / 10);
  return Array.from({ length: TURNS }, (_, k) => marks.slice(k * turn, (k + 1) * turn)).flatMap((some) =>
    fills.map((fill, kind) => {
      const path = some
        .filter((mark) => mark.kind === kind)
        .map(({ x, y }) => `M${tenth(x - radius)},${tenth(y - radius)}h${side}v${side}h-${side}Z`);
      return path.length === 0 ? '' : `<path class="points kind-${kind}" fill="${fill}" d="${path.join('')}"/>`;
    }),
  );
}

/** The data points, and those that the slice was laid through with their names. */
function pointMarks({ picture, points = NO_POINTS }: SvgRequest, frame: Frame, shown: readonly number[]): string {
  const { places, kinds, given } = points;
  const fills = points.names.map((_, kind) => cssColour(pointFill(points, kind, shown)));
  const { lower, upper } = picture.window;
  const inside = kinds.flatMap((kind, k) => {
    const [x, y] = [places[2 * k]!, places[2 * k + 1]!];
    const isInside = x >= lower[0] && x <= upper[0] && y >= lower[1] && y <= upper[1];
    return isInside ? [{ kind, x: frame.x(x), y: frame.y(y) }] : [];
  });
  const radius = markerRadius(inside.length, frame.width * frame.height, MARKER);
  const marks =
    radius < SMALLEST_SHAPE
      ? smallMarks(inside, fills, radius)
      : inside.map(({ kind, x, y }) => marker(kind, fills[kind]!, x, y, radius));
  const named = given.map(({ x, y, name }) => {
    const [column, row] = [frame.x(x), frame.y(y)];
    const right = x > picture.window.lower[0] && column > frame.left + frame.width - 24;
    const low = row < TOP + 18;
    const at = `x="${pixel(column + (right ? -9 : 9))}" y="${pixel(row + (low ? 15 : -6))}"${right ? ' text-anchor="end"' : ''}`;
    const cross = `M${pixel(column - 5)},${pixel(row)}h10M${pixel(column)},${pixel(row - 5)}v10`;
    return `<path class="given" d="${cross}" stroke="#fff" stroke-width="4"/><path d="${cross}" stroke="#111" stroke-width="1.6"/><text ${at} font-weight="bold" stroke="#fff" stroke-width="3">${escapeHtml(name)}</text><text class="given" ${at} font-weight="bold">${escapeHtml(name)}</text>`;
  });
  return marks.join('') + named.join('');
}

/** What rings and dashed loops mean. */
function cyclesLegend({ cycles }: SvgRequest, frame: Frame, row: number): Legend {
  const [hasRings, hasLoops] = [(cycles?.seeds.length ?? 0) > 0, (cycles?.loops.length ?? 0) > 0];
  if (!hasRings && !hasLoops) return { svg: '', rows: 0 };
  const colour = cssColour(CYCLE);
  const top = TOP + frame.height + 58 + ROW * row;
  const [ring, loop] = [frame.left + 116, frame.left + (hasRings ? 310 : 110)];
  const rings = `<circle cx="${pixel(ring)}" cy="${pixel(top - 4)}" r="4" fill="#fff" stroke="${colour}" stroke-width="1.6"/><text x="${pixel(ring + 12)}" y="${pixel(top)}">a point of each component</text>`;
  const loops = `<path d="M${pixel(loop)},${pixel(top - 4.5)}h18" stroke="${colour}" stroke-width="2" stroke-dasharray="5 3"/><text x="${pixel(loop + 23)}" y="${pixel(top)}">a loop around each hole</text>`;
  return {
    svg: `<text x="${frame.left}" y="${pixel(top)}">regions</text>${hasRings ? rings : ''}${hasLoops ? loops : ''}\n`,
    rows: 1,
  };
}

/** What the marks of classes mean, below the other legend. */
function pointsLegend({ points = NO_POINTS }: SvgRequest, frame: Frame, shown: readonly number[], row: number): Legend {
  if (points.kinds.length === 0) return { svg: '', rows: 0 };
  const items = points.names.map((name, kind) => ({
    name: name === '' ? `${points.kinds.length} points` : name,
    fill: cssColour(pointFill(points, kind, shown)),
    kind,
  }));
  return kindsLegend(frame, 'data', items, 'marker', row);
}

/** The picture as an SVG document: the same bytes for the same picture. */
export function planarSvg(request: SvgRequest): string {
  const frame = frameOf(request.picture);
  const { svg, legend } = fillsOf(request, frame);
  const shown = classesShown(request.picture);
  const data = pointsLegend(request, frame, shown, legend.rows);
  const cycles = cyclesLegend(request, frame, legend.rows + data.rows);
  const width = frame.left + frame.width + frame.right;
  const height = Math.round(TOP + frame.height + BELOW - 14 + ROW * (legend.rows + data.rows + cycles.rows - 1));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" fill="#222">
<title id="title">${escapeHtml(request.title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${legend.svg}${data.svg}${cycles.svg}<clipPath id="window"><rect x="${frame.left}" y="${TOP}" width="${frame.width}" height="${pixel(frame.height)}"/></clipPath>
<g clip-path="url(#window)">
<g stroke-width="0.5" stroke-linejoin="round">
${svg}</g>
${creases(request, frame)}${boundaryPath(request.picture, frame)}${cyclePaths(request, frame)}${pointMarks(request, frame, shown)}</g>
${axes(request, frame)}</svg>
`;
}
