/**
 * Where a network is unsafe as a static SVG, for papers: the partition, its unsafe parts, and the point that matters. With three inputs
 * the planes through that point stand side by side.
 */
import { toDouble } from '../../exact/index.js';
import { axesSvg, escapeHtml, linearTicks, pixel } from '../encoding/index.js';
import { type DrawnPoint, drawn, type UnsafePicture } from '../picture/index.js';

/** A point of all inputs, and what it is. */
export interface NotedPoint {
  readonly place: readonly number[];
  readonly name: string;
}

export interface UnsafeSvgRequest {
  readonly pictures: readonly UnsafePicture[];
  readonly title: string;
  readonly point?: NotedPoint;
}

const PLOT = 420;
const LEFT = 62;
const TOP = 30;
const RIGHT = 22;
const PANEL = LEFT + PLOT + RIGHT;
const BOTTOM = TOP + PLOT;
const HEIGHT = BOTTOM + 72;
/** Okabe and Ito 2008: told apart with any colour vision. */
const UNSAFE = '#e69f00';
const POINT = '#0072b2';

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly at: (value: number) => number;
}

function scaleOf({ window: { lower, upper } }: UnsafePicture, axis: 0 | 1): Scale {
  const [low, high] = [toDouble(lower[axis]!), toDouble(upper[axis]!)];
  // Of a window narrower than doubles tell apart nothing is seen but its middle.
  const part = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  return { low, high, at: (value) => (axis === 0 ? LEFT + PLOT * part(value) : BOTTOM - PLOT * part(value)) };
}

/** "inputs 0 and 2, input 1 = 0.25" */
export function planeText({ axes: [x, y], at }: UnsafePicture): string {
  const where = at.map(([input, value]) => `, input ${input} = ${toDouble(value)}`).join('');
  return `inputs ${x} and ${y}${where}`;
}

const AREA = { left: LEFT, top: TOP, width: PLOT, height: PLOT };

function axes({ axes: [across, upright] }: UnsafePicture, x: Scale, y: Scale): string {
  const axis = (input: number, { low, high, at }: Scale, direction: 'across' | 'upright') => ({
    name: `input ${input}`,
    ticks: linearTicks(low, high, PLOT, direction, 5),
    at,
  });
  return axesSvg(AREA, axis(across, x, 'across'), axis(upright, y, 'upright'));
}

function panel(picture: UnsafePicture, point: NotedPoint | undefined): string {
  const [x, y] = [scaleOf(picture, 0), scaleOf(picture, 1)];
  const place = ([a, b]: DrawnPoint) => `${pixel(x.at(a))},${pixel(y.at(b))}`;
  const outline = (corners: readonly DrawnPoint[]) => `M${corners.map(place).join('L')}Z`;
  const unsafe = picture.unsafe.map((corners) => outline(corners.map(drawn))).join('');
  const creases = picture.cells.flatMap(({ corners, creases: own }) =>
    own.map(([a, b]) => `M${place(drawn(corners[a]!))}L${place(drawn(corners[b]!))}`),
  );
  const size = PLOT / Math.sqrt(Math.max(1, picture.cells.length));
  const ring = point && [point.place[picture.axes[0]]!, point.place[picture.axes[1]]!];
  const mark =
    ring === undefined
      ? ''
      : `<circle class="point" cx="${pixel(x.at(ring[0]!))}" cy="${pixel(y.at(ring[1]!))}" r="5" fill="none" stroke="${POINT}" stroke-width="2.5"/>\n`;
  return `<text x="${LEFT}" y="${TOP - 10}">${escapeHtml(planeText(picture))}</text>
<path class="unsafe" fill="${UNSAFE}" stroke="${UNSAFE}" stroke-width="0.5" stroke-linejoin="round" d="${unsafe}"/>
<path class="creases" fill="none" stroke="#101418" stroke-width="0.6" stroke-opacity="${pixel(Math.max(0.2, Math.min(0.8, size / 14)))}" d="${creases.join('')}"/>
${mark}${axes(picture, x, y)}`;
}

function legend({ pictures, point }: UnsafeSvgRequest): string {
  const polygons = pictures.reduce((sum, { unsafe }) => sum + unsafe.length, 0);
  const cells = pictures.reduce((sum, picture) => sum + picture.cells.length, 0);
  const top = BOTTOM + 58;
  const text = `unsafe: ${polygons} ${polygons === 1 ? 'polygon' : 'polygons'} in ${cells} ${cells === 1 ? 'cell' : 'cells'}`;
  const noted =
    point === undefined
      ? ''
      : `<circle cx="${LEFT + 256}" cy="${top - 4}" r="5" fill="none" stroke="${POINT}" stroke-width="2.5"/><text x="${LEFT + 268}" y="${top}">${escapeHtml(point.name)}${pictures.length > 1 ? ', through which the planes lie' : ''}</text>`;
  return `<rect x="${LEFT}" y="${top - 11}" width="13" height="13" fill="${UNSAFE}" stroke="#666"/><text x="${LEFT + 18}" y="${top}">${text}</text>${noted}`;
}

/** The pictures as one SVG document: the same bytes for the same pictures. There is at least one. */
export function unsafeSvg(request: UnsafeSvgRequest): string {
  const { pictures, title, point } = request;
  const width = PANEL * pictures.length;
  const panels = pictures.map(
    (picture, k) => `<g transform="translate(${k * PANEL} 0)">\n${panel(picture, point)}\n</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-labelledby="title" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" fill="#222">
<title id="title">${escapeHtml(title)}</title>
<rect width="${width}" height="${HEIGHT}" fill="#fff"/>
${panels.join('\n')}
${legend(request)}
</svg>
`;
}
