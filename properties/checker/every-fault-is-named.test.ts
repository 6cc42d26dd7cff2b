/**
 * Theorem. The checker accepts a proof written by hand, counts in it what is there, and refuses each way to get it wrong at
 * its node and for its reason.
 *
 * The network is small enough to prove on paper. On [-1, 1], layer 0 has g0 = x - 1/3 (ReLU), g1 = x + 2 (leaky, positive
 * everywhere) and g2 = 5x, which does not bend; layer 1 has h0 = g0+ / 7 + g1 / 5 - 1/2 and h1 = g0+, both ReLU. Where
 * x < 1/3, h0 = (x - 1/2) / 5 < 0 because -h0 - (1/3 - x) / 5 = 1/30, and h1 = 0. Where x > 1/3, h1 = g0 > 0 and
 * h0 = (72 x - 31) / 210 changes its sign at 31/72. So there are the cells x < 1/3 < x < 31/72 < x.
 *
 * Source: the proof on paper above; the rules in src/checker/tree.ts.
 */
import { describe, expect, it } from 'vitest';
import type { CertificateTrailer } from '../../src/certificate/format.js';
import type { CertificateRecord } from '../../src/certificate/reader.js';
import { checkedNetwork } from '../../src/checker/network.js';
import { Dealer } from '../../src/checker/share.js';
import { type CheckedTree, Refusal, TreeChecker, type Verified } from '../../src/checker/tree.js';
import type { IntegerVector } from '../../src/exact/integers.js';
import { integersFromRationals } from '../../src/exact/integers.js';
import { add, parseRational, rational, subtract } from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { box, cube, type Domain, whole } from '../../src/network/domain.js';
import { ABSOLUTE, LINEAR, leaky, type Network, RELU } from '../../src/network/model.js';
import { buildNetwork } from '../../src/network/network.js';
import { certificateOf } from '../support/engines/checked.js';
import { tent } from '../support/references/families.js';

const exact = (values: string) => values.split(' ').map(parseRational);
const vector = (values: string): IntegerVector => integersFromRationals(values === '' ? [] : exact(values));
const affine = (inputs: number, rows: readonly string[], bias: string) =>
  affineFromRationals(inputs, rows.map(exact), exact(bias));

const NETWORK = buildNetwork(1, [
  { affine: affine(1, ['1', '1', '5'], '-1/3 2 0') },
  { slopes: [RELU, leaky(parseRational('1/2')), LINEAR] },
  { affine: affine(3, ['1/7 1/5 0', '1 0 0'], '-1/2 0') },
  { slopes: [RELU, RELU] },
  { affine: affine(2, ['1 1'], '0') },
]);
const DOMAIN = cube(1, -1, 1);

const split = (neuron: number): CertificateRecord => ({ kind: 'split', neuron });
const zero = (neuron: number): CertificateRecord => ({ kind: 'zero', neuron });
const cell = (witness: string): CertificateRecord => ({ kind: 'cell', witness: vector(witness) });
const END: CertificateRecord = { kind: 'end' };
function implied(neuron: number, side: 1 | -1, splits: readonly number[] = [], multipliers = ''): CertificateRecord {
  return { kind: 'implied', neuron, side, splits, multipliers: vector(multipliers) };
}
/** Neurons that bounds settle, by number. */
function bounded(positive: readonly number[], negative: readonly number[] = [], bytes = 1): CertificateRecord {
  const bits = (neurons: readonly number[]) => {
    const list = new Uint8Array(bytes);
    for (const k of neurons) list[k >> 3]! |= 1 << (k & 7);
    return list;
  };
  return { kind: 'bounded', positive: bits(positive), negative: bits(negative) };
}
function bound(variable: number, side: 1 | -1, value: string, splits: readonly number[] = [], multipliers = '') {
  return { kind: 'bound', variable, side, value: vector(value), splits, multipliers: vector(multipliers) } as const;
}

/** The proof of the head of this file. */
const PROOF = {
  records: [
    split(0),
    implied(1, 1),
    implied(0, -1, [0], '1/5'),
    zero(1),
    cell('0'),
    implied(1, 1),
    split(0),
    implied(1, 1, [0], '1'),
    cell('2/5'),
    implied(1, 1, [0], '1'),
    cell('1/2'),
    END,
  ],
  trailer: { cells: 3, cellsPerLayer: [2, 3] },
} as const;

