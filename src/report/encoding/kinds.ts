/**
 * How kinds (classes) are told apart: seven colours that colour-blind readers distinguish, and from the eighth on a pattern of
 * dark marks over the same colours. No two kinds look alike: colour, pattern and the pattern's period name the kind.
 */
import { KINDS, lightened, type Rgb } from './palette.js';

/** The marks over a colour, in the order in which they are used; the first seven kinds have none. */
const MARKS = ['rising', 'level', 'dots', 'upright', 'falling', 'grid'] as const;
export type Pattern = (typeof MARKS)[number] | 'plain';

export interface KindStyle {
  readonly fill: Rgb;
  readonly pattern: Pattern;
  /** Marks repeat after so many pixels, in both directions. */
  readonly period: number;
}

/** The look of the `rank`-th of the kinds that a picture shows. */
export function kindStyle(rank: number): KindStyle {
  const fill = lightened(KINDS[rank % KINDS.length]!);
  const marked = Math.floor(rank / KINDS.length) - 1;
  if (marked < 0) return { fill, pattern: 'plain', period: 1 };
  return { fill, pattern: MARKS[marked % MARKS.length]!, period: 8 * (1 + Math.floor(marked / MARKS.length)) };
}

/** The colour of marks: seen on every fill. */
export const MARK: Rgb = [52, 58, 64];

/** Whether a pixel is part of a mark. */
export function isMarked({ pattern, period }: KindStyle, column: number, row: number): boolean {
  const at = (value: number) => ((value % period) + period) % period;
  if (pattern === 'rising') return at(column + row) < 1;
  if (pattern === 'falling') return at(column - row) < 1;
  if (pattern === 'level') return at(row) < 1;
  if (pattern === 'upright') return at(column) < 1;
  if (pattern === 'grid') return at(row) < 1 || at(column) < 1;
  return pattern === 'dots' && at(row) < 2 && at(column) < 2;
}

/** The marks within one tile, as the path of an SVG. */
function marksOf({ pattern, period }: KindStyle): string {
  if (pattern === 'rising')
    return `M-1,1L1,-1M0,${period}L${period},0M${period - 1},${period + 1}L${period + 1},${period - 1}`;
  if (pattern === 'falling')
    return `M-1,${period - 1}L1,${period + 1}M0,0L${period},${period}M${period - 1},-1L${period + 1},1`;
  if (pattern === 'level') return `M0,${period / 2}H${period}`;
  if (pattern === 'upright') return `M${period / 2},0V${period}`;
  if (pattern === 'grid') return `M0,${period / 2}H${period}M${period / 2},0V${period}`;
  return pattern === 'dots' ? `M${period / 2 - 1},${period / 2}h2` : '';
}

/** The definition of a fill with the name `id`, for `fill="url(#id)"`. @param css writes a colour */
export function patternDefinition(id: string, style: KindStyle, css: (colour: Rgb) => string): string {
  const { period, pattern, fill } = style;
  const width = pattern === 'dots' ? 2 : 1.1;
  return `<pattern id="${id}" width="${period}" height="${period}" patternUnits="userSpaceOnUse"><rect width="${period}" height="${period}" fill="${css(fill)}"/><path d="${marksOf(style)}" stroke="${css(MARK)}" stroke-width="${width}"/></pattern>`;
}
