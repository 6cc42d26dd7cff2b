/**
 * Theorem. What an engine finds, the checker can be convinced of: the certificate of every walk is accepted and proves
 * the counts of the walk, however its bytes are cut into chunks.
 *
 * Source: the definitions in src/checker/tree.ts; closed forms of the families (properties/support/references/families.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type CertificateRecord, RecordReader } from '../../src/certificate/reader.js';
import { checkCertificate, checkShare, combinedReport } from '../../src/checker/file.js';
import { checkedNetwork } from '../../src/checker/network.js';
import { TreeChecker } from '../../src/checker/tree.js';
import { chooseEngine, ENGINE_NAMES, type EngineName, kernelOf } from '../../src/engines/choice.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import { type Network, RELU, type Slopes } from '../../src/network/model.js';
import { buildNetwork } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { certificateSink, writeCertificate } from '../../src/run/certificate.js';
import { traverse } from '../../src/walk/traverse.js';
import { DEGENERATE_CASES } from '../support/generators/degenerate-cases.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { problemOfCase } from '../support/generators/make-fixtures.js';
import { degenerateNetwork, genericNetwork, tinyProblem } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { braid, resonance, tent, typeB } from '../support/references/families.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The engines that can work on a problem. */
function enginesOn(network: Network, domain: Domain): EngineName[] {
  const problem = partitionProblem(network, domain);
  return ENGINE_NAMES.filter((name) => {
    try {
      return chooseEngine(problem, name).engine === name;
    } catch {
      return false;
    }
  });
}

function certify(network: Network, domain: Domain, engine: EngineName) {
  const problem = partitionProblem(network, domain);
  const sink = certificateSink(problem);
  traverse(problem, kernelOf(engine, simplexBackend), sink);
  return { bytes: sink.take(), counts: sink.counts };
}

/** Decodes records from chunks of the given sizes, again and again. */
function decoded(bytes: Uint8Array, coordinates: number, sizes: readonly number[]): CertificateRecord[] {
  const reader = new RecordReader();
  const records: CertificateRecord[] = [];
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const size = sizes[k % sizes.length]!;
    reader.append(bytes.subarray(at, at + size));
    at += size;
    for (let record = reader.record(coordinates); record !== undefined; record = reader.record(coordinates)) {
      records.push(record);
    }
  }
  expect(reader.exhausted).toBe(true);
  return records;
}

/** Verifies a walk's records in memory and compares what they prove with the walk's counts. */
function expectProved(network: Network, domain: Domain, engine: EngineName) {
  const { bytes, counts } = certify(network, domain, engine);
  const subject = checkedNetwork(network, domain);
  const checker = new TreeChecker(subject);
  for (const record of decoded(bytes, subject.domain.coordinates, [1 << 16])) checker.record(record);
  return checker.finish({ cells: counts.cells, cellsPerLayer: counts.cellsPerLayer });
}

