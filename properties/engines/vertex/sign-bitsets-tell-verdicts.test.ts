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
import { type VertexFrame, vertexFrame } from '../../../src/engines/vertex/frame.js';
import { VertexPool } from '../../../src/engines/vertex/pool.js';
import { SignBitsets, signBitsOf } from '../../../src/engines/vertex/sign-bitsets.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { cube } from '../../../src/network/domain.js';
import { buildNetwork, RELU } from '../../../src/network/network.js';
import { CUT } from '../../../src/walk/tree.js';
import { contextOf } from '../../support/engines/vertex-context.js';
import { holds } from '../../support/generators/holds.js';

const SEED = 5431;
const WIDTHS = [3, 70, 33] as const;
const OLD = 9;
const NEW = 7;

/** A network with so many neurons; in all layers but the first, every odd one is -2 times the one before it. */
function context() {
  let before = 2;
  const steps = WIDTHS.flatMap((width, layer) => {
    const rows = Array.from({ length: width }, (_, k) => {
      const like = layer > 0 ? k - (k % 2) : k;
      const factor = like === k ? 1 : -2;
      return Array.from(
        { length: before + 1 },
        (__, i) => factor * (1 + ((7 * like + 3) % (i + 5)) + like ** 2 * (i + 1)),
      );
    });
    const weights = rows.flatMap((row) => row.slice(1));
    const bias = rows.map((row) => row[0]! + row[1]!);
    const affine = affineFromDoubles(width, before, weights, bias);
    before = width;
    return [{ affine }, { slopes: rows.map(() => RELU) }];
  });
  return contextOf(buildNetwork(2, steps), cube(2, -1, 1));
}

const CONTEXT = context();
const WORDS = signBitsOf(CONTEXT.problem);

/** The signs of a neuron at the old vertices and at those to come, and whether the latter need exact numbers. */
interface Signs {
  readonly old: readonly number[];
  readonly fresh: readonly number[];
  readonly exact: boolean;
}

interface Case {
  readonly layer: number;
  readonly table: readonly Signs[];
  /** In which order neurons are asked about. */
  readonly order: readonly number[];
  readonly choice: number;
  /** What stands in memory before. */
  readonly garbage: number;
}

const list = <T>(size: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });
const sign = fc.constantFrom<number>(-1, 0, 1);
/** Most neurons cut the cell, many of them only just. */
const columns = fc
  .constantFrom<readonly number[]>(
    [-1, 0, 1],
    [-1, 1],
    [-1, -1, -1, -1, -1, 1],
    [1, 1, 1, 0, 1, -1],
    [1, 0],
    [-1, 0],
    [0],
  )
  .chain(
    (of): fc.Arbitrary<Signs> =>
      fc.record({ old: list(OLD, fc.constantFrom(...of)), fresh: list(NEW, sign), exact: fc.boolean() }),
  );
const cases = fc.constantFrom(0, 1, 2).chain((layer): fc.Arbitrary<Case> => {
  const width = WIDTHS[layer]!;
  const neurons = Array.from({ length: width }, (_, k) => k);
  return fc.record({
    layer: fc.constant(layer),
    table: list(width, columns),
    order: fc.shuffledSubarray(neurons, { minLength: width }),
    choice: fc.nat(),
    garbage: fc.integer(),
  });
});

function verdictOf(signs: readonly number[]) {
  const [positive, negative] = [signs.includes(1), signs.includes(-1)];
  return positive && negative ? CUT : positive ? 1 : negative ? -1 : 0;
}

/** Words over made-up signs, and the cell where the layer begins: its vertices are behind five others. */
function prepared({ layer, table, garbage }: Case) {
  const pool = new VertexPool(2, WORDS);
  pool.signs.fill(garbage);
  for (let k = 0; k < 5 + OLD; k++) pool.add();
  const first = pool.size;
  const ids = Int32Array.from({ length: OLD }, (_, k) => 5 + k);
  const asked: number[] = [];
  const answers = {
    neededExact: false,
    signs(neuron: number, which: Int32Array, count: number) {
      const { old, fresh, exact } = table[neuron]!;
      asked.push(neuron);
      answers.neededExact = exact;
      return Float64Array.from(which.subarray(0, count), (id) => (id >= first ? fresh[id - first]! : old[id - 5]!));
    },
  };
  const words = new SignBitsets({ context: CONTEXT, layer }, pool, answers);
  const whole: VertexFrame = { ...vertexFrame(words.most), ids: Int32Array.from([...ids, 0]), count: OLD };
  whole.cut.fill(garbage);
  words.enterLayer(whole);
  return { pool, first, ids, asked, words, whole };
}

