/**
 * The picture on its canvas: fills, creases, boundary and axes for one view.
 *
 * A drawing that takes longer than a frame is not repeated while the view moves: the last one is shown moved and scaled,
 * and drawn anew when the view rests.
 */
import type { PlanarPictureData } from '../encoding/index.js';
import { drawAxes } from './axes.js';
import type { Paint } from './colours.js';
import { type CreaseLook, darkenCreases, drawBoundary, drawCreases } from './lines.js';
import type { Locator } from './locate.js';
import { MARGIN } from './margin.js';
import { drawPoints } from './points.js';
import { type Spans, spansOf } from './raster.js';
import { Strokes } from './strokes.js';
import { seen, type View, viewOf, type Zoom } from './view.js';

export interface SceneContent {
  readonly paint: Paint | undefined;
  readonly layers: number;
  readonly creases: boolean;
  readonly boundary: boolean;
  readonly points: boolean;
  /** CSS pixels of the plot area. */
  readonly width: number;
  readonly height: number;
  readonly ink: string;
  /** What lies behind everything; default: what is behind the canvas. */
  readonly paper?: string;
}

/** Zooms beyond this see so few cells that the index finds them quicker than a pass over all. */
const CLOSE = 1.5;

export class Scene {
  private readonly context: CanvasRenderingContext2D;
  /** The last drawing of the plot area, for views that move. */
  private readonly picture = document.createElement('canvas');
  private isPictured = false;
  private drawnZoom: Zoom = { k: 1, x: 0, y: 0 };
  private image: ImageData | undefined;
  private readonly strokes = new Strokes();
  private spans: (Spans & { readonly view: View; readonly cells: number }) | undefined;
  /** What the margins show. */
  private axes = '';
  /** Milliseconds of the last full drawing. */
  cost = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private data: PlanarPictureData,
    private locator: Locator,
  ) {
    this.context = canvas.getContext('2d')!;
  }

  /** Takes another picture in the place of this one. */
  replace(data: PlanarPictureData, locator: Locator): void {
    this.data = data;
    this.locator = locator;
    this.spans = undefined;
  }

  get ratio(): number {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  /** The upper left corner of the plot area, in pixels of the canvas. */
  get origin(): readonly [column: number, row: number] {
    return [Math.round(MARGIN.left * this.ratio), Math.round(MARGIN.top * this.ratio)];
  }

  view(content: SceneContent, zoom: Zoom): View {
    return viewOf(this.data.header, content.width, content.height, zoom, this.ratio);
  }

  /** Draws everything for a view. */
  draw(content: SceneContent, zoom: Zoom): void {
    const began = performance.now();
    const view = this.view(content, zoom);
    this.drawMargins(content, view);
    const { context } = this;
    const { cells: count } = this.spansFor(view, zoom);
    const creases: CreaseLook | undefined = content.creases
      ? { layers: content.layers, ratio: this.ratio, count }
      : undefined;
    context.save();
    this.clip(view);
    if (content.paint !== undefined) this.fill(content.paint, view, creases);
    else {
      this.clear(content, view.width, view.height);
      if (creases !== undefined) drawCreases(context, this.data, view, creases);
    }
    if (content.boundary) drawBoundary(context, this.data, view, this.ratio);
    if (content.points) drawPoints(context, this.data, view, this.ratio);
    context.restore();
    this.drawnZoom = zoom;
    this.isPictured = false;
    this.cost = performance.now() - began;
  }

  /** Shows the last drawing, with what has been drawn over it, as it looks in another view. */
  move(content: SceneContent, zoom: Zoom): void {
    const { context, picture, ratio, origin, drawnZoom } = this;
    const view = this.view(content, zoom);
    if (!this.isPictured) {
      resize(picture, view.width, view.height);
      const copy = picture.getContext('2d')!;
      copy.clearRect(0, 0, view.width, view.height);
      copy.drawImage(this.canvas, -origin[0], -origin[1]);
      this.isPictured = true;
    }
    this.drawMargins(content, view);
    const scale = zoom.k / drawnZoom.k;
    context.save();
    this.clip(view);
    this.clear(content, view.width, view.height);
    context.imageSmoothingEnabled = scale !== 1;
    context.drawImage(
      picture,
      ratio * (zoom.x - scale * drawnZoom.x),
      ratio * (zoom.y - scale * drawnZoom.y),
      view.width * scale,
      view.height * scale,
    );
    context.restore();
  }

  /** The plot area's own pixels, and nothing outside of it. */
  private clip({ width, height }: View) {
    const { context, origin } = this;
    context.setTransform(1, 0, 0, 1, ...origin);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
  }

  private clear({ paper }: SceneContent, width: number, height: number) {
    const { context } = this;
    context.clearRect(0, 0, width, height);
    if (paper === undefined) return;
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
  }

  private fill(paint: Paint, view: View, creases: CreaseLook | undefined) {
    const { context, origin } = this;
    const image = this.imageOf(view);
    const colours = new Uint32Array(image.data.buffer);
    colours.fill(0);
    paint.fill(this.spans!, view, colours);
    if (creases !== undefined) darkenCreases(colours, this.strokes, this.data, view, creases);
    context.putImageData(image, ...origin);
  }

  private imageOf({ width, height }: View): ImageData {
    if (this.image?.width === width && this.image.height === height) return this.image;
    return (this.image = this.context.createImageData(width, height));
  }

  private spansFor(view: View, zoom: Zoom) {
    if (this.spans !== undefined && sameView(this.spans.view, view)) return this.spans;
    const { cells } = this.data.header;
    const visible = zoom.k > CLOSE ? this.locator.within(seen(view)) : Array.from({ length: cells }, (_, cell) => cell);
    this.spans = { ...spansOf(this.data.arrays, view, visible), view, cells: visible.length };
    return this.spans;
  }

  /** Ticks and their texts, which stay while the view does. */
  private drawMargins(content: SceneContent, view: View) {
    const { canvas, context, ratio, origin } = this;
    const { width, height, ink, paper } = content;
    const { axes } = this.data.header;
    const full = { width: width + MARGIN.left + MARGIN.right, height: height + MARGIN.top + MARGIN.bottom };
    const isNew = resize(canvas, Math.round(full.width * ratio), Math.round(full.height * ratio));
    const drawn = JSON.stringify([view, ink, paper, axes]);
    if (!isNew && drawn === this.axes) return;
    this.axes = drawn;
    canvas.style.width = `${full.width}px`;
    canvas.style.height = `${full.height}px`;
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.clear(content, canvas.width, canvas.height);
    context.setTransform(ratio, 0, 0, ratio, ...origin);
    drawAxes(context, this.data.header, view, ratio, ink);
  }
}

/** A canvas that has the size already keeps its memory, and what is on it. @returns whether it is new */
function resize(canvas: HTMLCanvasElement, width: number, height: number): boolean {
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

function sameView(a: View, b: View): boolean {
  return (
    a.left === b.left &&
    a.top === b.top &&
    a.scaleX === b.scaleX &&
    a.scaleY === b.scaleY &&
    a.width === b.width &&
    a.height === b.height
  );
}
