/**
 * Theorem. A proof of safety is refused unless every byte of it is as it should be: header, network, property, every kind of record, trailer;
 * a prover that lies is found out, and so is any single byte that matters.
 *
 * Source: the format, src/certificate/verification.ts.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { negate, ONE, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { ABSOLUTE, buildNetwork, RELU } from '../../src/network/network.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { seededRandom } from '../../src/verify/attack.js';
import { verificationHeader, verify } from '../../src/verify/verify.js';
import { boxConditions } from '../support/generators/unsafe-sets.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const file = join(scratch, 'proof');

/** |x| on [-1, 1] is at most 1: y >= c is unsafe. */
const NETWORK = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [ABSOLUTE] }]);

function above(c: number, strict = false): UnsafeSet {
  const condition = { inputs: [ZERO], outputs: [ONE], constant: rational(BigInt(-c)), strict };
  return { inputs: 1, outputs: 1, disjuncts: [{ conditions: [...boxConditions(1, [[negate(ONE), ONE]]), condition] }] };
}

const UNSAFE = above(2);
const HEADER = verificationHeader(NETWORK, UNSAFE);
/** 1 as the upper half of a float32, little-endian. */
const UNIT = [0x80, 0x3f];
/** Row 2, y - 2 >= 0, with multiplier 1 is negative on the whole box. */
const CLOSED = [3, 0, 0, 1, 2, ...UNIT];
/** The grid of [-1, 1] has units of 2^-45. */
const END = [0];

interface Parts {
  readonly header?: unknown;
  readonly records?: readonly number[];
  readonly trailer?: unknown;
  readonly after?: string;
}

function bytesOf({
  header = HEADER,
  records = [...CLOSED, ...END],
  trailer = { nodes: 1 },
  after = '',
}: Parts): Buffer {
  const line = (part: unknown) => Buffer.from(typeof part === 'string' ? part : `${JSON.stringify(part)}\n`);
  return gzipSync(Buffer.concat([line(header), Buffer.from(records), line(trailer), Buffer.from(after)]));
}

async function verdict(parts: Parts | Uint8Array, unsafe = UNSAFE) {
  writeFileSync(file, parts instanceof Uint8Array ? parts : bytesOf(parts));
  return checkVerification(NETWORK, unsafe, file);
}

const NEURON = (negative: readonly number[], positive: readonly number[]) => [2, 0, ...negative, ...positive, ...END];

describe('accepted are', () => {
  it.each<[string, Parts]>([
    ['a leaf', {}],
    ['both sides of a neuron', { records: NEURON(CLOSED, CLOSED), trailer: { nodes: 3 } }],
    ['both halves of an input', { records: [1, 0, 0, ...CLOSED, ...CLOSED, ...END], trailer: { nodes: 3 } }],
    // On the negative side -x - 2 >= 0 and x >= -1 contradict each other: row 2 alone, over the box.
    ['exact leaves', { records: NEURON([4, 0, 1, 2, 1, 1], [4, 0, 1, 2, 1, 1]), trailer: { nodes: 3 } }],
  ])('%s', async (_, parts) => {
    expect(await verdict(parts)).toMatchObject({ accepted: true });
  });
});

