/**
 * Thin lines straight into pixels. A path of all creases of ten thousand cells keeps a canvas busy for tens of milliseconds; here
 * each segment costs its length in pixels.
 *
 * How much of a pixel a line covers is taken as across the line times along it: the part of the pixel's width that the line has, seen at
 * right angles, and the part of its column (row, for steep lines) that the segment spans. Segments add up, so that the pieces of
 * a line make a whole one, and a pixel is never covered more than once over.
 */
import type { Rgb } from '../encoding/index.js';
import type { View } from './view.js';

/** Full cover. */
const FULL = 255;

export class Strokes {
  private cover = new Uint8Array(0);
  private width = 0;
  private height = 0;

  /** Begins with nothing covered. */
  begin({ width, height }: View): void {
    this.width = width;
    this.height = height;
    if (this.cover.length === width * height) this.cover.fill(0);
    else this.cover = new Uint8Array(width * height);
  }

  /** A segment between two places in pixels. @param thickness in pixels */
  segment(ax: number, ay: number, bx: number, by: number, thickness: number): void {
    const { width, height } = this;
    if (Math.abs(bx - ax) >= Math.abs(by - ay)) {
      if (ax <= bx) this.run(ax, ay, bx, by, thickness, width, height, 1, width);
      else this.run(bx, by, ax, ay, thickness, width, height, 1, width);
    } else if (ay <= by) this.run(ay, ax, by, bx, thickness, height, width, width, 1);
    else this.run(by, bx, ay, ax, thickness, height, width, width, 1);
  }

  /**
   * A segment that runs along the first coordinate, u, at least as much as along the second, v.
   *
   * @param length how many pixels there are along u, `breadth` along v; `stepU` and `stepV` from one to the next
   */
  private run(
    u0: number,
    v0: number,
    u1: number,
    v1: number,
    thickness: number,
    length: number,
    breadth: number,
    stepU: number,
    stepV: number,
  ) {
    if (!(u0 < u1)) return;
    const { cover } = this;
    const slope = (v1 - v0) / (u1 - u0);
    const upright = 1 / Math.sqrt(1 + slope * slope);
    const half = thickness / 2;
    const reach = (half + 0.5) / upright;
    const end = Math.min(length, Math.ceil(u1));
    for (let u = Math.max(0, Math.floor(u0)); u < end; u++) {
      const from = Math.max(u, u0);
      const to = Math.min(u + 1, u1);
      const centre = v0 + ((from + to) / 2 - u0) * slope;
      const along = (to - from) * FULL;
      const last = Math.min(breadth - 1, Math.floor(centre + reach));
      for (let v = Math.max(0, Math.floor(centre - reach)); v <= last; v++) {
        const away = Math.abs(v + 0.5 - centre) * upright;
        const across = Math.min(half, away + 0.5) - Math.max(-half, away - 0.5);
        if (across <= 0) continue;
        const at = u * stepU + v * stepV;
        const sum = cover[at]! + across * along;
        cover[at] = sum < FULL ? sum + 0.5 : FULL;
      }
    }
  }

  /** Lays a colour over the pixels where they are covered. @param opacity of full cover */
  blend(colours: Uint32Array, [r, g, b]: Rgb, opacity: number): void {
    const { cover } = this;
    const part = opacity / FULL;
    for (let p = 0; p < cover.length; p++) {
      const own = cover[p]!;
      if (own === 0) continue;
      const alpha = own * part;
      const under = colours[p]!;
      const red = under & 255;
      const green = (under >>> 8) & 255;
      const blue = (under >>> 16) & 255;
      colours[p] =
        ((under & 0xff000000) |
          ((blue + (b - blue) * alpha + 0.5) << 16) |
          ((green + (g - green) * alpha + 0.5) << 8) |
          (red + (r - red) * alpha + 0.5)) >>>
        0;
    }
  }
}