interface Claim {
  readonly records: readonly CertificateRecord[];
  readonly trailer?: CertificateTrailer;
}

function verify({ records, trailer }: Claim, network: Network = NETWORK, domain: Domain = DOMAIN) {
  const checker = new TreeChecker(checkedNetwork(network, domain));
  for (const record of records) checker.record(record);
  return { ...checker.finish(trailer), progress: checker.progress };
}

/** Where and why a claim is refused; "accepted" if it is not. */
function refused(claim: Claim, network: Network = NETWORK, domain: Domain = DOMAIN): string {
  try {
    verify(claim, network, domain);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.message).toBe(`${error.path === '' ? 'root' : error.path}: ${error.reason}`);
    return error.message;
  }
}

/** The proof with `count` records from `at` on replaced. */
function edited(at: number, count: number, ...by: readonly CertificateRecord[]): Claim {
  const { records, trailer } = PROOF;
  return { records: [...records.slice(0, at), ...by, ...records.slice(at + count)], trailer };
}

describe('a proof by hand', () => {
  it('is accepted, and what it consists of is counted', () => {
    expect(verify(PROOF)).toEqual({
      cells: 3,
      cellsPerLayer: [2, 3],
      progress: 3,
      verified: { splits: 2, impliedByBounds: 2, impliedByMultipliers: 3, zeroRows: 1, bounds: 0, witnesses: 3 },
    });
  });

  it('may order the neurons of a layer as it likes', () => {
    const turned = [implied(1, 1), split(0), zero(1), implied(0, -1, [0], '1/5'), cell('0')];
    const rest = [implied(1, 1, [0], '1'), split(0), cell('2/5'), cell('1/2'), END];
    expect(refused({ ...PROOF, records: [...turned, ...rest] })).toBe('accepted');
  });

  it('may replace multipliers by a bound of x on the cell, which holds in its subtree only', () => {
    const bounded = [bound(0, -1, '1/3', [0], '1'), implied(0, -1), zero(1)];
    expect(verify(edited(2, 2, ...bounded)).verified).toMatchObject({ bounds: 1, impliedByBounds: 3 });
    expect(refused({ records: [...edited(2, 2, ...bounded).records.slice(0, 7), implied(0, -1)] })).toMatch(
      /^\+: neuron 1:0, side -: the evidence does not prove it/,
    );
    const lower = [bound(0, 1, '1/3', [0], '1'), implied(1, 1)];
    expect(refused(edited(9, 1, ...lower))).toBe('accepted');
  });

  it('may settle by bounds all at once what they settle', () => {
    const claim = edited(1, 1, bounded([1]));
    expect(verify(claim).verified).toEqual(verify(PROOF).verified);
    const behind = [bound(0, -1, '1/3', [0], '1'), bounded([], [0]), zero(1)];
    expect(verify(edited(2, 2, ...behind)).verified).toMatchObject({ bounds: 1, impliedByBounds: 3 });
    expect(refused(edited(1, 1, bounded([1], [], 3)))).toBe('accepted');
  });

  it('settles the neurons of a list on their sides, and once', () => {
    // g0 = x - 3 < 0 is halved, g1 = x; h0 = g0 / 2 + 3/2 = x / 2 changes its sign at 0, as g1 does.
    const network = buildNetwork(1, [
      { affine: affine(1, ['1', '1'], '-3 0') },
      { slopes: [leaky(parseRational('1/2')), RELU] },
      { affine: affine(2, ['1 0'], '3/2') },
      { slopes: [RELU] },
    ]);
    const records = [bounded([], [0]), split(1), implied(0, -1, [0], '1/2'), cell('-1/2'), implied(0, 1, [0], '1/2')];
    const claim = { records: [...records, cell('1/2'), END], trailer: { cells: 2, cellsPerLayer: [2, 2] } };
    expect(refused(claim, network)).toBe('accepted');
    expect(refused({ records: [bounded([], [0]), implied(0, -1)] }, network)).toMatch(
      /^root: neuron 0:0 is settled al/,
    );
  });

  it('may name splits that it does not need, with multiplier 0', () => {
    expect(refused(edited(1, 1, implied(1, 1, [0], '0')))).toBe('accepted');
  });

  it('may state bounds wider than the box, which change nothing', () => {
    expect(refused(edited(1, 1, bound(0, 1, '-5'), bound(0, -1, '7/2'), implied(1, 1)))).toBe('accepted');
    expect(refused(edited(1, 1, bound(0, 1, '-1'), bound(0, -1, '1'), implied(1, 1)))).toBe('accepted');
  });

  it('about a network that bends nowhere is one leaf', () => {
    const network = buildNetwork(1, [{ affine: affine(1, ['2'], '1') }]);
    expect(verify({ records: [cell('0'), END], trailer: { cells: 1, cellsPerLayer: [] } }, network).cells).toBe(1);
    expect(refused({ records: [split(0)] }, network)).toBe('root: a leaf is expected here: every neuron is settled');
  });
});

