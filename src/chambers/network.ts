/**
 * The hyperplanes of a network with one layer that bends, and the walls of its domain.
 */
import { bends, conditionsOf, type Domain, dimensionOf, polytope } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import type { Arrangement } from './arrangement.js';
import { meetingOf, restriction } from './inside.js';

/** A network whose cells are not those of an arrangement: the message says why, and what to do. */
export class ChamberError extends Error {
  override readonly name = 'ChamberError';
}

type Row = readonly bigint[];

export interface NetworkArrangement {
  readonly arrangement: Arrangement;
  /** Homogeneous rows that are positive inside of the domain, that of t last; undefined for all of R^d. */
  readonly walls: readonly Row[] | undefined;
  /** Of a domain that is flat: in turn, multipliers of the walls left until then whose combination is 0. All rows are restricted to where those walls vanish. */
  readonly flats: readonly Row[];
}

interface Rows {
  readonly planes: readonly Row[];
  readonly walls: readonly Row[];
}

/** @param problem of the network on the domain: without points or with a single one there is none. @throws ChamberError unless one layer bends */
export function arrangementOf({ network, domain, depth }: PartitionProblem): NetworkArrangement {
  const { inputs, layers } = network;
  if (depth > 1)
    throw new ChamberError(
      `engine chambers: expected a network with one layer that bends, got ${depth}; use --engine auto`,
    );
  const [layer] = layers;
  const { weights, bias } = layer?.affine.integers() ?? { weights: [], bias: [] };
  const rows = (layer?.slopes ?? []).flatMap((slopes, k) =>
    bends(slopes) ? [[...weights.slice(k * inputs, (k + 1) * inputs), bias[k]!]] : [],
  );
  if (domain.kind === 'whole') return { arrangement: inConstants(rows, inputs), walls: undefined, flats: [] };
  const flats: Row[] = [];
  let open: Rows = { planes: rows, walls: wallsOf(domain) };
  for (;;) {
    const meeting = meetingOf(open.walls);
    if ('point' in meeting) break;
    flats.push(meeting.multipliers);
    open = flattened(open, meeting.multipliers);
  }
  return { arrangement: inConstants(open.planes, open.walls[0]!.length - 1), walls: open.walls, flats };
}

/** Rows (a, -b) as hyperplanes a . x = b. */
function inConstants(rows: readonly Row[], dimension: number): Arrangement {
  return { dimension, planes: rows.map((row) => [...row.slice(0, dimension), -row[dimension]!]) };
}

/** The conditions of a domain, an equality twice, and t. */
function wallsOf(domain: Exclude<Domain, { readonly kind: 'whole' }>): Row[] {
  const dimension = dimensionOf(domain);
  const stated = domain.kind === 'box' ? polytope(dimension, [], { box: domain }) : domain;
  const walls = conditionsOf(stated).flatMap(({ row, equality }) => (equality ? [row, row.map((x) => -x)] : [row]));
  return [...walls, [...new Array<bigint>(dimension).fill(0n), 1n]];
}

/** Restricted to where walls with positive multipliers vanish; but for t, walls that vanish then are left out. */
function flattened({ planes, walls }: Rows, multipliers: Row): Rows {
  let [onto, within] = [planes, walls];
  multipliers.forEach((multiplier, w) => {
    const wall = within[w]!;
    if (multiplier === 0n || wall.every((entry) => entry === 0n)) return;
    const restrict = restriction(wall);
    onto = onto.map(restrict);
    within = within.map(restrict);
  });
  const last = within.length - 1;
  return { planes: onto, walls: within.filter((wall, w) => w === last || wall.some((entry) => entry !== 0n)) };
}
