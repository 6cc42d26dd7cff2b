/**
 * The checker in Python, written from docs/certificates.md (`fixtures/clients/python/relu_atlas/check.py`), the fast one in
 * TypeScript and the plain one (`src/plain`) give the same verdict on every certificate: of the conformance suite, and damaged and
 * forged at random.
 *
 * A wrong count that one of them accepts is the worst fault that this project can have; a disagreement is a fault of one of them, or
 * of the text. Without python3 the other two are compared.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type CertificateRecord, RecordReader } from '../../src/certificate/reader.js';
import { type CheckReport, checkCertificate, checkContent } from '../../src/checker/index.js';
import type { IntegerVector } from '../../src/exact/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { cube, whole } from '../../src/network/index.js';
import { checkPlainly } from '../../src/plain/index.js';
import { runCount } from '../../src/run/index.js';
import { mutationsOf } from '../support/engines/mutations.js';
import { hasPython, PythonChecker } from '../support/engines/python-checker.js';
import { dyadicNetwork, tinyProblem } from '../support/generators/networks.js';
import { ROOT, scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const SUITE = join(ROOT, 'fixtures/conformance');
/** The longest certificates of the suite are left to the deep run. */
const LONGEST = DEEP ? Number.POSITIVE_INFINITY : 4_000;
const MUTATIONS = DEEP ? 100_000 : 250;
/** Edits between two looks at what Python says. */
const BATCH = Math.min(MUTATIONS, 400);
const FORGED_NETWORKS = DEEP ? 500 : 4;
const files = scratch();

const python = hasPython() ? new PythonChecker() : undefined;
afterAll(() => {
  python?.dispose();
  files.dispose();
});

interface Certified {
  readonly name: string;
  readonly network: unknown;
  readonly file: string;
  /** What is inside the gzip stream. */
  readonly content: Buffer;
}

const suite: readonly Certified[] = readdirSync(join(SUITE, 'certificates'))
  .sort()
  .map((cert) => {
    const name = cert.replace('.cert', '');
    const file = join(SUITE, 'certificates', cert);
    const { network } = JSON.parse(readFileSync(join(SUITE, 'cases', `${name}.json`), 'utf8')) as { network: unknown };
    return { name, network, file, content: gunzipSync(readFileSync(file)) };
  })
  .filter(({ content }) => content.length <= LONGEST);

/** Counts where a file is accepted. */
type Judgement = { readonly cells: number; readonly cellsPerLayer: readonly number[] } | 'refused';
interface Job {
  readonly network: unknown;
  readonly file: string;
}

/** The verdicts of the checker in Python; undefined where there is no Python. */
async function inPython(jobs: readonly Job[]): Promise<(Judgement | undefined)[]> {
  type Said = Exclude<Judgement, 'refused'> & { readonly refused?: string };
  const said = await python?.answers<Said>(jobs.map(({ network, file }) => ({ network, file })));
  return jobs.map((_, k) => (said?.[k]?.refused === undefined ? said?.[k] : 'refused'));
}

const judgementOf = (report: CheckReport): Judgement =>
  report.accepted ? { cells: report.cells, cellsPerLayer: report.cellsPerLayer } : 'refused';

async function here({ network, file }: Job): Promise<Judgement> {
  return judgementOf(await checkCertificate(networkOfJsonValue(network).network, file));
}

/** The verdict of the plain checker. */
function plainly({ network, file }: Job): Judgement {
  const report = checkPlainly(JSON.stringify(network), readFileSync(file));
  return report.accepted ? { cells: report.cells, cellsPerLayer: report.cellsPerLayer } : 'refused';
}

/** Certificates of the whole space in charts, which the suite has none of. */
async function chartedCertificates(): Promise<Certified[]> {
  const found: Certified[] = [];
  for (const [k, network] of fc
    .sample(dyadicNetwork({ inputs: 2, widths: [4, 2] }), { numRuns: 8, seed: 5 })
    .entries()) {
    const file = join(files.path, `charted-${k}.cert`);
    await runCount({ network, domain: whole(2), engine: 'lp', workers: 1, certificate: file });
    const json: unknown = JSON.parse(writeNetworkJson(network));
    found.push({ name: `charted ${k}`, network: json, file, content: gunzipSync(readFileSync(file)) });
  }
  return found;
}

