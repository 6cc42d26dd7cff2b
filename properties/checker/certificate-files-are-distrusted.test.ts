/**
 * Theorem. A certificate file is refused unless every byte of it is as it should be: header, network, domain, records, trailer,
 * and nothing after it; the refusal says which.
 *
 * Source: the format, src/run/certificate.ts and certificate-format.ts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate, checkShare, combinedReport } from '../../src/checker/file.js';
import { parseRational, rational } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { networkDigest } from '../../src/network/digest.js';
import { box, cube, polytope, whole } from '../../src/network/domain.js';
import { ABSOLUTE, buildNetwork } from '../../src/network/network.js';
import { writeCertificate } from '../../src/run/certificate.js';
import { bytesOf } from '../support/engines/checked.js';
import { tent } from '../support/references/families.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const file = join(scratch, 'certificate');

// |x| on [-1, 1]: one split, witnesses -1/2 and 1/2 as the upper halves of float32s.
const NETWORK = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [ABSOLUTE] }]);
const HEADER = {
  format: 'relu-atlas-certificate',
  version: 2,
  network: networkDigest(NETWORK),
  domain: { box: [['-1', '1']] },
};
const RECORDS = [1, 0, 2, 0, 0x00, 0xbf, 2, 0, 0x00, 0x3f];
const TRAILER = { cells: 2, cellsPerLayer: [2] };

interface Parts {
  readonly header?: unknown;
  readonly records?: readonly number[];
  readonly trailer?: unknown;
  readonly after?: string;
}

/** The bytes of a file before compression; text parts are taken as they are. */
function content({ header = HEADER, records = [...RECORDS, 0], trailer = TRAILER, after = '' }: Parts = {}): Buffer {
  const line = (part: unknown) => Buffer.from(typeof part === 'string' ? part : `${JSON.stringify(part)}\n`);
  return Buffer.concat([line(header), Buffer.from(records), line(trailer), Buffer.from(after)]);
}

async function verdict(bytes: Uint8Array) {
  writeFileSync(file, bytes);
  return checkCertificate(NETWORK, file);
}

