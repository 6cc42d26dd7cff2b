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
import { negate, ONE, rational, ZERO } from '../../src/exact/rational.js';
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
      { records: [1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40] },
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
    for (let end = 0; end < whole.length; end++) {
      writeFileSync(file, gzipSync(whole.subarray(0, end)));
      expect((await checkVerification(network, unsafe, file)).accepted).toBe(false);
    }
    const random = seededRandom(16);
    for (let k = 0; k < 200; k++) {
      const changed = Buffer.from(whole);
      const at = start + Math.floor(random() * (whole.length - start));
      changed[at] = changed[at]! ^ (1 << Math.floor(random() * 8));
      writeFileSync(file, gzipSync(changed));
      // Multipliers have room; that a changed file is accepted may happen, that the checker breaks may not.
      await checkVerification(network, unsafe, file);
    }
  });
});