describe('refused with its node and its reason is', () => {
  const faults: readonly (readonly [string, Claim, RegExp])[] = [
    ['a record after the complete tree', edited(11, 1, split(0)), /^\+\+: a record follows the complete tree$/],
    ['a leaf after the complete tree', edited(11, 1, cell('1/2')), /^\+\+: a leaf follows the complete tree$/],
    [
      'a bound after the complete tree',
      edited(11, 1, bound(0, 1, '-1')),
      /^\+\+: lower bound of variable 0: no neuron/,
    ],
    ['an end too early', edited(5, 0, END), /^\+: the tree ends although cases are open$/],
    [
      'a proof that stops',
      { records: PROOF.records.slice(0, 8) },
      /^\+-: the certificate ends although cases are open$/,
    ],
    ['a neuron beyond the layer', edited(0, 1, split(3)), /^root: layer 0 has 3 neurons, no neuron 3$/],
    ['a neuron beyond the next layer', edited(6, 1, split(2)), /^\+: layer 1 has 2 neurons, no neuron 2$/],
    ['a neuron that does not bend', edited(0, 1, split(2)), /^root: neuron 0:2 is settled already, or does not bend$/],
    ['a neuron split twice', edited(1, 0, split(0)), /^-: neuron 0:0 is settled already/],
    ['a neuron implied twice', edited(3, 0, implied(0, -1, [0], '1/5')), /^-: neuron 1:0 is settled already/],
    ['a zero neuron stated twice', edited(2, 0, zero(1), zero(1)), /^-: neuron 1:1 is settled already/],
    ['a leaf with a neuron open', edited(3, 1), /^-: a leaf comes too early: 1 neurons of layer 1 are open$/],
    ['a leaf at the root', { records: [cell('0')] }, /^root: a leaf comes too early: 2 neurons of layer 0 are open$/],
    ['a record where a leaf is due', edited(4, 0, zero(0)), /^-: a leaf is expected here: every neuron is settled$/],
    [
      'a bound where a leaf is due',
      edited(4, 0, bound(0, -1, '1')),
      /^-: upper bound of variable 0: no neuron is open/,
    ],
    [
      'a positive row called zero',
      edited(1, 1, zero(1)),
      /^-: neuron 0:1: its pre-activation is not identically zero$/,
    ],
    [
      'a negative row called zero',
      edited(2, 1, zero(0)),
      /^-: neuron 1:0: its pre-activation is not identically zero$/,
    ],
    [
      'the wrong side, all at once',
      edited(1, 1, bounded([], [1])),
      /^-: neuron 0:1, side -: the evidence does not prov/,
    ],
    [
      'one of two',
      edited(2, 2, bound(0, -1, '1/3', [0], '1'), bounded([0, 1])),
      /^-: neuron 1:0, side \+: the evidence/,
    ],
    [
      'what bounds do not settle',
      edited(0, 2, bounded([0, 1])),
      /^root: neuron 0:0, side \+: the evidence does not pro/,
    ],
    ['both sides', edited(1, 1, bounded([1], [1])), /^-: neuron 0:1 is claimed to lie on both sides$/],
    ['a list of none', edited(1, 0, bounded([])), /^-: a list of neurons names none$/],
    ['a list with a neuron beyond the layer', edited(1, 1, bounded([1, 3])), /^-: layer 0 has 3 neurons, no neuron 3$/],
    ['a list with one that is settled', edited(1, 1, bounded([0, 1])), /^-: neuron 0:0 is settled already/],
    [
      'a list with one that does not bend',
      edited(1, 1, bounded([1, 2])),
      /^-: neuron 0:2 is settled already, or does no/,
    ],
    ['a list where a leaf is due', edited(4, 0, bounded([0])), /^-: a leaf is expected here: every neuron is settled$/],
    ['a list after the complete tree', edited(11, 1, bounded([0])), /^\+\+: a record follows the complete tree$/],
    ['the wrong side', edited(1, 1, implied(1, -1)), /^-: neuron 0:1, side -: the evidence does not prove it/],
    ['no multiplier where one is needed', edited(2, 1, implied(0, -1)), /^-: neuron 1:0, side -: the evidence/],
    ['a multiplier too small', edited(2, 1, implied(0, -1, [0], '2/15')), /^-: neuron 1:0, side -: the evidence/],
    ['a multiplier too large', edited(2, 1, implied(0, -1, [0], '3/10')), /^-: neuron 1:0, side -: the evidence/],
    ['a negative multiplier', edited(2, 1, implied(0, -1, [0], '-1/5')), /^-: neuron 1:0, side -: multiplier 0 is neg/],
    ['a split that is not above', edited(2, 1, implied(0, -1, [1], '1/5')), /side -: there is no split 1 above this/],
    [
      "the other subtree's split",
      edited(9, 1, implied(1, 1, [2], '1')),
      /^\+\+: .*there is no split 2 above this node$/,
    ],
    [
      'a bound that does not hold',
      edited(2, 0, bound(0, -1, '1/4', [0], '1')),
      /^-: upper bound of variable 0: the ev/,
    ],
    ['a bound without evidence', edited(2, 0, bound(0, -1, '1/3')), /^-: upper bound of variable 0: the evidence does/],
    [
      'a lower bound too high',
      edited(9, 0, bound(0, 1, '1/2', [0], '1')),
      /^\+\+: lower bound of variable 0: the evid/,
    ],
    [
      'a bound of no variable',
      edited(1, 0, bound(1, 1, '-1')),
      /^-: lower bound of variable 1: there is no such variable/,
    ],
    ['a witness on the boundary', edited(4, 1, cell('-1')), /^-: the witness is not strictly inside the domain$/],
    [
      'a witness on the other boundary',
      edited(10, 1, cell('1')),
      /^\+\+: the witness is not strictly inside the domain$/,
    ],
    ['a witness on the crease', edited(4, 1, cell('1/3')), /^-: the witness is not strictly on side - of neuron 0:0$/],
    ['a witness on the later crease', edited(10, 1, cell('31/72')), /not strictly on side \+ of neuron 1:0$/],
    ['a witness beyond it', edited(8, 1, cell('1/2')), /^\+-: the witness is not strictly on side - of neuron 1:0$/],
    [
      'a false count',
      { ...PROOF, trailer: { cells: 4, cellsPerLayer: [2, 3] } },
      /^root: the trailer states 4 cells, the/,
    ],
    ['a false count of a layer', { ...PROOF, trailer: { cells: 3, cellsPerLayer: [3, 3] } }, /states 3,3 cells per la/],
  ];
  it.each(faults)('%s', (_, claim, reason) => expect(refused(claim)).toMatch(reason));
});

