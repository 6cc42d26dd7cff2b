/**
 * `relu-atlas count --symmetry` takes the symmetries of a file for networks with any number of layers, names parts and what carries them to each other, and says what is wrong with
 * one in one line: which, where, and what to do. What it names it takes again.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { RELU } from '../../src/network/index.js';
import { closedNetwork, generatorsOf } from '../support/generators/equivariant.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const { exchange, turn } = generatorsOf(2, 2);
const seeds = [[[2, -1, 1]], [[1, -2, 1, 3, -1]]];
const network = files.file('net.json', writeNetworkJson(closedNetwork([exchange, turn], seeds, RELU)));
const only = files.file('only.json', writeNetworkJson(closedNetwork([exchange], seeds, RELU)));
const symmetry = files.file('group.json', JSON.stringify({ generators: [exchange, turn] }));
const certificate = join(files.path, 'net.cert');
const BOX = '--box=0,2';
/** Where the network has no symmetry. */
const OTHER = '--box=0,2x0,3';

const generators = (...list: readonly object[]) =>
  files.file(`${JSON.stringify(list).replaceAll(/\W+/g, '_')}.json`, JSON.stringify({ generators: list }));

describe('count with symmetries of a file', () => {
  let cells = 0;
  beforeAll(async () => {
    const full = JSON.parse((await atlas(['count', network, BOX, '--symmetry=none', '--json'])).stdout);
    ({ cells } = full);
    expect(full.orbits).toBeUndefined();
  });

  it('names the parts, their images and the symmetries, which it takes again', async () => {
    const { stdout } = await atlas(['count', network, BOX, '--symmetry', symmetry, '--json']);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ cells, symmetries: [{ inputs: [1, 0] }, { signs: [-1, -1], shifts: [2, 2] }] });
    for (const { weight, images } of told.orbits) expect(images).toHaveLength(weight - 1);
    const again = generators(...told.symmetries);
    expect(JSON.parse((await atlas(['count', network, BOX, '--symmetry', again, '--json'])).stdout)).toMatchObject({
      cells,
      orbits: told.orbits,
      symmetries: told.symmetries,
    });
    const { stdout: text } = await atlas(['count', network, BOX, '--symmetry', symmetry]);
    expect(text).toMatch(/^symmetry +\d+ of \d+ parts walked/m);
    expect(text).toMatch(/^orbit +[-+]+, [-+]+ by \d/m);
    expect(text).toMatch(/^by 1 +\{"inputs":\[0,1\],"signs":\[-1,-1\],"shifts":\[2,2\]\}$/m);
  });

  it('finds them on a box, and proves the count by them', async () => {
    const file = join(files.path, 'found.cert');
    const { stdout } = await atlas(['count', network, BOX, '--symmetry=orbits', '--certificate', file, '--json']);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ cells, symmetries: [{ signs: [-1, -1], shifts: [2, 2] }, { inputs: [1, 0] }] });
    expect(told.orbits.some(({ weight }: { readonly weight: number }) => weight > 1)).toBe(true);
    const { stdout: checked } = await atlas(['check', network, file, BOX, '--json']);
    expect(JSON.parse(checked)).toMatchObject({ accepted: true, cells, verified: { images: expect.any(Number) } });
  });

  it('takes them as matrices, and those that are found as matrices', async () => {
    const matrix = generators(
      {
        matrix: [
          [0, '1'],
          [1, 0],
        ],
      },
      {
        matrix: [
          [-1, 0],
          [0, -1],
        ],
        shifts: [2, '4/2'],
      },
    );
    const { stdout } = await atlas(['count', network, BOX, '--symmetry', matrix, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ cells, symmetries: [{ inputs: [1, 0] }, { shifts: [2, 2] }] });
  });

  it('proves the count, which `check` accepts, and other readers say that they do not read', async () => {
    const written = await atlas(['count', network, BOX, '--symmetry', symmetry, '--certificate', certificate]);
    expect(written.code).toBe(0);
    const checked = await atlas(['check', network, certificate, BOX, '--json']);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      accepted: true,
      cells,
      verified: { images: expect.any(Number) },
    });
    for (const args of [
      ['check', network, certificate, '--plain'],
      ['certificate', 'expand', network, certificate, join(files.path, 'plain.txt')],
    ]) {
      const { code, stderr } = await atlas(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^relu-atlas: .*: expected a certificate of every cell.*, got one by orbits.*\n$/);
    }
    const other = await atlas(['count', network, BOX, '--certificate', certificate]);
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('--force');
  });

  it('says where symmetries are of no use, and writes a certificate of every cell there', async () => {
    const file = join(files.path, 'none.cert');
    const { stdout } = await atlas(['count', network, OTHER, '--symmetry=orbits', '--certificate', file]);
    expect(stdout).toMatch(/^symmetry +of no use here: every part is walked$/m);
    expect((await atlas(['check', network, file, '--plain'])).code).toBe(0);
  });

  it('continues a checkpoint with the same symmetries alone', async () => {
    const folder = join(files.path, 'run');
    const args = ['count', network, BOX, '--checkpoint', folder, '--workers=1', '--engine=vertex'];
    const begun = await atlas([...args, '--symmetry', symmetry, '--limit-cells=3']);
    expect(begun.code).toBe(4);
    const wrong = await atlas([...args, '--symmetry', generators(turn)]);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/symmetries/);
    const { code, stdout } = await atlas([...args, '--symmetry', symmetry, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ cells, complete: true });
  });
});

