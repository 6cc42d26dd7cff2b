/**
 * Theorem. Certificates are the bytes that src/certificate/format.ts documents: every record and number form has the
 * bytes computed by hand here, reads back as the same record, and bytes that are no record are refused with the reason.
 *
 * Source: the format, src/certificate/format.ts; the bytes are computed by hand.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordError } from '../../src/certificate/bytes.js';
import { type CertificateRecord, RecordReader } from '../../src/certificate/reader.js';
import { floatForm, RecordWriter, truncatedTo16Bits } from '../../src/certificate/writer.js';
import { integersFromRationals } from '../../src/exact/integers.js';
import { add, parseRational, rational, rationalFromDouble } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { box, cube } from '../../src/network/domain.js';
import { RELU } from '../../src/network/model.js';
import { buildNetwork } from '../../src/network/network.js';
import { type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { type CertificateSink, certificateSink } from '../../src/run/certificate.js';
import { BOUND_EVIDENCE } from '../../src/walk/tree.js';
import { holds } from '../support/generators/holds.js';
import { anyDouble } from '../support/generators/numbers.js';

const vector = (values: string) =>
  integersFromRationals(values === '' ? [] : values.split(' ').map((value) => parseRational(value)));

function written(write: (writer: RecordWriter) => void): number[] {
  const writer = new RecordWriter();
  write(writer);
  return [...writer.take()];
}

/** The only record of the bytes. @param coordinates how many numbers a witness has */
function read(bytes: readonly number[], coordinates = 1): CertificateRecord | undefined {
  const reader = new RecordReader();
  reader.append(Uint8Array.from(bytes));
  const record = reader.record(coordinates);
  if (record !== undefined) expect(reader.exhausted).toBe(true);
  return record;
}

/** Compares values, not representations: 2/4 is 1/2. */
function expectRecord(bytes: readonly number[], coordinates: number, expected: CertificateRecord) {
  const plain = (record: CertificateRecord | undefined) =>
    JSON.stringify(record, (_, value) => {
      if (typeof value === 'object' && value !== null && 'numerators' in value) {
        return value.numerators.map((n: bigint) => `${(n * 2n ** 200n) / value.denominator}`);
      }
      return value;
    });
  expect(plain(read(bytes, coordinates))).toBe(plain(expected));
  // However few bytes are there, the reader waits for the rest and loses none.
  for (let cut = 0; cut < bytes.length; cut++) {
    const reader = new RecordReader();
    reader.append(Uint8Array.from(bytes.slice(0, cut)));
    expect(reader.record(coordinates)).toBeUndefined();
    reader.append(Uint8Array.from(bytes.slice(cut)));
    expect(plain(reader.record(coordinates))).toBe(plain(expected));
    expect(reader.exhausted).toBe(true);
  }
}

describe('a record', () => {
  const half = [0x00, 0x3f]; // 0.5 = 0x3f000000 as a float32
  const tenth = [0xcd, 0xcc, 0xcc, 0x3d]; // the float32 next to 0.1
  const third = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0xbf]; // the double next to -1/3
  const records: (readonly [string, readonly number[], number, CertificateRecord])[] = [
    ['end', [0], 0, { kind: 'end' }],
    ['split', [1, 5], 0, { kind: 'split', neuron: 5 }],
    ['split of a late neuron', [1, 0xac, 0x02], 0, { kind: 'split', neuron: 300 }],
    ['cell, 16 bits', [2, 0, ...half, 0x80, 0xc1], 2, { kind: 'cell', witness: vector('1/2 -16') }],
    ['cell, float32', [2, 1, ...tenth], 1, { kind: 'cell', witness: vector('13421773/134217728') }],
    ['cell, float64', [2, 2, ...third], 1, { kind: 'cell', witness: vector('-6004799503160661/18014398509481984') }],
    ['cell, fractions', [2, 3, 1, 7, 0, 1, 3, 1, 2, 1, 0], 2, { kind: 'cell', witness: vector('3/7 -256/7') }],
    ['cell, fractions, zero', [2, 3, 1, 7, 0, 0], 1, { kind: 'cell', witness: vector('0') }],
    ['cell of no coordinates', [2, 0], 0, { kind: 'cell', witness: vector('') }],
    ['zero', [3, 1], 0, { kind: 'zero', neuron: 1 }],
    ['negative by bounds', [4, 2], 0, { kind: 'implied', neuron: 2, side: -1, splits: [], multipliers: vector('') }],
    ['positive by bounds', [5, 2], 0, { kind: 'implied', neuron: 2, side: 1, splits: [], multipliers: vector('') }],
    [
      'negative by multipliers',
      [6, 2, 0, 2, 3, ...half, 1, 0x80, 0x3f],
      0,
      { kind: 'implied', neuron: 2, side: -1, splits: [3, 1], multipliers: vector('1/2 1') },
    ],
    [
      'positive by fractions',
      [7, 2, 3, 2, 1, 3, 4, 0, 1, 1, 0, 0, 1, 2],
      0,
      { kind: 'implied', neuron: 2, side: 1, splits: [4, 0], multipliers: vector('1/3 2/3') },
    ],
    [
      'a lower bound',
      [8, 1, 0, 0x80, 0xbf, 0, 1, 7, ...half],
      0,
      { kind: 'bound', variable: 1, side: 1, value: vector('-1'), splits: [7], multipliers: vector('1/2') },
    ],
    [
      'an upper bound',
      [9, 0, 0, 0x80, 0x3f, 0, 0],
      0,
      { kind: 'bound', variable: 0, side: -1, value: vector('1'), splits: [], multipliers: vector('') },
    ],
  ];
  const several: CertificateRecord = {
    kind: 'bounded',
    positive: Uint8Array.of(0x05, 0x01),
    negative: Uint8Array.of(0x80, 0x02),
  };
  records.push(['several by bounds', [10, 2, 0x05, 0x01, 0x80, 0x02], 0, several]);
  records.push([
    'none by bounds',
    [10, 0],
    0,
    { kind: 'bounded', positive: new Uint8Array(0), negative: new Uint8Array(0) },
  ]);
  it.each(records)('%s', (_, bytes, coordinates, record) => expectRecord(bytes, coordinates, record));
});

