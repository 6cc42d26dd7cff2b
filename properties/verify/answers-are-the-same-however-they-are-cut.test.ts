/**
 * A search is one depth-first walk, to the byte: however it is cut into jobs, whoever runs them, and in whatever order. The proof of `unsat` and
 * the point of `sat` are those that one thread finds, looks aside included.
 *
 * The reference walks node by node and looks aside exactly after the numbers of nodes at which it should.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { formatRational, negate, ONE, type Rational, rationalFromDouble, ZERO } from '../../src/exact/rational.js';
import { Frontier, type Ticket } from '../../src/jobs/frontier.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { seededRandom } from '../../src/verify/attack.js';
import { runSearch, type SearchOutcome } from '../../src/verify/job.js';
import { type Looks, Probes } from '../../src/verify/probes.js';
import { type OpenNode, Search } from '../../src/verify/search.js';
import { verify } from '../../src/verify/verify.js';
import type { Witness } from '../../src/verify/witness.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { boxConditions, unsafeSetOf } from '../support/generators/unsafe-sets.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Answer {
  readonly records: string;
  readonly nodes: number;
  readonly point: readonly string[] | undefined;
}

function answerOf(chunks: readonly Uint8Array[], nodes: number, found: Witness | undefined): Answer {
  if (found !== undefined) return { records: '', nodes: 0, point: found.input.map(formatRational) };
  return { records: Buffer.concat(chunks).toString('hex'), nodes, point: undefined };
}

/** One walk, node by node. */
function inOneWalk(network: Network, unsafe: UnsafeSet, looks: Looks): Answer {
  const search = new Search(network, unsafe);
  const chunks: Uint8Array[] = [];
  let nodes = 0;
  for (let open = search.roots(); open.length > 0; ) {
    const outcome = runSearch(search, open, true, () => true);
    expect(outcome.counts.nodes).toBe(1);
    nodes++;
    if (outcome.found !== undefined) return answerOf([], nodes, outcome.found);
    chunks.push(outcome.records);
    open = [...outcome.open];
    const look = looks.find(([after]) => after === nodes);
    if (look === undefined || open.length === 0) continue;
    const apart = new Search(network, unsafe);
    for (const _ of apart.probe(look[1])) void _;
    if (apart.found !== undefined) return answerOf([], nodes, apart.found);
  }
  return answerOf(chunks, nodes, undefined);
}

/** One cut: after how many nodes a job stops, how many subtrees it leaves to others, which running job ends next, whether a look goes on. */
interface Cut {
  readonly budget: number;
  readonly others: number;
  readonly next: number;
  readonly looks: boolean;
}

/** In jobs, of which several are under way at a time and end in any order. */
function inJobs(network: Network, unsafe: UnsafeSet, looks: Looks, cuts: readonly Cut[]): Answer {
  const searches = [0, 1, 2].map(() => new Search(network, unsafe));
  const probes = new Probes(() => new Search(network, unsafe), looks);
  const roots = searches[0]!.roots();
  const frontier = new Frontier<OpenNode, SearchOutcome>(roots, ({ depth }) => 2 ** -depth);
  const running: { ticket: Ticket<OpenNode>; budget: number }[] = [];
  const chunks: Uint8Array[] = [];
  let visited = 0;
  for (let step = 0; probes.answer === undefined; step++) {
    const cut = cuts[step % cuts.length]!;
    while (running.length < 3) {
      const ticket = frontier.take(cut.others);
      if (ticket === undefined) break;
      running.push({ ticket, budget: cut.budget });
    }
    if (cut.looks) probes.look(visited, 0);
    const [job] = running.splice(cut.next % Math.max(1, running.length), 1);
    if (job === undefined) break;
    let left = job.budget;
    const outcome = runSearch(searches[step % 3]!, job.ticket.nodes, true, () => --left <= 0);
    if (frontier.replace(job.ticket, outcome)) visited += outcome.counts.nodes;
    for (const next of frontier.shift()) {
      chunks.push(next.records);
      probes.next(next.counts.nodes, next.found);
    }
  }
  while (probes.look(visited, 1));
  return answerOf(chunks, visited, probes.answer);
}

