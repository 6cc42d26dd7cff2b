/**
 * What is compared with what.
 */
import type { Rational } from '../../exact/index.js';

/** The function h = output - other output, or output - threshold. */
export type Level =
  | { readonly output: number; readonly minus: number }
  | { readonly output: number; readonly threshold: Rational };