const ways: readonly (readonly [string, (neuron: number, side: 1 | -1) => CertificateRecord])[] = [
  ['one by one', implied],
  ['all at once', (neuron, side) => (side > 0 ? bounded([neuron]) : bounded([], [neuron]))],
];
describe.each(ways)('boxes over any denominators, %s', (_, claimed) => {
  // On [-1/2, 2/3] x [0, 1/5]: creases at x = 1/7 and y = 1/6, and sums of x and y that just keep their sign, or not quite.
  const network = buildNetwork(2, [
    {
      affine: affine(
        2,
        ['1 0', '0 1', '-1 -1', '-1 -1', '-1 -1', '1 1', '1 1'],
        '-1/7 -1/6 12/35 2393/7000 13/42 1/2 499/1000',
      ),
    },
    { slopes: new Array<typeof RELU>(7).fill(RELU) },
  ]);
  const domain = box(exact('-1/2 0'), exact('2/3 1/5'));
  const verdict = (...records: readonly CertificateRecord[]) => refused({ records }, network, domain);
  const open = /although cases are open$/;
  const unproved = (neuron: number) => new RegExp(`neuron 0:${neuron}, side .: the evidence does not prove it`);

  it('are minimised over exactly', () => {
    expect(verdict(claimed(5, 1))).toMatch(open);
    expect(verdict(claimed(6, 1))).toMatch(unproved(6));
    expect(verdict(claimed(2, 1))).toMatch(unproved(2));
  });

  it('are narrowed exactly, one bound after the other', () => {
    const left = [split(0), bound(0, -1, '1/7', [0], '1')];
    expect(verdict(...left, claimed(2, 1))).toMatch(open);
    expect(verdict(...left, claimed(3, 1))).toMatch(unproved(3));
    expect(verdict(...left, claimed(5, 1))).toMatch(open);
    expect(verdict(...left, claimed(6, 1))).toMatch(unproved(6));
    expect(verdict(...left, claimed(4, 1))).toMatch(unproved(4));
    const corner = [...left, split(1), bound(1, -1, '1/6', [1], '1')];
    expect(verdict(...corner, claimed(4, 1))).toMatch(open);
    expect(verdict(...corner, claimed(6, 1))).toMatch(unproved(6));
  });

  it('are minimised over exactly where their numbers are long', () => {
    // x >= -1/2 and y >= 0, up to 2^-90: x + y + 1/2 just loses its sign, x + y + 1/2 + 2^-80 does not.
    const tiny = (bits: number) => rational(1n, 1n << BigInt(bits));
    const long = box([subtract(parseRational('-1/2'), tiny(90)), tiny(100)], exact('2/3 1/5'));
    const sums = buildNetwork(2, [
      {
        affine: affineFromRationals(
          2,
          [exact('1 1'), exact('1 1')],
          [parseRational('1/2'), add(parseRational('1/2'), tiny(80))],
        ),
      },
      { slopes: [RELU, RELU] },
    ]);
    expect(refused({ records: [claimed(1, 1)] }, sums, long)).toMatch(open);
    expect(refused({ records: [claimed(0, 1)] }, sums, long)).toMatch(unproved(0));
    expect(refused({ records: [claimed(1, -1)] }, sums, long)).toMatch(unproved(1));
  });

  it('are not widened by bounds outside of them', () => {
    const outside = [bound(0, 1, '-5'), bound(0, -1, '7/2'), bound(1, 1, '-1/9'), bound(1, -1, '2/9')];
    expect(verdict(...outside, claimed(5, 1))).toMatch(open);
    expect(verdict(...outside, claimed(6, 1))).toMatch(unproved(6));
    // x <= 1/7 proves x <= 1/6 by itself.
    expect(verdict(split(0), bound(0, -1, '1/7', [0], '1'), bound(0, -1, '1/6'), claimed(2, 1))).toMatch(open);
    expect(
      verdict(...outside, split(0), bound(0, -1, '1/7', [0], '1'), bound(0, -1, '3/20', [0], '1'), claimed(2, 1)),
    ).toMatch(open);
  });
});

