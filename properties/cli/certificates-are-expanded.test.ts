/**
 * `certificate expand` writes what docs/formal.md describes, as text and as Coq, of certificates that are accepted, and says in one line what is
 * wrong with others.
 *
 * Source: docs/formal.md and docs/json.md; two absolute values cut the square into four cells.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());
const NET = files.file(
  'net.json',
  JSON.stringify({
    format: 'relu-atlas-network',
    version: 1,
    inputs: 2,
    layers: [
      {
        weights: [
          [1, 0],
          [0, 1],
        ],
        bias: [0, '1/3'],
        activation: 'abs',
      },
      { weights: [[1, 1]], bias: [0], activation: 'linear' },
    ],
  }),
);
const CERTIFICATE = join(files.path, 'net.cert');
const place = (name: string) => join(files.path, name);

beforeAll(async () => {
  const { code, stderr } = await atlas(['count', NET, '--box=-1,1', '--certificate', CERTIFICATE]);
  expect(code, stderr).toBe(0);
});

describe('certificates are expanded', () => {
  it('to text, a line per node', async () => {
    const target = place('net.txt');
    const { code, stdout } = await atlas(['certificate', 'expand', NET, CERTIFICATE, target, '--json']);
    expect(code).toBe(0);
    const text = readFileSync(target, 'utf8');
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: true,
      cells: 4,
      form: 'text',
      file: target,
      bytes: Buffer.byteLength(text),
      answer: 'certificate',
    });
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe('relu-atlas-plain 1');
    expect(lines).toContain('box 1 2');
    expect(lines.filter((line) => line.startsWith('C ')).length).toBe(4);
    expect(lines.at(-1)).toBe('end 4');
    // The second neuron is (3 y + 1) / 3, its slopes are -1 and 1.
    expect(lines.slice(3, 9)).toEqual(['affine 3 2', '3 0 3 0', '3 1 0 3', 'slopes 1 2', '-1 1', '-1 1']);
    expect(
      (await atlas(['certificate', 'expand', NET, CERTIFICATE, target])).code,
      'its own file may be replaced',
    ).toBe(0);
  });

  it('to Coq, with theorems', async () => {
    const target = place('2-nets.v');
    expect((await atlas(['certificate', 'expand', NET, CERTIFICATE, target])).stdout).toContain('theorems net_2_nets_');
    const text = readFileSync(target, 'utf8');
    expect(text).toContain(
      'Theorem net_2_nets_has_4_cells : forall F, number_of_cells F net_2_nets_network net_2_nets_domain 4.',
    );
    expect(text.split('(').length).toBe(text.split(')').length);
    await atlas(['certificate', 'expand', NET, CERTIFICATE, target, '--name', 'abs2']);
    expect(readFileSync(target, 'utf8')).toContain('Theorem abs2_has_4_cells');
  });

  it('proofs of queries to text and to Coq, with the query', async () => {
    const query = files.file(
      'query.vnnlib',
      ['X_0', 'X_1', 'Y_0'].map((name) => `(declare-const ${name} Real)`).join('\n') +
        [0, 1].map((i) => `(assert (>= X_${i} -1.0))(assert (<= X_${i} 1.0))`).join('\n') +
        '(assert (>= Y_0 2.5))',
    );
    const proof = place('proof.cert');
    expect((await atlas(['verify', NET, query, '--certificate', proof])).stdout).toMatch(/^unsat/);
    const expand = (target: string, ...more: string[]) =>
      atlas(['certificate', 'expand', NET, proof, place(target), '--property', query, ...more]);
    const { code, stdout } = await expand('proof.txt', '--json');
    expect(code).toBe(0);
    const lines = readFileSync(place('proof.txt'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true, nodes: 1, form: 'text', property: query });
    expect(lines[0]).toBe('relu-atlas-plain-proof 1');
    // |x| + |y + 1/3| is at least 5/2, on the box.
    expect(lines.slice(lines.indexOf('box 1 2'))).toEqual(
      expect.arrayContaining(['-1 1', 'unsafe 1', '1', '- 3 -5 0 0 1 2', 'E', 'end']),
    );
    expect((await expand('Proof.v')).stdout).toContain('theorems Proof_...');
    const coq = readFileSync(place('Proof.v'), 'utf8');
    expect(coq).toContain(
      'Theorem Proof_is_safe : forall F (x : point F), inside Proof_domain x -> ~ unsafe F Proof_network Proof_unsafe x.',
    );
    expect(coq.split('(').length).toBe(coq.split(')').length);
    const alone = await atlas(['certificate', 'expand', NET, proof, place('a.txt')]);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toMatch(/got the proof of a query; add --property QUERY/);
    const other = files.file('other.vnnlib', readFileSync(query, 'utf8').replace('2.5', '2.25'));
    const refused = await atlas(['certificate', 'expand', NET, proof, place('a.txt'), '--property', other]);
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringMatching(/^refused: .*about another property/)]);
    expect(existsSync(place('a.txt'))).toBe(false);
  });

  it('and what is wrong is one line', async () => {
    const broken = files.file('broken.cert', readFileSync(CERTIFICATE).subarray(0, 60));
    const cases: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
      [['expand', NET, broken, place('a.txt')], 3, /^refused: .*broken\.cert: at the root: the file is no gzip stream/],
      [
        ['expand', NET, CERTIFICATE, place('a.json')],
        2,
        /expected a file to write with \.txt or \.v, got \.json; rename it/,
      ],
      [['expand', NET, CERTIFICATE, place('a')], 2, /got no extension; rename it/],
      [['expand', NET, CERTIFICATE, place('a.txt'), '--name', 'x'], 2, /--name: expected a target with \.v/],
      [['expand', NET, CERTIFICATE, place('a.v'), '--name', '1x'], 2, /--name: expected letters, digits and _/],
      [['contract', NET, CERTIFICATE, place('a.v')], 2, /Allowed choices are expand/],
      [['expand', NET, place('none.cert'), place('a.txt')], 1, /none\.cert/],
      [['expand', NET, CERTIFICATE, NET.replace('.json', '.cert.txt'), '--units', 'furlong'], 2, /--units/],
    ];
    for (const [args, code, said] of cases) {
      const outcome = await atlas(['certificate', ...args]);
      expect(outcome.code, args.join(' ')).toBe(code);
      const lines = `${outcome.stdout}${outcome.stderr}`.trim().split('\n');
      expect(lines[0], args.join(' ')).toMatch(said);
      expect(lines.some((line) => /^\s+at /.test(line))).toBe(false);
      expect(existsSync(place('a.txt')) || existsSync(place('a.v'))).toBe(false);
    }
  });
});
