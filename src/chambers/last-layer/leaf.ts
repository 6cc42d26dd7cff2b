/**
 * The cells of a part with few creases, and the points where creases cross its faces.
 */
import { Chords } from './chords.js';
import type { PartCreases, Rectangle } from './creases.js';
import type { TwoLayers } from './layers.js';
import { FACES, PartPolygons, type PolygonVisitor } from './polygons.js';

export class Leaf implements PolygonVisitor {
  /** Of the part counted last: cells by lines and by all, and points on the faces. */
  lineCells = 0;
  cells = 0;
  readonly linePoints = new Int32Array(FACES);
  readonly points = new Int32Array(FACES);
  private readonly polygons: PartPolygons;
  private readonly chords: Chords;

  constructor(layers: TwoLayers) {
    this.polygons = new PartPolygons(layers, this);
    this.chords = new Chords(layers, this.polygons);
  }

  /** How many signs were told in doubles. */
  get signs(): number {
    return this.polygons.signs;
  }

  count(creases: PartCreases, part: Rectangle): void {
    this.lineCells = 0;
    this.cells = 0;
    // Polygons along a face are one more than the points between them.
    this.linePoints.fill(-1);
    this.points.fill(-1);
    this.polygons.visit(creases, part);
  }

  /** A polygon that no line cuts. */
  polygon(start: number, end: number): void {
    const { linePoints, points } = this;
    const { ring, edge, above } = this.polygons;
    let some = 0;
    let all = -1;
    let last = above[ring[end - 1]!]!;
    let face = edge[end - 1]!;
    for (let r = start; r < end; r++) {
      const own = above[ring[r]!]!;
      some |= own;
      all &= own;
      if (face < FACES) {
        linePoints[face]!++;
        points[face]!++;
        for (let changed = own ^ last; changed !== 0; changed &= changed - 1) points[face]!++;
      }
      last = own;
      face = edge[r]!;
    }
    this.lineCells++;
    this.cells += this.chords.parts(some & ~all, start, end);
  }
}