/** One way to damage or forge a file's content; `where` and `what` choose. */
type Edit = (content: Buffer, where: number, what: number) => Buffer;

const body = (content: Buffer) => content.indexOf(10) + 1;
const EDITS: readonly Edit[] = [
  // One byte is another one.
  (content, where, what) => {
    const copy = Buffer.from(content);
    const at = body(copy) + (where % (copy.length - body(copy)));
    copy[at] = what;
    return copy;
  },
  // One bit of a byte.
  (content, where, what) => {
    const copy = Buffer.from(content);
    const at = body(copy) + (where % (copy.length - body(copy)));
    copy[at]! ^= 1 << (what % 8);
    return copy;
  },
  // A stretch is missing, or is there twice.
  (content, where, what) => {
    const at = body(content) + (where % (content.length - body(content)));
    const end = Math.min(content.length, at + 1 + (what % 24));
    const cut = what < 128;
    return Buffer.concat(
      [content.subarray(0, at), content.subarray(cut ? end : at)].concat(cut ? [] : [content.subarray(at, end)]),
    );
  },
  // The trailer states one cell more or less.
  (content, _where, what) => {
    const start = content.lastIndexOf('{"cells"');
    const trailer = content
      .subarray(start)
      .toString()
      .replace(/\d+/g, (n) => String(Number(n) + (what % 3) - 1));
    return Buffer.concat([content.subarray(0, start), Buffer.from(trailer)]);
  },
  // A number in the header is another one.
  (content, where, what) => {
    const header = content.subarray(0, body(content)).toString();
    const digits = [...header.slice(header.indexOf('"domain"')).matchAll(/\d/g)];
    if (digits.length === 0) return content;
    const at = header.indexOf('"domain"') + digits[where % digits.length]!.index;
    const changed = `${header.slice(0, at)}${what % 10}${header.slice(at + 1)}`;
    return Buffer.concat([Buffer.from(changed), content.subarray(body(content))]);
  },
];

const editsOf = (certified: readonly Certified[]) =>
  fc.record({
    of: fc.constantFrom(...certified),
    edit: fc.constantFrom(...EDITS),
    where: fc.nat(),
    what: fc.nat({ max: 255 }),
  });

/** Bytes of records, every number as a fraction. */
class Encoder {
  private readonly bytes: number[] = [];

  varint(value: number): this {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.bytes.push((value % 0x80) | 0x80);
    this.bytes.push(value);
    return this;
  }

  private natural(value: bigint): this {
    const hex = value === 0n ? '' : value.toString(16);
    const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    this.varint(digits.length).bytes.push(...digits);
    return this;
  }

  private fractions({ numerators, denominator }: IntegerVector, splits?: readonly number[]): this {
    this.natural(denominator);
    numerators.forEach((n, i) => {
      if (splits !== undefined) this.varint(splits[i]!);
      this.bytes.push(n < 0n ? 1 : 0);
      this.natural(n < 0n ? -n : n);
    });
    return this;
  }

  private combination(by: { readonly splits: readonly number[]; readonly multipliers: IntegerVector }): this {
    this.bytes.push(3);
    return this.varint(by.splits.length).fractions(by.multipliers, by.splits);
  }

  record(record: CertificateRecord): this {
    const named = (code: number) => {
      this.bytes.push(code);
      return this;
    };
    switch (record.kind) {
      case 'end':
        return named(0);
      case 'split':
        return named(1).varint(record.neuron);
      case 'cell':
        return named(2).varint(3).fractions(record.witness);
      case 'image':
        return named(11);
      case 'zero':
        return named(3).varint(record.neuron);
      case 'implied':
        return named(record.side > 0 ? 7 : 6)
          .varint(record.neuron)
          .combination(record);
      case 'bounded': {
        const length = record.positive.length;
        const negative = Array.from({ length }, (_, i) => record.negative[i] ?? 0);
        named(10)
          .varint(length)
          .bytes.push(...record.positive, ...negative);
        return this;
      }
      case 'bound':
        return named(record.side > 0 ? 8 : 9)
          .varint(record.variable)
          .varint(3)
          .fractions(record.value)
          .combination(record);
    }
  }

  take(): Buffer {
    return Buffer.from(this.bytes);
  }
}

