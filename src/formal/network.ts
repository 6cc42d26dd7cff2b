/**
 * Networks and domains in plain form.
 */
import { integersFromRationals } from '../exact/index.js';
import { type AffineMap, conditionsOf, type Domain, type Network, rowsOf } from '../network/index.js';
import type { PlainDomain, PlainMap, PlainNetwork, PlainRow } from './plain.js';

/** The constant first. */
export function plainRow(row: readonly bigint[]): PlainRow {
  return [row.at(-1)!, ...row.slice(0, -1)];
}

function plainMap(map: AffineMap): PlainMap {
  const { rows, denominator } = rowsOf(map);
  return { denominator, rows: rows.map(plainRow) };
}

export function plainNetwork({ inputs, layers, output }: Network): PlainNetwork {
  return {
    inputs,
    layers: layers.map(({ affine, slopes }) => {
      const { numerators, denominator } = integersFromRationals(slopes.flatMap((s) => [s.negative, s.positive]));
      return {
        before: plainMap(affine),
        slopeDenominator: denominator,
        slopes: slopes.map((_, k) => [numerators[2 * k]!, numerators[2 * k + 1]!] as const),
      };
    }),
    output: plainMap(output),
  };
}

export function plainDomain(domain: Domain): PlainDomain {
  if (domain.kind === 'whole') return domain;
  if (domain.kind === 'box') {
    const { numerators, denominator } = integersFromRationals([...domain.lower, ...domain.upper]);
    const d = domain.lower.length;
    return {
      kind: 'box',
      denominator,
      bounds: domain.lower.map((_, i) => [numerators[i]!, numerators[d + i]!] as const),
    };
  }
  const rows = (equality: boolean) =>
    conditionsOf(domain)
      .filter((condition) => condition.equality === equality)
      .map(({ row }) => plainRow(row));
  return { kind: 'polytope', dimension: domain.dimension, inequalities: rows(false), equalities: rows(true) };
}
