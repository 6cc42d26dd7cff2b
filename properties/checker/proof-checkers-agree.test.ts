/**
 * The two checkers of proofs of safety, in TypeScript and in Python, share no code but find the same enclosures to the digit, read the same unsafe
 * sets out of queries, and give the same verdict on every proof: good, damaged or forged.
 *
 * Source: docs/certificates.md, "Proofs of safety", from which the one in Python was written (fixtures/clients/python/relu_atlas/check_verification.py).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { Relaxation } from '../../src/checker/relaxation.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { queryOfVnnlib } from '../../src/formats/vnnlib/read.js';
import { condensed } from '../../src/network/condensed.js';
import { bends, type Network } from '../../src/network/network.js';
import type { UnsafeSet } from '../../src/network/unsafe.js';
import { bindQuery, comparisonText, unsafeText } from '../../src/property/index.js';
import { verificationHeader, verify } from '../../src/verify/verify.js';
import { FORGED_PROOFS, QUESTIONS } from '../support/engines/forged-proofs.js';
import { hasPython, PythonChecker } from '../support/engines/python-checker.js';
import { anyNetwork } from '../support/generators/networks.js';
import { sparseNetwork } from '../support/generators/sparse-networks.js';
import { unsafeSetOf } from '../support/generators/unsafe-sets.js';
import { scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const files = scratch();
const python = hasPython() ? new PythonChecker() : undefined;
afterAll(() => {
  python?.dispose();
  files.dispose();
});

/** The networks of a question as Python takes them. */
interface Question {
  readonly networks: Readonly<Record<string, unknown>>;
  readonly query: string;
  readonly network: Network;
  readonly unsafe: UnsafeSet;
}

const jsonOf = (network: Network): unknown => JSON.parse(writeNetworkJson(network));

function questionOf(networks: ReadonlyMap<string, Network>, query: string): Question {
  const given = new Map([...networks].map(([name, network]) => [name, { network }] as const));
  const { network, unsafe } = bindQuery(queryOfVnnlib(query), given as never);
  const asJson = [...networks].map(([name, one]) => [name, jsonOf(one)] as const);
  return { networks: Object.fromEntries(asJson), query, network, unsafe };
}

const askedOf = (network: Network, query: string) => questionOf(new Map([['', network]]), query);

interface Job {
  readonly question: Question;
  readonly file: string;
  readonly name: string;
}

type Verdict = { readonly nodes: number; readonly closed: number } | { readonly refused: string };

/** The verdicts of all checkers on every job; they agree. @returns whether each is accepted */
async function agreed(jobs: readonly Job[]): Promise<boolean[]> {
  const asked = jobs.map(({ question: { networks, query }, file }) => ({ networks, query, file }));
  const other = await python?.answers<Verdict>(asked);
  const accepted: boolean[] = [];
  for (const [k, { question, file, name }] of jobs.entries()) {
    const report = await checkVerification(question.network, question.unsafe, file);
    accepted.push(report.accepted);
    const said = other?.[k];
    if (said === undefined) continue;
    if (report.accepted) {
      expect(said, name).toEqual({ nodes: report.nodes, closed: report.closed + report.closedExactly });
    } else {
      // With the same node, or the file as a whole.
      const refused = 'refused' in said ? said.refused : JSON.stringify(said);
      expect(refused, `${name}: ${report.reason}`).toMatch(
        new RegExp(`^${(report.path || 'root').replaceAll('+', '[+]')}: `),
      );
    }
  }
  return accepted;
}

