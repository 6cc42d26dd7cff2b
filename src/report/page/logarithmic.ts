/**
 * Logarithmic axes of charts. Observable Plot asks D3 which of their ticks get a text, and D3 leaves out those of 5; here all have one.
 */
import * as Plot from '@observablehq/plot';
import { logarithmicTicks } from '../encoding/index.js';

/** An axis as Plot takes it: the scale, and marks for ticks, texts and lines. */
export interface LogarithmicAxis {
  readonly scale: Plot.ScaleOptions;
  readonly marks: readonly Plot.Markish[];
}

interface AxisRequest {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  /** How long it is, in units of the SVG. */
  readonly pixels: number;
  /** About how many ticks, if there is room. */
  readonly wanted?: number;
  /** Lines across the plot at the ticks. */
  readonly grid?: boolean;
}

/** A logarithmic axis below (`x`) or on the left (`y`). */
export function logarithmicAxis(axis: 'x' | 'y', request: AxisRequest): LogarithmicAxis {
  const { label, domain, pixels, wanted, grid = false } = request;
  const { values, texts } = logarithmicTicks(...domain, pixels, axis === 'x' ? 'across' : 'upright', wanted);
  const text = (_: number, k: number) => texts[k]!;
  const ticks = [...values];
  return {
    scale: { type: 'log', nice: false, domain: [...domain], label, axis: null },
    marks:
      axis === 'x'
        ? [...(grid ? [Plot.gridX(ticks)] : []), Plot.axisX(ticks, { text, label })]
        : [...(grid ? [Plot.gridY(ticks)] : []), Plot.axisY(ticks, { text, label })],
  };
}