/** A certificate's file, taken apart. */
interface Parts {
  readonly header: Buffer;
  readonly records: readonly CertificateRecord[];
  readonly trailer: { readonly cells: number; readonly cellsPerLayer: readonly number[] };
}

/** How many numbers a witness may have, by the header alone. */
function coordinatesOf(header: Buffer): readonly number[] {
  const { domain, polytope, charts } = JSON.parse(header.toString()) as {
    readonly domain: { readonly box?: readonly (readonly [string, string])[]; readonly whole?: number };
    readonly polytope?: { readonly bounds?: readonly unknown[] };
    readonly charts?: { readonly neurons: readonly number[] };
  };
  if (polytope !== undefined) return polytope.bounds === undefined ? [] : [polytope.bounds.length];
  // One less where cells are cones: the records tell.
  if (charts !== undefined) return [charts.neurons.length, charts.neurons.length - 1];
  if (domain.whole !== undefined) return [domain.whole + 1];
  return domain.box === undefined ? [] : [domain.box.filter(([lower, upper]) => lower !== upper).length];
}

function partsOf(content: Buffer): Parts | undefined {
  const header = content.subarray(0, body(content));
  for (const coordinates of coordinatesOf(header)) {
    try {
      return partsWith(content, header, coordinates);
    } catch {
      // Witnesses have another length.
    }
  }
  return undefined;
}

function partsWith(content: Buffer, header: Buffer, coordinates: number): Parts {
  const reader = new RecordReader();
  reader.append(content.subarray(body(content)));
  const records: CertificateRecord[] = [];
  do records.push(reader.record(coordinates)!);
  while (records.at(-1)!.kind !== 'end');
  return { header, records: records.slice(0, -1), trailer: JSON.parse(reader.line(1 << 20)!) as Parts['trailer'] };
}

function fileOf({ header, records, trailer }: Parts): Buffer {
  const encoder = new Encoder();
  for (const record of [...records, { kind: 'end' } as const]) encoder.record(record);
  return gzipSync(Buffer.concat([header, encoder.take(), Buffer.from(`${JSON.stringify(trailer)}\n`)]), { level: 1 });
}

