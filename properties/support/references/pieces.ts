/**
 * Linear pieces by their definition: cells with one affine map, connected through common facets.
 *
 * *Lemma.* Two different cells share a facet exactly if the open polyhedron of all points that satisfy strictly every
 * inequality of both cells that is not proportional to h has points on the hyperplane h = 0, where h is the first
 * pre-activation (in the order of layers) in which the two patterns differ. *Proof.* Up to there the two cells have the same
 * rows, so h is the same function for both, and has opposite signs inside them: a common facet lies in h = 0. In the
 * relative interior of a common facet every other inequality holds strictly, because one that vanished on a point there
 * without being proportional to h would be negative nearby in the facet. Conversely such a point has a neighbourhood in
 * h = 0 that belongs to both closures. []
 *
 * Decided by Fourier-Motzkin elimination; shares nothing with src/analysis.
 */
import { multiply, type Rational, rational, subtract } from '../../../src/exact/rational.js';
import type { Domain } from '../../../src/network/domain.js';
import { bends, type Network } from '../../../src/network/network.js';
import { type StrictRow, strictSolution } from './fourier-motzkin.js';
import { affineOn, type Row, signsOf } from './plain-network.js';
import { openWallsOf } from './walls.js';

interface PlainCell {
  readonly signs: readonly (readonly number[])[];
  readonly layers: readonly (readonly Row[])[];
  /** Affine functions that are positive inside. */
  readonly inside: readonly Row[];
  /** The affine map, as text. */
  readonly map: string;
}

function domainRows(domain: Domain, inputs: number): Row[] {
  if (domain.kind === 'polytope') return openWallsOf(domain).map((row) => row.map((entry) => rational(entry)));
  if (domain.kind !== 'box') return [];
  const unit = (i: number, sign: bigint, constant: Rational): Row => [
    ...Array.from({ length: inputs }, (_, k) => rational(k === i ? sign : 0n)),
    constant,
  ];
  return domain.lower.flatMap((lo, i) => [
    unit(i, 1n, rational(-lo.numerator, lo.denominator)),
    unit(i, -1n, domain.upper[i]!),
  ]);
}

function plainCell(network: Network, domain: Domain, pattern: string): PlainCell {
  const signs = signsOf(pattern);
  const { layers, output } = affineOn(network, signs);
  const inside = layers.flatMap((rows, l) =>
    rows.flatMap((row, j) => {
      const sign = bends(network.layers[l]!.slopes[j]!) ? signs[l]![j]! : 0;
      return sign === 0 ? [] : [row.map((entry) => multiply(entry, rational(BigInt(sign))))];
    }),
  );
  const map = output
    .map((row) => row.map(({ numerator, denominator }) => `${numerator}/${denominator}`).join())
    .join(';');
  return { signs, layers, inside: [...inside, ...domainRows(domain, network.inputs)], map };
}

/** The row on h = 0, without the pivot variable. */
function onHyperplane(row: Row, h: Row, pivot: number): Row {
  const reduced = row.map((entry, k) => subtract(multiply(entry, h[pivot]!), multiply(row[pivot]!, h[k]!)));
  const sign = h[pivot]!.numerator > 0n ? 1n : -1n;
  return reduced.filter((_, k) => k !== pivot).map((entry) => multiply(entry, rational(sign)));
}

function integers(row: Row): StrictRow {
  const common = row.reduce((product, { denominator }) => product * denominator, 1n);
  return row.map(({ numerator, denominator }) => numerator * (common / denominator));
}

function shareFacet(a: PlainCell, b: PlainCell, inputs: number): boolean {
  for (const [l, rows] of a.layers.entries()) {
    const j = rows.findIndex((_, k) => a.signs[l]![k] !== b.signs[l]![k]);
    if (j < 0) continue;
    const h = rows[j]!;
    const pivot = h.slice(0, inputs).findIndex(({ numerator }) => numerator !== 0n);
    const others = [...a.inside, ...b.inside].map((row) => onHyperplane(row, h, pivot));
    const proper = others.filter((row) => row.some(({ numerator }) => numerator !== 0n)).map(integers);
    return strictSolution(inputs - 1, proper) !== undefined;
  }
  return false;
}

/**
 * The number of pieces and of distinct maps, from the patterns of all cells on a domain that is not flat.
 *
 * Cost: one elimination per pair of cells with the same map; for few cells in at most four dimensions.
 */
export function piecesAndMaps(
  network: Network,
  domain: Domain,
  patterns: readonly string[],
): { readonly pieces: number; readonly maps: number } {
  const byMap = new Map<string, PlainCell[]>();
  for (const pattern of patterns) {
    const cell = plainCell(network, domain, pattern);
    byMap.set(cell.map, [...(byMap.get(cell.map) ?? []), cell]);
  }
  let pieces = 0;
  for (const cells of byMap.values()) {
    const open = [...cells];
    for (let seed = open.pop(); seed !== undefined; seed = open.pop()) {
      pieces++;
      const piece = [seed];
      for (const cell of piece) {
        const near = open.filter((other) => shareFacet(cell, other, network.inputs));
        for (const other of near) open.splice(open.indexOf(other), 1);
        piece.push(...near);
      }
    }
  }
  return { pieces, maps: byMap.size };
}
