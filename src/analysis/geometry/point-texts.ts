/**
 * The coordinates of vertices as files have them, written once for all the cells around.
 */
import type { IntegerVector } from '../../exact/index.js';
import { Recent } from '../cells/index.js';
import { ExactPoints } from './measure/points.js';

/** Points whose texts are remembered. */
const REMEMBERED = 1 << 12;

export class PointTexts {
  private readonly known = new Recent<IntegerVector, string>(REMEMBERED);

  private constructor(private readonly points: ExactPoints) {}

  /** Undefined where there is no WebAssembly. */
  static here(): PointTexts | undefined {
    const points = ExactPoints.here();
    return points && new PointTexts(points);
  }

  /** The coordinates as a JSON array has them, without its brackets; undefined if that takes the numbers themselves. */
  of(point: IntegerVector): string | undefined {
    let text = this.known.get(point);
    if (text === undefined) {
      text = this.points.text(point);
      if (text !== undefined) this.known.set(point, text);
    }
    return text;
  }
}
