/**
 * The interactive picture of a partition in the plane.
 *
 * Pointer: drag moves, wheel and pinch zoom, hovering tells about a cell, a click keeps it. Keyboard, on the picture: arrows
 * go to the neighbouring cell in that direction, + - 0 zoom, Enter keeps the cell, Escape lets go.
 */
import { select } from 'd3-selection';
import { type D3ZoomEvent, zoom as d3Zoom, type ZoomTransform, zoomIdentity } from 'd3-zoom';
import type { PlanarPictureData } from '../encoding/index.js';
import { type Paint, paintOf } from './colours.js';
import { makeControls, type Settings } from './controls.js';
import { describeCell } from './describe.js';
import { type Growth, growthAfter } from './growth.js';
import { layersHtml, legendHtml } from './legend.js';
import { drawOutline } from './lines.js';
import { locatorOf } from './locate.js';
import { MARGIN } from './margin.js';
import { pointsHtml } from './points.js';
import { Scene, type SceneContent } from './scene.js';
import { pointAt, viewOf } from './view.js';

/** Drawings quicker than this are repeated in every frame, in milliseconds. */
const FRAME = 12;
/** How long a view must rest before a slow drawing, in milliseconds. */
const REST = 90;
/** Deeper zooms leave the range in which doubles tell pixels apart. */
const DEEPEST = 1e11;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function child<K extends keyof HTMLElementTagNameMap>(parent: Element, tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}