describe('bytes that are no record', () => {
  const infinity = [0, 0, 0x80, 0x7f];
  const faults: readonly (readonly [string, readonly number[], string])[] = [
    ['an unknown name', [11], 'byte 11 names no record'],
    ['a list beyond 2^20 bytes', [10, 0x81, 0x80, 0x40], 'a list has more than 1048576 bytes'],
    ['an unknown number form', [2, 4, 0, 0, 0, 0], 'number form 4 is unknown'],
    ['an infinite number', [2, 1, ...infinity], 'a number is not finite'],
    ['an infinite double', [2, 2, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f], 'a number is not finite'],
    ['no number in a double', [2, 2, 1, 0, 0, 0, 0, 0, 0xf8, 0xff], 'a number is not finite'],
    ['no number in 16 bits', [2, 0, 0xc0, 0x7f], 'a number is not finite'],
    ['a sign that is none', [2, 3, 1, 7, 2, 1, 3], 'a sign byte is neither 0 nor 1'],
    ['a denominator of zero', [2, 3, 1, 0, 0, 1, 3], 'a denominator is zero'],
    ['an empty denominator', [2, 3, 0, 0, 1, 3], 'a denominator is zero'],
    ['a number beyond 2^20 bytes', [2, 3, 0x81, 0x80, 0x40], 'a number has more than 1048576 bytes'],
    ['an integer without end', [1, ...new Array<number>(12).fill(0x80)], 'an integer is too long'],
  ];
  it.each(faults)('%s', (_, bytes, reason) => {
    expect(() => read(bytes)).toThrow(RecordError);
    expect(() => read(bytes)).toThrow(reason);
  });

  it('but a number or a list of 2^20 bytes is only incomplete', () => {
    expect(read([2, 3, 0x80, 0x80, 0x40])).toBeUndefined();
    expect(read([10, 0x80, 0x80, 0x40])).toBeUndefined();
  });

  it('and a line without end is none: the reader does not wait for ever', () => {
    const reader = new RecordReader();
    const bytes = new Uint8Array(1002).fill(32);
    bytes.set([1, 5]);
    reader.append(bytes);
    expect(reader.record(1)).toEqual({ kind: 'split', neuron: 5 });
    expect(reader.line(1000)).toBeUndefined();
    reader.append(Uint8Array.of(32));
    expect(() => reader.line(1000)).toThrow('a line of text has more than 1000 bytes');
  });
});