describe('refused is', () => {
  it.each<[string, Parts, RegExp]>([
    ['no certificate at all', { header: { format: 'something' } }, /no relu-atlas verification/],
    ['a header that is no JSON', { header: 'x\n' }, /header is not JSON/],
    ['another version', { header: { ...HEADER, version: 2 } }, /version 2/],
    ['another network', { header: { ...HEADER, network: '00' } }, /another network/],
    ['no property', { header: { ...HEADER, unsafe: null } }, /another property/],
    ['a tree that ends too soon', { records: END }, /ends before all/],
    ['half a split', { records: [2, 0, ...CLOSED, ...END], trailer: { nodes: 2 } }, /ends before all/],
    ['a record too many', { records: [...CLOSED, ...CLOSED, ...END] }, /follows the last node/],
    ['a disjunct that is not there', { records: [3, 1, 0, 1, 2, ...UNIT, ...END] }, /disjunct 1 is not open/],
    ['a multiplier of a bound alone', { records: [3, 0, 0, 1, 0, ...UNIT, ...END] }, /close nothing/],
    ['a negative multiplier', { records: [3, 0, 0, 1, 2, 0x80, 0xbf, ...END] }, /close nothing/],
    ['no multiplier', { records: [3, 0, 0, 0, ...END] }, /close nothing/],
    ['a multiplier that is no number', { records: [3, 0, 0, 1, 2, 0xc0, 0x7f, ...END] }, /no number/],
    ['an unknown number form', { records: [3, 0, 3, 1, 2, ...UNIT, ...END] }, /form 3/],
    ['the side of a neuron that is not split', { records: [3, 0, 0, 1, 3, ...UNIT, ...END] }, /close nothing/],
    ['a neuron that is not there', { records: [2, 7, ...CLOSED, ...CLOSED, ...END] }, /does not bend/],
    ['a neuron split twice', { records: NEURON([2, 0, ...CLOSED, ...CLOSED], CLOSED) }, /split already/],
    [
      'an input split outside its interval',
      { records: [1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40] },
      /inside its interval/,
    ],
    ['an input that is not there', { records: [1, 3, 0, ...CLOSED, ...CLOSED, ...END] }, /inside its interval/],
    ['an empty node that is not', { records: [5, ...END] }, /contradict no split/],
    [
      'exact multipliers without settled neurons',
      { records: [4, 0, 1, 2, 1, 1, ...END] },
      /exact multipliers close nothing/,
    ],
    [
      'exact multipliers that say nothing',
      { records: NEURON([4, 0, 1, 0, 1, 1], CLOSED) },
      /exact multipliers close nothing/,
    ],
    ['an implied side that is not', { records: [6, 0, 1, 0, 1, 3, ...UNIT, ...CLOSED, ...END] }, /not implied/],
    ['a side that is none', { records: [6, 0, 2, 0, 0] }, /side 2/],
    ['an unknown record', { records: [9] }, /byte 9/],
    ['a wrong number of nodes', { trailer: { nodes: 2 } }, /number of nodes/],
    ['a trailer that is no JSON', { trailer: 'x\n' }, /trailer is not JSON/],
    ['what follows the trailer', { after: 'x' }, /follow the trailer/],
  ])('%s', async (_, parts, reason) => {
    const report = await verdict(parts);
    expect(report.accepted).toBe(false);
    if (!report.accepted) expect(report.reason).toMatch(reason);
  });

  it('a proof of something weaker or stronger', async () => {
    for (const other of [above(3), above(2, true), { ...UNSAFE, disjuncts: [] }]) {
      expect(await verdict({}, other)).toMatchObject({
        accepted: false,
        reason: expect.stringMatching(/another property/),
      });
    }
  });

  it('a lie: that |x| >= 1 does not happen', async () => {
    const unsafe = above(1);
    const header = verificationHeader(NETWORK, unsafe);
    for (const records of [
      [...CLOSED, ...END],
      NEURON(CLOSED, CLOSED),
      NEURON([4, 0, 1, 2, 1, 1], [4, 0, 1, 2, 1, 1]),
    ]) {
      expect(await verdict({ header, records, trailer: { nodes: records.length > 10 ? 3 : 1 } }, unsafe)).toMatchObject(
        { accepted: false },
      );
    }
    // Strictly above 1 is excluded, by the same multipliers.
    const strict = above(1, true);
    const proof = {
      header: verificationHeader(NETWORK, strict),
      records: NEURON([4, 0, 1, 2, 1, 1], [4, 0, 1, 2, 1, 1]),
      trailer: { nodes: 3 },
    };
    expect(await verdict(proof, strict)).toMatchObject({ accepted: true });
  });
});

describe('a side of a neuron', () => {
  /** |x| >= 2 where lower <= x <= upper; the side beyond 0 is called empty. */
  const report = async (lower: Rational, upper: Rational, beyond: 1 | -1) => {
    const conditions = [...boxConditions(1, [[lower, upper]]), ...UNSAFE.disjuncts[0]!.conditions.slice(-1)];
    const unsafe: UnsafeSet = { ...UNSAFE, disjuncts: [{ conditions }] };
    const records = beyond > 0 ? NEURON(CLOSED, [5]) : NEURON([5], CLOSED);
    writeFileSync(file, bytesOf({ header: verificationHeader(NETWORK, unsafe), records, trailer: { nodes: 3 } }));
    return checkVerification(NETWORK, unsafe, file);
  };
  /** Rounding widens the enclosures of these boxes by three units: they end at 0 where the box ends at 3. */
  const unit = (k: number) => rational(BigInt(k), 1n << 25n);
  const width = 1 << 25;

  it('is empty where its bounds exclude the crease', async () => {
    expect(await report(unit(-width), unit(-4), 1)).toMatchObject({ accepted: true });
    expect(await report(unit(4), unit(width), -1)).toMatchObject({ accepted: true });
  });

  it('is not where they end at the crease, which belongs to both sides, or behind it', async () => {
    const refused = { accepted: false, reason: expect.stringMatching(/contradict no split/) };
    for (const [far, near] of [
      [width - 1, 3],
      [width, 2],
      [width, 0],
    ] as const) {
      expect(await report(unit(-far), unit(-near), 1), `${near}`).toMatchObject(refused);
      expect(await report(unit(near), unit(far), -1), `${near}`).toMatchObject(refused);
    }
  });
});

