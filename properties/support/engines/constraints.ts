/**
 * A cell as its inequalities: the walls of the box and the splits above it; and lines that leave it.
 */
import { compare, divide, negate, ONE, type Rational, ZERO } from '../../../src/exact/rational.js';
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { dotOf, scaledBy, sumOfVectors } from '../../../src/theory/rational-vectors.js';
import { type Cell, preActivations } from './cells.js';

/** Coefficients and, last, the constant of row . (x, 1) >= 0. */
export type Inequality = readonly Rational[];

/** The inequalities of the domain itself; none for the whole space. */
export function wallsOf(domain: Domain): Inequality[] {
  if (domain.kind === 'whole') return [];
  if (domain.kind === 'polytope') {
    const rows = domain.inequalities.map(({ coefficients, bound }) => [...coefficients.map(negate), bound]);
    if (domain.equalities.length > 0) throw new RangeError('walls: expected a polytope without equalities');
    return [...rows, ...(domain.box === undefined ? [] : wallsOf(domain.box))];
  }
  const unit = (i: number, sign: Rational, constant: Rational) => [
    ...domain.lower.map((_, k) => (k === i ? sign : ZERO)),
    constant,
  ];
  return domain.lower.flatMap((lo, i) => [unit(i, ONE, negate(lo)), unit(i, negate(ONE), domain.upper[i]!)]);
}

/** The inequalities of a closed cell; redundant ones among them. */
export function inequalitiesOf(network: Network, domain: Domain, cell: Cell): Inequality[] {
  const layers = network.layers.map((_, l) => preActivations(network, cell.pattern, l));
  const splits = cell.splits.map(({ layer, neuron, side }) => {
    const { jacobian, constant } = layers[layer]!;
    const row = [...jacobian[neuron]!, constant[neuron]!];
    return side > 0 ? row : row.map(negate);
  });
  return [...wallsOf(domain), ...splits];
}

/** row . (x, 1) */
export function valueOfRow(row: Inequality, point: readonly Rational[]): Rational {
  return dotOf(row, [...point, ONE]);
}

export function contains(rows: readonly Inequality[], point: readonly Rational[]): boolean {
  return rows.every((row) => compare(valueOfRow(row, point), ZERO) >= 0);
}

/** How far from `point` along `direction` the inequalities hold, and which of them end it; undefined if nothing does. */
export function exitAlong(rows: readonly Inequality[], point: readonly Rational[], direction: readonly Rational[]) {
  let step: Rational | undefined;
  let walls: Inequality[] = [];
  for (const row of rows) {
    const rate = dotOf(row.slice(0, -1), direction);
    if (compare(rate, ZERO) >= 0) continue;
    const reach = divide(valueOfRow(row, point), negate(rate));
    const order = step === undefined ? -1 : compare(reach, step);
    if (order < 0) walls = [];
    if (order < 0) step = reach;
    if (order <= 0) walls.push(row);
  }
  return step && { step, walls };
}

/** point + step * direction */
export function along(point: readonly Rational[], step: Rational, direction: readonly Rational[]): Rational[] {
  return sumOfVectors(point, scaledBy(step, direction));
}
