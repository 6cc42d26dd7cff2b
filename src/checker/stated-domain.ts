/**
 * The domain that a header states. Headers come from outside: everything about one may be wrong.
 */
import type { StatedBound, StatedDomain, StatedPolytope } from '../certificate/index.js';
import { parseRational } from '../exact/index.js';
import { type BoxDomain, box, type Domain, dimensionOf, polytope, whole } from '../network/index.js';

const POLYTOPE = /^(box,)?dimension,(equalities,)?inequalities$/;

function boxOf(intervals: readonly (readonly [string, string])[]): BoxDomain {
  const [lower, upper] = [0, 1].map((end) => intervals.map((interval) => parseRational(interval[end]!)));
  return box(lower!, upper!);
}

function polytopeOf({ dimension, inequalities, equalities = [], box: intervals }: StatedPolytope): Domain {
  const bound = ({ a, b }: StatedBound) => ({ coefficients: a.map(parseRational), bound: parseRational(b) });
  const within = intervals && { box: boxOf(intervals) };
  return polytope(dimension, inequalities.map(bound), { equalities: equalities.map(bound), ...within });
}

/** The domain, or why there is none of this dimension. */
export function statedDomain(domain: StatedDomain, inputs: number): Domain | string {
  try {
    const found = domainOf(domain);
    if (found === undefined) return 'the header states no domain';
    const dimension = dimensionOf(found);
    return dimension === inputs ? found : `the domain has ${dimension} dimensions, the network ${inputs} inputs`;
  } catch (error) {
    return `the header's domain is not valid: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function domainOf(domain: StatedDomain): Domain | undefined {
  const form = Object.keys(domain).sort().join();
  if ('whole' in domain && form === 'whole' && Number.isSafeInteger(domain.whole)) return whole(domain.whole);
  if ('inequalities' in domain && POLYTOPE.test(form)) return polytopeOf(domain);
  return 'box' in domain && form === 'box' ? boxOf(domain.box) : undefined;
}
