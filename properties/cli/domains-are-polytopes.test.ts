/**
 * Every command takes a polytope where it takes a box: from JSON or VNN-LIB, on a slice, as a list where a property is a
 * disjunction; the certificates of counts and of segments are accepted for the domain they state and refused for others.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { readDomain, readNetwork } from '../../src/formats/read.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { countCellsOf } from '../support/engines/cells.js';
import { atlas, type Outcome, ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());
const DEMO = `${ROOT}/fixtures/networks/demo_2-8-8-1.json`;
const TRIANGLE = '{"inequalities":[{"a":[1,1],"b":1},{"a":[-1,2],"b":0.5},{"a":[0,-1],"b":"1/3"}]}';
const triangle = files.file('triangle.json', TRIANGLE);
const DECLARED = '(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)\n';

async function json(args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await atlas([...args, '--format=json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const expectRefused = ({ code, stdout }: Outcome, reason: RegExp) => {
  expect([code, stdout]).toEqual([3, expect.stringMatching(reason)]);
};

describe('a polytope', () => {
  it('is counted, stated in the output as --domain reads it, and certified for itself only', async () => {
    const certificate = `${files.path}/triangle.cert`;
    const counted = await json(['count', DEMO, '--domain', triangle, '--certificate', certificate]);
    const { network } = await readNetwork(DEMO);
    const { cells } = countCellsOf(network, domainOfJson(TRIANGLE, 2));
    expect(counted).toMatchObject({ cells, complete: true, domain: JSON.parse(TRIANGLE) as object });
    expect(await json(['check', DEMO, certificate])).toMatchObject({ accepted: true, cells });
    // The same conditions in another order and scale.
    const again = files.file(
      'again.json',
      '{"inequalities":[{"a":[0,-3],"b":1},{"a":[2,2],"b":2},{"a":[-1,2],"b":"1/2"}]}',
    );
    expect(await json(['check', DEMO, certificate, '--domain', again])).toMatchObject({ accepted: true });
    expectRefused(await atlas(['check', DEMO, certificate, '--box=-1,1']), /about another domain: polytope.*not box/);
  });

  it.each([
    ['regions', ['--patterns', '--faces']],
    ['facts', []],
    ['boundary', []],
    ['partition', ['--out', `${files.path}/cells.jsonl`]],
    ['adjacency', ['--out', `${files.path}/cells.graphml`]],
    ['simplify', ['--out', `${files.path}/small.json`]],
  ])('is taken by %s', async (command, rest) => {
    await json([command, DEMO, '--domain', triangle, ...rest]);
  });

  it('may lie in the plane of a slice', async () => {
    const network = `${ROOT}/fixtures/networks/demo_3-5-4-1.json`;
    const plane = '--through=0,0,0;1,0,1/2;0,1,-1';
    const certificate = `${files.path}/slice.cert`;
    const { cells } = (await json(['count', network, plane, '--domain', triangle, '--certificate', certificate])) as {
      cells: number;
    };
    expect(await json(['check', network, certificate, plane, '--domain', triangle])).toMatchObject({
      accepted: true,
      cells,
    });
  });
});

describe('a disjunction', () => {
  it('gives a list, empty parts left out, and a certificate for each part', async () => {
    const property = files.file(
      'parts.vnnlib',
      `${DECLARED}(assert (and (<= -1 X_0 1)(<= -1 X_1 1)))
       (assert (or (<= (+ X_0 X_1) 0) (and (>= X_0 X_1)(<= X_0 (- X_1 1))) (>= (+ X_0 X_1) 0)))`,
    );
    const certificate = `${files.path}/parts.cert`;
    const parts = (await json(['count', DEMO, '--domain', property, '--certificate', certificate])) as {
      cells: number;
      certificate: { file: string };
    }[];
    expect(parts.map((part) => part.certificate.file)).toEqual([1, 3].map((k) => `${files.path}/parts.${k}.cert`));
    for (const part of parts) {
      expect(existsSync(part.certificate.file)).toBe(true);
      expect(await json(['check', DEMO, part.certificate.file, '--domain', property])).toMatchObject({
        accepted: true,
        cells: part.cells,
      });
    }
    const { stdout } = await atlas(['count', DEMO, '--domain', property, '-q']);
    expect(stdout).toMatch(/domain .*, 1 of 3; 1 empty\)[\s\S]*domain .*, 3 of 3; 1 empty\)/);
  });
});

describe('a segment', () => {
  it('has a certificate that counts its pieces, for its ends only', async () => {
    const certificate = `${files.path}/segment.cert`;
    const ends = ['--from=-1,0', '--to=1,1/3'];
    const { cells } = (await json(['segment', DEMO, ...ends, '--certificate', certificate])) as { cells: number };
    expect(cells).toBeGreaterThan(5);
    expect(await json(['check', DEMO, certificate, ...ends])).toMatchObject({ accepted: true, cells });
    expectRefused(await atlas(['check', DEMO, certificate, '--from=-1,0', '--to=1,1/2']), /another network/);
    const { code, stderr } = await atlas(['check', DEMO, certificate, '--from=-1,0']);
    expect([code, stderr]).toEqual([2, 'relu-atlas: --from, --to: expected both ends; add the other one\n']);
  });
});

const TLL = fileURLToPath(new URL('../../../shared/data/tll/', import.meta.url));

it.skipIf(!existsSync(TLL))(
  'a lattice network is cut along a line exactly (skipped without ../shared/data)',
  async () => {
    const { network } = await readNetwork(`${TLL}tllBench_n=2_N=M=8_m=1_instance_0_0.onnx.gz`);
    const box = '(assert (and (<= -2 X_0 2)(<= -2 X_1 2)))';
    const on = async (name: string, relation: string) => {
      const assertion = relation === '' ? '' : `(assert (${relation} (+ (* 3 X_0) (* 2 X_1)) (/ 1 7)))`;
      const [domain] = await readDomain(files.file(`${name}.vnnlib`, DECLARED + box + assertion), 2);
      const { cells } = countCellsOf(network, domain!, name === 'on' ? lpKernel(simplexBackend) : planarKernel);
      return cells;
    };
    const counts = [await on('all', ''), await on('below', '<='), await on('above', '>='), await on('on', '=')];
    // 433 in all (exact rational arithmetic elsewhere); the line is no crease, so that it adds the cells it meets.
    expect(counts[0]).toBe(433);
    expect(counts[1]! + counts[2]!).toBe(433 + counts[3]!);
  },
);

it('the partition file of a polytope names its inequalities', async () => {
  const out = `${files.path}/named.jsonl`;
  await json(['partition', DEMO, '--domain', triangle, '--out', out]);
  const conditions = new Set([...readFileSync(out, 'utf8').matchAll(/"bound":\{"condition":(\d)\}/g)].map((m) => m[1]));
  // The third one bounds input 1 alone and is a face of the box.
  expect([...conditions].sort()).toEqual(['0', '1']);
  expect(readFileSync(out, 'utf8')).toMatch(/"bound":\{"input":1,"side":"lower"\}/);
});
