/**
 * Theorem. Let a certificate be checked by any number of checkers that share it, each of which gets its bytes in chunks of its own. What they
 * verify adds up to what one checker verifies, kind by kind; and whatever one record is replaced by, they come to the verdict of
 * one checker, and the record that this one refuses is refused at its place by one of them and by no other: the others
 * go on, or stop later. So there is no record that nobody verifies, and none that two verify.
 *
 * Proof. By induction along the file: if all records before are good, a follower is at the node that it would be at had it verified
 * them, and the record's owner refuses it if it is wrong. Who owns it depends on the lengths of the records before it alone.
 *
 * Source: src/checker/share.ts, src/checker/follower.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BOUNDED, CELL, END, SPLIT, UPPER_BOUND, ZERO_ROW } from '../../src/certificate/format.js';
import { RecordReader } from '../../src/certificate/reader.js';
import { checkedCharts } from '../../src/checker/charts.js';
import { combinedReport, FileChecker, refusalOf, type ShareReport } from '../../src/checker/file.js';
import { Dealer } from '../../src/checker/share.js';
import { kernelOf } from '../../src/engines/choice.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import { ABSOLUTE, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { countingProblem } from '../../src/problem/charts.js';
import { writeCertificate } from '../../src/run/certificate.js';
import { runJob } from '../../src/run/job.js';
import { randomNumbers } from '../../src/theory/random.js';
import { holds, trials } from '../support/generators/holds.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** A network in general position, but for a neuron in every layer that copies another: its row is zero where that one is off. */
function networkOf(inputs: number, widths: readonly number[], seed: number): Network {
  const next = randomNumbers(seed);
  let before = inputs;
  const steps = widths.flatMap((width, l) => {
    const weights = Array.from({ length: width * before }, () => 2 * next() - 1);
    const bias = Array.from({ length: width }, () => next() - 0.5);
    if (l > 0) {
      // Twice neuron 0 of the layer before.
      for (let i = 0; i < before; i++) weights[(width - 1) * before + i] = i === 0 ? 2 : 0;
      bias[width - 1] = 0;
    }
    const affine = affineFromDoubles(width, before, weights, bias);
    before = width;
    return [{ affine }, { slopes: Array.from({ length: width }, (_, k) => (k % 3 === 1 ? ABSOLUTE : RELU)) }];
  });
  return buildNetwork(inputs, [...steps, { affine: affineFromDoubles(1, before, new Array(before).fill(1), [0]) }]);
}

interface Sample {
  readonly network: Network;
  readonly content: Uint8Array;
  /** Where each record begins; the last one is the end. */
  readonly places: readonly number[];
  /** Where the trailer begins. */
  readonly trailer: number;
}

async function sampleOf(network: Network, domain: Domain, name: string): Promise<Sample> {
  const problem = countingProblem(network, domain);
  const bench = { problem, kernel: kernelOf('lp', simplexBackend), evidence: true };
  const { records, cells, cellsPerLayer } = runJob(bench, [''], {});
  const file = join(files.path, name);
  const head = { network, domain, charts: problem.charts?.basis };
  await writeCertificate(file, head, [records], () => ({ cells, cellsPerLayer }));
  const content = Uint8Array.from(gunzipSync(readFileSync(file)));
  expect(domain.kind === 'whole').toBe(problem.charts !== undefined);
  const reader = new RecordReader();
  const places = [content.indexOf(10) + 1];
  reader.append(content.subarray(places[0]));
  const charts = problem.charts && checkedCharts(network, problem.charts.basis);
  const coordinates = typeof charts === 'object' ? charts.coordinates : network.inputs;
  for (;;) {
    const code = reader.pass(coordinates)!;
    const after = places.at(-1)! + reader.bytesOfRecord;
    if (code === END) return { network, content, places, trailer: after };
    places.push(after);
  }
}

const samples = await Promise.all([
  sampleOf(networkOf(2, [12, 6], 1), cube(2, -1, 1), 'plane'),
  sampleOf(networkOf(3, [6, 4, 3], 2), cube(3, -1, 1), 'deep'),
  sampleOf(networkOf(2, [10, 5], 3), whole(2), 'charts'),
  sampleOf(networkOf(3, [6, 3], 4), whole(3), 'more-charts'),
]);

/** What one of several checkers says of bytes that come in chunks of the given lengths, again and again. */
function said(
  { network }: Sample,
  content: Uint8Array,
  index: number,
  of: number,
  chunks: readonly number[],
): ShareReport {
  const checker = new FileChecker(network, { index, of });
  try {
    for (let at = 0, k = 0; at < content.length; k++) {
      const end = at + chunks[k % chunks.length]!;
      checker.append(content.subarray(at, end));
      at = end;
    }
    return { refused: false, ...checker.finish(), sha256: '' };
  } catch (thrown) {
    return { refused: true, position: checker.position, ...refusalOf(thrown) };
  }
}

