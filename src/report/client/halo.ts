/**
 * Lines that are seen on every fill.
 */

/** How a line looks: its colour and its width in CSS pixels. */
export type LineLook = readonly [colour: string, width: number];

/** Strokes the path on a light halo. @param halo the width of the halo in CSS pixels */
export function strokeOnHalo(context: CanvasRenderingContext2D, ratio: number, halo: number, line: LineLook): void {
  for (const [colour, width] of [['#ffffff', halo] as const, line]) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.stroke();
  }
}
