/**
 * The splits that are facets of a cell, and splits as constraints for exact arithmetic.
 */
import type { ExactConstraints } from '../evidence/index.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool } from './pool.js';

/** The splits whose creases are facets of a cell, in no order; faces of the box are none. */
export function splitFacets(path: VertexPath, { tight, words }: VertexPool, { ids, count }: VertexList): number[] {
  const splits: number[] = [];
  for (let w = 0; w < words; w++) {
    let used = 0;
    for (let k = 0; k < count; k++) used |= tight[ids[k]! * words + w]!;
    for (let rest = used; rest !== 0; rest &= rest - 1) {
      const owner = path.owner[32 * w + lowestBit(rest)]!;
      if (owner >= 2 * path.n) splits.push(owner - 2 * path.n);
    }
  }
  return splits;
}

/** The constraints that splits put on a cell, made exact as they are asked for. */
export function exactConstraints(path: VertexPath, splits: readonly number[]): ExactConstraints {
  const { exact } = path.context;
  const get = (index: number) => {
    const k = splits[index]!;
    const layer = path.splitLayer[k]!;
    const row = exact.row(layer, path.splitNeuron[k]!);
    return { row, denominator: exact.denominator(layer), sign: path.splitSide[k]! };
  };
  return { count: splits.length, get };
}