describe('rows and points of long numbers', () => {
  // Four layers x -> x + 1/p with primes p of 61 bits, hinges that never bend on [0, 1], and then one that bends at 1/2.
  const primes = [2305843009213693951n, 2305843009213693921n, 2305843009213693907n, 2305843009213693723n];
  const shifts = primes.map((p) => rational(1n, p));
  const total = shifts.reduce(add);
  const steps = shifts.flatMap((shift) => [
    { affine: affineFromRationals(1, [exact('1')], [shift]) },
    { slopes: [RELU] },
  ]);
  const crease = parseRational('-1/2');
  const network = buildNetwork(1, [
    ...steps,
    {
      affine: affineFromRationals(
        1,
        [exact('1'), exact('-1')],
        [subtract(crease, total), subtract(total, exact('-3')[0]!)],
      ),
    },
    { slopes: [RELU, RELU] },
  ]);
  const domain = box(exact('0'), exact('1'));
  const one = (witness: IntegerVector): CertificateRecord => ({ kind: 'cell', witness });
  const proof = (below: IntegerVector, above: IntegerVector) => ({
    records: [
      ...steps.filter((_, i) => i % 2 === 0).map(() => bounded([0])),
      split(0),
      bounded([1]),
      one(below),
      bounded([1]),
      one(above),
      END,
    ],
  });
  const near = (side: 1n | -1n, bits: number) =>
    integersFromRationals([add(parseRational('1/2'), rational(side, 1n << BigInt(bits)))]);

  it('prove what short ones prove', () => {
    expect(verify(proof(vector('1/4'), vector('3/4')), network, domain)).toMatchObject({
      cells: 2,
      cellsPerLayer: [1, 1, 1, 1, 2],
    });
    expect(verify(proof(near(-1n, 200), near(1n, 200)), network, domain).cells).toBe(2);
    expect(refused(proof(near(1n, 200), near(1n, 200)), network, domain)).toMatch(
      /^-: the witness is not strictly on side -/,
    );
    expect(refused(proof(near(-1n, 200), near(-1n, 200)), network, domain)).toMatch(
      /^\+: the witness is not strictly on side \+/,
    );
    expect(refused(proof(vector('1/2'), vector('3/4')), network, domain)).toMatch(
      /^-: the witness is not strictly on side -/,
    );
  });
});

