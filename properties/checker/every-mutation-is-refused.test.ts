/**
 * Theorem. The checker accepts what every engine writes, refuses every certificate that was damaged so that it claims
 * something false, naming the node, and whatever it accepts is true.
 *
 * A split denied, a side exchanged, a record too few or too many, a witness in another cell, a bound beyond a witness and a
 * false count make a false claim: on the denied side there is a cell, and every record is needed. Damage that leaves the
 * claims true (a multiplier that proves as well, another witness in the cell) may be accepted: then the counts are still
 * those of brute force over all patterns.
 *
 * Source: the definitions in src/checker/tree.ts; VIPR (Cheung, Gleixner and Steffy 2017) for the idea.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordError } from '../../src/certificate/bytes.js';
import { END } from '../../src/certificate/format.js';
import { RecordReader } from '../../src/certificate/reader.js';
import { checkedNetwork } from '../../src/checker/network.js';
import { Refusal } from '../../src/checker/tree.js';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import type { Domain } from '../../src/network/domain.js';
import type { Network } from '../../src/network/model.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { bytesOf, certificateOf, check, type MemoryCertificate } from '../support/engines/checked.js';
import { mutationsOf } from '../support/engines/mutations.js';
import { anyDomain } from '../support/generators/boxes.js';
import { holds, trials } from '../support/generators/holds.js';
import { anyNetwork, tinyProblem } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

const SEED = 514;
const ENGINES: readonly (readonly [string, KernelFactory])[] = [
  ['lp', lpKernel(simplexBackend)],
  ['vertex', vertexKernel],
  ['planar', planarKernel],
];

/** The planar engine speaks of two variables only. */
const serves = (engine: string, network: Network, domain: Domain) =>
  engine !== 'planar' || partitionProblem(network, domain).variables === 2;

/** The refusal of a certificate, or undefined if it is accepted. */
function refusalOf(network: Network, domain: Domain, certificate: MemoryCertificate): Refusal | undefined {
  try {
    check(network, domain, certificate);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const position = fc.nat(10_000);

describe.each(ENGINES)('certificates of the %s engine', (engine, kernel) => {
  it('are accepted, with the counts of brute force', () => {
    holds(
      fc.property(tinyProblem(), ({ network, domain }) => {
        fc.pre(serves(engine, network, domain));
        const { cells, cellsPerLayer } = bruteForcePartition(network, domain);
        const checked = check(network, domain, certificateOf(network, domain, kernel));
        expect(checked).toMatchObject({ cells: cells.length, cellsPerLayer });
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('are refused after any mutation, with the node named', () => {
    let tried = 0;
    holds(
      fc.property(tinyProblem(), position, ({ network, domain }, at) => {
        fc.pre(serves(engine, network, domain));
        for (const mutation of mutationsOf(certificateOf(network, domain, kernel), at)) {
          const refusal = refusalOf(network, domain, mutation.certificate);
          expect(refusal, mutation.name).toBeDefined();
          expect(refusal!.reason.length, mutation.name).toBeGreaterThan(0);
          if (mutation.place !== undefined) expect(refusal!.path, mutation.name).toBe(mutation.place);
          tried++;
        }
      }),
      { seed: SEED, runs: 100 },
    );
    expect(tried).toBeGreaterThan(trials(400));
  });
});

/** The records of a byte stream, or what is wrong with it. */
function readBytes(network: Network, domain: Domain, bytes: Uint8Array) {
  const reader = new RecordReader();
  reader.append(bytes);
  const { coordinates } = checkedNetwork(network, domain).domain;
  const records = [];
  for (;;) {
    const record = reader.record(coordinates);
    if (record === undefined) throw new RecordError('the bytes end in a record');
    records.push(record);
    if (record.kind === 'end') return records;
  }
}

describe('whatever is accepted is true', () => {
  it('also of certificates with a byte changed', () => {
    let accepted = 0;
    holds(
      fc.property(tinyProblem(), position, fc.integer({ min: 1, max: 255 }), ({ network, domain }, at, change) => {
        const { bytes, trailer } = bytesOf(network, domain);
        const index = at % bytes.length;
        bytes[index]! ^= change;
        try {
          const records = readBytes(network, domain, Uint8Array.of(...bytes, END));
          const checked = check(network, domain, { records, trailer });
          expect(checked.cells).toBe(bruteForcePartition(network, domain).cells.length);
          accepted++;
        } catch (error) {
          if (!(error instanceof Refusal || error instanceof RecordError)) throw error;
        }
      }),
      { seed: SEED, runs: 300 },
    );
    // Most of these are other witnesses in the same cell.
    expect(accepted).toBeGreaterThan(0);
  });

  it('also of certificates that were written for another network', () => {
    const network = anyNetwork({ inputs: 2, widths: [2, 2] });
    holds(
      fc.property(network, network, anyDomain(2), (ours, theirs, domain) => {
        const certificate = certificateOf(theirs, domain);
        if (refusalOf(ours, domain, certificate) !== undefined) return;
        expect(certificate.trailer.cells).toBe(bruteForcePartition(ours, domain).cells.length);
      }),
      { seed: SEED, runs: 150 },
    );
  });
});