/** |x| + |y| */
const DIAMOND = buildNetwork(2, [
  { affine: affineFromDoubles(2, 2, [1, 0, 0, 1], [0, 0]) },
  { slopes: [ABSOLUTE, ABSOLUTE] },
  { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
]);

/** |x + y| <= 1, |x - y| <= 1, and |x| + |y| >= 4: rows 0 and 1, 2 and 3, 4. */
const TILTED: UnsafeSet = {
  inputs: 2,
  outputs: 1,
  disjuncts: [
    {
      conditions: [
        ...[
          [-1, -1],
          [1, 1],
          [-1, 1],
          [1, -1],
        ].map((row) => ({
          inputs: row.map((a) => rational(BigInt(a))),
          outputs: [ZERO],
          constant: ONE,
          strict: false,
        })),
        { inputs: [ZERO, ZERO], outputs: [ONE], constant: rational(-4n), strict: false },
      ],
    },
  ],
};

describe('a box that the conditions prove', () => {
  /** A face: its place (-1 is 1, 1 is 2), and two rows of weight 1. */
  const face = (place: number, a: number, b: number) => [place, 2, a, 1, 1, b, 1, 1];
  const FACES = [face(1, 1, 3), face(2, 0, 2), face(1, 1, 2), face(2, 0, 3)];
  const box = (faces: readonly number[][], grid = 0) => [8, grid, faces.length / 2, ...faces.flat()];
  const withFace = (k: number, other: number[]) => box(FACES.map((own, f) => (f === k ? other : own)));
  const SAFE = [3, 0, 0, 1, 4, ...UNIT, ...END];

  const report = async (records: readonly number[]) => {
    const header = verificationHeader(DIAMOND, TILTED);
    writeFileSync(file, bytesOf({ header, records, trailer: { nodes: 1 } }));
    return checkVerification(DIAMOND, TILTED, file);
  };

  it('is taken, and what is larger as well', async () => {
    expect(await report([...box(FACES), ...SAFE])).toMatchObject({ accepted: true });
    // y >= -2
    expect(await report([...withFace(2, face(3, 1, 2)), ...SAFE])).toMatchObject({ accepted: true });
    expect(await report([...withFace(0, [1, 2, 1, 1, 7, 3, 1, 7]), ...SAFE])).toMatchObject({ accepted: true });
  });

  it.each<[string, readonly number[], RegExp]>([
    ['no box at all', SAFE, /there is no box/],
    ['a face too far inside', withFace(1, face(0, 0, 2)), /not proved/],
    ['a face of another side', withFace(0, face(1, 0, 2)), /not proved/],
    ['a face of another input', withFace(2, face(1, 1, 3)), /not proved/],
    ['a face with unequal weights', withFace(0, [1, 2, 1, 1, 2, 3, 1, 1]), /not proved/],
    ['a face of a condition on outputs', withFace(0, [1, 3, 1, 1, 1, 3, 1, 1, 4, 1, 1]), /not proved/],
    ['a face of a condition that is not there', withFace(0, face(1, 1, 9)), /not proved/],
    ['a face of nothing', withFace(0, [1, 0]), /not proved/],
    ['one input alone', box(FACES.slice(0, 2)), /not proved/],
    ['a lower face above the upper one', withFace(0, face(4, 1, 3)), /those of no box/],
    ['a grid too fine', box(FACES, 49), /those of no box/],
    ['a second box', [...box(FACES), ...box(FACES)], /a box already/],
  ])('but not %s', async (_, records, reason) => {
    const answer = await report([...records, ...(records === SAFE ? [] : SAFE)]);
    expect(answer).toMatchObject({ accepted: false, reason: expect.stringMatching(reason) });
  });

  it('is what the prover writes', async () => {
    const { verdict, nodes, statistics } = await verify({ network: DIAMOND, unsafe: TILTED, certificate: file });
    expect({ verdict: verdict.verdict, nodes, byBounds: statistics.closedByBounds }).toEqual({
      verdict: 'unsat',
      nodes: 1,
      byBounds: 1,
    });
    const records = gunzipSync(readFileSync(file));
    expect(records[records.indexOf(10) + 1]).toBe(8);
    expect(await checkVerification(DIAMOND, TILTED, file)).toMatchObject({ accepted: true });
  });
});

describe('a proof with many records', () => {
  const network = buildNetwork(2, [
    { affine: affineFromDoubles(4, 2, [1, 1, 1, -1, -1, 1, 0.5, 1], [0, 0.25, 0, -0.25]) },
    { slopes: [RELU, RELU, RELU, RELU] },
    { affine: affineFromDoubles(3, 4, [1, 1, -1, 0.5, -1, 1, 1, -0.5, 1, -1, 1, 1], [0, 0.5, -0.5]) },
    { slopes: [RELU, RELU, RELU] },
    { affine: affineFromDoubles(1, 3, [1, 1, -1], [0]) },
  ]);
  const unsafe: UnsafeSet = {
    inputs: 2,
    outputs: 1,
    disjuncts: [
      {
        conditions: [
          ...boxConditions(1, [
            [negate(ONE), ONE],
            [negate(ONE), ONE],
          ]),
          { inputs: [ZERO, ZERO], outputs: [ONE], constant: rational(-501n, 100n), strict: false },
        ],
      },
    ],
  };

  it('is refused when it is cut off anywhere, and no change of a bit breaks the checker', async () => {
    const answer = await verify({ network, unsafe, certificate: file });
    expect(answer.verdict.verdict).toBe('unsat');
    const whole = gunzipSync(readFileSync(file));
    expect((await checkVerification(network, unsafe, file)).accepted).toBe(true);
    const start = whole.indexOf(10) + 1;
    // The header is cut off at a few places, the records at every one.
    const cuts = Array.from({ length: whole.length }, (_, end) => end);
    for (const end of cuts.filter((cut) => cut >= start || cut % 97 === 0)) {
      writeFileSync(file, gzipSync(whole.subarray(0, end), { level: 0 }));
      expect((await checkVerification(network, unsafe, file)).accepted).toBe(false);
    }
    const random = seededRandom(16);
    for (let k = 0; k < 200; k++) {
      const changed = Buffer.from(whole);
      const at = start + Math.floor(random() * (whole.length - start));
      changed[at] = changed[at]! ^ (1 << Math.floor(random() * 8));
      writeFileSync(file, gzipSync(changed, { level: 0 }));
      // Multipliers have room; that a changed file is accepted may happen, that the checker breaks may not.
      await checkVerification(network, unsafe, file);
    }
  });
});

describe('sums of outputs in which every weight cancels', () => {
  /** relu(x) and relu(2 x) * half - 1/4: for 1/2 one function but for a constant. */
  const beside = (half: number) =>
    buildNetwork(1, [
      { affine: affineFromDoubles(2, 1, [1, 2], [0, 0]) },
      { slopes: [RELU, RELU] },
      { affine: affineFromDoubles(2, 2, [1, 0, 0, half], [0, -0.25]) },
    ]);
  /** sign (y_0 - factor y_1) + c >= 0, or > 0, on [-1, 1] */
  const sum = (sign: bigint, factor: bigint, c: Rational, strict: boolean): UnsafeSet => {
    const outputs = [rational(sign), rational(-sign * factor)];
    const box = boxConditions(1, [[negate(ONE), ONE]]).map((bound) => ({ ...bound, outputs: [ZERO, ZERO] }));
    return {
      inputs: 1,
      outputs: 2,
      disjuncts: [{ conditions: [...box, { inputs: [ZERO], outputs, constant: c, strict }] }],
    };
  };
  const EQUAL = beside(0.5);
  const quarter = rational(1n, 4n);
  const less = rational(-1n, 4n);
  const report = async (network: typeof EQUAL, unsafe: UnsafeSet) => {
    const header = verificationHeader(network, unsafe);
    writeFileSync(file, bytesOf({ header, records: [4, 0, 1, 2, 1, 1, ...END], trailer: { nodes: 1 } }));
    return checkVerification(network, unsafe, file);
  };

  // y_0 - y_1 is 1/4 everywhere.
  it.each<[string, UnsafeSet]>([
    ['the difference above its constant', sum(1n, 1n, less, true)],
    ['the difference at half more than its constant', sum(1n, 1n, rational(-3n, 8n), false)],
    ['the difference below its constant', sum(-1n, 1n, quarter, true)],
    ['the difference at most 0', sum(-1n, 1n, ZERO, false)],
  ])('close %s with no side known', async (_, unsafe) => {
    expect(await report(EQUAL, unsafe)).toMatchObject({ accepted: true });
    expect((await verify({ network: EQUAL, unsafe, certificate: file })).verdict.verdict).toBe('unsat');
  });

  it.each<[string, typeof EQUAL, UnsafeSet]>([
    ['the constant itself', EQUAL, sum(1n, 1n, less, false)],
    ['the constant from below', EQUAL, sum(-1n, 1n, quarter, false)],
    ['half the constant', EQUAL, sum(1n, 1n, rational(-1n, 8n), false)],
    ['twice the other output, whose weights do not cancel', EQUAL, sum(-1n, 2n, quarter, false)],
    ['weights that differ in their last bit', beside(0.5 - 2 ** -53), sum(1n, 1n, less, true)],
    ['weights of one sign', EQUAL, sum(1n, -1n, ZERO, true)],
  ])('do not close %s', async (_, network, unsafe) => {
    expect(await report(network, unsafe)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/exact multipliers close nothing/),
    });
    expect((await verify({ network, unsafe })).verdict.verdict).toBe('sat');
  });
});
