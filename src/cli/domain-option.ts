/**
 * The domain of a count: from an option, or the file's own.
 */

import { formatRational } from '../exact/rational.js';
import { type NetworkFile, parseBoxOption, readDomain } from '../formats/index.js';
import { jsonOfRational } from '../formats/numbers.js';
import { type BoxDomain, type Domain, whole } from '../network/domain.js';
import { UsageError } from './exit.js';

export interface DomainOptions {
  readonly box?: string;
  readonly domain?: string;
  readonly whole?: boolean;
}

/** A domain, and where it comes from, for people. */
export interface ChosenDomain {
  readonly domain: Domain;
  readonly source: string;
}

/** The option that describes a box. */
function boxOption(domain: BoxDomain): string {
  const intervals = domain.lower.map((lo, i) => `${formatRational(lo)},${formatRational(domain.upper[i]!)}`);
  return `--box=${new Set(intervals).size === 1 ? intervals[0] : intervals.join('x')}`;
}

/** The one box of a file; a property that is a disjunction has several, and they may overlap. */
async function boxOfFile(file: string, inputs: number): Promise<BoxDomain> {
  const boxes = await readDomain(file, inputs);
  const [first] = boxes;
  if (boxes.length === 1 && first !== undefined) return first;
  const options = boxes.slice(0, 3).map(boxOption).join(' ');
  const more = boxes.length > 3 ? ` ...` : '';
  throw new UsageError(
    `${file}: expected one box, got a disjunction of ${boxes.length}; count one at a time: ${options}${more}`,
  );
}

/**
 * @throws UsageError if there is no domain, or several
 * @throws DomainError, FormatError for what is wrong with the one that was given
 */
export async function chooseDomain(file: string, net: NetworkFile, options: DomainOptions): Promise<ChosenDomain> {
  const { inputs } = net.network;
  if (options.whole === true) return { domain: whole(inputs), source: '--whole' };
  if (options.box !== undefined) return { domain: parseBoxOption(options.box, inputs), source: '--box' };
  if (options.domain !== undefined) return { domain: await boxOfFile(options.domain, inputs), source: options.domain };
  if (net.domain !== undefined) return { domain: net.domain, source: `of the file` };
  throw new UsageError(
    `${file}: has no domain of its own; give one: --box=-1,1 (every input), --domain FILE.json|FILE.vnnlib, or --whole`,
  );
}

/** A domain as JSON, in the form that `--domain` reads. */
export function jsonOfDomain(domain: Domain): object {
  if (domain.kind === 'whole') return { whole: domain.dimension };
  return { box: domain.lower.map((lo, i) => [jsonOfRational(lo), jsonOfRational(domain.upper[i]!)]) };
}
