/**
 * One picture on the page: drawn, zoomed, pointed at.
 *
 * Pointer: drag moves, wheel and pinch zoom, hovering tells about a cell, a click keeps it. Keyboard: arrows go to the
 * neighbouring cell, + - 0 zoom, Enter keeps the cell, Escape lets go.
 */
import { select } from 'd3-selection';
import { type D3ZoomEvent, zoom as d3Zoom, type ZoomTransform, zoomIdentity } from 'd3-zoom';
import {
  drawAxes,
  drawOutline,
  type Growth,
  growthAfter,
  type Legend,
  lateLocatorOf,
  MARGIN,
  type Paint,
  paintOf,
  pointAt,
  Scene,
  type SceneContent,
  type View,
  viewOf,
} from '../../report/client/index.js';
import type { PlanarHeader, PlanarPictureData } from '../../report/encoding/index.js';
import type { CellsPicture, FieldPicture, Picture, ViewState } from '../model/index.js';
import { make } from './element.js';
import { drawCorners, drawZeroLine, Marks } from './marks.js';
import { balanced, magnitudeOf, paintField, type Scale, SIGNS, SQUASHED, signedPaint } from './paint.js';

/** Drawings quicker than this are repeated in every frame, in milliseconds. */
const FRAME = 24;
const REST = 90;
/** How long after a drawing the index of its cells is made, in milliseconds. */
const PREPARE = 40;
/** Room for the legend below a picture, in pixels. */
const BELOW = 44;
/** Deeper zooms leave the range in which doubles tell pixels apart. */
const DEEPEST = 1e11;

export interface Shown {
  readonly picture: Picture;
  /** x, y, target, .. */
  readonly points: Float64Array;
  readonly view: ViewState;
  /** What the output is: of a classification in training, of a regression, or of a network from a file. */
  readonly meaning: 'class' | 'number' | 'file';
  /** Another picture over this one: a neuron's pre-activation. */
  readonly over: CellsPicture | undefined;
}

export interface StageEvents {
  readonly hover: (cell: number | undefined) => void;
  readonly keep: (cell: number | undefined) => void;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A header for the axes of a picture without cells. */
function axesOf({ window }: FieldPicture): PlanarHeader {
  const axes = [
    { name: 'x0', lower: window.x[0], upper: window.x[1] },
    { name: 'x1', lower: window.y[0], upper: window.y[1] },
  ] as const;
  return { axes } as unknown as PlanarHeader;
}

export class Stage {
  readonly element: HTMLElement;
  private readonly canvas = make('canvas', { class: 'scene' });
  private readonly overlay = make('canvas', { class: 'overlay', role: 'application', name: 'picture' });
  private readonly frame = make('div', { class: 'stage' }, this.canvas, this.overlay);
  private scene: Scene | undefined;
  private shown: Shown | undefined;
  private data: PlanarPictureData | undefined;
  private locator: ReturnType<typeof lateLocatorOf> | undefined;
  private growth: Growth | undefined;
  private paint: Paint | undefined;
  private scale: Scale = SQUASHED;
  private transform: ZoomTransform = zoomIdentity;
  private hovered: number | undefined;
  private kept: number | undefined;
  private size = { width: 300, height: 300 };
  private room = { width: 300, above: 0 };
  private pending = 0;
  private resting = 0;
  private preparing = 0;
  private readonly zooming;
  private readonly marks = new Marks();
  /** Whether the frame's place on the page may have changed. */
  private isMoved = true;
  private colours = { ink: '', paper: '' };
  /** Whether something is drawn on the overlay. */
  private isMarked = false;
  /** Milliseconds of the last drawing. */
  cost = 0;

