/**
 * Theorem. A table of distinct keys gives for every key its position in the list and for every other number nothing, however many keys there are and whatever slots
 * they ask for; a list with two equal keys makes no table.
 *
 * Source: linear probing (Knuth, The Art of Computer Programming 3, 6.4) finds a key before the first free slot, and one stays free. Expected is what a map of
 * JavaScript says. Keys that ask for few slots and for the last ones are made on purpose; lists are longer than a block of keys.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyCollision } from '../../src/analysis/cells/index.js';
import { CellKeyList, cellKeyTable, cellOfKey } from '../../src/analysis/files/cell-keys.js';
import { randomNumbers } from '../../src/theory/random.js';
import { holds } from '../support/generators/holds.js';

function tableOf(keys: readonly number[]) {
  const list = new CellKeyList();
  for (const key of keys) list.add(key);
  return cellKeyTable(list.keys, keys.length);
}

function expectFound(keys: readonly number[], others: readonly number[]) {
  const table = tableOf(keys);
  const places = new Map(keys.map((key, id) => [key, id]));
  const asked = [...keys, ...others];
  expect(asked.filter((key) => cellOfKey(table, key) !== places.get(key))).toEqual([]);
}

/** Keys of 53 bits, and keys that differ by multiples of one number. */
const key = fc.oneof(
  fc.maxSafeNat(),
  fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })).map(([step, times]) => step * times),
);

test('every key finds its cell, and no other number does', () => {
  holds(
    fc.property(fc.uniqueArray(key, { maxLength: 60 }), fc.array(key), (keys, others) => expectFound(keys, others)),
    { seed: 15_121, runs: 300 },
  );
});

test('keys that all ask for the last slot find theirs', () => {
  for (const cells of [1, 2, 7, 64]) {
    const { length } = tableOf(Array.from({ length: cells }, (_, k) => k)).slots;
    const keys = Array.from({ length: cells }, (_, k) => length * (k + 1) - 1);
    expectFound(
      keys,
      keys.map((one) => one + 1),
    );
  }
});

test('as many keys as blocks hold and more', () => {
  const random = randomNumbers(15_122);
  const keys = [
    ...new Set(
      Array.from({ length: 40_000 }, () => 2 ** 21 * Math.floor(random() * 2 ** 32) + Math.floor(random() * 2 ** 21)),
    ),
  ];
  expectFound(
    keys,
    keys.map((one) => one + 1),
  );
});

test('two equal keys make no table, wherever they stand', () => {
  holds(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (keys, from, to) => {
      const again = keys[from % keys.length]!;
      const twice = keys.toSpliced(to % (keys.length + 1), 0, again);
      expect(() => tableOf(twice)).toThrow(KeyCollision);
    }),
    { seed: 15_123, runs: 100 },
  );
});