type Prepared = ReturnType<typeof prepared>;

/** What the vertices on both sides of a split show of the other neurons, before and after its new vertices are asked. */
function expectParts({ layer, table }: Case, { words, whole }: Prepared, others: readonly number[]) {
  for (const side of [1, -1] as const) {
    const part = vertexFrame(words.most);
    const old = (neuron: number) => table[neuron]!.old.filter((_, k) => table[whole.split]!.old[k] !== -side);
    const enough = words.gatherOld(whole, part, side);
    expect(enough).toBe(others.every((neuron) => verdictOf(old(neuron)) === CUT));
    if (enough) {
      words.conclude(whole, part, false);
      expect(others.filter((neuron) => words.wasExact(part, neuron))).toEqual([]);
      expect(others.filter((neuron) => words.verdict(part, neuron) !== CUT)).toEqual([]);
    }
    words.gatherNew(whole, part);
    words.conclude(whole, part, true);
    for (const neuron of others) {
      const verdict = verdictOf([...old(neuron), ...table[neuron]!.fresh]);
      expect(words.verdict(part, neuron)).toBe(verdict);
      expect(words.wasExact(part, neuron)).toBe(table[neuron]!.exact);
      const bit = part.cut[(words.wordOf(neuron) - beginOf(layer)) / 2]! & words.maskOf(neuron);
      expect(bit !== 0).toBe(verdict === CUT);
    }
  }
}

/** The layers' words stand one behind the other. */
const beginOf = (layer: number) =>
  2 * WIDTHS.slice(0, layer).reduce<number>((sum, width) => sum + Math.ceil(width / 32), 0);

describe('words', () => {
  it('are two per 32 neurons of a layer', () => {
    expect(signBitsOf(CONTEXT.problem)).toBe(2 * (1 + 3 + 2));
    const { words } = prepared({ layer: 0, table: [], order: [], choice: 0, garbage: 0 });
    expect(words.most).toBe(3);
    // The pairs are what they are made to be.
    expect(CONTEXT.proportional[0]).toBe(null);
    for (const layer of [1, 2]) {
      expect(Array.from(CONTEXT.proportional[layer]!.first)).toEqual(
        Array.from({ length: WIDTHS[layer]! }, (_, k) => k - (k % 2)),
      );
    }
  });

  it('say of parts what signs say', () => {
    const seen = { several: 0, pairs: 0 };
    holds(
      fc.property(cases, (given) => {
        const { layer, table, order, choice } = given;
        const state = prepared(given);
        const { pool, first, ids, asked, words, whole } = state;
        for (const neuron of order) expect(words.judgeWhole(whole, neuron)).toBe(verdictOf(table[neuron]!.old));
        const cutting = order.filter((neuron) => verdictOf(table[neuron]!.old) === CUT);
        const isAlike = (a: number, b: number) => a === b || (layer > 0 && a - (a % 2) === b - (b % 2));
        // One with a relative that cuts, too, if the choice is even.
        const related = cutting.filter((a) => cutting.some((b) => a !== b && isAlike(a, b)));
        const from = choice % 2 === 0 && related.length > 0 ? related : cutting;
        if (from.length === 0) return;
        const split = (whole.split = from[choice % from.length]!);
        const others = cutting.filter((neuron) => !isAlike(neuron, split));
        if (cutting.length > 32) seen.several++;
        if (from === related) seen.pairs++;
        for (const neuron of cutting) {
          const [at, mask] = [words.wordOf(neuron), words.maskOf(neuron)];
          expect(at).toBeGreaterThanOrEqual(beginOf(layer));
          expect(at).toBeLessThan(beginOf(layer + 1));
          ids.forEach((id, k) => {
            const bits = [0, 1].map((w) => (pool.signs[id * WORDS + at + w]! & mask) !== 0);
            expect(bits).toEqual([1, -1].map((s) => table[neuron]!.old[k] === s));
          });
        }
        whole.firstNew = first;
        whole.endNew = first + NEW;
        for (let k = 0; k < NEW; k++) pool.add();
        asked.length = 0;
        words.signNew(whole);
        expect([...asked].sort()).toEqual([...others].sort());
        expectParts(given, state, others);
      }),
      { seed: SEED, runs: 80 },
    );
    expect(seen.several * seen.pairs).toBeGreaterThan(0);
  });
});
