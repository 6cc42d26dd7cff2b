/**
 * Axes with ticks around the plot area.
 */
import { axisName, linearTicks, type PlanarHeader } from '../encoding/index.js';
import { MARGIN } from './margin.js';
import { columnOf, rowOf, seen, type View } from './view.js';

/** Draws into the margins; the context's origin is the plot area's upper left corner, its unit one CSS pixel. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  { axes }: PlanarHeader,
  view: View,
  ratio: number,
  ink: string,
): void {
  const width = view.width / ratio;
  const height = view.height / ratio;
  const [x0, y0, x1, y1] = seen(view);
  context.save();
  context.fillStyle = ink;
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.font = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
  // Outside of the plot area, whose pixels are drawn alone when the picture changes.
  context.strokeRect(-0.5, -0.5, width + 1, height + 1);
  const across = linearTicks(x0, x1, width, 'across', Math.max(2, width / 90));
  context.textAlign = 'center';
  context.textBaseline = 'top';
  across.values.forEach((tick, k) => {
    const at = columnOf(view, tick) / ratio;
    context.fillRect(at - 0.5, height, 1, 5);
    const half = context.measureText(across.texts[k]!).width / 2;
    context.fillText(across.texts[k]!, Math.min(width + MARGIN.right - half, at), height + 7);
  });
  context.fillText(axisName(axes[0].name, across), width / 2, height + 24);
  const upright = linearTicks(y0, y1, height, 'upright', Math.max(2, height / 70));
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  upright.values.forEach((tick, k) => {
    const at = rowOf(view, tick) / ratio;
    context.fillRect(-5, at - 0.5, 5, 1);
    context.fillText(upright.texts[k]!, -8, at, MARGIN.left - 24);
  });
  context.textAlign = 'center';
  context.translate(-MARGIN.left + 8, height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(axisName(axes[1].name, upright), 0, 0);
  context.restore();
}