describe('the file that is written out here', () => {
  it('is accepted, with its domain and digest', async () => {
    const report = await verdict(gzipSync(content()));
    expect(report).toMatchObject({ accepted: true, cells: 2, cellsPerLayer: [2], domain: cube(1, -1, 1) });
    expect(report.accepted && report.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is accepted of version 1, too', async () => {
    const report = await verdict(gzipSync(content({ header: { ...HEADER, version: 1 } })));
    expect(report).toMatchObject({ accepted: true, cells: 2 });
  });

  it('is what is written', async () => {
    const counts = { ...TRAILER, open: [] };
    const written = await writeCertificate(
      file,
      { network: NETWORK, domain: cube(1, -1, 1) },
      [Buffer.from(RECORDS)],
      () => counts,
    );
    const report = await checkCertificate(NETWORK, file);
    expect(report).toMatchObject({ accepted: true, sha256: written.sha256 });
    expect(await verdict(gzipSync(content()))).toMatchObject({ accepted: true, cells: 2 });
  });

  it('is what is written about the whole space and boxes of rationals, header and all', async () => {
    for (const [domain, text] of [
      [whole(1), { whole: 1 }],
      [box([parseRational('-2/3')], [parseRational('3/4')]), { box: [['-2/3', '3/4']] }],
    ] as const) {
      await writeCertificate(file, { network: NETWORK, domain }, [Buffer.from(RECORDS)], () => TRAILER);
      const bytes = gunzipSync(readFileSync(file));
      expect(bytes.equals(content({ header: { ...HEADER, domain: text } }))).toBe(true);
    }
  });

  it('is what is written about polytopes, with the evidence of their bounds', async () => {
    const within = polytope(1, [{ coefficients: [rational(2n)], bound: rational(3n, 2n) }], { box: cube(1, -1, 1) });
    const point = polytope(1, [], { equalities: [{ coefficients: [rational(1n)], bound: rational(1n, 3n) }] });
    for (const [domain, text, evidence] of [
      [
        within,
        { dimension: 1, inequalities: [{ a: ['2'], b: '3/2' }], box: [['-1', '1']] },
        // x + 1 is the lower bound, and 3/4 - x a quarter of 3 - 4 x.
        {
          implied: [],
          bounds: [
            [
              { bound: '-1', by: [[1, '1']] },
              { bound: '3/4', by: [[0, '1/4']] },
            ],
          ],
        },
      ],
      [point, { dimension: 1, inequalities: [], equalities: [{ a: ['1'], b: '1/3' }] }, { implied: [], bounds: [] }],
    ] as const) {
      await writeCertificate(file, { network: NETWORK, domain }, [Buffer.from(RECORDS)], () => TRAILER);
      const header = { ...HEADER, domain: text, polytope: evidence };
      expect(gunzipSync(readFileSync(file)).toString('latin1')).toBe(content({ header }).toString('latin1'));
    }
  });

  it('may have boxes of rationals, and the whole space', async () => {
    const header = { ...HEADER, domain: { box: [['-2/3', '0.75']] } };
    expect(await verdict(gzipSync(content({ header })))).toMatchObject({
      accepted: true,
      domain: box([parseRational('-2/3')], [parseRational('3/4')]),
    });
    const records = [1, 0, 2, 0, 0x00, 0xbf, 0x00, 0x3f, 2, 0, 0x00, 0x3f, 0x00, 0x3f, 0];
    const all = content({ header: { ...HEADER, domain: { whole: 1 } }, records });
    expect(await verdict(gzipSync(all))).toMatchObject({ accepted: true, domain: whole(1) });
  });
});

describe('refused, with the reason, is', () => {
  const another = { ...HEADER, network: networkDigest(tent(2).network) };
  const faults: readonly (readonly [string, Parts, string | RegExp])[] = [
    ['a header that is no JSON', { header: '{"format":\n' }, 'the header is not JSON'],
    ['a header that is null', { header: null }, 'this is no relu-atlas certificate'],
    ['a header that is a number', { header: 7 }, 'this is no relu-atlas certificate'],
    ['another format', { header: { ...HEADER, format: 'other' } }, 'this is no relu-atlas certificate'],
    [
      'another version',
      { header: { ...HEADER, version: 9 } },
      /^certificate version 9 is none of 1,2,3, the ones this/,
    ],
    ['another network', { header: another }, 'the certificate is about another network (the digests differ)'],
    ['no domain', { header: { ...HEADER, domain: {} } }, 'the header states no domain'],
    ['a domain that is null', { header: { ...HEADER, domain: null } }, /^the header's domain is not valid: /],
    ['half a dimension', { header: { ...HEADER, domain: { whole: 0.5 } } }, 'the header states no domain'],
    ['a dimension as text', { header: { ...HEADER, domain: { whole: '1' } } }, 'the header states no domain'],
    [
      'a bound that is no number',
      { header: { ...HEADER, domain: { box: [['a', '1']] } } },
      /domain is not valid: number/,
    ],
    [
      'an upper bound that is none',
      { header: { ...HEADER, domain: { box: [['0', 'b']] } } },
      /domain is not valid: number/,
    ],
    [
      'an inverted interval',
      { header: { ...HEADER, domain: { box: [['1', '-1']] } } },
      /^the header's domain is not valid/,
    ],
    [
      'a domain of another dimension',
      { header: { ...HEADER, domain: { whole: 2 } } },
      'the domain has 2 dimensions, the network 1 inputs',
    ],
    [
      'a box of another dimension',
      {
        header: {
          ...HEADER,
          domain: {
            box: [
              ['0', '1'],
              ['0', '1'],
              ['0', '1'],
            ],
          },
        },
      },
      'the domain has 3 dimensions, the network 1 inputs',
    ],
    ['a byte that names no record', { records: [1, 0, 77] }, 'the file is damaged: byte 77 names no record'],
    ['a trailer that is no JSON', { trailer: '{\n' }, 'the trailer is not JSON'],
    ['a trailer that is null', { trailer: null }, 'the trailer states no counts'],
    ['a trailer that is a number', { trailer: 2 }, 'the trailer states no counts'],
    ['a trailer without counts of layers', { trailer: { cells: 2, cellsPerLayer: 2 } }, 'the trailer states no counts'],
    ['a false trailer', { trailer: { cells: 3, cellsPerLayer: [3] } }, 'the trailer states 3 cells, the tree has 2'],
    ['no trailer', { trailer: '' }, 'the file is truncated: it ends before the trailer'],
    ['half a trailer', { trailer: '{"cells":2,' }, 'the file is truncated: it ends before the trailer'],
    ['no end of the records', { records: RECORDS, trailer: '' }, 'the file is truncated: it ends before the trailer'],
    [
      'half a record',
      { records: RECORDS.slice(0, -1), trailer: '' },
      'the file is truncated: it ends before the trailer',
    ],
    [
      'half a header',
      { header: '{"format"', records: [], trailer: '' },
      'the file is truncated: it ends before the trailer',
    ],
    ['a line after the trailer', { after: '\n' }, 'bytes follow the trailer'],
  ];
  it.each(faults)('%s', async (_, parts, reason) => {
    expect(await verdict(gzipSync(content(parts)))).toEqual({
      accepted: false,
      path: '',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });

  it('a record that is refused, at its node', async () => {
    const witness = [...RECORDS.slice(0, 6), 2, 0, 0x00, 0xbf, 0];
    expect(await verdict(gzipSync(content({ records: witness })))).toEqual({
      accepted: false,
      path: '+',
      reason: 'the witness is not strictly on side + of neuron 0:0',
    });
  });

  it('what is no gzip stream, empty or cut off', async () => {
    const reason = 'the file is no gzip stream, or damaged or truncated';
    expect(await verdict(content())).toMatchObject({ accepted: false, reason });
    expect(await verdict(gzipSync(content()).subarray(0, -12))).toMatchObject({ accepted: false, path: '', reason });
    const damaged = gzipSync(content());
    damaged[damaged.length - 6]! ^= 1; // a bit of the checksum
    expect(await verdict(damaged)).toMatchObject({ accepted: false, reason });
  });

  it('a second trailer, also where it is all that is left to read', async () => {
    // zlib hands out 16 KiB at a time: blanks behind the header put the end of the file just there.
    const blanks = ' '.repeat((1 << 14) - content().length);
    const padded = content({ header: `${JSON.stringify(HEADER)}${blanks}\n` });
    expect(await verdict(gzipSync(padded))).toMatchObject({ accepted: true, cells: 2 });
    for (const more of [`${JSON.stringify(TRAILER)}\n`, 'x', '\n']) {
      const bytes = gzipSync(Buffer.concat([padded, Buffer.from(more)]));
      expect(await verdict(bytes)).toEqual({ accepted: false, path: '', reason: 'bytes follow the trailer' });
    }
  });

  it('but a file that cannot be read is an error, not a verdict', async () => {
    await expect(checkCertificate(NETWORK, join(scratch, 'absent'))).rejects.toThrow(/ENOENT.*open/);
  });
});

describe('several checkers', () => {
  it('give the refusal that comes first in the file', async () => {
    const refusal = (position: number, path: string) =>
      ({ refused: true, position, path, reason: `at ${position}` }) as const;
    writeFileSync(file, gzipSync(content()));
    const good = await checkShare(NETWORK, file, { index: 0, of: 1 });
    expect(good.refused).toBe(false);
    expect(combinedReport([refusal(9, '+'), good, refusal(3, '-'), refusal(12, '')])).toEqual({
      accepted: false,
      path: '-',
      reason: 'at 3',
    });
  });

  it('know how many records were good before a refusal', async () => {
    const records = [1, 0, 2, 0, 0x00, 0xbf, 3, 0];
    writeFileSync(file, gzipSync(content({ records })));
    expect(await checkShare(NETWORK, file, { index: 0, of: 1 })).toMatchObject({
      refused: true,
      position: 2,
      path: '+',
    });
  });

  it('must have read the same file', async () => {
    writeFileSync(file, gzipSync(content()));
    const first = await checkShare(NETWORK, file, { index: 0, of: 2 });
    const second = await checkShare(NETWORK, file, { index: 1, of: 2 });
    expect(combinedReport([first, second])).toMatchObject({
      accepted: true,
      cells: 2,
      verified: { witnesses: 2, splits: 1 },
    });
    expect(combinedReport([first, { ...second, sha256: 'other' } as typeof second])).toEqual({
      accepted: false,
      path: '',
      reason: 'the file changed while it was read',
    });
    expect(combinedReport([first, first])).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/^the trailer/),
    });
  });
});

it('two checkers find in a file what one does, by adding up', async () => {
  const { network, cells } = tent(9);
  const { bytes, trailer } = bytesOf(network, cube(1, 0, 1));
  await writeCertificate(file, { network, domain: cube(1, 0, 1) }, [bytes], () => trailer);
  const alone = await checkCertificate(network, file);
  expect(alone).toMatchObject({ accepted: true, cells });
  const shares = [0, 1].map((index) => checkShare(network, file, { index, of: 2 }));
  expect(combinedReport(await Promise.all(shares))).toEqual(alone);
});

it('progress is told now and then, in cells verified so far, and a chunk at a time', async () => {
  const { network, cells } = tent(11);
  // The records of a tent map on [0, 1] by hand would be long: the engine writes them.
  const { bytes, trailer } = bytesOf(network, cube(1, 0, 1));
  const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, k) =>
    bytes.subarray(1000 * k, 1000 * (k + 1)),
  );
  await writeCertificate(file, { network, domain: cube(1, 0, 1) }, chunks, () => trailer);
  const told: number[] = [];
  const report = await checkCertificate(network, file, { onProgress: (verified) => told.push(verified) });
  expect(report).toMatchObject({ accepted: true, cells });
  expect(told.length).toBeGreaterThan(1);
  expect(Math.min(...told.map((verified, i) => verified - (told[i - 1] ?? 0)))).toBeGreaterThanOrEqual(500);
  expect(told.at(-1)).toBeLessThanOrEqual(cells);
  expect(await checkCertificate(network, file)).toMatchObject({ accepted: true, cells });
});

describe('writing', () => {
  it('leaves nothing behind when the walk fails', async () => {
    async function* failing() {
      yield Uint8Array.of(1, 0);
      throw new Error('the walk failed');
    }
    const target = join(scratch, 'never');
    const domain = cube(1, -1, 1);
    await expect(writeCertificate(target, { network: NETWORK, domain }, failing(), () => TRAILER)).rejects.toThrow(
      'the walk failed',
    );
    expect(readdirSync(scratch).filter((name) => name.startsWith('never'))).toEqual([]);
    // The reason is told even if nothing has been begun.
    const nowhere = join(scratch, 'absent', 'never');
    await expect(writeCertificate(nowhere, { network: NETWORK, domain }, [], () => TRAILER)).rejects.toThrow(
      /ENOENT.*open/,
    );
  });
});
