/**
 * What is told of certificates that were checked, whatever they are of.
 */
import { stamp } from '../../answers/index.js';
import type { UnfinishedCheck } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { grouped } from './text.js';

/** Says how far a check came. Threads may still run: the process is ended. */
export function unfinished(
  { stopped, cells, shares, of }: UnfinishedCheck,
  { format }: { readonly format: 'text' | 'json' },
): Promise<number> {
  const code = stopped === 'interrupted' ? EXIT.interrupted : EXIT.unknown;
  const why = { interrupted: 'interrupted', timeout: 'time is up', cells: 'enough cells' }[stopped];
  const text =
    format === 'json'
      ? `${JSON.stringify({ accepted: null, stopped, cells, shares, of, ...stamp('check') })}\n`
      : `${why}: ${grouped(cells)} cells verified so far; neither accepted nor refused\n`;
  return new Promise((resolve) => {
    process.stdout.write(text, () => {
      if (stopped === 'interrupted') process.exit(code);
      resolve(code);
    });
  });
}

const READING = '--units=raw, --batch, --input-shape, --input, --output, --head';
/** The options that make a file another network: a certificate is about the one that they made. */
const MAKING = {
  network: `${READING}, --layers, --plane, --through or by segment`,
  /** What a query is about is no slice. */
  query: `${READING} or --layers`,
};

/** What to do where a certificate is about another network than the file was read as; empty for other reasons. */
export function otherNetworkHint(reason: string, read: keyof typeof MAKING | 'hyperplanes' = 'network'): string {
  if (!reason.includes('another network')) return '';
  if (read === 'hyperplanes') return '; give --central here if and only if it was made with it';
  return `; if it was made with ${MAKING[read]}, give the same option here`;
}
