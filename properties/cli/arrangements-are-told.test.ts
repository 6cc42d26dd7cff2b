/**
 * `relu-atlas arrangement` reads hyperplanes in every layout, tells exact numbers with their proof, and says what is wrong in one line.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { resonance } from '../support/references/families.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const csv = files.file('lines.csv', '# x = 0, y = 0, x + y = 1\n1,0,0\n0,1,0\n1;1;1\n');
const LAYOUTS = {
  csv,
  txt: files.file('lines.txt', '1 0 1\n0 1 1\n0 0 1\n'),
  json: files.file('lines.json', '{"hyperplanes":[{"a":[1,0]},{"a":[0,"1/3"],"b":0},{"a":["1/2","1/2"],"b":"1/2"}]}'),
  'json of lists': files.file('lists.json', '[[1,0,0],[0,1,0],[1,1,1]]'),
};

describe('arrangement', () => {
  it.each(Object.entries(LAYOUTS))('reads .%s', async (_, file) => {
    const { code, stdout } = await atlas(['arrangement', file, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      answer: 'arrangement',
      cells: 7,
      exact: true,
      arrangement: { hyperplanes: 3, dimension: 2, betti: [1, 3, 3], polynomial: [3, -3, 1], bounded: 1 },
    });
  });

  it('counts on domains and on all of R^d, and proves it', async () => {
    const { stdout } = await atlas(['arrangement', csv, '--box=0,3', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ cells: 2, arrangement: { betti: [1, 1, 0], method: 'inside' } });
    const certificate = join(files.path, 'lines.cert');
    const written = await atlas(['arrangement', csv, '--certificate', certificate]);
    expect(written.code).toBe(0);
    const { code, stdout: checked } = await atlas(['check', csv, certificate]);
    expect(code).toBe(0);
    expect(checked).toMatch(/^cells +7 \(proved\)$/m);
    const other = await atlas(['check', LAYOUTS.txt, certificate]);
    expect(other.code).toBe(0);
  });

  it('proves what it counts on a domain, and on no other one', async () => {
    const certificate = join(files.path, 'box.cert');
    const written = await atlas(['arrangement', csv, '--box=0,3', '--certificate', certificate]);
    expect(written.code).toBe(0);
    const { code, stdout } = await atlas(['check', csv, certificate, '--box=0,3', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      answer: 'check',
      accepted: true,
      cells: 2,
      betti: [1, 1, 0],
      points: 1,
    });
    const other = await atlas(['check', csv, certificate, '--box=0,4']);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/about another domain: box \[0, 3\]\^2, not box \[0, 4\]\^2/);
  });

  it('proves the count of a network of one layer, which another network has not', async () => {
    const net = files.file('resonance.json', writeNetworkJson(resonance(4).network));
    const certificate = join(files.path, 'resonance.cert');
    const args = ['count', net, '--whole', '--engine=chambers', '--certificate', certificate, '--json'];
    const { stdout } = await atlas(args);
    expect(JSON.parse(stdout)).toMatchObject({ cells: 370, engine: 'chambers', certificate: { file: certificate } });
    const checked = await atlas(['check', net, certificate, '--json']);
    expect(JSON.parse(checked.stdout)).toMatchObject({ accepted: true, cells: 370, betti: [1, 15, 80, 170, 104] });
    const other = await atlas(['check', csv, certificate]);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/about another network .*--central/);
    expect(await atlas(['check', net, certificate, '--plain'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected a certificate of every cell for --plain, got one of an arrangement; /),
    });
    // No file of another kind is replaced.
    expect((await atlas(['count', net, '--whole', '--certificate', certificate])).code).not.toBe(0);
  });

  it('says how a network is to be read where its certificate is of a slice', async () => {
    const net = files.file('sliced.json', writeNetworkJson(resonance(4).network));
    const certificate = join(files.path, 'sliced.cert');
    const slice = '--plane=0,0,0,0;1,0,0,0;0,1,0,0';
    await atlas(['count', net, '--whole', slice, '--engine=chambers', '--certificate', certificate]);
    expect((await atlas(['check', net, certificate])).stdout).toMatch(
      /another network .*--plane.* give the same option/,
    );
    expect((await atlas(['check', net, certificate, slice])).code).toBe(0);
  });

  it.each([
    ['words', files.file('words.csv', '1,0,zero\n'), [], /line 1, column 3: expected a number/],
    ['ragged lines', files.file('ragged.txt', '1 0\n1\n'), [], /line 2: expected 2 numbers/],
    [
      'constants alone',
      files.file('constants.csv', '1\n2\n'),
      [],
      /expected hyperplanes with a coefficient and a constant/,
    ],
    ['another format', files.file('lines.pdf', '1'), [], /expected hyperplanes \(\.json/],
    ['a network', join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'), [], /got the layers.*`relu-atlas count`/],
    [
      'a network of another format',
      files.file('net.onnx', '1'),
      [],
      /got "\.onnx"; count a network with `relu-atlas count`/,
    ],
    ['JSON of something else', files.file('other.json', '{"rows":1}'), [], /expected "hyperplanes", got "rows"/],
    [
      'no permutation',
      csv,
      ['--symmetry', files.file('s1.json', '{"generators":[{"permutation":[0,0,1]}]}')],
      /generator 0: expected a permutation of 0 to 2/,
    ],
    [
      'no symmetry',
      csv,
      ['--symmetry', files.file('s2.json', '{"generators":[{"permutation":[2,1,0]}]}')],
      /generator 0: no linear map/,
    ],
    [
      'a certificate of another kind in its place',
      csv,
      ['--box=0,1', '--certificate', files.file('other.cert', 'something')],
      /expected an earlier certificate of an arrangement on a domain file or none/,
    ],
  ] as const)('complains about %s in one line', async (_, file, options, message) => {
    const { code, stderr, stdout } = await atlas(['arrangement', file, ...options]);
    expect([1, 2]).toContain(code);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });

  it.each([files.file('planes.csv', '1,0,1\n0,1,2\n'), files.file('planes.json', '{"hyperplanes":[[1,0,1],[0,1,2]]}')])(
    'a file of hyperplanes that is no network says which command counts it: %s',
    async (file) => {
      const { code, stderr } = await atlas(['count', file, '--box=-1,1']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^relu-atlas: .*`relu-atlas arrangement`.*\n$/);
      expect((await atlas(['arrangement', file])).code).toBe(0);
    },
  );

  it('engine chambers is for one layer', async () => {
    const { code, stderr } = await atlas([
      'count',
      join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'),
      '--engine=chambers',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected a network with one layer that bends, got 2; use --engine auto/);
  });
});