describe('enclosures', () => {
  const shapes = [
    { inputs: 1, widths: [3, 3, 2], outputs: 2 },
    { inputs: 2, widths: [5, 4] },
    { inputs: 3, widths: [8, 8, 4], outputs: 2 },
  ];
  const place = fc.oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -(2 ** 47), max: 2 ** 47 }));
  const question = fc.oneof(...shapes.map((shape) => anyNetwork(shape)), sparseNetwork(9)).chain((network) =>
    fc.record({
      network: fc.constant(network),
      grid: fc.nat(48),
      bounds: fc.array(fc.tuple(place, place), { minLength: network.inputs, maxLength: network.inputs }),
      sides: fc.array(fc.constantFrom<(-1 | 0 | 1)[]>(0, 0, 1, -1), { minLength: 200, maxLength: 200 }),
    }),
  );

  it.skipIf(python === undefined)('are the same to the digit', async () => {
    let [possible, open, sided] = [0, 0, 0];
    for (const { network, grid, bounds, sides } of fc.sample(question, { numRuns: DEEP ? 3000 : 120, seed: 2217 })) {
      const small = condensed(network);
      const neurons = small.layers.flatMap(({ slopes }) => slopes);
      const own = Int8Array.from(neurons, (slopes, k) => (bends(slopes) ? sides[k % 200]! : 0));
      const lower = bounds.map(([a, b]) => Math.min(a, b));
      const upper = bounds.map(([a, b]) => Math.max(a, b));
      const relaxation = new Relaxation(small);
      const isPossible = relaxation.evaluate(lower, upper, grid, own);
      const enclosure = { lower, upper, grid, sides: [...own] };
      const [found] = await python!.answers<Record<string, unknown>>([{ network: jsonOf(network), enclosure }]);
      if (!isPossible) {
        expect(found).toEqual({ possible: false });
        continue;
      }
      possible++;
      open += relaxation.open;
      sided += relaxation.layers.reduce((sum, { status }) => sum + status.filter((s) => Math.abs(s) === 2).length, 0);
      const { columns, coefficients, count, centre, radius, unit, point } = relaxation.output;
      const rows = Array.from({ length: count }, (_, k) => [...coefficients.slice(k * columns, (k + 1) * columns)]);
      const plus = (list: Iterable<number>) => Array.from(list, (x) => x + 0);
      // Statuses in Python: 0 does not bend, 1 positive, 2 negative, 3 split, 4 open.
      const statusOf = (s: number) => (s === 3 ? 0 : s === 1 ? 1 : s === -1 ? 2 : s === 0 ? 4 : 3);
      expect(found).toEqual({
        possible: true,
        layers: relaxation.layers.map(({ status, reach, slope }) => ({
          status: Array.from(status, statusOf),
          reach: [...reach],
          slope: plus(slope),
        })),
        A: rows.map(plus),
        C: plus(centre),
        R: [...radius].slice(0, count),
        unit,
        point,
      });
    }
    expect(possible).toBeGreaterThan(50);
    expect(open).toBeGreaterThan(50);
    expect(sided).toBeGreaterThan(50);
  });
});

/** Random questions that are answered `unsat`, with their proofs. */
async function provedQuestions(count: number, seed: number): Promise<(Job & { readonly content: Buffer })[]> {
  const shapes = [
    { inputs: 1, widths: [3, 2] },
    { inputs: 2, widths: [4] },
    { inputs: 2, widths: [3, 3], outputs: 2 },
  ];
  const any = fc.oneof(...shapes.map((shape) => anyNetwork(shape)));
  const asked = any.chain((network) => fc.record({ network: fc.constant(network), unsafe: unsafeSetOf(network) }));
  const proved: (Job & { readonly content: Buffer })[] = [];
  for (const [k, { network, unsafe }] of fc.sample(asked, { numRuns: 20 * count, seed }).entries()) {
    if (proved.length === count) break;
    const question = askedOf(network, unsafeText(unsafe));
    const file = `${files.path}/${seed}-${k}.proof`;
    const { verdict } = await verify({ network: question.network, unsafe: question.unsafe, certificate: file });
    if (verdict.verdict !== 'unsat') continue;
    proved.push({ question, file, name: `question ${k}`, content: gunzipSync(readFileSync(file)) });
  }
  return proved;
}

