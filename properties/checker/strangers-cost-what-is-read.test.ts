/**
 * Theorem. Whatever a stranger sends as a certificate, the checker holds at most a constant times a stated limit, copies each
 * byte a constant number of times, and stops reading as soon as the limit is passed; what it reads and how it judges valid
 * certificates does not depend on how the bytes are cut.
 *
 * Source: src/certificate/format.ts (`LIMITS`). Bytes are counted, never seconds. The inputs are made here, chunk by chunk.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ByteReader, LIMITS, RecordError } from '../../src/certificate/bytes.js';
import { RecordReader } from '../../src/certificate/reader.js';
import { VerificationReader } from '../../src/certificate/verification-reader.js';
import { RecordWriter } from '../../src/certificate/writer.js';
import { checkCertificate } from '../../src/checker/file.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { networkDigest } from '../../src/network/digest.js';
import { ABSOLUTE } from '../../src/network/model.js';
import { buildNetwork } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';

const CHUNK = 1 << 14;
const MEBIBYTE = 1 << 20;

interface Cost {
  readonly read: number;
  readonly held: number;
  readonly reason: string | undefined;
}

/** Feeds a reader until it refuses; at most 64 MiB. */
function feed<Reader extends ByteReader = RecordReader>(
  chunk: (at: number) => Uint8Array,
  take: (reader: Reader) => unknown,
  reader = new RecordReader() as unknown as Reader,
): Cost {
  let read = 0;
  let held = 0;
  while (read < 64 * MEBIBYTE) {
    const bytes = chunk(read);
    read += bytes.length;
    try {
      reader.append(bytes);
      held = Math.max(held, reader.held);
      take(reader);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      return { read, held, reason: error.message };
    }
  }
  return { read, held, reason: undefined };
}

const same = (byte: number) => () => new Uint8Array(CHUNK).fill(byte);
/** These bytes, then one byte for ever. */
const followed = (start: readonly number[], byte: number) => (at: number) => {
  const chunk = new Uint8Array(CHUNK).fill(byte);
  if (at === 0) chunk.set(start);
  return chunk;
};

describe('what has no end is refused at its limit', () => {
  it.each([
    ['header', LIMITS.header],
    ['trailer', LIMITS.trailer],
  ] as const)('a %s of spaces', (_, limit) => {
    const { read, held, reason } = feed(same(32), (reader) => reader.line(limit));
    expect(reason).toBe(`a line of text has more than ${limit} bytes`);
    expect(read).toBeLessThanOrEqual(limit + 2 * CHUNK);
    expect(held).toBeLessThanOrEqual(2 * (limit + 2 * CHUNK));
  });

  it('a line of zeros: with the first chunk', () => {
    const { read, reason } = feed(same(0), (reader) => reader.line(LIMITS.header));
    expect({ read, reason }).toEqual({ read: CHUNK, reason: 'byte 0 is no part of a line of text' });
  });

  it('a record of many long numbers', () => {
    // 2^20 fractions whose numerators have 2^14 - 1 bytes: sign 0, length ff 7f; of ones all is well until the limit.
    const start = [2, 3, 1, 1];
    const one = [0, 0xff, 0x7f, ...new Array<number>(0x3fff).fill(1)];
    const stream = (at: number) => Uint8Array.from(at === 0 ? start : one);
    const { read, held, reason } = feed(stream, (reader) => reader.record(MEBIBYTE));
    expect(reason).toBe(`a record has more than ${LIMITS.record} bytes`);
    // It is tried again only when twice as many bytes have come.
    expect(read).toBeLessThanOrEqual(2 * LIMITS.record + 2 * CHUNK);
    expect(held).toBeLessThanOrEqual(4 * LIMITS.record + 4 * CHUNK);
  });

  it.each([
    ['a list of multipliers', [6, 0, 0, 0x81, 0x80, 0x40], `a list has more than ${LIMITS.field} entries`],
    ['a list of neurons', [10, 0x81, 0x80, 0x40], `a list has more than ${LIMITS.field} bytes`],
    ['a number', [2, 3, 0x81, 0x80, 0x40], `a number has more than ${LIMITS.field} bytes`],
  ] as const)('%s: when its length is read', (_, start, message) => {
    const { read, reason } = feed(followed(start, 1), (reader) => reader.record(1));
    expect({ read, reason }).toEqual({ read: CHUNK, reason: message });
  });

  it.each([
    ['multipliers', [3, 0, 0, 0x81, 0x80, 0x40], `a list has more than ${LIMITS.field} entries`],
    ['exact multipliers', [4, 0, 0x81, 0x80, 0x40], `a list has more than ${LIMITS.field} entries`],
    ['multipliers of an implied side', [6, 0, 1, 0, 0x81, 0x80, 0x40], `a list has more than ${LIMITS.field} entries`],
    ['bytes of an exact multiplier', [4, 0, 1, 0, 0x81, 0x80, 0x40], `a number has more than ${LIMITS.field} bytes`],
    ['bytes of a place', [1, 0, ...new Array<number>(9).fill(0xff)], 'an integer is too long'],
  ] as const)('of a verification, too many %s: when their number is read', (_, start, message) => {
    const reader = new VerificationReader();
    const { read, reason } = feed(followed(start, 1), () => reader.record(1), reader);
    expect({ read, reason }).toEqual({ read: CHUNK, reason: message });
  });
});