describe('of one layer', () => {
  const planes = [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ];
  const weights = { weights: planes, bias: [0, 0, 0, 0] };
  const one = files.file('one.json', JSON.stringify({ layers: [weights, { weights: [[1, 2, 3, 4]], bias: [0] }] }));
  const square = generators({ inputs: [1, 0] }, { inputs: [0, 1], signs: [-1, 1] });

  it('are used on a box by a walk, on R^d for the polynomial, which `regions` tells as well', async () => {
    const boxed = await atlas(['count', one, '--box=-1,1', '--symmetry', square, '--json']);
    const { orbits } = JSON.parse(boxed.stdout);
    expect(orbits.reduce((sum: number, { weight }: { readonly weight: number }) => sum + weight, 0)).toBe(8);
    expect(orbits).toHaveLength(1);
    for (const command of ['count', 'regions']) {
      const { stdout } = await atlas([command, one, '--whole', '--symmetry', square, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ cells: 8, arrangement: { betti: [1, 4, 3], symmetries: 4 } });
    }
    const none = await atlas(['regions', one, '--whole', '--symmetry=none', '--json']);
    expect(JSON.parse(none.stdout)).toMatchObject({ arrangement: { betti: [1, 4, 3], symmetries: 1 } });
  });

  it.each([
    ['on a box', [one, '--box=-1,1'], 2, /--symmetry: expected all of R\^d/],
    ['of more layers', [network, '--whole'], 2, /--symmetry: expected a network with one layer that bends, got 2/],
    ['that are none', [one, '--whole'], 1, /generator 0: it takes hyperplane 0 to none of them/],
  ] as const)('`regions` refuses those %s', async (_, args, exit, message) => {
    const file = exit === 1 ? generators({ inputs: [0, 1], scales: [2, 3], shifts: [1, 0] }) : square;
    const { code, stderr, stdout } = await atlas(['regions', ...args, '--symmetry', file]);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('what is wrong is one line', () => {
  const place =
    /generator 1: layer 0, neuron 0: expected its crease to be the image of one of the layer, it is of none/;
  it.each([
    ['no symmetry of the network', only, [BOX], [exchange, turn], place],
    [
      'no symmetry of the domain',
      network,
      ['--box=0,2x0,3'],
      [exchange],
      /generator 0: expected the domain to be taken to itself/,
    ],
    ['no permutation', network, [BOX], [{ inputs: [0, 0] }], /generator 0: inputs: expected a permutation of 0 to 1/],
    ['no signs', network, [BOX], [{ inputs: [1, 0], signs: [1, 2] }], /signs: expected 2 signs 1 or -1/],
    ['no scales', network, [BOX], [{ inputs: [1, 0], scales: [1, 0] }], /scales: expected 2 positive numbers/],
    ['no shifts', network, [BOX], [{ inputs: [1, 0], shifts: [1] }], /shifts: expected 2 numbers/],
    ['no matrix', network, [BOX], [{ matrix: [[1, 0]] }], /matrix: expected 2 rows of 2 numbers/],
    [
      'a singular matrix',
      network,
      [BOX],
      [
        {
          matrix: [
            [1, 1],
            [1, 1],
          ],
        },
      ],
      /matrix: expected one that has an inverse/,
    ],
    ['hyperplanes', network, [BOX], [{ permutation: [1, 0] }], /permutation: hyperplanes are those of engine chambers/],
    ['nothing', network, [BOX], [null], /generators\[0\]: expected/],
  ] as const)('%s', async (name, net, where, list, message) => {
    const file = files.file(`${name}.json`, JSON.stringify({ generators: list }));
    const { code, stdout, stderr } = await atlas(['count', net, ...where, '--symmetry', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`relu-atlas: ${file}: `);
  });

  it.each(['orbits', only])('engine images uses none: %s', async (name) => {
    const { code, stdout, stderr } = await atlas(['count', network, BOX, '--engine=images', '--symmetry', name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--symmetry: engine images uses no symmetries; drop it, or use --engine auto/);
  });

  it('however often one process is told so', async () => {
    const file = files.file('again.json', JSON.stringify({ generators: [null] }));
    for (let k = 0; k < 12; k++) {
      const { stderr } = await atlas(['count', network, BOX, '--symmetry', file]);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it('a flat domain has no certificate by orbits', async () => {
    const file = generators({ inputs: [0, 1], signs: [-1, 1], shifts: [2, 0] });
    const even = [[[2, -1, 0]], [[1, -2, 1, 3, -1]]];
    const net = files.file('even.json', writeNetworkJson(closedNetwork([generatorsOf(2, 2).reflect], even, RELU)));
    const args = ['count', net, '--box=0,2x1,1', '--symmetry', file];
    const { code, stdout } = await atlas(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^symmetry/m);
    const refused = await atlas([...args, '--certificate', join(files.path, 'flat.cert')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/expected a domain with interior for a certificate by orbits/);
    // Flat by inequalities that imply an equality.
    const inequalities = [
      { a: [0, 1], b: 1 },
      { a: [0, -1], b: -1 },
    ];
    const box = [
      [0, 2],
      [0, 2],
    ];
    const implied = ['count', net, '--domain', JSON.stringify({ box, inequalities }), '--symmetry', file];
    const flat = await atlas([...implied, '--certificate', join(files.path, 'flat.cert')]);
    expect(flat.stderr).toMatch(/expected a domain with interior for a certificate by orbits/);
    expect(flat.code).toBe(2);
  });
});
