/**
 * Theorem. The oracle's `verify` answers a query as exact arithmetic does: the network is relu(x) - relu(-x) = x, so an output of at
 * least c is reached on [-1, 1] exactly if c <= 1. A `sat` comes with a point that meets every condition; the proof of an `unsat`
 * is accepted by the checker for this query and for no other.
 *
 * Source: max(x, 0) - max(-x, 0) = x.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atlas, scratch } from '../support/setup/command.js';
import { type OracleProcess, startOracle } from '../support/setup/rpc-client.js';

const files = scratch();
const identity = JSON.stringify({
  format: 'relu-atlas-network',
  version: 1,
  inputs: 1,
  layers: [
    { weights: [[1], [-1]], bias: [0, 0], activation: 'relu' },
    { weights: [[1, -1]], bias: [0], activation: 'linear' },
  ],
});
const NET = files.file('identity.json', identity);
const atLeast = (bound: string) =>
  `(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 -1))(assert (<= X_0 1))(assert (>= Y_0 ${bound}))`;
const typed = (type: string) =>
  `(vnnlib-version <2.0>)(declare-network f (declare-input X ${type} [1]) (declare-output Y ${type} [1]))
   (assert (and (>= X[0] -1.0) (<= X[0] 1.0) (> Y[0] 1.0)))`;

let oracle: OracleProcess;
beforeAll(async () => {
  oracle = startOracle();
  expect((await oracle.ask('load', { path: NET })).error).toBeUndefined();
});
afterAll(async () => {
  oracle.end();
  await oracle.exit;
  files.dispose();
});

const verify = (params: object) => oracle.ask('verify', { network: 'n1', ...params });

describe('a query is answered', () => {
  it.each([
    ['sat where the bound is attained', atLeast('1'), 'sat'],
    ['unsat just above', atLeast('1.0000000000000000000000000001'), 'unsat'],
    ['unsat where the comparison is strict', typed('real'), 'unsat'],
  ])('%s', async (_, query, verdict) => {
    const { result } = await verify({ query });
    expect(result).toMatchObject({ verdict, seconds: expect.any(Number), nodes: expect.any(Number) });
    // The only point of [-1, 1] whose output is at least 1.
    if (verdict === 'sat') expect(result.counterexample).toMatchObject({ input: [1], output: [1], slack: [2, 0, 0] });
  });

  it('with a proof that the checker accepts for this query and no other', async () => {
    const [query, other] = [files.file('q.vnnlib', atLeast('1.5')), files.file('other.vnnlib', atLeast('1.25'))];
    const certificate = join(files.path, 'proof.cert');
    expect((await verify({ path: query, certificate })).result).toMatchObject({ verdict: 'unsat' });
    expect(await atlas(['check', NET, certificate, '--property', query])).toMatchObject({ code: 0 });
    expect(await atlas(['check', NET, certificate, '--property', other])).toMatchObject({ code: 3 });
  });
});

describe('a query is refused in one line', () => {
  it.each([
    ['of a float type', { query: typed('float32') }, /--over-reals/],
    ['with other numbers of inputs', { query: `(declare-const X_1 Real)${atLeast('1')}` }, /expected 1 inputs/],
    ['with products', { query: atLeast('(* X_0 Y_0)') }, /expected a linear term/],
    ['given twice', { query: atLeast('1'), path: 'q.vnnlib' }, /expected either query or path/],
  ])('%s', async (_, params, message) => {
    const { error } = await verify(params);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('\n');
  });

  it('unless the answer over the reals is asked for', async () => {
    expect((await verify({ query: typed('float32'), overReals: true })).result).toMatchObject({ verdict: 'unsat' });
  });
});
