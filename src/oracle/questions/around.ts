/**
 * All cells of a partition around a point of the domain, with a point inside each.
 *
 * Around x the network is x + v -> f(x) + D(v) (see `analysis/function/gradient.ts`), and D is positively homogeneous. So the cells
 * around x are the cells of D on the directions that lead into the domain: a small box around 0, halved in every coordinate
 * in which x lies on a bound.
 */
import { analysisProblem, type CellOptions, forEachCell, witnessOf } from '../../analysis/cells/index.js';
import { directionalNetwork } from '../../analysis/function/index.js';
import {
  add,
  compare,
  divide,
  equal,
  integersFromRationals,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../exact/index.js';
import type { Network, Pattern, Sign, Slopes } from '../../network/index.js';
import {
  type BoxDomain,
  bends,
  box,
  type Domain,
  DomainError,
  dimensionOf,
  type PolytopeDomain,
  whole,
} from '../../network/index.js';
import { type PartitionProblem, throughFan } from '../../problem/index.js';
import type { Sides } from './located-cell.js';

/** A bound of a box domain that a point lies on. */
export interface TightBound {
  readonly input: number;
  readonly side: 'lower' | 'upper';
}

/** One cell around a point. */
export interface NeighbouringCell {
  /** Signs per activation layer; 0 for neurons identically zero on the cell, 1 for those that do not bend. */
  readonly sides: Sides;
  /** A point strictly inside the cell. */
  readonly inside: readonly Rational[];
}

/** @throws DomainError for polytopes: what lies around their points is not known here */
function boxOf(domain: BoxDomain | PolytopeDomain): BoxDomain {
  if (domain.kind === 'box') return domain;
  throw new DomainError(
    'cells around a point: expected a box or the whole space, got a polytope; give --box or --whole',
  );
}

/**
 * The bounds that a point lies on; none for inputs that the domain fixes.
 *
 * @throws DomainError if the point lies outside the domain, or in another space
 */
export function tightBounds(domain: Domain, point: readonly Rational[]): TightBound[] {
  const dimension = dimensionOf(domain);
  if (dimension !== point.length) {
    throw new DomainError(`domain: expected ${point.length} intervals, one per input, got ${dimension}`);
  }
  if (domain.kind === 'whole') return [];
  const { lower: low, upper: high } = boxOf(domain);
  return point.flatMap((x, input): TightBound[] => {
    const lower = compare(x, low[input]!);
    const upper = compare(high[input]!, x);
    if (lower < 0 || upper < 0) {
      throw new DomainError(
        `point: coordinate ${input} lies outside the domain; choose a point inside, or a larger domain`,
      );
    }
    if (lower === 0 && upper === 0) return [];
    return lower === 0 ? [{ input, side: 'lower' }] : upper === 0 ? [{ input, side: 'upper' }] : [];
  });
}

/** The directions that lead from a point into the domain, cut off somewhere. */
function directions(domain: Domain, tight: readonly TightBound[]): Domain {
  if (domain.kind === 'whole') return whole(domain.dimension);
  const blocked = (input: number, side: TightBound['side']) => tight.some((t) => t.input === input && t.side === side);
  const { lower, upper } = boxOf(domain);
  const fixed = (input: number) => equal(lower[input]!, upper[input]!);
  return box(
    lower.map((_, i) => (fixed(i) || blocked(i, 'lower') ? ZERO : negate(ONE))),
    upper.map((_, i) => (fixed(i) || blocked(i, 'upper') ? ZERO : ONE)),
  );
}

/** Pre-activations of all layers but the last on the cell with given sides: of layer l over `denominators[l]`. */
function carried(
  { layers, first, variables, biasSlot }: PartitionProblem,
  sides: Sides,
  numerators: readonly bigint[],
  biasValue: bigint,
): bigint[][] {
  const result: bigint[][] = [];
  let denominator = first.denominator;
  for (let l = 0; l < layers.length - 1; l++) {
    const { width, integers } = layers[l]!;
    if (l === 0) {
      const sums = Array.from({ length: width }, (_, k) => {
        const row = k * (variables + 1);
        return numerators.reduce(
          (sum, n, i) => sum + n * first.numerators[row + i]!,
          biasValue * first.numerators[row + biasSlot]!,
        );
      });
      result.push(sums);
      continue;
    }
    const { bias, denominator: own, fan } = integers();
    const below = result[l - 1]!;
    const sums = bias.map((b, k) => b * denominator * biasValue + throughFan(fan(k), sides[l - 1]!, below));
    denominator *= own;
    result.push(sums);
  }
  return result;
}

/** The least of positive numbers; undefined for none. */
function least(values: readonly Rational[]): Rational | undefined {
  return values.reduce<Rational | undefined>((a, b) => (a === undefined || compare(b, a) < 0 ? b : a), undefined);
}

/** How far one can go from a point in a direction until some neuron that bends, or a bound, is met; undefined: for ever. */
function room(
  problem: PartitionProblem,
  sides: Sides,
  domain: Domain,
  point: readonly Rational[],
  direction: readonly Rational[],
): Rational | undefined {
  const from = integersFromRationals(point);
  const along = integersFromRationals(direction);
  const values = carried(problem, sides, from.numerators, from.denominator);
  const slopes = carried(problem, sides, along.numerators, 0n);
  const steps: Rational[] = [];
  values.forEach((layer, l) => {
    layer.forEach((value, k) => {
      const slope = slopes[l]![k]!;
      if (problem.layers[l]!.bends[k] === 0 || value * slope >= 0n) return;
      steps.push(rational(-value * along.denominator, slope * from.denominator));
    });
  });
  if (domain.kind === 'box') {
    direction.forEach((v, i) => {
      const sign = compare(v, ZERO);
      if (sign !== 0) steps.push(divide(subtract((sign > 0 ? domain.upper : domain.lower)[i]!, point[i]!), v));
    });
  }
  return least(steps);
}

/** The sides on a cell of D: those at the point where they are not zero, else those of D. */
function sidesAround(signs: Pattern, own: readonly ArrayLike<number>[], slopes: readonly (readonly Slopes[])[]): Sides {
  return signs.map((layer, l) =>
    layer.map((sign, j): Sign => (bends(slopes[l]![j]!) ? sign || ((own[l]![j] ?? 0) as Sign) : 1)),
  );
}

/**
 * The cells of the network's partition of the domain whose closure contains the point, in the order of a split tree.
 *
 * @param problem of the network on the whole space (`analysisProblem`)
 * @param signs of all pre-activations at the point
 * Cost: the partition by the neurons that are zero at the point; two exact evaluations per cell found.
 */
export function cellsAround(
  network: Network,
  problem: PartitionProblem,
  domain: Domain,
  point: readonly Rational[],
  signs: Pattern,
  options: CellOptions = {},
): NeighbouringCell[] {
  const local = analysisProblem(directionalNetwork(network, signs), directions(domain, tightBounds(domain, point)));
  const slopes = network.layers.map((layer) => layer.slopes);
  const half = rational(1n, 2n);
  const found: NeighbouringCell[] = [];
  forEachCell(
    local,
    (cell) => {
      const sides = sidesAround(signs, cell.rows.sides, slopes);
      const direction = witnessOf(cell);
      const step = multiply(half, room(problem, sides, domain, point, direction) ?? ONE);
      found.push({ sides, inside: point.map((x, i) => add(x, multiply(step, direction[i]!))) });
    },
    options,
  );
  return found;
}
