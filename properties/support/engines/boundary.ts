/**
 * The decision boundary { f = 0 } of a network of two inputs and one output: exact segments, one per cell that it crosses.
 */
import {
  compare,
  divide,
  formatRational,
  multiply,
  negate,
  type Rational,
  subtract,
  ZERO,
} from '../../../src/exact/rational.js';
import type { BoxDomain } from '../../../src/network/domain.js';
import { evaluateExact } from '../../../src/network/evaluate.js';
import { bends, type Network } from '../../../src/network/network.js';
import type { NeuronAddress } from '../../../src/theory/dead-neurons.js';
import { dotOf } from '../../../src/theory/rational-vectors.js';
import { type Cell, cellsOf } from './cells.js';
import { along, type Inequality, inequalitiesOf, valueOfRow } from './constraints.js';

type Point = readonly Rational[];

export interface Segment {
  readonly ends: readonly [Point, Point];
  /** The gradient of the network on the segment's cell, normal to it. */
  readonly gradient: readonly Rational[];
}

export interface Corner {
  readonly point: Point;
  /** The neurons whose pre-activation is exactly 0 there. */
  readonly creases: readonly NeuronAddress[];
}

export interface Boundary {
  /** Cells of the whole partition. */
  readonly cells: number;
  readonly segments: readonly Segment[];
  /** Points inside the box where two segments of different direction meet. */
  readonly corners: readonly Corner[];
  /** Points where the boundary leaves the box. */
  readonly exits: readonly Point[];
  /** Connected parts. */
  readonly components: number;
}

/** The part of the line point + t direction inside the inequalities, if it is longer than a point. */
function clipLine(rows: readonly Inequality[], point: Point, direction: Point): Segment['ends'] | undefined {
  let low: Rational | undefined;
  let high: Rational | undefined;
  for (const row of rows) {
    const rate = dotOf(row.slice(0, -1), direction);
    const value = valueOfRow(row, point);
    if (compare(rate, ZERO) === 0) {
      if (compare(value, ZERO) < 0) return undefined;
      continue;
    }
    const t = divide(negate(value), rate);
    if (compare(rate, ZERO) > 0) low = low === undefined || compare(t, low) > 0 ? t : low;
    else high = high === undefined || compare(t, high) < 0 ? t : high;
  }
  // In a box both are there.
  if (compare(low!, high!) >= 0) return undefined;
  return [along(point, low!, direction), along(point, high!, direction)];
}

function segmentsOf(network: Network, domain: BoxDomain, cells: readonly Cell[]): Segment[] {
  return cells.flatMap((cell): Segment[] => {
    const gradient = cell.map.jacobian[0]!;
    const constant = cell.map.constant[0]!;
    const square = dotOf(gradient, gradient);
    if (compare(square, ZERO) === 0) {
      if (compare(constant, ZERO) === 0) throw new RangeError('boundary: expected a curve, but f = 0 on a whole cell');
      return [];
    }
    const foot = gradient.map((g) => multiply(g, divide(negate(constant), square)));
    const ends = clipLine(inequalitiesOf(network, domain, cell), foot, [negate(gradient[1]!), gradient[0]!]);
    return ends === undefined ? [] : [{ ends, gradient }];
  });
}

const textOf = (point: Point) => point.map(formatRational).join(' ');

function areParallel([a, b]: Point, [c, d]: Point): boolean {
  return compare(subtract(multiply(a!, d!), multiply(b!, c!)), ZERO) === 0;
}

function creasesAt(network: Network, point: Point): NeuronAddress[] {
  const { pattern } = evaluateExact(network, point);
  return network.layers.flatMap(({ slopes }, l) =>
    slopes.flatMap((pair, j): NeuronAddress[] => (bends(pair) && pattern[l]![j] === 0 ? [[l, j]] : [])),
  );
}

/** The number of groups that segments with common ends make. */
function componentsOf(segments: readonly Segment[]): number {
  const group = new Map<string, number>();
  const names = segments.map(({ ends }) => ends.map(textOf));
  let parts = 0;
  names.forEach(([a, b]) => {
    const [x, y] = [group.get(a!), group.get(b!)];
    const target = x ?? y ?? parts++;
    if (x !== undefined && y !== undefined && x !== y) for (const [name, g] of group) if (g === y) group.set(name, x);
    group.set(a!, target);
    group.set(b!, target);
  });
  return new Set(group.values()).size;
}

/** The boundary inside a box. @throws RangeError if the network is zero on a whole cell */
export function boundaryOf(network: Network, domain: BoxDomain): Boundary {
  const cells = cellsOf(network, domain);
  const segments = segmentsOf(network, domain, cells);
  const meeting = new Map<string, { point: Point; gradients: Point[] }>();
  for (const { ends, gradient } of segments) {
    for (const point of ends) {
      const entry = meeting.get(textOf(point)) ?? { point, gradients: [] };
      entry.gradients.push(gradient);
      meeting.set(textOf(point), entry);
    }
  }
  const joints = [...meeting.values()];
  return {
    cells: cells.length,
    segments,
    corners: joints
      .filter(({ gradients }) => gradients.some((g) => !areParallel(g, gradients[0]!)))
      .map(({ point }) => ({ point, creases: creasesAt(network, point) })),
    exits: joints.filter(({ gradients }) => gradients.length === 1).map(({ point }) => point),
    components: componentsOf(segments),
  };
}
