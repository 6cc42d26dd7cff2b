/**
 * Certificates of arrangements are accepted, whatever the ways and symmetries of the count; what a changed one proves, if it is accepted at
 * all, is still the characteristic polynomial.
 *
 * Source: Weisner 1935, Abstract theory of inversion of finite series; Rota 1964, On the foundations of combinatorial theory I.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkArrangement } from '../../src/checker/index.js';
import { whole } from '../../src/network/index.js';
import { runChambers } from '../../src/run/index.js';
import { holdsLater } from '../support/generators/holds.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
import { characteristicPolynomial } from '../support/references/characteristic-polynomial.js';
import { boolean, braid, generalPosition, resonance, threshold, typeB } from '../support/references/families.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

interface Planes {
  readonly dimension: number;
  readonly planes: readonly (readonly bigint[])[];
}

/** Normal . x + constant = 0, as the references have them. */
const ARRANGEMENTS: readonly (readonly [string, Planes])[] = [
  ['braid', braid(5).arrangement],
  ['B', typeB(4).arrangement],
  ['resonance', resonance(5).arrangement],
  ['threshold', threshold(5).arrangement],
  ['Boolean', boolean(3).arrangement],
  ['general position', generalPosition(3, 7).arrangement],
  ['one hyperplane', { dimension: 3, planes: [[1n, 2n, 0n, 0n]] }],
  [
    'parallel ones',
    {
      dimension: 2,
      planes: [
        [1n, 2n, 0n],
        [1n, 2n, 3n],
        [2n, 4n, 6n],
      ],
    },
  ],
  ['none', { dimension: 2, planes: [[0n, 0n, 1n]] }],
  [
    'lines in all relations',
    {
      dimension: 2,
      planes: [
        [1n, 0n, 0n],
        [0n, 1n, 0n],
        [1n, 1n, 0n],
        [1n, 1n, 1n],
        [1n, -1n, 2n],
        [3n, 0n, 1n],
      ],
    },
  ],
];

const bettiOf = ({ dimension, planes }: Planes) =>
  [...characteristicPolynomial(dimension, planes)].reverse().map((c) => (c < 0n ? -c : c));

describe('a certificate proves the polynomial of', () => {
  it.each(ARRANGEMENTS)('%s', async (name, arrangement) => {
    const network = networkOfArrangement(arrangement);
    const file = join(files.path, `${name}.cert`);
    for (const symmetries of [undefined, []] as const) {
      const report = await runChambers({
        network,
        domain: whole(arrangement.dimension),
        certificate: file,
        ...(symmetries && { symmetries }),
      });
      expect(report.certificate?.bytes).toBeGreaterThan(0);
      const checked = await checkArrangement(network, file);
      expect(checked).toMatchObject({ accepted: true, betti: bettiOf(arrangement) });
    }
  });

  it('is refused for another network, and truncated at any line', async () => {
    const network = networkOfArrangement(braid(3).arrangement);
    const file = join(files.path, 'braid-3.cert');
    await runChambers({ network, domain: whole(3), certificate: file });
    expect(await checkArrangement(networkOfArrangement(typeB(3).arrangement), file)).toMatchObject({ accepted: false });
    const lines = linesOf(file);
    for (let k = 0; k < lines.length; k++) {
      write(file, lines.slice(0, k));
      expect((await checkArrangement(network, file)).accepted, `${k} lines`).toBe(false);
    }
    writeFileSync(file, 'no gzip');
    expect(await checkArrangement(network, file)).toMatchObject({ accepted: false });
  });
});

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
}

function write(file: string, lines: readonly string[]) {
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`));
}

describe('forgeries', () => {
  const arrangement = resonance(4).arrangement;
  const network = networkOfArrangement(arrangement);
  const file = join(files.path, 'forged.cert');
  let honest: string[] = [];
  beforeAll(async () => {
    await runChambers({ network, domain: whole(4), certificate: file });
    honest = linesOf(file);
  });

  it('a number changed anywhere is refused, or changes nothing that is proved', async () => {
    let refused = 0;
    const expected = bettiOf(arrangement);
    await holdsLater(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: -1, max: 16 }), async (line, place, value) => {
        const lines = [...honest];
        const at = 1 + (line % (lines.length - 1));
        const numbers = [...lines[at]!.matchAll(/-?\d+/g)];
        if (numbers.length === 0) return;
        const { index, 0: old } = numbers[place % numbers.length]!;
        if (old === String(value)) return;
        lines[at] = lines[at]!.slice(0, index) + value + lines[at]!.slice(index + old.length);
        write(file, lines);
        const report = await checkArrangement(network, file);
        if (!report.accepted) refused++;
        else expect(report.betti).toEqual(expected);
      }),
      { seed: 2108, runs: 150 },
    );
    expect(refused).toBeGreaterThan(60);
  });

  it.each<readonly [string, (lines: string[]) => void, RegExp]>([
    [
      'a generator that is not linear',
      (lines: string[]) => {
        const header = JSON.parse(lines[0]!) as { generators: { permutation: number[] }[] };
        const { permutation } = header.generators[0]!;
        [permutation[0], permutation[1]] = [permutation[1]!, permutation[0]!];
        lines[0] = JSON.stringify(header);
      },
      /generator/,
    ],
    ['a line twice', (lines: string[]) => void lines.splice(3, 0, lines[3]!), /./],
    ['a line less', (lines: string[]) => void lines.splice(3, 1), /./],
    [
      'more cells',
      (lines: string[]) => {
        lines[lines.length - 1] = lines.at(-1)!.replace('"370"', '"371"');
      },
      /trailer/,
    ],
    [
      'another domain',
      (lines: string[]) => {
        lines[0] = lines[0]!.replace('{"whole":4}', '{"box":[[0,1]]}');
      },
      /domain/,
    ],
    [
      'a later version',
      (lines: string[]) => {
        lines[0] = lines[0]!.replace('"version":1', '"version":9');
      },
      /version/,
    ],
    ['lines behind', (lines: string[]) => void lines.push('[]'), /trailer/],
  ])('%s', async (_, forge, reason) => {
    const lines = [...honest];
    forge(lines);
    write(file, lines);
    const report = await checkArrangement(network, file);
    expect(report.accepted).toBe(false);
    expect((report as { reason: string }).reason).toMatch(reason);
  });
});