describe('inputs that the domain fixes', () => {
  // |x + z - y| with y = 1/2 fixed, x in [-1, 1] and z in [0, 3]: variable 0 is x, variable 1 is z.
  const network = buildNetwork(3, [{ affine: affine(3, ['1 -1 1'], '0') }, { slopes: [ABSOLUTE] }]);
  const domain = box(exact('-1 1/2 0'), exact('1 1/2 3'));
  const proof = (...witnesses: [string, string]) => ({
    records: [split(0), cell(witnesses[0]), cell(witnesses[1])],
    trailer: { cells: 2, cellsPerLayer: [2] },
  });

  it('are no coordinates of a witness', () => {
    expect(refused(proof('-1/2 1/2', '1/2 1'), network, domain)).toBe('accepted');
    expect(refused(proof('1/2 1', '1/2 1'), network, domain)).toBe(
      '-: the witness is not strictly on side - of neuron 0:0',
    );
    expect(refused(proof('-1/2 0', '1/2 1'), network, domain)).toBe('-: the witness is not strictly inside the domain');
    expect(refused(proof('-1/2 1/2', '1/2 3'), network, domain)).toBe(
      '+: the witness is not strictly inside the domain',
    );
  });

  it('are no variables of bounds', () => {
    const shallow = buildNetwork(3, [{ affine: affine(3, ['1 -1 1', '0 0 1'], '0 -3') }, { slopes: [ABSOLUTE, RELU] }]);
    const records = (...bounds: readonly CertificateRecord[]) => ({ records: [split(0), ...bounds, implied(1, -1)] });
    const open = /although cases are open$/;
    expect(refused(records(), shallow, domain)).toMatch(open);
    // Where x + z < 1/2, z <= 1/2 - x <= 3/2.
    expect(refused(records(bound(1, -1, '3/2', [0], '1')), shallow, domain)).toMatch(open);
    expect(refused(records(bound(1, -1, '1', [0], '1')), shallow, domain)).toMatch(
      /upper bound of variable 1: the evid/,
    );
    expect(refused(records(bound(0, -1, '1/2', [0], '1')), shallow, domain)).toMatch(open);
    expect(refused(records(bound(2, -1, '3')), shallow, domain)).toMatch(
      /^-: upper bound of variable 2: there is no such/,
    );
  });

  it('make a row zero that has coefficients', () => {
    const flat = buildNetwork(3, [{ affine: affine(3, ['0 2 0', '0 2 1'], '-1 -1') }, { slopes: [RELU, RELU] }]);
    expect(refused({ records: [zero(0), implied(1, 1), cell('0 1')] }, flat, domain)).toBe('accepted');
    expect(refused({ records: [zero(1)] }, flat, domain)).toBe(
      'root: neuron 0:1: its pre-activation is not identically zero',
    );
  });
});