describe('what is written', () => {
  it('an unsigned integer, 7 bits at a time', () => {
    const bytes = (value: number) => written((writer) => writer.varint(value));
    expect([0, 127, 128, 300, 16384].map(bytes)).toEqual([[0], [127], [0x80, 1], [0xac, 2], [0x80, 0x80, 1]]);
    holds(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 18 - 1 }), (low, high) => {
        const neuron = high * 2 ** 31 + low;
        expect(read([1, ...bytes(neuron)])).toEqual({ kind: 'split', neuron });
      }),
      { seed: 2211 },
    );
    expect(read([1, ...bytes(2 ** 49 - 1)])).toEqual({ kind: 'split', neuron: 2 ** 49 - 1 });
    expect(() => read([1, ...bytes(2 ** 49)])).toThrow('an integer is too long');
  });

  it('a long integer: sign, length and bytes, the highest first', () => {
    const bytes = (value: bigint) => written((writer) => writer.integer(value));
    expect([0n, 1n, -1n, 255n, 256n, -65536n].map(bytes)).toEqual([
      [0, 1, 0],
      [0, 1, 1],
      [1, 1, 1],
      [0, 1, 255],
      [0, 2, 1, 0],
      [1, 3, 1, 0, 0],
    ]);
  });

  it('doubles in the shortest form that holds them all, in little-endian order', () => {
    expect(floatForm([])).toBe(0);
    expect(floatForm([0.5, -3])).toBe(0);
    expect(floatForm([0.5, Math.fround(0.1), 3])).toBe(1);
    expect(floatForm([0.5, Math.fround(0.1), 0.1])).toBe(2);
    expect(floatForm([0.1, 0.5])).toBe(2);
    const bytes = (value: number, form: number) => written((writer) => writer.float(value, form));
    expect(bytes(0.5, 0)).toEqual([0x00, 0x3f]);
    expect(bytes(-16, 0)).toEqual([0x80, 0xc1]);
    expect(bytes(Math.fround(0.1), 1)).toEqual([0xcd, 0xcc, 0xcc, 0x3d]);
    expect(bytes(-1 / 3, 2)).toEqual([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0xbf]);
  });

  it('every double survives in its form', () => {
    holds(
      fc.property(
        fc.array(fc.oneof(anyDouble, anyDouble.map(Math.fround), anyDouble.map(truncatedTo16Bits)), { maxLength: 4 }),
        (values) => {
          fc.pre(values.every(Number.isFinite));
          const form = floatForm(values);
          const bytes = written((writer) =>
            values.forEach((value) => {
              writer.float(value, form);
            }),
          );
          const record = read([2, form, ...bytes], values.length);
          expect(record?.kind).toBe('cell');
          if (record?.kind !== 'cell') return;
          const { numerators, denominator } = record.witness;
          expect(numerators.map((numerator) => rational(numerator, denominator))).toEqual(
            values.map(rationalFromDouble),
          );
        },
      ),
      { seed: 2212, runs: 100 },
    );
  });

  it('truncation keeps 8 significant bits, towards zero', () => {
    expect([1, 1.0078125, 1.0117, -1.0117, 255, 257].map(truncatedTo16Bits)).toEqual([
      1, 1.0078125, 1.0078125, -1.0078125, 255, 256,
    ]);
  });

  it('any number of bytes between two calls of take', () => {
    const writer = new RecordWriter();
    const count = 3 * 4096 + 5;
    for (let i = 0; i < count; i++) writer.byte(i % 251);
    writer.float(-1 / 3, 2);
    const bytes = writer.take();
    expect(bytes.length).toBe(count + 8);
    expect(bytes.every((byte, i) => i >= count || byte === i % 251)).toBe(true);
    expect([...bytes.subarray(count)]).toEqual([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0xbf]);
    writer.byte(7);
    expect([...writer.take()]).toEqual([7]);
    expect(writer.take().length).toBe(0);
  });
});