/** Short and long ones; the header is longer than any. */
const chunksOf = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 20_000 })), {
  minLength: 1,
  maxLength: 5,
});
const sharesOf = fc.constantFrom(1, 2, 3, 5);
const sampleAt = fc.nat({ max: samples.length - 1 });
const WHOLE_FILE = [1 << 24];

/** The content with record r replaced by a wrong one, or one that may be wrong. */
function forged({ content, places, trailer }: Sample, r: number, way: number): Uint8Array {
  const [from, to] = [places[r]!, places[r + 1] ?? trailer];
  const record = content.slice(from, to);
  const code = record[0]!;
  let by: Uint8Array = record;
  if (code === CELL) {
    // The witness of another cell.
    const cells = places.filter((place, k) => content[place] === CELL && k !== r);
    const other = cells[way % cells.length]!;
    by = content.slice(other, places[places.indexOf(other) + 1] ?? trailer);
  } else if (code === BOUNDED) {
    const half = record.length >> 1;
    // Both sides exchanged.
    by = Uint8Array.of(...record.slice(0, 2), ...record.slice(half + 1), ...record.slice(2, half + 1));
  } else if (code === SPLIT || code === ZERO_ROW || code === END) {
    // No such neuron, a split that is denied or said to be of a zero row, or a record beyond the end.
    if (code === END) by = Uint8Array.of(SPLIT, 0);
    else by = Uint8Array.of(way % 3 === 0 ? code : way % 3 === 1 ? 4 : 3, way % 3 === 0 ? 100 : record[1]!);
  } else if (way % 2 === 0 || code >= UPPER_BOUND) {
    // The other side.
    record[0] = code ^ 1;
  } else record[1] = (record[1]! + 1) % 8;
  return Uint8Array.of(...content.subarray(0, from), ...by, ...content.subarray(to));
}

describe('checkers that share a certificate', () => {
  it('have samples of many stretches and with records of nearly every kind', () => {
    const codes = new Set(samples.flatMap(({ content, places }) => places.map((place) => content[place]!)));
    expect(codes.size).toBeGreaterThanOrEqual(7);
    for (const { content, places } of samples) {
      expect(content.length - places[0]!).toBeGreaterThan(2_000);
    }
  });

  it('verify together what one verifies, however the bytes come', () => {
    let several = 0;
    holds(
      fc.property(sampleAt, sharesOf, fc.array(chunksOf, { minLength: 5, maxLength: 5 }), (at, of, chunks) => {
        const sample = samples[at]!;
        const alone = combinedReport([said(sample, sample.content, 0, 1, WHOLE_FILE)]);
        expect(alone.accepted).toBe(true);
        const parts = chunks.slice(0, of).map((own, index) => said(sample, sample.content, index, of, own));
        expect(combinedReport(parts)).toEqual(alone);
        several += parts.filter((part) => !part.refused && part.tree.cells > 0).length > 1 ? 1 : 0;
      }),
      { seed: 2811, runs: 30 },
    );
    expect(several).toBeGreaterThan(trials(30) / 3);
  });

  it('refuse what one refuses: the owner of the record at its place, and nobody before', () => {
    const seen = { refused: 0, own: new Set<number>() };
    const place = fc.nat({ max: 1_000_000 });
    holds(
      fc.property(sampleAt, place, fc.nat({ max: 11 }), sharesOf, chunksOf, (at, part, way, of, chunks) => {
        const sample = samples[at]!;
        const r = part % sample.places.length;
        const content = forged(sample, r, way);
        const alone = said(sample, content, 0, 1, WHOLE_FILE);
        const shares = Array.from({ length: of }, (_, index) => said(sample, content, index, of, chunks));
        expect(combinedReport(shares)).toEqual(combinedReport([alone]));
        if (!alone.refused) return;
        seen.refused++;
        const { position } = alone;
        // The end is for all to see.
        if (position >= sample.places.length - 1) return;
        const places = shares.flatMap((share) => (share.refused ? [share.position] : []));
        expect(places.filter((p) => p <= position)).toEqual([position]);
        if (of > 1) seen.own.add(shares.findIndex((share) => share.refused && share.position === position));
      }),
      { seed: 2812, runs: 100 },
    );
    expect(seen.refused).toBeGreaterThan(trials(50));
    expect(seen.own.size).toBe(5);
  });

  it('are dealt every record once, whatever their lengths, and stretches to each', () => {
    holds(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 40, maxLength: 300 }),
        sharesOf,
        (lengths, of) => {
          const dealers = Array.from({ length: of }, (_, index) => new Dealer({ index, of }));
          const owned = new Array<number>(of).fill(0);
          for (const length of lengths) {
            const owners = dealers.flatMap(({ isOwn }, index) => (isOwn ? [index] : []));
            expect(owners.length).toBe(1);
            owned[owners[0]!]!++;
            for (const dealer of dealers) dealer.read(length);
          }
          if (lengths.length >= 100) expect(Math.min(...owned)).toBeGreaterThan(0);
        },
      ),
      { seed: 2813, runs: 50 },
    );
  });
});
