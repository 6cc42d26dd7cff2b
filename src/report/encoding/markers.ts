/**
 * Marks of data points: a shape for each class, so that no colour need be told apart.
 */
import { pixel } from './svg.js';

/** The unit shapes, as corners around the origin; none for the circle. The second number of a point grows downwards. */
const SHAPES: readonly (readonly (readonly [number, number])[])[] = [
  [],
  polygon(4, Math.PI / 4, 1.15),
  polygon(3, -Math.PI / 2, 1.3),
  polygon(4, 0, 1.3),
  polygon(3, Math.PI / 2, 1.3),
  star(5),
  polygon(6, 0, 1.1),
  star(4),
];

function polygon(corners: number, turn: number, size: number): [number, number][] {
  return Array.from({ length: corners }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / corners;
    return [size * Math.cos(angle), size * Math.sin(angle)];
  });
}

function star(rays: number): [number, number][] {
  return Array.from({ length: 2 * rays }, (_, k) => {
    const angle = -Math.PI / 2 + (Math.PI * k) / rays;
    const size = k % 2 === 0 ? 1.45 : 0.62;
    return [size * Math.cos(angle), size * Math.sin(angle)];
  });
}

/** Below this radius shapes are not told apart: marks are squares. */
export const SMALLEST_SHAPE = 1.5;

/** The radius of the marks of so many points in a picture of so many pixels: the more there are, the smaller. */
export function markerRadius(count: number, pixels: number, largest: number): number {
  return Math.max(0.7, Math.min(largest, 0.35 * Math.sqrt(pixels / Math.max(1, count))));
}

/** The outline of the mark of the `kind`-th class, as the path of an SVG. @param radius of the circle; others look as large */
export function markerPath(kind: number, x: number, y: number, radius: number): string {
  const shape = SHAPES[kind % SHAPES.length]!;
  if (shape.length === 0) {
    const r = pixel(radius);
    return `M${pixel(x - radius)},${pixel(y)}a${r},${r} 0 1 0 ${pixel(2 * radius)},0a${r},${r} 0 1 0 ${pixel(-2 * radius)},0Z`;
  }
  return `M${shape.map(([u, v]) => `${pixel(x + radius * u)},${pixel(y + radius * v)}`).join('L')}Z`;
}
