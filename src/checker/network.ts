/**
 * A network on a domain as the checker sees it: integers only, derived from the weights independently of the engines.
 */

import type { PolytopeEvidence } from '../certificate/index.js';
import { type IntegerVector, rowAt } from '../exact/index.js';
import type { BoxDomain, Domain, WholeDomain } from '../network/index.js';
import { bends, type Network, precompose } from '../network/index.js';
import { type CheckedDomain, checkedDomain } from './domain.js';
import { type DoubleNetwork, doubleNetwork } from './double-rows.js';
import { ExactNetwork, exactLayers } from './exact-rows.js';
import { checkedPolytope, PolytopeError } from './polytope.js';

export interface CheckedLayer {
  readonly width: number;
  /** The neurons that do not bend. */
  readonly unbent: readonly number[];
  /** The sides of neurons that do not bend on the whole domain, where these are not all 1. */
  readonly settled?: Int8Array;
}

export interface CheckedNetwork {
  readonly inputs: number;
  readonly domain: CheckedDomain;
  readonly layers: readonly CheckedLayer[];
  /** Its rows in doubles, for a proof that has room to spare; there are none in the whole space. */
  readonly doubles: DoubleNetwork | undefined;
  /** Its rows exactly; computed at the first call. */
  exact(): ExactNetwork;
  /** The conditions of a polytope as integer rows: they count as the first splits. */
  readonly given: readonly (readonly bigint[])[];
}

/**
 * The network on a domain. A flat polytope is described in its free coordinates, which are then the `inputs`.
 *
 * @param evidence of a polytope domain
 * @throws PolytopeError if the evidence does not prove what it says
 */
export function checkedNetwork(network: Network, domain: Domain, evidence?: PolytopeEvidence): CheckedNetwork {
  if (domain.kind !== 'polytope') return checkedWithin(network, domain, []);
  if (evidence === undefined) throw new PolytopeError('the header has no evidence for its polytope');
  const { hull, within, rows } = checkedPolytope(domain, evidence);
  return checkedWithin(hull.map === undefined ? network : precompose(network, hull.map), within, rows);
}

/** The network on a box or the whole space, with conditions that hold besides. */
export function checkedWithin(
  network: Network,
  within: BoxDomain | WholeDomain,
  given: readonly (readonly bigint[])[],
): CheckedNetwork {
  const { inputs } = network;
  let exact: ExactNetwork | undefined;
  const domain = checkedDomain(within);
  return {
    inputs,
    domain,
    layers: network.layers.map(({ affine, slopes }) => ({
      width: affine.outputs,
      unbent: slopes.flatMap((s, j) => (bends(s) ? [] : [j])),
    })),
    doubles: domain.box && doubleNetwork(network, domain.box.exact),
    exact: () => (exact ??= new ExactNetwork(exactLayers(network), inputs)),
    given,
  };
}

/** A witness as a point of the input space; undefined if it is not strictly inside the domain and on its conditions that are not zero on the hull. */
export function placeInside({ domain, given }: CheckedNetwork, witness: IntegerVector): IntegerVector | undefined {
  const point = domain.place(witness);
  if (point === undefined) return undefined;
  const { numerators, denominator } = point;
  const isOn = (row: readonly bigint[]) =>
    rowAt(row, numerators, denominator) > 0n || row.every((entry) => entry === 0n);
  return given.every(isOn) ? point : undefined;
}
