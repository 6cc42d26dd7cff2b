/**
 * What `relu-atlas verify` writes, and not over what it reads.
 */
import { optionalTarget, requireFree, type Target } from '../output/targets.js';
import type { VerifyOptions } from './options.js';

/** The files of `--network name=file`. */
export function namedFiles({ network = [] }: Pick<VerifyOptions, 'network'>): string[] {
  return network.map((text) => text.slice(text.indexOf('=') + 1));
}

export function targetsOf({ certificate, counterexample, writeQuery }: VerifyOptions): Target[] {
  return [
    ...optionalTarget('--certificate', certificate, 'proof'),
    ...optionalTarget('--counterexample', counterexample, 'counterexample'),
    ...optionalTarget('--write-query', writeQuery, 'query'),
  ];
}

/** Refuses to write over the weights beside networks, which are known once these are read. @throws UsageError */
export function spareWeights(weights: readonly string[], options: VerifyOptions): void {
  requireFree(targetsOf(options), weights, options);
}
