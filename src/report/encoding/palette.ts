/**
 * Colours that colour-blind readers can tell apart: viridis and cividis for quantities, the Okabe-Ito colours for kinds.
 */
import { interpolateCividis, interpolateViridis } from 'd3-scale-chromatic';

export type Rgb = readonly [red: number, green: number, blue: number];

/** Okabe and Ito 2008, "Color universal design", without black; ordered so that the first ones differ in lightness, too. */
export const KINDS: readonly Rgb[] = [
  [86, 180, 233],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
];

function parsed(colour: string): Rgb {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  if (hex !== null) return [hex[1]!, hex[2]!, hex[3]!].map((part) => Number.parseInt(part, 16)) as unknown as Rgb;
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (parts === null) throw new RangeError(`colour: expected #rrggbb or rgb(r, g, b), got ${colour}`);
  return [parts[1]!, parts[2]!, parts[3]!].map(Number) as unknown as Rgb;
}

/** Part of white in filled areas, so that dark lines stay visible on all of them. */
const WHITE = 0.22;

export function lightened([r, g, b]: Rgb, white = WHITE): Rgb {
  const mixed = (part: number) => Math.round(part + white * (255 - part));
  return [mixed(r), mixed(g), mixed(b)];
}

export const STEPS = 256;

export type RampName = 'viridis' | 'cividis';

/** A quantity from 0 to 1 as one of 256 fill colours. */
export function ramp(name: RampName): readonly Rgb[] {
  const interpolate = name === 'viridis' ? interpolateViridis : interpolateCividis;
  return Array.from({ length: STEPS }, (_, step) => lightened(parsed(interpolate(step / (STEPS - 1)))));
}

/** The step of a value between two others. */
export function stepOf(value: number, low: number, high: number): number {
  const part = high > low ? (value - low) / (high - low) : 0.5;
  return Math.max(0, Math.min(STEPS - 1, Math.floor(part * STEPS)));
}

/** A step for the name of a thing, unlike those of the numbers near it: fractional parts of multiples of the golden ratio. */
export function scatteredStep(name: number): number {
  return Math.floor(((name * 0.6180339887498949) % 1) * STEPS);
}

export function cssColour([r, g, b]: Rgb): string {
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Line colours of layers, first to last: dark ones, which are seen on light paper and, lightened, on dark. */
const LAYERS: readonly Rgb[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];

export function layerColour(layer: number): Rgb {
  return LAYERS[layer % LAYERS.length]!;
}

/** From the seventh layer on colours come again, as dashed lines: the length of a dash, and of a gap. */
export function layerDash(layer: number): readonly [number, number] | undefined {
  const round = Math.floor(layer / LAYERS.length);
  return round === 0 ? undefined : [3 + 3 * round, 3];
}

/** Loops around holes and points of components: on all fills. */
export const CYCLE: Rgb = [214, 39, 140];