  constructor(
    name: string,
    private readonly events: StageEvents,
  ) {
    this.element = make('div', { class: 'stage-frame', name }, this.frame);
    this.overlay.tabIndex = 0;
    this.overlay.addEventListener('pointermove', (event) => this.hover(this.cellAt(event)));
    this.overlay.addEventListener('pointerleave', () => this.hover(undefined));
    this.overlay.addEventListener('click', (event) => this.keep(this.cellAt(event)));
    this.overlay.addEventListener('keydown', (event) => this.key(event));
    this.zooming = d3Zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([1, DEEPEST])
      .extent(() => [
        [0, 0],
        [this.size.width, this.size.height],
      ])
      .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.transform = event.transform;
        this.moved();
      });
    select(this.overlay).call(this.zooming).on('dblclick.zoom', null);
    new ResizeObserver(() => this.restage()).observe(this.element);
  }

  /** Draws anew where the page may have another size, or other colours. */
  restage(): void {
    this.isMoved = true;
    this.redraw();
  }

  /** The canvas that a film is made of. */
  get film(): HTMLCanvasElement {
    return this.canvas;
  }

  get cell(): number | undefined {
    return this.hovered ?? this.kept;
  }

  /** The picture that cells are told of. */
  get told(): PlanarPictureData | undefined {
    return this.data;
  }

  get layersShown(): Growth | undefined {
    return this.growth;
  }

  get legend(): Legend | undefined {
    return this.shown?.picture.kind === 'field' ? this.scale.legend : this.paint?.legend;
  }

  /** @param live whether the next picture comes at once: then what is slow, and hardly changes, is left as it is */
  show(shown: Shown, live = false): void {
    const before = this.data;
    this.shown = shown;
    const cells = shown.over ?? (shown.picture.kind === 'cells' ? shown.picture : undefined);
    this.data = cells?.data;
    if (cells !== undefined && cells.data !== before) {
      this.locator = lateLocatorOf(cells.data);
      if (this.scene === undefined) this.scene = new Scene(this.canvas, cells.data, this.locator);
      else this.scene.replace(cells.data, this.locator);
    }
    if (this.data !== before && this.data?.header.label !== before?.header.label) {
      // Another partition: numbers of cells mean other cells.
      this.kept = undefined;
      this.hovered = undefined;
    }
    this.restyle(shown);
    if (!live) this.settleLater();
    this.redraw();
    if (live) return;
    this.element.dataset.cost = this.cost.toFixed(1);
    // So that the first pointing is answered as quickly as all others.
    clearTimeout(this.preparing);
    this.preparing = window.setTimeout(() => this.locator?.prepare(), PREPARE);
  }

  private settleLater() {
    this.isMoved = true;
    const { data } = this;
    this.overlay.setAttribute(
      'aria-label',
      data === undefined
        ? 'A smooth network: it has no cells.'
        : `${data.header.label}. ${data.header.cells} cells. Arrow keys go from cell to cell, plus and minus zoom.`,
    );
  }

  private restyle({ view, meaning, over, picture }: Shown) {
    this.scale = meaning === 'class' ? SQUASHED : balanced('output', this.magnitude(picture, view.output));
    const { data } = this;
    if (data === undefined) return;
    const all = data.header.widths.length;
    this.growth = growthAfter(data, view.layers === 0 || over !== undefined ? all : Math.min(all, view.layers));
    const output = Math.min(view.output, data.header.outputs - 1);
    if (over !== undefined) {
      this.paint = signedPaint(data, 0, balanced('pre-activation of the neuron', magnitudeOf(data, 0)));
    } else if (view.mode === 'value' && meaning !== 'file') {
      this.paint = signedPaint(data, output, this.scale);
    } else {
      this.paint = paintOf(data, view.mode, output, this.growth);
    }
  }

  private magnitude(picture: Picture, output: number): number {
    if (picture.kind === 'cells') return magnitudeOf(picture.data, Math.min(output, picture.data.header.outputs - 1));
    return picture.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }

  private content(): SceneContent {
    const { view, over } = this.shown!;
    return {
      paint: this.paint,
      layers: this.growth?.layers ?? 0,
      creases: view.creases,
      boundary: view.boundary || over !== undefined,
      points: false,
      ...this.size,
      ...this.colours,
    };
  }

  /** Asks the page for room and colours, which makes it lay itself out: only where they may have changed. */
  private settle() {
    if (!this.isMoved) return;
    this.isMoved = false;
    this.room = {
      width: Math.max(160, Math.floor(this.element.clientWidth - MARGIN.left - MARGIN.right)),
      above: this.element.getBoundingClientRect().top + window.scrollY + MARGIN.top + MARGIN.bottom,
    };
    const style = getComputedStyle(this.frame);
    this.colours = { ink: style.color, paper: style.backgroundColor };
  }

  /** The plot area fits into the frame; nearly square windows keep their shape. */
  private measure() {
    this.settle();
    const { width, above } = this.room;
    const { header } = this.data ?? { header: axesOf(this.shown!.picture as FieldPicture) };
    const [across, upright] = header.axes;
    const shape = (upright.upper - upright.lower) / (across.upper - across.lower);
    // The whole picture is to be seen below what stands above it.
    const most = Math.max(260, window.innerHeight * 0.55, window.innerHeight - above - BELOW);
    const wanted = width * (shape > 0.4 && shape < 1.6 ? shape : 0.8);
    const height = Math.round(Math.min(wanted, most));
    this.size = { width: Math.round(height < wanted ? width * (height / wanted) : width), height };
    this.zooming.translateExtent([
      [0, 0],
      [this.size.width, this.size.height],
    ]);
  }

  redraw(): void {
    if (this.shown === undefined || this.element.clientWidth === 0) return;
    const began = performance.now();
    this.measure();
    if (this.data === undefined) this.drawField(this.shown.picture as FieldPicture);
    else this.scene!.draw(this.content(), this.transform);
    this.drawOver();
    this.cost = performance.now() - began;
    this.mark();
  }

  private get ratio(): number {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  private get viewNow(): View {
    const { width, height } = this.size;
    const header = this.data?.header ?? axesOf(this.shown!.picture as FieldPicture);
    return viewOf(header, width, height, this.transform, this.ratio);
  }

  /** The upper left corner of the plot area, in pixels of the canvas. */
  private get origin(): readonly [column: number, row: number] {
    return [Math.round(MARGIN.left * this.ratio), Math.round(MARGIN.top * this.ratio)];
  }

  /** The plot area's own coordinates, and nothing outside of it. */
  private clipped(context: CanvasRenderingContext2D) {
    const { ratio, size, origin } = this;
    context.setTransform(1, 0, 0, 1, ...origin);
    context.beginPath();
    context.rect(0, 0, Math.round(size.width * ratio), Math.round(size.height * ratio));
    context.clip();
  }

  private drawOver() {
    const { points, view, meaning, picture, over } = this.shown!;
    const context = this.canvas.getContext('2d')!;
    context.save();
    this.clipped(context);
    if (view.points) {
      this.marks.draw(context, points, this.viewNow, this.ratio, meaning === 'number' ? this.scale : undefined);
    }
    const corners = over === undefined && picture.kind === 'cells' && view.boundary ? picture.corners : undefined;
    if (corners !== undefined && meaning === 'class') drawCorners(context, corners, this.viewNow, this.ratio);
    context.restore();
  }

  private drawField(field: FieldPicture) {
    const { canvas, ratio, size, origin, colours } = this;
    const full = { width: size.width + MARGIN.left + MARGIN.right, height: size.height + MARGIN.top + MARGIN.bottom };
    canvas.style.width = `${full.width}px`;
    canvas.style.height = `${full.height}px`;
    canvas.width = Math.round(full.width * ratio);
    canvas.height = Math.round(full.height * ratio);
    const context = canvas.getContext('2d')!;
    const view = this.viewNow;
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const image = context.createImageData(view.width, view.height);
    const table = this.shown!.view.mode === 'class' ? SIGNS : this.scale.table;
    paintField(new Uint32Array(image.data.buffer), field, view, table);
    context.putImageData(image, ...origin);
    context.save();
    this.clipped(context);
    if (this.shown!.view.boundary) drawZeroLine(context, field, view, ratio);
    context.restore();
    context.setTransform(ratio, 0, 0, ratio, ...origin);
    drawAxes(context, axesOf(field), view, ratio, colours.ink);
  }

  /** The view has moved: draw in the next frame if that is quick, else when it rests. */
  private moved() {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.resting);
    this.pending = requestAnimationFrame(() => {
      if (this.cost < FRAME || this.scene === undefined || this.data === undefined) return this.redraw();
      this.scene.move(this.content(), this.transform);
      this.mark();
      this.resting = window.setTimeout(() => this.redraw(), REST);
    });
  }

  /** The outline of the cell that is told of. */
  private mark() {
    const { overlay, canvas, cell, data, growth, ratio } = this;
    if (overlay.width !== canvas.width || overlay.height !== canvas.height) {
      overlay.width = canvas.width;
      overlay.height = canvas.height;
      overlay.style.width = canvas.style.width;
      overlay.style.height = canvas.style.height;
      this.isMarked = false;
    }
    const isTold = cell !== undefined && data !== undefined && growth !== undefined && cell < data.header.cells;
    if (!isTold && !this.isMarked) return;
    const context = overlay.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, overlay.width, overlay.height);
    this.isMarked = isTold;
    if (!isTold) return;
    context.save();
    this.clipped(context);
    drawOutline(context, data, this.viewNow, { cell, growth, ratio });
    context.restore();
  }

  private cellAt(event: MouseEvent): number | undefined {
    const box = this.overlay.getBoundingClientRect();
    const column = event.clientX - box.left - MARGIN.left;
    const row = event.clientY - box.top - MARGIN.top;
    const { width, height } = this.size;
    if (this.locator === undefined || this.data === undefined) return undefined;
    if (column < 0 || row < 0 || column > width || row > height) return undefined;
    return this.locator.at(...pointAt(viewOf(this.data.header, width, height, this.transform, 1), column, row));
  }

  private hover(cell: number | undefined) {
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.mark();
    this.events.hover(this.cell);
  }

  keep(cell: number | undefined): void {
    this.kept = cell;
    this.hovered = undefined;
    this.mark();
    this.events.keep(cell);
  }

  /** @param factor 0 shows everything */
  zoomBy(factor: number): void {
    if (factor === 0) this.zooming.transform(select(this.overlay), zoomIdentity);
    else this.zooming.scaleBy(select(this.overlay), factor);
  }

  private key(event: KeyboardEvent) {
    const direction = DIRECTIONS[event.key];
    const from = this.cell ?? this.centre();
    if (direction !== undefined && from !== undefined) this.keep(this.neighbourTowards(from, direction) ?? from);
    else if (event.key === '+' || event.key === '=') this.zoomBy(2);
    else if (event.key === '-') this.zoomBy(0.5);
    else if (event.key === '0') this.zoomBy(0);
    else if (event.key === 'Enter') this.keep(from);
    else if (event.key === 'Escape') this.keep(undefined);
    else return;
    event.preventDefault();
  }

  private centre(): number | undefined {
    const { width, height } = this.size;
    if (this.locator === undefined || this.data === undefined) return undefined;
    return this.locator.at(
      ...pointAt(viewOf(this.data.header, width, height, this.transform, 1), width / 2, height / 2),
    );
  }

  /** The neighbour across the edge that looks most in a direction; where neighbours are not known yet, who lies beyond that edge. */
  private neighbourTowards(cell: number, [dx, dy]: readonly [number, number]): number | undefined {
    const { x, y, start, corners, neighbour } = this.data!.arrays;
    let best: number | undefined;
    let most = 0;
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const a = corners[k]!;
      const b = corners[k + 1 === start[cell + 1] ? start[cell]! : k + 1]!;
      // Counterclockwise: the outward normal is to the right of the edge.
      const [nx, ny] = [y[b]! - y[a]!, x[a]! - x[b]!];
      const towards = (nx * dx + ny * dy) / Math.hypot(nx, ny);
      if (!(towards > most)) continue;
      const step = 1 / 100;
      const beyond = [(x[a]! + x[b]!) / 2 + step * nx, (y[a]! + y[b]!) / 2 + step * ny] as const;
      const other = neighbour[k]! >= 0 ? neighbour[k]! : this.locator!.at(...beyond);
      if (other === undefined || other === cell) continue;
      most = towards;
      best = other;
    }
    return best;
  }
}
