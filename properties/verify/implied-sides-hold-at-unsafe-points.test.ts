/**
 * Theorem. Where a proof says that a neuron's side is implied, every unsafe point of the node is on that side; the opposite side, the side of
 * another neuron by the same multipliers, or the side without its multipliers is refused.
 *
 * Source: Farkas' lemma (src/checker/closing.ts); bound tightening by programs, Tjeng, Xiao, Tedrake 2019.
 */
import { describe, expect, it } from 'vitest';
import type { VerificationRecord } from '../../src/certificate/verification.js';
import { VerificationReader } from '../../src/certificate/verification-reader.js';
import { VerificationRefusal, VerificationTree } from '../../src/checker/verification.js';
import { ONE, rational, ZERO } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { Attack, seededRandom } from '../../src/verify/attack.js';
import { Search } from '../../src/verify/search.js';
import { boxConditions } from '../support/generators/unsafe-sets.js';

const WIDTHS = [16, 16, 1];

const random = seededRandom(61);

function dense(): Network {
  let before = 3;
  return buildNetwork(
    3,
    WIDTHS.flatMap((width, l) => {
      const weights = Array.from({ length: width * before }, () => random() - 0.5);
      const affine = affineFromDoubles(
        width,
        before,
        weights,
        Array.from({ length: width }, () => random() - 0.5),
      );
      before = width;
      return l === 2 ? [{ affine }] : [{ affine }, { slopes: new Array<typeof RELU>(width).fill(RELU) }];
    }),
  );
}

function above(percent: bigint): UnsafeSet {
  const intervals = new Array(3).fill([rational(-1n), ONE]);
  const condition = { inputs: [ZERO, ZERO, ZERO], outputs: [ONE], constant: rational(-percent, 100n), strict: false };
  return { inputs: 3, outputs: 1, disjuncts: [{ conditions: [...boxConditions(1, intervals), condition] }] };
}

const network = dense();

/** The greatest output at random points, rounded up a little: above that few points or none are unsafe. */
function nearlyGreatest(): number {
  const attack = new Attack(network);
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < 3000; k++) {
    most = Math.max(most, attack.evaluate([random() * 2 - 1, random() * 2 - 1, random() * 2 - 1])[0]!);
  }
  return most;
}

/** The records of a search, and for each how many disjuncts are open at its node. */
function recordsOf(unsafe: UnsafeSet): VerificationRecord[] {
  const search = new Search(network, unsafe);
  search.start(search.roots());
  while (!search.isOver) search.step();
  expect(search.found).toBeUndefined();
  const reader = new VerificationReader();
  reader.append(search.records.take());
  const tree = new VerificationTree(network, unsafe);
  const records: VerificationRecord[] = [];
  while (!tree.isComplete) {
    const record = reader.record(tree.openDisjuncts)!;
    records.push(record);
    tree.record(record);
  }
  return records;
}

describe('implied sides', () => {
  const unsafe = above(BigInt(Math.ceil(100 * nearlyGreatest()) + 4));
  const records = recordsOf(unsafe);
  const places = records.flatMap(({ kind }, r) => (kind === 'implied' ? [r] : []));

  it('are part of proofs', () => {
    expect(places.length).toBeGreaterThan(3);
  });

  /** The checker after the first `count` records. */
  const after = (count: number) => {
    const tree = new VerificationTree(network, unsafe);
    for (const record of records.slice(0, count)) tree.record(record);
    return tree;
  };

  it('are refused on the other side, of another neuron, and without their evidence', () => {
    let refused = 0;
    for (const place of places.slice(0, 12)) {
      const record = records[place]!;
      if (record.kind !== 'implied') throw new Error('expected an implied side');
      const own = record.by[0]!;
      const forged: VerificationRecord[] = [
        { ...record, side: record.side === 1 ? -1 : 1 },
        { ...record, neuron: (record.neuron + 1) % 32 },
        { ...record, by: [{ rows: own.rows.slice(0, -1), values: own.values.slice(0, -1) }] },
        { ...record, by: [{ rows: [], values: [] }] },
      ];
      for (const one of forged) {
        expect(() => after(place).record(one)).toThrow(VerificationRefusal);
        refused++;
      }
    }
    expect(refused).toBe(4 * Math.min(12, places.length));
  });
});
