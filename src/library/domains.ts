/**
 * One way to say a domain, for every function of the library that takes one.
 */
import { parseRational, type Rational, rationalFromDouble } from '../exact/index.js';
import { parseBoxOption } from '../formats/index.js';
import { box, type Domain, DomainError, dimensionOf, type Network, whole } from '../network/index.js';

/** An end of an interval: a double, taken exactly, or a number text such as "1/3". */
export type Bound = number | string;

/**
 * - a `Domain`, made by `box`, `cube`, `polytope`, `whole` or `readDomain`;
 * - `"-1,1"` or `"-1,1x0,2/3"`: one interval for all inputs, or one for each, as `--box` takes them;
 * - `[[-1, 1], [0, "2/3"]]`: an interval for each input;
 * - `"whole"`: all of R^d.
 */
export type DomainLike = Domain | string | readonly (readonly [Bound, Bound])[];

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
  return box(
    like.map(([lower]) => exactBound(lower)),
    like.map(([, upper]) => exactBound(upper)),
  );
}