describe('proofs', () => {
  it('of random questions are accepted by both, with the same nodes', async () => {
    const jobs = await provedQuestions(DEEP ? 400 : 30, 7);
    expect(jobs.length).toBeGreaterThan(25);
    expect(await agreed(jobs)).toEqual(jobs.map(() => true));
  });

  it('that two networks are equal, or one at least the other, are about their product', async () => {
    const shape = { inputs: 2, widths: [3, 2] };
    const box = {
      kind: 'box',
      lower: [{ numerator: -1n, denominator: 1n }],
      upper: [{ numerator: 1n, denominator: 1n }],
    };
    const domain = { ...box, lower: [...box.lower, ...box.lower], upper: [...box.upper, ...box.upper] };
    const jobs: Job[] = [];
    for (const [k, network] of fc.sample(anyNetwork(shape), { numRuns: DEEP ? 60 : 8, seed: 3 }).entries()) {
      const pair = new Map([
        ['f', network],
        ['g', k % 2 === 0 ? network : condensed(network)],
      ]);
      const within = { numerator: 0n, denominator: 1n };
      const relation = k % 3 === 0 ? ('at-least' as const) : ('equal' as const);
      const text = comparisonText({ inputs: 2, outputs: 1, domain: domain as never, relation, within });
      const question = questionOf(pair, text);
      const file = `${files.path}/pair-${k}.proof`;
      const { verdict } = await verify({ network: question.network, unsafe: question.unsafe, certificate: file });
      expect(verdict.verdict).toBe('unsat');
      jobs.push({ question, file, name: `pair ${k}` });
    }
    expect(await agreed(jobs)).toEqual(jobs.map(() => true));
  });

  it('that are damaged at random are refused by both or accepted by both', async () => {
    const proofs = (await provedQuestions(DEEP ? 60 : 12, 11)).filter(({ content }) => content.length < 20_000);
    const edit = fc.record({ of: fc.nat(), where: fc.nat(), what: fc.nat(255), kind: fc.nat(3) });
    const batches = DEEP ? 100 : 1;
    let accepted = 0;
    for (let batch = 0; batch < batches; batch++) {
      const jobs = fc
        .sample(edit, { numRuns: DEEP ? 500 : 250, seed: batch + 1 })
        .map(({ of, where, what, kind }, k): Job => {
          const { content, question, name } = proofs[of % proofs.length]!;
          const start = content.indexOf(10) + 1;
          // Bytes of the header now and then.
          const at =
            kind === 3 && where % 4 === 0 ? where % content.length : start + (where % (content.length - start));
          const copy = Buffer.from(content);
          if (kind === 0) copy[at] = what;
          else if (kind === 3) copy[at]! ^= 1 << (what % 8);
          const end = Math.min(copy.length, at + 1 + (what % 12));
          const whole = [copy.subarray(0, at), copy.subarray(kind === 1 ? end : at)];
          const made = kind === 2 ? [copy.subarray(0, at), copy.subarray(at, end), copy.subarray(at)] : whole;
          const file = files.file(`edited-${k}.proof`, gzipSync(Buffer.concat(made), { level: 1 }));
          return { question, file, name: `${name}, edit ${kind} at ${at} with ${what}` };
        });
      accepted += (await agreed(jobs)).filter(Boolean).length;
    }
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(batches * (DEEP ? 250 : 125));
  });
});

describe('of the forgeries', () => {
  it.each(FORGED_PROOFS.map((one) => [one.name, one] as const))(
    '%s',
    async (name, { about, header, records, nodes, good }) => {
      const { network, query } = QUESTIONS[about];
      const question = askedOf(network, query);
      const line = (content: unknown) => Buffer.from(`${JSON.stringify(content)}\n`);
      const own = { ...verificationHeader(question.network, question.unsafe), ...header };
      const content = Buffer.concat([line(own), Buffer.from(records), line({ nodes })]);
      const file = files.file('forged.proof', gzipSync(content, { level: 1 }));
      expect(await agreed([{ question, file, name }])).toEqual([good === true]);
    },
  );
});
