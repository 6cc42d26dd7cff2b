/**
 * The picture of a partition, for programs.
 */
import { type BoxDomain, DomainError, fixedInputs, type Network } from '../network/index.js';
import type { PicturePoints } from '../report/encoding/index.js';
import { type Colouring, planarPicture, planarSvg } from '../report/picture/index.js';
import { type DomainLike, domainOf } from './domains.js';

export interface PictureOptions {
  /** What the colours of cells say. Default: `value`, of one output. */
  readonly colour?: Colouring;
  /** The output whose values are shown. Default: 0. */
  readonly output?: number;
  /** Read aloud, and shown where the pointer rests. */
  readonly title?: string;
  /** Names of the two inputs that vary. Default: x0, x1, by their places. */
  readonly names?: readonly [string, string];
  /** Data points, each with all inputs of the network; they are drawn by the two inputs that vary. */
  readonly points?: readonly (readonly number[])[];
  /** The class of each point: a number of an output, or a name. */
  readonly classes?: readonly (number | string)[];
}

/** The points in the plane. @throws RangeError if there is not a class for each */
function shownPoints({ points = [], classes }: PictureOptions, free: readonly number[]): PicturePoints {
  if (classes !== undefined && classes.length !== points.length) {
    throw new RangeError(`svg: expected ${points.length} classes, one for each point, got ${classes.length}`);
  }
  const texts = classes?.map(String) ?? points.map(() => '');
  const names = [...new Set(texts)].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return {
    places: points.flatMap((point) => free.map((input) => point[input]!)),
    kinds: texts.map((text) => names.indexOf(text)),
    names,
    given: [],
  };
}

/** The box and its two free inputs. @throws DomainError if it is not a box with two of them */
function planarDomain(
  network: Network,
  like: DomainLike,
): { readonly domain: BoxDomain; readonly free: readonly number[] } {
  const domain = domainOf(network, like);
  if (domain.kind !== 'box')
    throw new DomainError('svg: expected a box, got another domain; choose what is to be seen');
  const fixed = fixedInputs(domain);
  const free = domain.lower.flatMap((_, input) => (fixed.includes(input) ? [] : [input]));
  if (free.length === 2) return { domain, free };
  const fix = 'fix the others, or take a plane of them (networkOnSlice)';
  throw new DomainError(`svg: expected a box with two free inputs, got ${free.length}; ${fix}`);
}

/**
 * The partition in the plane as a static SVG document, the same bytes for the same network and domain.
 *
 * Memory: about 200 bytes per cell and what exact points need.
 *
 * @throws DomainError if the domain is not a box with two free inputs
 */
export async function svg(network: Network, like: DomainLike, options: PictureOptions = {}): Promise<string> {
  const { domain, free } = planarDomain(network, like);
  const picture = (await planarPicture(network, domain))!;
  const { colour = 'value', output = 0 } = options;
  if (!(output >= 0 && output < network.outputs)) {
    throw new RangeError(`svg: expected an output from 0 to ${network.outputs - 1}, got ${output}`);
  }
  return planarSvg({
    picture,
    title: options.title ?? `${picture.complex.cells} cells`,
    names: options.names ?? [`x${free[0]}`, `x${free[1]}`],
    colouring: colour,
    output,
    points: shownPoints(options, free),
  });
}
