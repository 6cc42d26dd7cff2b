/**
 * No attempt to get a wrong count accepted succeeds with any of the three checkers of certificates: files are accepted exactly where what they state is
 * true, by the fast one, the plain one and the one in Python alike.
 *
 * Source: docs/certificates.md, read with the intention to deceive. Each attempt stands in properties/support/engines/attacks.ts with what is true of it.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/index.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { checkPlainly } from '../../src/plain/index.js';
import { ATTACKS } from '../support/engines/attacks.js';
import { hasPython, PythonChecker } from '../support/engines/python-checker.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
const python = hasPython() ? new PythonChecker() : undefined;
afterAll(() => {
  python?.dispose();
  files.dispose();
});

interface Counts {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
}

const truthOf = (report: Counts | undefined) =>
  report === undefined ? 'refused' : [report.cells, ...report.cellsPerLayer];

describe('attempts', () => {
  it('are many, and some of what they are made from is true', () => {
    expect(ATTACKS.length).toBeGreaterThan(150);
    expect(ATTACKS.filter(({ truth }) => truth !== 'refused').length).toBeGreaterThan(20);
  });

  it.each(ATTACKS.map((attack) => [attack.name, attack] as const))(
    '%s',
    async (name, { network, file: bytes, truth }) => {
      const file = files.file('attack.cert', bytes);
      const json = writeNetworkJson(network);
      const fast = await checkCertificate(network, file);
      expect(truthOf(fast.accepted ? fast : undefined), 'fast').toEqual(truth);
      const plain = checkPlainly(json, bytes);
      expect(truthOf(plain.accepted ? plain : undefined), 'plain').toEqual(truth);
      const job = { network: JSON.parse(json) as unknown, file };
      const [said] = (await python?.answers<Counts & { readonly refused?: string }>([job])) ?? [];
      if (said !== undefined)
        expect(truthOf(said.refused === undefined ? said : undefined), `Python, ${name}`).toEqual(truth);
    },
  );
});
