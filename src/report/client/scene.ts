/**
 * The picture on its canvas: fills, creases, boundary and axes for one view.
 *
 * A drawing that takes longer than a frame is not repeated while the view moves: the last one is shown moved and scaled,
 * and drawn anew when the view rests.
 */
import type { PlanarPictureData } from '../encoding/index.js';
import { drawAxes } from './axes.js';
import type { Paint } from './colours.js';
import { drawBoundary, drawCreases } from './lines.js';
import type { Locator } from './locate.js';
import { MARGIN } from './margin.js';
import { drawPoints } from './points.js';
import { cellsAtPixels } from './raster.js';
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
}

/** Zooms beyond this see so few cells that the index finds them quicker than a pass over all. */
const CLOSE = 1.5;

export class Scene {
  private readonly context: CanvasRenderingContext2D;
  private readonly picture = document.createElement('canvas');
  private pictureZoom: Zoom = { k: 1, x: 0, y: 0 };
  private pixels: { readonly view: View; readonly cells: Int32Array; readonly count: number } | undefined;
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
    this.pixels = undefined;
  }

  get ratio(): number {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  view(content: SceneContent, zoom: Zoom): View {
    return viewOf(this.data.header, content.width, content.height, zoom, this.ratio);
  }

  /** Draws everything for a view. */
  draw(content: SceneContent, zoom: Zoom): void {
    const began = performance.now();
    const view = this.view(content, zoom);
    resize(this.picture, view.width, view.height);
    const context = this.picture.getContext('2d')!;
    context.clearRect(0, 0, view.width, view.height);
    const { cells, count } = this.cellsOf(view, zoom);
    if (content.paint !== undefined) {
      const image = context.createImageData(view.width, view.height);
      content.paint.fill(cells, view, new Uint32Array(image.data.buffer));
      context.putImageData(image, 0, 0);
    }
    if (content.creases) {
      const style = content.paint === undefined ? 'layers' : 'dark';
      drawCreases(context, this.data, view, { layers: content.layers, style, ratio: this.ratio, count });
    }
    if (content.boundary) drawBoundary(context, this.data, view, this.ratio);
    if (content.points) drawPoints(context, this.data, view, this.ratio);
    this.pictureZoom = zoom;
    this.show(content, zoom);
    this.cost = performance.now() - began;
  }

  /** Shows the last drawing as it looks in another view. */
  move(content: SceneContent, zoom: Zoom): void {
    this.show(content, zoom);
  }

  private cellsOf(view: View, zoom: Zoom) {
    if (this.pixels !== undefined && sameView(this.pixels.view, view)) return this.pixels;
    const { cells } = this.data.header;
    const visible = zoom.k > CLOSE ? this.locator.within(seen(view)) : Array.from({ length: cells }, (_, cell) => cell);
    this.pixels = { view, cells: cellsAtPixels(this.data.arrays, view, visible), count: visible.length };
    return this.pixels;
  }

  private show(content: SceneContent, zoom: Zoom) {
    const { canvas, context, ratio, picture } = this;
    const { width, height } = content;
    const full = { width: width + MARGIN.left + MARGIN.right, height: height + MARGIN.top + MARGIN.bottom };
    canvas.style.width = `${full.width}px`;
    canvas.style.height = `${full.height}px`;
    resize(canvas, Math.round(full.width * ratio), Math.round(full.height * ratio));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(ratio, 0, 0, ratio, MARGIN.left * ratio, MARGIN.top * ratio);
    const scale = zoom.k / this.pictureZoom.k;
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    context.imageSmoothingEnabled = scale !== 1;
    context.drawImage(
      picture,
      zoom.x - scale * this.pictureZoom.x,
      zoom.y - scale * this.pictureZoom.y,
      width * scale,
      height * scale,
    );
    context.restore();
    drawAxes(context, this.data.header, this.view(content, zoom), ratio, content.ink);
  }
}

/** A canvas that has the size already keeps its memory. */
function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
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