/** Builds the viewer inside an element. @returns what stops it */
export function planarViewer(root: HTMLElement, data: PlanarPictureData): () => void {
  const { header, arrays } = data;
  const locator = locatorOf(data);
  const settings: Settings = {
    mode: header.colouring as Settings['mode'],
    output: 0,
    layers: header.widths.length,
    creases: true,
    boundary: arrays.boundary.length > 0,
    cycles: arrays.loops !== undefined,
    points: arrays.pointKinds.length > 0 || header.points.given.length > 0,
  };
  root.replaceChildren();
  let growth: Growth = growthAfter(data, settings.layers);
  let paint: Paint | undefined;
  let zoom: ZoomTransform = zoomIdentity;
  let hovered: number | undefined;
  let kept: number | undefined;
  let frame = 0;
  let resting = 0;

  const controls = makeControls(header, settings, { change: restyle, zoom: zoomBy });
  root.append(controls.element);
  const body = child(root, 'div', 'viewer-body');
  const column = child(body, 'div', 'viewer-stage');
  const stage = child(column, 'div', 'stage');
  const canvas = child(stage, 'canvas', 'scene');
  const overlay = child(stage, 'canvas', 'overlay');
  const legend = child(column, 'div', 'legend');
  const panel = child(body, 'aside', 'cell-panel screen-only');
  panel.setAttribute('aria-live', 'polite');
  panel.setAttribute('aria-label', 'the cell under the pointer');
  overlay.tabIndex = 0;
  overlay.setAttribute('role', 'application');
  overlay.setAttribute('aria-label', `${header.label}. Arrow keys go from cell to cell, plus and minus zoom.`);
  const scene = new Scene(canvas, data, locator);

  function content(): SceneContent {
    const width = Math.max(200, Math.floor(column.clientWidth - MARGIN.left - MARGIN.right));
    const [horizontal, vertical] = header.axes;
    const shape = (vertical.upper - vertical.lower) / (horizontal.upper - horizontal.lower);
    // Nearly square windows keep their shape; others are stretched into a readable one.
    const height = Math.round(width * (shape > 0.4 && shape < 1.4 ? shape : 0.8));
    const ink = getComputedStyle(root).color;
    return {
      paint,
      layers: settings.layers,
      creases: settings.creases,
      boundary: settings.boundary,
      cycles: settings.cycles,
      points: settings.points,
      width,
      height,
      ink,
    };
  }

  function restyle() {
    growth = growthAfter(data, settings.layers);
    paint = paintOf(data, settings.mode, settings.output, growth);
    legend.innerHTML = `${paint === undefined ? layersHtml(header.widths.length) : legendHtml(paint.legend)}${settings.points ? pointsHtml(data) : ''}`;
    controls.tell(settings.layers, growth.count);
    draw();
    tell();
  }

  function draw() {
    scene.draw(content(), zoom);
    mark();
  }

  /** The view has moved: draw in the next frame if that is quick, else when it rests. */
  function moved() {
    cancelAnimationFrame(frame);
    clearTimeout(resting);
    frame = requestAnimationFrame(() => {
      if (scene.cost < FRAME) return draw();
      scene.move(content(), zoom);
      mark();
      resting = window.setTimeout(draw, REST);
    });
  }

  function mark() {
    overlay.width = canvas.width;
    overlay.height = canvas.height;
    overlay.style.width = canvas.style.width;
    overlay.style.height = canvas.style.height;
    const cell = hovered ?? kept;
    if (cell === undefined) return;
    const { ratio } = scene;
    const now = content();
    const context = overlay.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, MARGIN.left * ratio, MARGIN.top * ratio);
    context.beginPath();
    context.rect(0, 0, now.width * ratio, now.height * ratio);
    context.clip();
    drawOutline(context, data, scene.view(now, zoom), { cell, growth, ratio });
  }

  function tell() {
    const cell = hovered ?? kept;
    root.dataset.cell = cell === undefined ? '' : `${cell}`;
    panel.innerHTML =
      cell === undefined
        ? '<p class="note">Point at a cell, or tab to the picture and use the arrow keys: here stand its pattern, its affine map, its facets and a point inside. A click keeps it.</p>'
        : describeCell(data, cell, growth);
  }

  function hover(cell: number | undefined) {
    if (cell === hovered) return;
    hovered = cell;
    mark();
    tell();
  }

  function keep(cell: number | undefined) {
    kept = cell;
    hovered = undefined;
    mark();
    tell();
  }

  function cellAt(event: PointerEvent | MouseEvent): number | undefined {
    const box = overlay.getBoundingClientRect();
    const { width, height } = content();
    const column = event.clientX - box.left - MARGIN.left;
    const row = event.clientY - box.top - MARGIN.top;
    if (column < 0 || row < 0 || column > width || row > height) return undefined;
    return locator.at(...pointAt(viewOf(header, width, height, zoom, 1), column, row));
  }

  const zooming = d3Zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([1, DEEPEST])
    .extent(() => {
      const { width, height } = content();
      return [
        [0, 0],
        [width, height],
      ];
    })
    .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      zoom = event.transform;
      moved();
    });
  const selection = select(overlay);

  /** @param factor 0 shows everything */
  function zoomBy(factor: number) {
    if (factor === 0) zooming.transform(selection, zoomIdentity);
    else zooming.scaleBy(selection, factor);
  }

  function limit() {
    const { width, height } = content();
    zooming.translateExtent([
      [0, 0],
      [width, height],
    ]);
  }

  /** The neighbour across the edge that looks most in a direction. */
  function neighbourTowards(cell: number, [dx, dy]: readonly [number, number]): number | undefined {
    const { x, y, start, corners, neighbour } = arrays;
    let best: number | undefined;
    let most = 0;
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      if (neighbour[k]! < 0) continue;
      const a = corners[k]!;
      const b = corners[k + 1 === start[cell + 1] ? start[cell]! : k + 1]!;
      // Counterclockwise: the outward normal is to the right of the edge.
      const [nx, ny] = [y[b]! - y[a]!, x[a]! - x[b]!];
      const towards = (nx * dx + ny * dy) / Math.hypot(nx, ny);
      if (towards > most) {
        most = towards;
        best = neighbour[k]!;
      }
    }
    return best;
  }

  function centre(): number | undefined {
    const { width, height } = content();
    return locator.at(...pointAt(viewOf(header, width, height, zoom, 1), width / 2, height / 2));
  }

  overlay.addEventListener('pointermove', (event) => hover(cellAt(event)));
  overlay.addEventListener('pointerleave', () => hover(undefined));
  overlay.addEventListener('click', (event) => keep(cellAt(event)));
  overlay.addEventListener('focus', () => {
    if (kept === undefined && hovered === undefined && overlay.matches(':focus-visible')) keep(centre());
  });
  overlay.addEventListener('keydown', (event) => {
    const direction = DIRECTIONS[event.key];
    const from = kept ?? hovered ?? centre();
    if (direction !== undefined && from !== undefined) keep(neighbourTowards(from, direction) ?? from);
    else if (event.key === '+' || event.key === '=') zoomBy(2);
    else if (event.key === '-') zoomBy(0.5);
    else if (event.key === '0') zoomBy(0);
    else if (event.key === 'Enter') keep(from);
    else if (event.key === 'Escape') keep(undefined);
    else return;
    event.preventDefault();
  });
  panel.addEventListener('click', (event) => {
    const target = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
    if (target !== null) keep(Number(target.dataset.cell));
  });

  selection.call(zooming).on('dblclick.zoom', null);
  const resized = new ResizeObserver(() => {
    limit();
    draw();
  });
  resized.observe(column);
  const queries = ['(prefers-color-scheme: dark)', 'print'].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener('change', draw);
  limit();
  restyle();
  return () => {
    resized.disconnect();
    for (const query of queries) query.removeEventListener('change', draw);
    cancelAnimationFrame(frame);
    clearTimeout(resting);
  };
}
