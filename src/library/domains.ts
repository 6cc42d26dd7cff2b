/**
 * One way to say a domain, for every function of the library that takes one.
 */
import { parseRational, type Rational, rationalFromDouble } from '../exact/index.js';
import { parseBoxOption } from '../formats/index.js';
import {
  type BoxDomain,
  box,
  type Domain,
  DomainError,
  dimensionOf,
  type Network,
  polytope,
  whole,
} from '../network/index.js';

/** An end of an interval: a double, taken exactly, or a number text such as "1/3". */
export type Bound = number | string;

/**
 * - a `Domain`, made by `box`, `cube`, `polytope`, `whole` or `readDomain`;
 * - `"-1,1"` or `"-1,1x0,2/3"`: one interval for all inputs, or one for each, as `--box` takes them;
 * - `[[-1, 1], [0, "2/3"]]`: an interval for each input;
 * - `{ inequalities: [{ a: [1, 1], b: 1 }], box: [[-1, 1], [-1, 1]] }`: a polytope, as a domain file says it;
 * - `"whole"`: all of R^d.
 */
export type DomainLike = Domain | string | Intervals | BoxLike | PolytopeLike;

type Intervals = readonly (readonly [Bound, Bound])[];

/** A box as a domain file says it. */
export interface BoxLike {
  readonly box: Intervals;
}

/** The points with a . x <= b for each inequality and a . x = b for each equality, within the box if there is one. */
export interface PolytopeLike {
  readonly inequalities: readonly { readonly a: readonly Bound[]; readonly b: Bound }[];
  readonly equalities?: readonly { readonly a: readonly Bound[]; readonly b: Bound }[];
  readonly box?: Intervals;
}

function exactBound(value: Bound): Rational {
  return typeof value === 'number' ? rationalFromDouble(value) : parseRational(value);
}

/** The domain that is meant. @throws DomainError if it makes no sense, or is no domain for this network */
export function domainOf({ inputs }: Pick<Network, 'inputs'>, like: DomainLike): Domain {
  const domain = meant(inputs, like);
  if (dimensionOf(domain) === inputs) return domain;
  throw new DomainError(`domain: expected ${inputs} inputs, got ${dimensionOf(domain)}; give every input its interval`);
}

function meant(inputs: number, like: DomainLike): Domain {
  if (typeof like === 'string') return like === 'whole' ? whole(inputs) : parseBoxOption(like, inputs);
  if ('kind' in like) return like;
  if ('inequalities' in like) return polytopeOf(inputs, like);
  return boxOf('box' in like ? like.box : like);
}

function boxOf(intervals: Intervals): BoxDomain {
  return box(
    intervals.map(([lower]) => exactBound(lower)),
    intervals.map(([, upper]) => exactBound(upper)),
  );
}

function polytopeOf(inputs: number, { inequalities, equalities = [], box: within }: PolytopeLike): Domain {
  const linear = ({ a, b }: PolytopeLike['inequalities'][number]) => ({
    coefficients: a.map(exactBound),
    bound: exactBound(b),
  });
  return polytope(inputs, inequalities.map(linear), {
    equalities: equalities.map(linear),
    ...(within !== undefined && { box: boxOf(within) }),
  });
}
