/**
 * `relu-atlas count --engine images --certificate` proves what it counts, `auto` does so where no walk could, and `check` tells such a file from others: it reads it whole, for the domain that is asked
 * for, or says in one line why not.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { cube } from '../../src/network/index.js';
import { kindOf } from '../../src/output/index.js';
import { runCountFolding, runImages } from '../../src/run/index.js';
import { sawtooth } from '../../src/theory/index.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const deep = sawtooth(70);
const network = files.file('deep.json', writeNetworkJson(deep));
const certificate = join(files.path, 'deep.cert');
const cells = String(2n ** 70n);

describe('a count by images', () => {
  it('is proved and checked', async () => {
    const said = JSON.parse(
      (await atlas(['count', network, '--box=0,1', '--certificate', certificate, '--json'])).stdout,
    );
    expect(said).toMatchObject({
      cells,
      engine: 'images',
      certificate: { file: certificate, bytes: expect.any(Number) },
    });
    const checked = await atlas(['check', network, certificate, '--box=0,1', '--json']);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      accepted: true,
      cells,
      cellsPerLayer: said.cellsPerLayer,
      verified: { images: 70, parts: 140 },
      sha256: said.certificate.sha256,
    });
    const { stdout } = await atlas(['check', network, certificate]);
    expect(stdout).toMatch(/^cells +1,180,591,620,717,411,303,424 \(proved\)$/m);
    expect(stdout).toMatch(/^verified +70 different images, cut into 140 parts$/m);
  });

  it('what is wrong is one line', async () => {
    const other = await atlas(['check', network, certificate, '--box=0,2']);
    expect(other).toMatchObject({ code: 3, stderr: '' });
    expect(other.stdout).toMatch(
      /^refused: .*deep\.cert: the certificate is about another domain: box \[0, 1\], not box \[0, 2\]\n$/,
    );
    for (const [more, reason] of [
      ['--limit-cells=10', /no tree of cells.*drop them, or use --timeout/],
      ['--plain', /expected a certificate of every cell for --plain, got one by images/],
    ] as const) {
      const { code, stderr } = await atlas(['check', network, certificate, more]);
      expect(code).toBe(2);
      expect(stderr).toMatch(reason);
      expect(stderr.trimEnd()).not.toContain('\n');
    }
    const expanded = await atlas(['certificate', 'expand', network, certificate, join(files.path, 'plain.txt')]);
    expect(expanded).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/got one by images, which has no plain form/),
    });
    const walked = await atlas(['count', network, '--box=0,1', '--engine=vertex', '--certificate', certificate]);
    expect(walked.stderr).toMatch(/expected an earlier certificate file or none, got a certificate by images file/);
  });

  it('nor is that of an arrangement a tree of which shares could be checked', async () => {
    const layer = files.file('layer.json', writeNetworkJson(sawtooth(1)));
    const lines = join(files.path, 'lines.cert');
    await atlas(['count', layer, '--whole', '--engine=chambers', '--certificate', lines]);
    expect(await atlas(['check', layer, lines, '--timeout=60'])).toMatchObject({ code: 0 });
    const { code, stderr } = await atlas(['check', layer, lines, '--limit-cells=10']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/a certificate of an arrangement is no tree of cells/);
  });

  it('by auto only where a walk has more cells than can be certified', async () => {
    const domain = cube(1, 0, 1);
    const few = join(files.path, 'few.cert');
    const report = await runCountFolding({ network: sawtooth(6), domain, certificate: few, workers: 1 });
    expect(report).toMatchObject({ cells: 64, complete: true });
    expect(kindOf(few)).toBe('certificate');
    const many = join(files.path, 'many.cert');
    await runCountFolding({ network: sawtooth(40), domain, certificate: many, workers: 1 });
    expect(kindOf(many)).toBe('certificate by images');
  });

  it('that was interrupted leaves no file', async () => {
    const stopped = join(files.path, 'stopped.cert');
    const signal = AbortSignal.abort();
    const report = await runImages({ network: sawtooth(500), domain: cube(1, 0, 1), certificate: stopped, signal });
    expect(report.count).toBeUndefined();
    expect(() => kindOf(stopped)).toThrow(/ENOENT/);
  });
});