describe('what a walk reports becomes', () => {
  const network = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [1, 1], [0]) }, { slopes: [RELU] }]);
  const plain = partitionProblem(network, cube(2, -1, 1));
  // An input so thin that its variable is rescaled to [0, 1]: witnesses must be those of the inputs.
  const third = parseRational('1/3');
  const thin = partitionProblem(
    network,
    box([third, rational(0n)], [add(third, rational(1n, 1n << 80n)), rational(2n)]),
  );

  function reported(problem: PartitionProblem, report: (sink: CertificateSink) => void): number[] {
    const sink = certificateSink(problem);
    expect(sink.wantsEvidence).toBe(true);
    report(sink);
    return [...sink.take()];
  }

  const half = [0x00, 0x3f];
  const doubles = { kind: 'doubles', splits: [3, 1], multipliers: [0.5, 1] } as const;
  const rationals = { kind: 'rationals', splits: [4, 0], multipliers: vector('1/3 2/3') } as const;
  const lower = { variable: 1, side: 1, value: -1 } as const;
  const cases: readonly (readonly [string, (sink: CertificateSink) => void, readonly number[]])[] = [
    ['a split', (sink) => sink.split(0, 300), [1, 0xac, 0x02]],
    ['a zero', (sink) => sink.implied(0, 5, 0, BOUND_EVIDENCE), [3, 5]],
    ['negative by bounds', (sink) => sink.implied(0, 5, -1, BOUND_EVIDENCE), [4, 5]],
    ['positive by bounds', (sink) => sink.implied(0, 5, 1, BOUND_EVIDENCE), [5, 5]],
    ['negative by doubles', (sink) => sink.implied(0, 2, -1, doubles), [6, 2, 0, 2, 3, ...half, 1, 0x80, 0x3f]],
    ['positive by fractions', (sink) => sink.implied(0, 2, 1, rationals), [7, 2, 3, 2, 1, 3, 4, 0, 1, 1, 0, 0, 1, 2]],
    [
      'a lower bound',
      (sink) => sink.narrow!({ ...lower, evidence: doubles }),
      [8, 1, 0, 0x80, 0xbf, 0, 2, 3, ...half, 1, 0x80, 0x3f],
    ],
    [
      'an upper bound',
      (sink) => sink.narrow!({ ...lower, side: -1, evidence: BOUND_EVIDENCE }),
      [9, 1, 0, 0x80, 0xbf, 0, 0],
    ],
    [
      'a bound in all its bits',
      (sink) => sink.narrow!({ ...lower, value: -1 / 3, evidence: BOUND_EVIDENCE }),
      [8, 1, 2, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0xbf, 0, 0],
    ],
    ['a witness in doubles', (sink) => sink.cell(Float64Array.of(0.5, -16)), [2, 0, ...half, 0x80, 0xc1]],
    ['a witness in fractions', (sink) => sink.cell(vector('3/7 -256/7')), [2, 3, 1, 7, 0, 1, 3, 1, 2, 1, 0]],
  ];
  it.each(cases)('%s', (_, report, bytes) => expect(reported(plain, report)).toEqual(bytes));

  it.each([
    // Neurons 0 and 2 are positive, 7 and 9 negative.
    [10, [1, 0, 1, 0, 0, 0, 0, -1, 0, -1], [10, 2, 0x05, 0x00, 0x80, 0x02]],
    [8, [1, 0, 1, 0, 0, 0, 0, -1], [10, 1, 0x05, 0x80]],
  ])('several by bounds, a bit for each of %i neurons of the layer', (width, sides, bytes) => {
    const ones = affineFromDoubles(width, 2, new Array<number>(2 * width).fill(1), new Array<number>(width).fill(0));
    const layer = buildNetwork(2, [{ affine: ones }, { slopes: new Array(width).fill(RELU) }]);
    const problem = partitionProblem(layer, cube(2, -1, 1));
    expect(reported(problem, (sink) => sink.bounded(0, Int8Array.from(sides)))).toEqual(bytes);
  });

  it('a witness in the inputs, where variables are rescaled inputs', () => {
    const record = read(
      reported(thin, (sink) => sink.cell(Float64Array.of(0.5, 1))),
      2,
    );
    if (record?.kind !== 'cell') throw new Error('expected a cell');
    const { numerators, denominator } = record.witness;
    expect(numerators.map((n) => rational(n, denominator))).toEqual([
      add(third, rational(1n, 1n << 81n)),
      rational(1n),
    ]);
  });

  it('counts, too', () => {
    const sink = certificateSink(plain);
    sink.layer(0);
    sink.cell(Float64Array.of(0.5, 0.5));
    sink.open('+-');
    expect(sink.counts).toEqual({ cells: 1, cellsPerLayer: [1], open: ['+-'] });
  });
});

it('text lines come between records, whole ones only', () => {
  const reader = new RecordReader();
  reader.append(Buffer.from('\n{"ä"'));
  expect(reader.line(1000)).toBe('');
  expect(reader.line(1000)).toBeUndefined();
  expect(reader.exhausted).toBe(false);
  reader.append(Buffer.from('}\n'));
  expect(reader.line(1000)).toBe('{"ä"}');
  expect(reader.exhausted).toBe(true);
  reader.append(Uint8Array.of(1, 5, 120, 10, 0));
  expect(reader.record(1)).toEqual({ kind: 'split', neuron: 5 });
  expect(reader.line(1000)).toBe('x');
  expect(reader.record(1)).toEqual({ kind: 'end' });
  expect(reader.record(1)).toBeUndefined();
});
