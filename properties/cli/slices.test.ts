/**
 * Slices, segments and pieces as a user asks for them. Expected values: a tent map of depth k has 2^k pieces; on the plane
 * x = s, y = z = t the network has the values that substituting gives; folding keeps cells apart that share a map.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, scratch } from '../support/setup/command.js';

const NET = 'fixtures/networks/demo_3-5-4-1.json';
const files = scratch();
afterAll(() => files.dispose());

/** relu(x) - relu(-x) + 0 relu(y): four cells, one map. */
const IDENTITY = files.file(
  'identity.json',
  JSON.stringify({
    layers: [
      {
        weights: [
          [1, 0],
          [-1, 0],
          [0, 1],
        ],
        bias: [0, 0, 0],
      },
      { weights: [[1, -1, 0]], bias: [0] },
    ],
  }),
);
/** relu(2x) - relu(4x - 2): a tent on [0, 1]. */
const TENT = files.file(
  'tent.json',
  JSON.stringify({
    layers: [
      { weights: [[2], [4]], bias: [0, -2] },
      { weights: [[1, -1]], bias: [0] },
    ],
  }),
);

async function json(args: readonly string[]) {
  const { code, stdout, stderr } = await atlas([...args, '--format=json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a count on a slice', () => {
  const plane = ['--plane=0,0,0;1,0,0;0,1,1', '--box=-1,1'];

  it('has a certificate that holds for that slice only', async () => {
    const certificate = join(files.path, 'slice.cert');
    const { cells } = await json(['count', NET, ...plane, '--certificate', certificate]);
    const checked = await json(['check', NET, certificate, plane[0]!]);
    expect(checked).toMatchObject({ accepted: true, cells });
    expect((await atlas(['check', NET, certificate])).code).toBe(3);
  });

  it('is the same from a file of points', async () => {
    const points = join(files.path, 'points.json');
    writeFileSync(points, '[[0,0,0],["1","0","0"],[0,1,"2/2"]]');
    const { cells } = await json(['count', NET, ...plane]);
    expect((await json(['count', NET, `--through=${points}`, '--box=-1,1'])).cells).toBe(cells);
  });

  it.each([
    ['dependent directions', ['--plane=0,0,0;1,0,0;2,0,0'], /linearly independent/],
    ['one point', ['--through=0,0,0'], /at least two points/],
    ['too few coordinates', ['--through=0,0;1,1'], /expected 3 coordinates/],
    ['no numbers', ['--through=0,0,a;1,1,1'], /expected a number/],
  ] as const)('refuses %s', async (_, args, message) => {
    const { code, stderr } = await atlas(['count', NET, ...args, '--box=-1,1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('segment', () => {
  it('prints exact breakpoints and maps', async () => {
    const { cells, breakpoints, maps } = await json(['segment', TENT, '--from=0', '--to=1']);
    expect(cells).toBe(2);
    expect(breakpoints).toEqual([0, 0.5, 1]);
    expect(maps).toEqual([
      { slope: [2], constant: [0] },
      { slope: [-2], constant: [2] },
    ]);
  });
});

describe('segment on a slice', () => {
  // Through 0 and 3 the tent (its corner at 1/2, past 1 it falls on) has it at t = 1/6.
  const line = '--through=0;3';

  it('of one dimension is the slice itself', async () => {
    expect((await json(['segment', TENT, line])).breakpoints).toEqual([0, '1/6', 1]);
  });

  it('has its ends in the coordinates of the slice, and a proof in those of the network', async () => {
    const proof = join(files.path, 'segment.cert');
    const ends = ['--from=0', '--to=1/3'];
    const text = await atlas(['segment', TENT, line, ...ends, '--certificate', proof]);
    expect(text.stdout).toMatch(/ --from=0 --to=1\n$/);
    expect((await json(['segment', TENT, line, ...ends])).breakpoints).toEqual([0, 0.5, 1]);
    expect(await json(['check', TENT, proof, '--from=0', '--to=1'])).toMatchObject({ accepted: true, cells: 2 });
  });

  it.each([[[]], [['--from=0']], [['--through=0,0;1,0;0,1']]])('needs two ends: %j', async (options) => {
    const outcome = await atlas(['segment', options.join('').includes(';') ? IDENTITY : TENT, ...options]);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/give both ends\n$/) });
  });
});

describe('explore', () => {
  it('opens the network on the slice', async () => {
    const page = join(files.path, 'page.html');
    await json(['explore', NET, '--plane=0,0,0;1,0,0;0,1,1', '--out', page]);
    const [, opened] = /<script type="application\/json" id="network">(.*)<\/script>/.exec(readFileSync(page, 'utf8'))!;
    const { name, files: held } = JSON.parse(opened!);
    const inside = files.file('inside.json', Buffer.from(held[name], 'base64').toString());
    // Its value at (s, t) is that of the network at (s, t, t).
    const at = async (net: string, point: string) => (await json(['eval', net, `--at=${point}`])).exact;
    expect(await at(inside, '1/3,-1/2')).toEqual(await at(NET, '1/3,-1/2,-1/2'));
  });
});

describe('count --pieces', () => {
  it('tells cells from pieces and maps', async () => {
    const report = await json(['count', IDENTITY, '--box=-1,1', '--pieces']);
    expect(report).toMatchObject({ cells: 4, pieces: 1, closedPieces: 1, maps: 1 });
  });
});