const anyCuts = fc.array(
  fc.record({
    budget: fc.integer({ min: 1, max: 6 }),
    others: fc.nat(3),
    next: fc.nat(2),
    looks: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('jobs add up to one walk', () => {
  it('on any network and unsafe set, cut anywhere', () => {
    const problem = anyNetwork({ inputs: 2, widths: [3, 3], outputs: 2 }).chain((network) =>
      fc.tuple(fc.constant(network), unsafeSetOf(network)),
    );
    const verdicts = { sat: 0, unsat: 0 };
    holds(
      fc.property(
        problem,
        anyCuts,
        fc.constantFrom<Looks>(
          [],
          [[2, 3]],
          [
            [1, 2],
            [4, 9],
          ],
        ),
        ([network, unsafe], cuts, looks) => {
          const expected = inOneWalk(network, unsafe, looks);
          verdicts[expected.point === undefined ? 'unsat' : 'sat']++;
          expect(inJobs(network, unsafe, looks, cuts)).toEqual(expected);
        },
      ),
      { seed: 1602, runs: 60 },
    );
    expect(verdicts.sat).toBeGreaterThan(10);
    expect(verdicts.unsat).toBeGreaterThan(10);
  });
});

/** A network with seeded weights, and whether its output can be at least a bound on [-1, 1]^n. */
function randomProblem(n: number, width: number, bound: number): { network: Network; unsafe: UnsafeSet } {
  const random = seededRandom(1603);
  const layer = (outputs: number, inputs: number) => ({
    affine: affineFromDoubles(
      outputs,
      inputs,
      Array.from({ length: outputs * inputs }, () => Math.round(32 * (2 * random() - 1)) / 32),
      Array.from({ length: outputs }, () => Math.round(32 * (2 * random() - 1)) / 32),
    ),
  });
  const bends = { slopes: new Array(width).fill(RELU) };
  const network = buildNetwork(n, [layer(width, n), bends, layer(width, width), bends, layer(1, width)]);
  const sides = Array.from({ length: n }, (): readonly [Rational, Rational] => [negate(ONE), ONE]);
  const above = { inputs: sides.map(() => ZERO), outputs: [ONE], constant: rationalFromDouble(-bound), strict: false };
  return {
    network,
    unsafe: { inputs: n, outputs: 1, disjuncts: [{ conditions: [...boxConditions(1, sides), above] }] },
  };
}

describe('workers', () => {
  const { network, unsafe } = randomProblem(5, 16, 6.75);

  it('change neither the verdict nor a byte of the proof', async () => {
    const files = [1, 2, 3].map((workers) => join(scratch, `${workers}.cert`));
    const answers = [];
    for (const [k, certificate] of files.entries()) {
      answers.push(await verify({ network, unsafe, certificate, workers: k + 1, alone: 0 }));
    }
    const [one] = answers;
    expect(one!.verdict.verdict).toBe('unsat');
    expect(one!.nodes).toBeGreaterThan(8);
    for (const { nodes, cells, statistics } of answers) {
      expect({ nodes, cells, statistics }).toEqual({
        nodes: one!.nodes,
        cells: one!.cells,
        statistics: one!.statistics,
      });
    }
    for (const file of files) expect(readFileSync(file).equals(readFileSync(files[0]!))).toBe(true);
    expect(await checkVerification(network, unsafe, files[1]!)).toMatchObject({ accepted: true, nodes: one!.nodes });
  });

  it('stop when told to, and leave no file', async () => {
    const controller = new AbortController();
    const certificate = join(scratch, 'aborted.cert');
    const hard = randomProblem(8, 40, 50);
    const report = await verify({
      ...hard,
      workers: 2,
      alone: 0,
      certificate,
      signal: controller.signal,
      onProgress: ({ nodes }) => {
        if (nodes > 0) controller.abort();
      },
    });
    expect(report.verdict).toMatchObject({ verdict: 'unknown', reason: 'interrupted' });
    expect(readdirSync(scratch)).not.toContain('aborted.cert');
    expect(readdirSync(scratch).filter((name) => name.includes('.partial-'))).toEqual([]);
  });

  it('end when the time is over', async () => {
    const hard = randomProblem(8, 40, 50);
    const { verdict, seconds } = await verify({ ...hard, workers: 2, alone: 0, timeout: 0.2 });
    expect(verdict).toMatchObject({ verdict: 'unknown', reason: 'timeout' });
    expect(seconds).toBeGreaterThanOrEqual(0.2);
  });
});