describe('the three checkers', () => {
  it('accept every certificate of the conformance suite, with the same counts', async () => {
    expect(suite.length).toBeGreaterThan(80);
    const [one, other] = [await Promise.all(suite.map(here)), await inPython(suite)];
    suite.forEach(({ name }, k) => {
      expect(one[k], name).not.toBe('refused');
      if (python !== undefined) expect(other[k], name).toEqual(one[k]);
      expect(plainly(suite[k]!), name).toEqual(one[k]);
    });
  });

  it('agree on files that are damaged or forged at random', async () => {
    let accepted = 0;
    const charted = await chartedCertificates();
    const edits = editsOf([...suite, ...charted].filter(({ content }) => content.length < 1500));
    const networks = new Map(
      [...suite, ...charted].map(({ network }) => [network, networkOfJsonValue(network).network]),
    );
    for (let seed = 1; seed <= MUTATIONS / BATCH; seed++) {
      const jobs = fc.sample(edits, { numRuns: BATCH, seed }).map(({ of, edit, where, what }, k) => {
        const content = edit(of.content, where, what);
        return {
          network: of.network,
          content,
          file: files.file(`${k}.cert`, gzipSync(content, { level: 1 })),
          name: `${of.name}, edit ${EDITS.indexOf(edit)} at ${where} with ${what}`,
        };
      });
      const inOther = inPython(jobs);
      const verdicts: Judgement[] = [];
      for (const [k, job] of jobs.entries()) {
        const verdict = judgementOf(checkContent(networks.get(job.network)!, job.content));
        verdicts.push(verdict);
        // Streams of files take ten times as long as what is in them.
        if (k % 16 === 0) expect(await here(job), job.name).toEqual(verdict);
        expect(plainly(job), job.name).toEqual(verdict);
        if (verdict !== 'refused') accepted++;
        // Python's next job has to be handed over.
        await new Promise((resume) => setImmediate(resume));
      }
      const other = await inOther;
      if (python !== undefined) jobs.forEach((job, k) => void expect(other[k], job.name).toEqual(verdicts[k]));
    }
    // Some edits change nothing, or leave another domain of which the tree is true, too; most must be refused.
    expect(accepted).toBeLessThan(MUTATIONS / 2);
    expect(accepted).toBeGreaterThan(0);
  });

  it('refuse every forgery that claims something false, and accept what it was made from', async () => {
    const problems = fc.sample(tinyProblem(), { numRuns: FORGED_NETWORKS, seed: 2217 });
    const jobs: (Job & { readonly name: string; readonly isForged: boolean })[] = [];
    for (const [p, { network, domain }] of problems.entries()) {
      const file = join(files.path, `${p}.cert`);
      await runCount({ network, domain, engine: 'lp', workers: 1, certificate: file });
      const parts = partsOf(gunzipSync(readFileSync(file)));
      if (parts === undefined) continue;
      const json: unknown = JSON.parse(writeNetworkJson(network));
      const write = (name: string, content: Parts) => {
        const forged = files.file(`${p}-${jobs.length}.forged`, fileOf(content));
        jobs.push({ network: json, file: forged, name: `network ${p}: ${name}`, isForged: name !== 'itself' });
      };
      write('itself', parts);
      const isCharted = parts.header.includes('"charts"');
      for (let at = 0; at < parts.records.length; at += 1 + (p % 3)) {
        for (const { name, certificate } of mutationsOf(parts, at)) {
          // In another part of the charts the same numbers are another point, which may be right.
          if (isCharted && name === 'the witness of another cell') continue;
          write(name, { header: parts.header, ...certificate });
        }
      }
    }
    const other = await inPython(jobs);
    for (const [k, job] of jobs.entries()) {
      expect((await here(job)) === 'refused', `TypeScript, ${job.name}`).toBe(job.isForged);
      if (python !== undefined) expect(other[k] === 'refused', `Python, ${job.name}`).toBe(job.isForged);
      expect(plainly(job) === 'refused', `plain, ${job.name}`).toBe(job.isForged);
    }
    expect(jobs.some(({ name }) => name.endsWith('a negative multiplier'))).toBe(true);
    expect(jobs.length).toBeGreaterThan(100);
  });

  it('accept no mutation of a certificate of any kind of domain that states another number of cells', async () => {
    const jobs: (Job & { readonly name: string; readonly cells: number })[] = [];
    const kinds = new Set<string>();
    for (const [c, { name, network, content }] of [...suite, ...(await chartedCertificates())].entries()) {
      const parts = content.length < 1500 ? partsOf(content) : undefined;
      if (parts === undefined) continue;
      const header = JSON.parse(parts.header.toString()) as { domain: object; polytope?: object; charts?: object };
      const kind = header.charts === undefined ? Object.keys(header.domain)[0]! : 'charts';
      kinds.add(header.polytope === undefined ? kind : 'polytope');
      const stride = DEEP ? 1 : parts.records.length;
      for (let at = c % stride; at < parts.records.length; at += stride) {
        for (const mutation of mutationsOf(parts, at)) {
          const forged = fileOf({ header: parts.header, ...mutation.certificate });
          const file = files.file(`kind-${jobs.length}.cert`, forged);
          jobs.push({ network, file, name: `${name}: ${mutation.name} at ${at}`, cells: parts.trailer.cells });
        }
      }
    }
    expect([...kinds].sort()).toEqual(['box', 'charts', 'polytope', 'whole']);
    expect(jobs.length).toBeGreaterThan(100);
    const other = await inPython(jobs);
    let refused = 0;
    for (const [k, job] of jobs.entries()) {
      const verdict = await here(job);
      expect(plainly(job), job.name).toEqual(verdict);
      if (python !== undefined) expect(other[k], job.name).toEqual(verdict);
      if (verdict === 'refused') refused++;
      else expect(verdict.cells, job.name).toBe(job.cells);
    }
    expect(refused).toBeGreaterThan(jobs.length / 2);
  });

  it('refuse forgeries that need just one of the rules to be refused', async () => {
    // x, x and x + 2 on [-1, 1]: two cells; the second neuron follows the first, the third is always positive.
    const network = {
      layers: [
        { weights: [[1], [1], [1]], bias: [0, 0, 2] },
        { weights: [[1, 1, 1]], bias: [0] },
      ],
    };
    const file = join(files.path, 'twins.cert');
    const { network: read } = networkOfJsonValue(network);
    await runCount({ network: read, domain: cube(1, -1, 1), workers: 1, certificate: file });
    const { header, trailer } = partsOf(gunzipSync(readFileSync(file)))!;
    const follows = (side: 1 | -1, multiplier: bigint, split = 0): CertificateRecord => ({
      kind: 'implied',
      neuron: 1,
      side,
      splits: [split],
      multipliers: { numerators: [multiplier], denominator: 1n },
    });
    const leaf = (numerator: bigint): CertificateRecord => ({
      kind: 'cell',
      witness: { numerators: [numerator], denominator: 2n },
    });
    const third: CertificateRecord = { kind: 'bounded', positive: Uint8Array.of(4), negative: Uint8Array.of(0) };
    const split: CertificateRecord = { kind: 'split', neuron: 0 };
    const tree = (...[settled, first, second, third]: readonly (readonly CertificateRecord[])[]) => [
      ...settled!,
      split,
      ...first!,
      ...second!,
      ...(third ?? []),
    ];
    const [below, above] = [
      [follows(-1, 1n), leaf(-1n)],
      [follows(1, 1n), leaf(1n)],
    ];
    const zero: CertificateRecord = { kind: 'zero', neuron: 2 };
    const bound = (value: bigint, side: 1 | -1, multiplier: bigint): CertificateRecord => ({
      kind: 'bound',
      variable: 0,
      side,
      value: { numerators: [value], denominator: 2n },
      splits: [0],
      multipliers: { numerators: [multiplier], denominator: 1n },
    });
    /** The second neuron by the box alone, once x >= 0 or x <= 0 has tightened it to that side of the split. */
    const tightened = (side: 1 | -1, claimed: 1 | -1): CertificateRecord[] => [
      bound(0n, side, 1n),
      { kind: 'bounded', positive: Uint8Array.of(claimed > 0 ? 2 : 0), negative: Uint8Array.of(claimed < 0 ? 2 : 0) },
      leaf(side > 0 ? 1n : -1n),
    ];
    const forgeries: Record<string, readonly CertificateRecord[]> = {
      'nothing forged': tree([third], below, above),
      'the other side by a negative multiplier': tree([third], [follows(1, -1n), leaf(-1n)], above),
      'positive, but called zero': tree([zero], below, above),
      'negative, but called positive': tree(
        [{ ...third, positive: Uint8Array.of(0), negative: Uint8Array.of(4) }],
        below,
        above,
      ),
      'on both sides': tree([{ ...third, negative: Uint8Array.of(4) }], below, above),
      'the witness on the crease': tree([third], below, [follows(1, 1n), leaf(0n)]),
      "the witness on the domain's upper bound": tree([third], below, [follows(1, 1n), leaf(2n)]),
      "the witness on the domain's lower bound": tree([third], [follows(-1, 1n), leaf(-2n)], above),
      'the witness of the other side': tree([third], below, [follows(1, 1n), leaf(-1n)]),
      'a split that comes later': tree([third], [follows(-1, 1n, 1), leaf(-1n)], above),
      'a bound that holds': tree([third], below, [bound(0n, 1, 1n), ...above]),
      'a bound that cuts the cell': tree([third], below, [bound(1n, 1, 1n), ...above]),
      'a bound by a negative multiplier': tree([third], [bound(0n, 1, -1n), ...below], above),
      'a lower bound that is used': tree([third], below, tightened(1, 1)),
      'an upper bound that is used': tree([third], tightened(-1, -1), above),
      'a lower bound taken for an upper one': tree([third], below, tightened(1, -1)),
      'an upper bound taken for a lower one': tree([third], tightened(-1, 1), above),
      'a cell too many': tree([third], below, above, [leaf(1n)]),
    };
    const good = new Set([
      'nothing forged',
      'a bound that holds',
      'a lower bound that is used',
      'an upper bound that is used',
    ]);
    const jobs = Object.entries(forgeries).map(([name, records]) => ({
      network,
      file: files.file(`${name}.cert`, fileOf({ header, records, trailer })),
      name,
    }));
    const other = await inPython(jobs);
    for (const [k, job] of jobs.entries()) {
      expect(await here(job), job.name).toEqual(good.has(job.name) ? trailer : 'refused');
      const expected = good.has(job.name) ? trailer : 'refused';
      if (python !== undefined) expect(other[k], job.name).toEqual(expected);
      expect(plainly(job), job.name).toEqual(expected);
    }
  });
});