describe('all of the plane', () => {
  const network = buildNetwork(2, [
    { affine: affine(2, ['1 1', '2 2', '0 0'], '-1 1 -3') },
    { slopes: [ABSOLUTE, ABSOLUTE, RELU] },
  ]);
  const domain = whole(2);
  const head = [split(0), split(1), implied(2, -1), cell('-1 -1 1'), implied(2, -1)] as const;
  const tail = [cell('0 0 1'), implied(1, 1, [0], '2'), implied(2, -1), cell('2 2 1')] as const;
  const trailer = { cells: 3, cellsPerLayer: [3] };

  it('has witnesses in homogeneous coordinates', () => {
    expect(refused({ records: [...head, ...tail], trailer }, network, domain)).toBe('accepted');
    const scaled = [cell('0 0 5'), implied(1, 1, [0], '2'), implied(2, -1), cell('2/3 2/3 1/3')];
    expect(refused({ records: [...head, ...scaled], trailer }, network, domain)).toBe('accepted');
    const away = 'the witness is not strictly inside the domain';
    expect(refused({ records: [...head, cell('0 0 0')] }, network, domain)).toBe(`-+: ${away}`);
    expect(refused({ records: [...head, cell('0 0 -1')] }, network, domain)).toBe(`-+: ${away}`);
  });

  it('has no bounds, and only constants keep their sign without multipliers', () => {
    expect(refused({ records: [bound(0, 1, '0')] }, network, domain)).toMatch(/there is no such variable to bound$/);
    expect(refused({ records: [implied(2, 1)] }, network, domain)).toMatch(
      /^root: neuron 0:2, side \+: the evidence does/,
    );
    expect(refused({ records: [split(0), implied(1, -1)] }, network, domain)).toMatch(/side -: the evidence does not/);
    // The constant has the right sign, the row has not: 2x + 2y + 1 and x + y - 1.
    expect(refused({ records: [implied(1, 1)] }, network, domain)).toMatch(/side \+: the evidence does not/);
    expect(refused({ records: [implied(0, -1)] }, network, domain)).toMatch(/side -: the evidence does not/);
    expect(refused({ records: [zero(2)] }, network, domain)).toMatch(/not identically zero$/);
    expect(refused({ records: [...head, cell('0 0 1'), implied(1, 1, [0], '3')] }, network, domain)).toMatch(/^\+: /);
    expect(refused({ records: [...head, cell('0 0 1'), implied(1, 1, [0], '1')] }, network, domain)).toMatch(/^\+: /);
  });
});

describe('checkers that share a tree', () => {
  // A tent map folds [0, 1] 2^11 times: a split tree of depth 11, with subtrees of every first ten sides.
  const { network, cells } = tent(11);
  const domain = cube(1, 0, 1);
  const { records, trailer } = certificateOf(network, domain);
  const share = (index: number, of: number, claim: readonly CertificateRecord[] = records) => {
    const dealer = new Dealer({ index, of });
    const checker = new TreeChecker(checkedNetwork(network, domain), dealer.isOwn);
    for (const record of claim) {
      checker.record(record, dealer.isOwn);
      // As if records were long: there are some hundred stretches then.
      dealer.read(12_000);
    }
    return checker.finish();
  };

  it.each([1, 2, 3])('verify every node once, and all do their part: %d', (of) => {
    const parts = Array.from({ length: of }, (_, index) => share(index, of));
    const sum = (count: (part: CheckedTree) => number) => parts.map(count).reduce((a, b) => a + b);
    const whole1 = share(0, 1);
    expect(whole1).toMatchObject(trailer);
    expect(sum((part) => part.cells)).toBe(cells);
    trailer.cellsPerLayer.forEach((count, l) => {
      expect(sum((part) => part.cellsPerLayer[l]!)).toBe(count);
    });
    for (const kind of Object.keys(whole1.verified) as (keyof Verified)[]) {
      expect(sum((part) => part.verified[kind]!)).toBe(whole1.verified[kind]);
    }
    for (const part of parts) expect(part.cells).toBeGreaterThan(cells / (2 * of));
  });

  it('find a fault once: the one whose node it is', () => {
    const leaves = records.flatMap((record, at) => (record.kind === 'cell' ? [at] : []));
    for (const k of [0, 100, 311]) {
      const wrong = records.map((record, at) => (at === leaves[k] ? records[leaves[k + 1]!]! : record));
      const verdicts = [0, 1, 2].map((index) => {
        try {
          return share(index, 3, wrong).cells > 0;
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          return 'refused';
        }
      });
      expect(verdicts.filter((verdict) => verdict === 'refused')).toHaveLength(1);
      expect(verdicts.filter((verdict) => verdict === true)).toHaveLength(2);
    }
  });
});