describe('each byte is copied and decoded a constant number of times', () => {
  it('of a long record that comes in small chunks', () => {
    const count = 100_000;
    const writer = new RecordWriter();
    for (const byte of [6, 0, 0]) writer.byte(byte);
    writer.varint(count);
    for (let k = 0; k < count; k++) {
      writer.varint(k);
      writer.float(1, 0);
    }
    const bytes = writer.take();
    const reader = new RecordReader();
    // Decoding is what `record` does: count the bytes that it sees, over all attempts.
    let decoded = 0;
    const decode = (reader as unknown as { decode(n: number): unknown }).decode.bind(reader);
    Object.assign(reader, {
      decode(coordinates: number) {
        const result = decode(coordinates);
        decoded += (reader as unknown as { at: number }).at;
        return result;
      },
    });
    let allocated = 0;
    let before = 0;
    let record: unknown;
    for (let at = 0; at < bytes.length; at += 512) {
      reader.append(bytes.subarray(at, at + 512));
      if (reader.held !== before) allocated += reader.held;
      before = reader.held;
      record ??= reader.record(1);
    }
    reader.finish();
    record ??= reader.record(1);
    expect(record).toMatchObject({ kind: 'implied', splits: { length: count } });
    expect(allocated).toBeLessThanOrEqual(6 * bytes.length);
    // Up to 64 KiB every chunk is an attempt (64 KiB / 512 / 2 times 64 KiB); then attempts double.
    expect(decoded).toBeLessThanOrEqual(64 * 65_536 + 65_536 + 4 * bytes.length);
  });

  it('records and lines are the same however the bytes are cut', () => {
    const writer = new RecordWriter();
    for (const byte of Buffer.from('{"a":"ä"}\n')) writer.byte(byte);
    for (let k = 0; k < 200; k++) {
      writer.byte(1);
      writer.varint(k * 1000);
      for (const byte of [2, 3]) writer.byte(byte);
      writer.natural(7n);
      writer.integer(-(3n ** BigInt(k)));
    }
    writer.byte(0);
    const bytes = writer.take();
    const readAll = (cuts: readonly number[]) => {
      const reader = new RecordReader();
      const found: unknown[] = [];
      let line: string | undefined;
      const drain = () => {
        line ??= reader.line(100);
        if (line === undefined) return;
        for (let record = reader.record(1); record !== undefined; record = reader.record(1)) found.push(record);
      };
      const ends = [...new Set([...cuts, bytes.length])].sort((a, b) => a - b);
      ends.forEach((end, k) => {
        reader.append(bytes.subarray(ends[k - 1] ?? 0, end));
        drain();
      });
      return { line, found, exhausted: reader.exhausted };
    };
    const whole = readAll([]);
    expect(whole.found).toHaveLength(401);
    expect(whole).toMatchObject({ line: '{"a":"ä"}', exhausted: true });
    holds(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 300 }), (cuts) => {
        expect(readAll(cuts)).toEqual(whole);
      }),
      { seed: 20261128, runs: 50 },
    );
  });
});

describe('the checker refuses such files, naming the limit', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'atlas-strangers-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const NETWORK = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [ABSOLUTE] }]);
  const header = `${JSON.stringify({
    format: 'relu-atlas-certificate',
    version: 2,
    network: networkDigest(NETWORK),
    domain: { box: [['-1', '1']] },
  })}\n`;
  const records = Buffer.from([1, 0, 2, 0, 0x00, 0xbf, 2, 0, 0x00, 0x3f, 0]);
  const spaces = (bytes: number) => Buffer.alloc(bytes, 32);

  it.each([
    [
      'a header without an end',
      spaces(LIMITS.header + MEBIBYTE),
      `a line of text has more than ${LIMITS.header} bytes`,
    ],
    ['a header of zeros', Buffer.alloc(MEBIBYTE), 'byte 0 is no part of a line of text'],
    [
      'a trailer without an end',
      Buffer.concat([Buffer.from(header), records, spaces(2 * MEBIBYTE)]),
      `a line of text has more than ${LIMITS.trailer} bytes`,
    ],
  ])('%s', async (_, content, reason) => {
    const file = join(scratch, 'stranger.cert');
    writeFileSync(file, gzipSync(content));
    expect(await checkCertificate(NETWORK, file)).toEqual({
      accepted: false,
      path: '',
      reason: `the file is damaged: ${reason}`,
    });
  });
});
