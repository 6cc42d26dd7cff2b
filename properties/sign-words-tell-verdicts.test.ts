/**
 * Theorem. The words of signs that the `vertex` engine keeps say of every neuron and every part of a cell what the signs at the
 * vertices of the part say one by one: it cuts the part if it is positive at one of them and negative at another.
 *
 * Signs are made up here: nothing about words depends on where they come from.
 *
 * Source: a convex hull meets both open sides of a hyperplane exactly if its vertices do.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineFromDoubles } from '../src/network/affine.js';
import { cube } from '../src/network/domain.js';
import { buildNetwork, RELU } from '../src/network/network.js';
import { CUT } from '../src/partition/tree.js';
import { type VertexFrame, vertexFrame } from '../src/partition/vertex-frame.js';
import { VertexPool } from '../src/partition/vertex-pool.js';
import { signWordsOf, VertexWords } from '../src/partition/vertex-words.js';
import { contextOf } from './engines/vertex-context.js';
import { holds } from './generators/holds.js';

const SEED = 5431;
const WIDTHS = [3, 70, 33] as const;
const OLD = 9;
const NEW = 7;

/** A network with so many neurons; neuron 2 k + 1 of the second layer is a multiple of neuron 2 k where k is divisible by 3. */
function context() {
  let before = 2;
  const steps = WIDTHS.flatMap((width, layer) => {
    const row = (k: number) => (layer === 1 && k % 6 === 1 ? k - 1 : k);
    const weights = Array.from({ length: width }, (_, k) =>
      Array.from(
        { length: before },
        (_, i) => (row(k) === k ? 1 : -2) * (1 + ((7 * row(k) + 3) % (i + 5)) + row(k) ** 2),
      ),
    );
    const bias = Array.from({ length: width }, (_, k) => (row(k) === k ? 1 : -2) * (row(k) % 5));
    before = width;
    return [
      { affine: affineFromDoubles(width, weights[0]!.length, weights.flat(), bias) },
      { slopes: weights.map(() => RELU) },
    ];
  });
  return contextOf(buildNetwork(2, steps), cube(2, -1, 1));
}

const CONTEXT = context();
const sign = fc.constantFrom<number>(-1, 0, 1);
/** Signs of every neuron of a layer at the old vertices and at those to come; some neurons are on one side of the old ones. */
const cases = fc.constantFrom(0, 1, 2).chain((layer) => {
  const width = WIDTHS[layer]!;
  const column = fc.constantFrom<readonly number[]>([-1, 0, 1], [-1, 1], [1, 0], [-1, 0], [0], [1]).chain((of) =>
    fc.record({
      old: fc.array(fc.constantFrom(...of), { minLength: OLD, maxLength: OLD }),
      fresh: fc.array(sign, { minLength: NEW, maxLength: NEW }),
      exact: fc.boolean(),
    }),
  );
  return fc.record({
    layer: fc.constant(layer),
    table: fc.array(column, { minLength: width, maxLength: width }),
    order: fc.shuffledSubarray(
      Array.from({ length: width }, (_, k) => k),
      { minLength: width },
    ),
    choice: fc.nat(),
    garbage: fc.integer(),
  });
});

function verdictOf(signs: readonly number[]) {
  const [positive, negative] = [signs.includes(1), signs.includes(-1)];
  return positive && negative ? CUT : positive ? 1 : negative ? -1 : 0;
}

describe('words', () => {
  it('are two per 32 neurons of a layer', () => {
    expect(signWordsOf(CONTEXT.problem)).toBe(2 * (1 + 3 + 2));
    const pool = new VertexPool(2, 12);
    expect(
      new VertexWords({ context: CONTEXT, layer: 0 }, pool, { neededExact: false, signs: () => pool.x }).most,
    ).toBe(3);
  });

  it('say of parts what signs say', () => {
    let seen = 0;
    holds(
      fc.property(cases, ({ layer, table, order, choice, garbage }) => {
        const pool = new VertexPool(2, signWordsOf(CONTEXT.problem));
        pool.signs.fill(garbage);
        for (let k = 0; k < 5 + OLD; k++) pool.add();
        const ids = Int32Array.from({ length: OLD }, (_, k) => 5 + k);
        const first = 5 + OLD;
        const asked: number[] = [];
        const answers = {
          neededExact: false,
          signs(neuron: number, which: Int32Array, count: number) {
            asked.push(neuron);
            answers.neededExact = table[neuron]!.exact;
            return Float64Array.from(which.subarray(0, count), (id) =>
              id >= first ? table[neuron]!.fresh[id - first]! : table[neuron]!.old[id - 5]!,
            );
          },
        };
        const path = { context: CONTEXT, layer };
        const words = new VertexWords(path, pool, answers);
        const whole: VertexFrame = { ...vertexFrame(words.most), ids: Int32Array.from([...ids, 0]), count: OLD };
        whole.cut.fill(garbage);
        words.enterLayer(whole);
        for (const neuron of order) {
          expect(words.judgeWhole(whole, neuron)).toBe(verdictOf(table[neuron]!.old));
        }
        const cutting = order.filter((neuron) => verdictOf(table[neuron]!.old) === CUT);
        if (cutting.length === 0) return;
        // A split by one of them creates vertices.
        const split = cutting[choice % cutting.length]!;
        whole.split = split;
        const own = (neuron: number) => [words.wordOf(neuron), words.maskOf(neuron)] as const;
        const [at, mask] = own(split);
        for (const [k, id] of ids.entries()) {
          const bits = [pool.signs[id * 12 + at]! & mask, pool.signs[id * 12 + at + 1]! & mask].map((bit) => bit !== 0);
          expect(bits).toEqual([table[split]!.old[k] === 1, table[split]!.old[k] === -1]);
        }
        const alike = (neuron: number) => {
          const found = CONTEXT.proportional[layer]?.first;
          return neuron === split || (found !== undefined && found !== null && found[neuron] === found[split]);
        };
        const others = cutting.filter((neuron) => !alike(neuron));
        whole.firstNew = first;
        whole.endNew = first + NEW;
        for (let k = 0; k < NEW; k++) pool.add();
        pool.signs.subarray(first * 12).fill(garbage);
        asked.length = 0;
        words.signNew(whole);
        expect([...asked].sort()).toEqual([...others].sort());
        for (const side of [1, -1] as const) {
          const part = vertexFrame(words.most);
          const stays = (k: number) => table[split]!.old[k] !== -side;
          const old = (neuron: number) => table[neuron]!.old.filter((_, k) => stays(k));
          const enough = words.gatherOld(whole, part, side);
          expect(enough).toBe(others.every((neuron) => verdictOf(old(neuron)) === CUT));
          if (enough) {
            words.conclude(whole, part, false);
            expect(others.map((neuron) => words.wasExact(part, neuron))).toEqual(others.map(() => false));
            expect(others.map((neuron) => words.verdict(part, neuron))).toEqual(others.map(() => CUT));
          }
          words.gatherNew(whole, part);
          words.conclude(whole, part, true);
          for (const neuron of others) {
            const verdict = verdictOf([...old(neuron), ...table[neuron]!.fresh]);
            expect(words.verdict(part, neuron)).toBe(verdict);
            expect(words.wasExact(part, neuron)).toBe(table[neuron]!.exact);
            const [word, bit] = [(words.wordOf(neuron) - words.wordOf(cutting[0]!)) / 2, words.maskOf(neuron)];
            expect((part.cut[word]! & bit) !== 0).toBe(verdict === CUT);
            seen++;
          }
        }
      }),
      { seed: SEED, runs: 60 },
    );
    expect(seen).toBeGreaterThan(0);
  });
});
