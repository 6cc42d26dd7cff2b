/**
 * Theorem. The double and the float32 of an answer are those nearest to the exact value, ties to even, and not nearest to a
 * value that was rounded before.
 *
 * Nearest is checked by its definition, in exact comparisons: no other number of the format is nearer, and of two that are
 * equally near the one with an even last bit is taken. The numbers of the format come from counting its bit patterns.
 *
 * Source: IEEE 754-2019, sections 3.4 and 4.3.1 (roundTiesToEven): beyond the range the number 2^emax + 1 stands for infinity.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, add, compare, type Rational, rational, subtract } from '../../src/exact/rational.js';
import { identityAffine } from '../../src/network/affine.js';
import { buildNetwork } from '../../src/network/network.js';
import { Oracle } from '../../src/oracle/questions/oracle.js';
import { holds } from '../support/generators/holds.js';
import { anyRational, exactly, wideDouble } from '../support/generators/numbers.js';

const SEED = 813;

/** A format by its definition: the value of the bit pattern `code` >= 0, patterns counting upwards. */
interface Format {
  readonly name: 'double' | 'float32';
  readonly fractionBits: bigint;
  readonly bias: bigint;
  /** The pattern of infinity. */
  readonly infinity: bigint;
  readonly codeOf: (value: number) => bigint;
}

const view = new DataView(new ArrayBuffer(8));

const DOUBLE: Format = {
  name: 'double',
  fractionBits: 52n,
  bias: 1023n,
  infinity: 0x7ffn << 52n,
  codeOf(value) {
    view.setFloat64(0, Math.abs(value));
    return view.getBigUint64(0);
  },
};

const FLOAT32: Format = {
  name: 'float32',
  fractionBits: 23n,
  bias: 127n,
  infinity: 0xffn << 23n,
  codeOf(value) {
    view.setFloat32(0, Math.abs(value));
    // An answer that is no float32 at all would be hidden by this conversion.
    expect(view.getFloat32(0)).toBe(Math.abs(value));
    return BigInt(view.getUint32(0));
  },
};

/** The value of a pattern; infinity stands for the first number beyond the range. */
function valueOfCode({ fractionBits, bias }: Format, code: bigint): Rational {
  const exponent = code >> fractionBits;
  const fraction = code & ((1n << fractionBits) - 1n);
  const significand = exponent === 0n ? fraction : fraction + (1n << fractionBits);
  const power = (exponent === 0n ? 1n : exponent) - bias - fractionBits;
  return power >= 0n ? rational(significand << power) : rational(significand, 1n << -power);
}

const oracle = new Oracle(buildNetwork(1, [{ affine: identityAffine(1) }]));

function expectNearest(format: Format, target: Rational): void {
  const answer = oracle.evaluate([target])[format.name][0]!;
  expect(Number.isNaN(answer)).toBe(false);
  const size = absolute(target);
  const code = format.codeOf(answer);
  expect(code).toBeLessThanOrEqual(format.infinity);
  if (code !== 0n) expect(answer < 0).toBe(target.numerator < 0n);
  const distance = (other: bigint) => absolute(subtract(valueOfCode(format, other), size));
  const others = [code - 1n, code + 1n].filter((other) => other >= 0n && other <= format.infinity);
  // Everything from half a step beyond the largest number on is infinite.
  if (code === format.infinity && compare(size, valueOfCode(format, code)) >= 0) return;
  for (const other of others) {
    const order = compare(distance(code), distance(other));
    expect(order).toBeLessThanOrEqual(0);
    if (order === 0) expect(code & 1n).toBe(0n);
  }
}

/** A number of the format, a tie between two, or a hair beside one of these. */
function aroundCodes(format: Format): fc.Arbitrary<Rational> {
  const code = fc.oneof(
    fc.bigInt({ min: 0n, max: format.infinity - 1n }),
    fc.bigInt({ min: 0n, max: 40n }),
    fc.bigInt({ min: format.infinity - 40n, max: format.infinity - 1n }),
    fc.bigInt({ min: (1n << format.fractionBits) - 20n, max: (1n << format.fractionBits) + 20n }),
  );
  const hair = fc.tuple(fc.constantFrom(-1n, 0n, 1n), fc.integer({ min: 1, max: 200 }));
  return fc.tuple(code, fc.constantFrom(0n, 1n, 2n), hair, fc.boolean()).map(([c, tie, [sign, bits], negative]) => {
    const [below, above] = [valueOfCode(format, c), valueOfCode(format, c + 1n)];
    const step = subtract(above, below);
    const middle = add(below, rational(step.numerator * tie, step.denominator * 2n));
    const value = add(middle, rational(sign * step.numerator, step.denominator << BigInt(bits)));
    return negative ? rational(-value.numerator, value.denominator) : value;
  });
}

describe.each([DOUBLE, FLOAT32])('$name', (format) => {
  it('is nearest at numbers of the format, at ties, and a hair beside them', () => {
    holds(
      fc.property(aroundCodes(format), (target) => expectNearest(format, target)),
      { seed: SEED, runs: 1000 },
    );
  });

  it('is nearest to any fraction and any double', () => {
    holds(
      fc.property(fc.oneof(anyRational, exactly(wideDouble)), (target) => expectNearest(format, target)),
      {
        seed: SEED,
        runs: 300,
      },
    );
  });

  it('is nearest beyond its range and below its smallest number', () => {
    const powers = [1023n, 1024n, 1025n, 127n, 128n, 129n, 2000n];
    for (const power of powers) {
      for (const less of [-1n, 0n, 1n])
        expectNearest(format, rational((1n << power) + less * (1n << (power - 80n > 0n ? power - 80n : 0n))));
    }
    for (const power of [149n, 150n, 151n, 1074n, 1075n, 1076n, 3000n]) {
      for (const k of [-1n, 1n, 3n]) expectNearest(format, rational(k, 1n << power));
    }
  });
});

it('float32 is not the float32 of the double: 1 + 2^-24 + 2^-60 lies above a tie on which its double lies', () => {
  const value = add(rational((1n << 24n) + 1n, 1n << 24n), rational(1n, 1n << 60n));
  const { float32, double } = oracle.evaluate([value]);
  expect(float32).toEqual([1 + 2 ** -23]);
  expect(Math.fround(double[0]!)).toBe(1);
});
