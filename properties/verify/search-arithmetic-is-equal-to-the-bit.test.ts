/**
 * Theorem. The loops of the search for unsafe points in WebAssembly and in plain TypeScript are equal to the bit: the forms of a
 * relaxation, the vertices and multipliers of programs, and so verdicts, trees and certificates.
 *
 * So it does not matter for any result which of them runs, and the checker needs only the plain ones. The module is generated from
 * src/verify/arithmetic/assembly/search.ts by AssemblyScript.
 *
 * Source: IEEE 754 fixes the result of every operation; in programs both do the same ones in the same order, and the sums of forms are
 * exact in any order (Lemma 1 of src/checker/relaxation.ts).
 */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_FORMS } from '../../src/checker/arithmetic.js';
import { Relaxation } from '../../src/checker/relaxation.js';
import { ONE, rational, ZERO } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { formArithmetic, type SearchArithmetic } from '../../src/verify/arithmetic/memory.js';
import { seededRandom } from '../../src/verify/attack.js';
import { RelaxedProgram } from '../../src/verify/relaxed-program.js';
import { Search } from '../../src/verify/search.js';
import { holds } from '../support/generators/holds.js';
import { boxConditions } from '../support/generators/unsafe-sets.js';

const SEED = 1616;

/** The bits of all numbers but the sign of 0. */
const bitsOf = (values: Float64Array) =>
  Buffer.from(Float64Array.from(values, (value) => value + 0).buffer).toString('hex');

/** A dense network of the given widths. */
function network(seed: number, [inputs, ...widths]: readonly number[]): Network {
  const random = seededRandom(seed);
  let before = inputs!;
  const steps = widths.flatMap((width, l) => {
    const weights = Array.from({ length: width * before }, () => (random() - 0.5) * 3);
    const bias = Array.from({ length: width }, () => random() - 0.5);
    const affine = affineFromDoubles(width, before, weights, bias);
    before = width;
    const slopes = new Array<typeof RELU>(width).fill(RELU);
    return l === widths.length - 1 ? [{ affine }] : [{ affine }, { slopes }];
  });
  return buildNetwork(inputs!, steps);
}

/** Everything that a relaxation says about some boxes. */
function formsOf(net: Network, name: SearchArithmetic, seed: number): string[] {
  const random = seededRandom(seed);
  const relaxation = new Relaxation(net, formArithmetic(net, name));
  return Array.from({ length: 3 }, () => {
    const lower = Float64Array.from({ length: net.inputs }, () => Math.floor((random() - 0.5) * 2 ** 30));
    const upper = lower.map((lo) => lo + Math.floor(random() * 2 ** 28));
    relaxation.evaluate(lower, upper, 28, new Int8Array(relaxation.neurons));
    const all = [relaxation.output, ...relaxation.layers.flatMap(({ before, after }) => [before, after])];
    return all.flatMap(({ count, columns, coefficients, centre, radius, unit, point }) => [
      `${columns} ${unit} ${point}`,
      bitsOf(coefficients.subarray(0, count * columns)),
      bitsOf(centre),
      bitsOf(radius.subarray(0, count)),
    ]);
  }).flat();
}

/** What a program comes to in all its calls. */
function programOf(name: SearchArithmetic, seed: number, symbols: number): string[] {
  const random = seededRandom(seed);
  const program = new RelaxedProgram(name);
  const noted: string[] = [];
  const note = (value: number) =>
    noted.push(bitsOf(Float64Array.of(value)), bitsOf(program.readMultipliers()), bitsOf(program.readPoint()));
  const add = (count: number) => {
    for (let r = 0; r < count; r++) {
      const at = program.addRow();
      for (let i = 0; i < symbols; i++) if (random() < 0.7) program.rows[at + i] = random() - 0.5;
      program.rows[at + symbols] = random() * 2;
    }
  };
  program.begin(symbols);
  add(3);
  note(program.solve());
  for (let round = 0; round < 3; round++) {
    add(20);
    note(program.extend());
  }
  for (let k = 0; k < 5; k++) {
    for (let i = 0; i <= symbols; i++) program.form[i] = random() - 0.5;
    note(program.maximise(k % 2 === 0 ? Number.POSITIVE_INFINITY : 0));
  }
  noted.push(String(program.pivots));
  return noted;
}

/** The records of a whole search. */
function recordsOf(net: Network, unsafe: UnsafeSet, name: SearchArithmetic): string {
  const search = new Search(net, unsafe, name);
  search.start(search.roots());
  for (let nodes = 0; nodes < 400 && !search.isOver; nodes++) search.step();
  return `${search.found?.input ?? ''} ${Buffer.from(search.records.take()).toString('hex')}`;
}

describe('equal are', () => {
  it('forms', () => {
    holds(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 16, max: 41 }),
        (seed, inputs, width) => {
          const net = network(seed, [inputs, width, width + 1, width, 2]);
          expect(formArithmetic(net)).not.toBe(PLAIN_FORMS);
          expect(formsOf(net, 'wasm', seed)).toEqual(formsOf(net, 'plain', seed));
        },
      ),
      { seed: SEED, runs: 2 },
    );
  });

  it('programs', () => {
    holds(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 70 }), (seed, symbols) => {
        expect(programOf('wasm', seed, symbols)).toEqual(programOf('plain', seed, symbols));
      }),
      { seed: SEED, runs: 6 },
    );
  });

  it('searches', () => {
    const net = network(16, [3, 24, 24, 1]);
    const intervals = new Array(3).fill([rational(-1n), ONE]);
    const condition = { inputs: [ZERO, ZERO, ZERO], outputs: [ONE], constant: rational(-9n), strict: false };
    const unsafe = { inputs: 3, outputs: 1, disjuncts: [{ conditions: [...boxConditions(1, intervals), condition] }] };
    const plain = recordsOf(net, unsafe, 'plain');
    expect(recordsOf(net, unsafe, 'wasm')).toBe(plain);
    expect(plain.length).toBeGreaterThan(100);
  });
});
