/**
 * Inputs that a query says are equal: the two networks of an equivalence read the same ones.
 */
import { compare, equal, negate, ZERO } from '../exact/index.js';
import type { Conjunct, LinearConstraint } from '../formats/index.js';

/** Classes of equal inputs: for every input the number of its class, numbered in order of their first members. */
export interface SharedInputs {
  readonly reads: readonly number[];
  readonly classes: number;
}

/** The two inputs a, b of x_a <= x_b, or undefined. */
function ordered({ inputs, outputs, bound, strict }: LinearConstraint): readonly [number, number] | undefined {
  if (strict || outputs.length > 0 || inputs.length !== 2 || compare(bound, ZERO) !== 0) return undefined;
  const [[a, first], [b, second]] = inputs as [[number, typeof bound], [number, typeof bound]];
  if (!equal(first, negate(second))) return undefined;
  return compare(first, ZERO) > 0 ? [a, b] : [b, a];
}

/** The inputs that the constraints force to be equal, pair by pair: x_a <= x_b and x_b <= x_a. */
export function sharedInputs(count: number, common: Conjunct): SharedInputs {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const below = new Set<string>();
  for (const constraint of common) {
    const pair = ordered(constraint);
    if (pair === undefined) continue;
    below.add(pair.join());
    if (!below.has(`${pair[1]},${pair[0]}`)) continue;
    const [a, b] = pair.map(root) as [number, number];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const numbers = new Map<number, number>();
  const reads = parent.map((_, i) => {
    const own = root(i);
    if (!numbers.has(own)) numbers.set(own, numbers.size);
    return numbers.get(own)!;
  });
  return { reads, classes: numbers.size };
}
