/**
 * What `relu-atlas verify` may be told.
 */
import type { DomainOptions } from '../options/domain.js';
import type { ReadingOptions } from '../options/subject.js';
import type { ProgressOptions } from '../output/progress.js';
import type { ForceOption } from '../output/targets.js';

export interface VerifyOptions extends DomainOptions, ForceOption, ProgressOptions, ReadingOptions {
  /** name=file, of networks that the query declares. */
  readonly network?: readonly string[];
  readonly overReals?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly certificate?: string;
  readonly counterexample?: string;
  readonly writeQuery?: string;
  readonly workers?: number;
  readonly format: 'text' | 'json';
  /** A list of rows network,query,seconds. */
  readonly instances?: string;
  readonly out?: string;
  /** Robustness of a point. */
  readonly around?: string;
  readonly radius?: string;
  readonly class?: number;
  readonly largest?: boolean;
  /** Two networks. */
  readonly equal?: boolean;
  readonly atLeast?: boolean;
  readonly within?: string;
  /** The distance to unsafety instead. */
  readonly margin?: boolean;
}
