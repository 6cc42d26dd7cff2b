/**
 * One way to say a domain, for every function of the library that takes one.
 */
import { parseRational, type Rational, rationalFromDouble } from '../exact/index.js';
import { FormatError, membersAt, parseBoxOption } from '../formats/index.js';
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

const MEMBERS = ['box', 'inequalities', 'equalities'];

/** What stands where a domain or a part of one is expected, for those whom no compiler tells. @throws DomainError */
function refuse(place: string, expected: string, got: unknown): never {
  const shown = typeof got === 'object' || typeof got === 'string' ? JSON.stringify(got) : String(got);
  throw new DomainError(`${place}: expected ${expected}, got ${shown}; correct it`);
}

/** An object with none but these members, and remarks, as in files. @throws DomainError */
function known<T>(place: string, value: T, members: readonly string[]): T {
  try {
    membersAt(value, place, members);
  } catch (error) {
    throw error instanceof FormatError ? new DomainError(error.message) : error;
  }
  return value;
}

function listAt<T>(place: string, value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : refuse(place, 'a list', value);
}

function exactAt(place: string, value: Bound): Rational {
  try {
    return typeof value === 'number' ? rationalFromDouble(value) : parseRational(value);
  } catch {
    return refuse(place, 'a finite number or a text such as "1/3"', value);
  }
}

/** The domain that is meant. @throws DomainError if it makes no sense, or is no domain for this network */
export function domainOf({ inputs }: Pick<Network, 'inputs'>, like: DomainLike): Domain {
  const domain = meant(inputs, like);
  if (dimensionOf(domain) === inputs) return domain;
  throw new DomainError(`domain: expected ${inputs} inputs, got ${dimensionOf(domain)}; give every input its interval`);
}

function meant(inputs: number, like: DomainLike): Domain {
  if (typeof like === 'string') return like === 'whole' ? whole(inputs) : parseBoxOption(like, inputs);
  if (typeof like !== 'object' || like === null) return refuse('domain', '"-1,1", [[-1, 1], ..] or an object', like);
  if ('kind' in like) return like;
  if (isIntervals(like)) return boxOf(like);
  known('domain', like, MEMBERS);
  const { box: within, inequalities = [], equalities = [] }: Partial<PolytopeLike> = like;
  if ('inequalities' in like || 'equalities' in like)
    return polytopeOf(inputs, { inequalities, equalities, box: within });
  return boxOf(within ?? refuse('domain', '"-1,1", [[-1, 1], ..] or an object', like));
}

const isIntervals = (like: object): like is Intervals => Array.isArray(like);

function boxOf(intervals: Intervals): BoxDomain {
  const ends = listAt('domain', intervals).map((interval, i) => {
    const place = `domain: input ${i}`;
    if (!Array.isArray(interval) || interval.length !== 2) refuse(place, '[lower, upper]', interval);
    return interval.map((end) => exactAt(place, end));
  });
  return box(
    ends.map(([lower]) => lower!),
    ends.map(([, upper]) => upper!),
  );
}

interface Conditions extends Required<Pick<PolytopeLike, 'inequalities' | 'equalities'>> {
  readonly box: Intervals | undefined;
}

function polytopeOf(inputs: number, { inequalities, equalities, box: within }: Conditions): Domain {
  const linear = (kind: string) => (condition: PolytopeLike['inequalities'][number], k: number) => {
    const place = `domain: ${kind}[${k}]`;
    const { a, b } = known(place, condition, ['a', 'b']);
    return { coefficients: listAt(place, a).map((entry) => exactAt(place, entry)), bound: exactAt(place, b) };
  };
  return polytope(inputs, listAt('domain: inequalities', inequalities).map(linear('inequalities')), {
    equalities: listAt('domain: equalities', equalities).map(linear('equalities')),
    ...(within !== undefined && { box: boxOf(within) }),
  });
}