describe('the certificate of every walk is accepted', () => {
  it('on generated networks and domains, by every engine, with the count of brute force', () => {
    holds(
      fc.property(tinyProblem(), ({ network, domain }) => {
        const { cellsPerLayer } = bruteForcePartition(network, domain);
        for (const engine of enginesOn(network, domain)) {
          expect(expectProved(network, domain, engine).cellsPerLayer).toEqual(cellsPerLayer);
        }
      }),
      { seed: 2201, runs: 80 },
    );
  });

  it('on layers wide enough for bounds of the inputs', () => {
    const wide = fc.integer({ min: 1, max: 3 }).chain((inputs) => {
      const shape = { inputs, widths: [6, 4 * inputs + 2, 4 * inputs + 1] };
      return fc.oneof(genericNetwork(shape), degenerateNetwork(shape));
    });
    holds(
      fc.property(wide, (network) => {
        const domain = cube(network.inputs, -2, 2);
        for (const engine of enginesOn(network, domain)) expectProved(network, domain, engine);
      }),
      { seed: 2202, runs: 25 },
    );
  });

  it.each([1, 2, 3])('with bounds of %d inputs, by every engine', (inputs) => {
    const widths = [5, 4 * inputs + 4, 4 * inputs + 4];
    const size = widths.reduce((sum, width, l) => sum + width * ((widths[l - 1] ?? inputs) + 1), 0);
    const entries = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size, maxLength: size });
    const bounds = new Map<EngineName, number>();
    holds(
      fc.property(entries, (numbers) => {
        const left = [...numbers];
        const network = buildNetwork(
          inputs,
          widths.flatMap((width, l) => {
            const weights = left.splice(0, width * (widths[l - 1] ?? inputs));
            return [
              { affine: affineFromDoubles(width, widths[l - 1] ?? inputs, weights, left.splice(0, width)) },
              { slopes: new Array<Slopes>(width).fill(RELU) },
            ];
          }),
        );
        const domain = cube(inputs, -2, 2);
        for (const engine of enginesOn(network, domain)) {
          const { verified } = expectProved(network, domain, engine);
          bounds.set(engine, (bounds.get(engine) ?? 0) + verified.bounds);
        }
      }),
      { seed: 2205, runs: 8 },
    );
    for (const engine of ['lp', 'vertex'] as const) expect(bounds.get(engine), engine).toBeGreaterThan(0);
  });

  it.each(DEGENERATE_CASES.map((c) => [c.name, c] as const))('on the degenerate case %s', (_, degenerate) => {
    const { network, domain } = problemOfCase(degenerate);
    for (const engine of enginesOn(network, domain)) expectProved(network, domain, engine);
  });

  it.each([braid(4), typeB(3), resonance(4)].map((f) => [f.name, f] as const))(
    'on %s in the whole space',
    (_, family) => {
      const domain = whole(family.network.inputs);
      for (const engine of enginesOn(family.network, domain)) {
        expect(expectProved(family.network, domain, engine).cells).toBe(family.cells);
      }
    },
  );
});

describe('checkers that share a certificate', () => {
  /** The verdict of `of` checkers that share a file. */
  async function verdict(network: Network, file: string, of: number) {
    const shares = Array.from({ length: of }, (_, index) => checkShare(network, file, { index, of }));
    return combinedReport(await Promise.all(shares));
  }

  it('come to the verdict of one, on certificates and on damaged ones', async () => {
    const file = join(scratch, 'shared');
    const { network } = typeB(4);
    const domain = whole(4);
    let refused = 0;
    let dealtOut = 0;
    await holdsLater(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), fc.boolean(), async (where, byte, damage) => {
        const { bytes, counts } = certify(network, domain, 'lp');
        if (damage) bytes[where % bytes.length] = byte;
        await writeCertificate(file, { network, domain }, [bytes], () => counts);
        const alone = await checkCertificate(network, file);
        if (!alone.accepted) refused++;
        const second = await checkShare(network, file, { index: 1, of: 2 });
        if (!second.refused) dealtOut += second.tree.verified.witnesses;
        for (const of of [2, 3]) expect(await verdict(network, file, of)).toEqual(alone);
      }),
      { seed: 2204, runs: 40 },
    );
    expect(refused).toBeGreaterThan(5);
    expect(dealtOut).toBeGreaterThan(100);
  });
});

describe('a certificate file', () => {
  it('is accepted for its network and refused for another one', async () => {
    const { network, cells } = tent(4);
    const domain = cube(1, 0, 1);
    const { bytes, counts } = certify(network, domain, 'lp');
    const file = join(scratch, 'tent');
    await writeCertificate(file, { network, domain }, [bytes], () => counts);
    expect(await checkCertificate(network, file)).toMatchObject({ accepted: true, cells });
    expect(await checkCertificate(tent(3).network, file)).toMatchObject({
      accepted: false,
      reason: 'the certificate is about another network (the digests differ)',
    });
  });

  it('decodes to the same records however it is cut', () => {
    holds(
      fc.property(
        degenerateNetwork({ inputs: 2, widths: [5, 9] }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        (network, sizes) => {
          const domain = cube(2, -1, 1);
          const { bytes } = certify(network, domain, 'lp');
          expect(decoded(bytes, 2, sizes)).toEqual(decoded(bytes, 2, [bytes.length]));
        },
      ),
      { seed: 2203, runs: 40 },
    );
  });
});
