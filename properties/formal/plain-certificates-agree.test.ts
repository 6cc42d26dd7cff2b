/**
 * The plain form of a certificate says what the certificate says: the program extracted from Coq accepts it with the same number of cells, and what
 * is changed in it at random is refused or proves the true number still, as the checker in TypeScript finds, too.
 *
 * Source: the expected numbers are those of the checker in TypeScript on the conformance suite, and the theorem of Coq: an accepted tree has
 * as many leaves as there are cells.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate, checkedNetwork, TreeChecker } from '../../src/checker/index.js';
import { expandCertificate, plainText } from '../../src/formal/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { type Domain, fixedInputs, type Network, whole } from '../../src/network/index.js';
import { runCount } from '../../src/run/index.js';
import { changed, partsOf, Recorder, readNode, recordsOf, textOf } from '../support/formal/plain.js';
import { extractedProgram, hasOcaml, sayWhatIsMissing, verdictsOf } from '../support/formal/theory.js';
import { holds, trials } from '../support/generators/holds.js';
import { mixedNetwork, tinyProblem } from '../support/generators/networks.js';
import { ROOT, scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const SUITE = join(ROOT, 'fixtures/conformance');
/** The longest certificates of the suite are left to the deep run. */
const LONGEST = DEEP ? Number.POSITIVE_INFINITY : 4_000;
/** How many changed texts are tried. */
const CHANGES = 400;
const MUTATIONS = trials(CHANGES);

sayWhatIsMissing();
const files = scratch();
afterAll(() => files.dispose());

interface Expanded {
  readonly name: string;
  readonly network: Network;
  readonly domain: Domain;
  readonly cells: number;
  readonly text: string;
  readonly recorder: Recorder;
}

async function expanded(name: string, network: Network, certificate: string): Promise<Expanded> {
  const report = await checkCertificate(network, certificate);
  if (!report.accepted) throw new Error(`${name}: refused: ${report.reason}`);
  const recorder = new Recorder();
  const writer = recorder.noting(
    plainText((text) => {
      recorder.text += text;
    }),
  );
  const cells = await expandCertificate(network, report.domain, certificate, writer);
  expect(cells, name).toBe(report.cells);
  return { name, network, domain: report.domain, cells, text: recorder.text, recorder };
}

const names = readdirSync(join(SUITE, 'certificates'))
  .filter((file) => readFileSync(join(SUITE, 'certificates', file)).length <= LONGEST)
  .map((file) => file.replace('.cert', ''));
const suite = await Promise.all(
  names.map((name) => {
    const { network } = JSON.parse(readFileSync(join(SUITE, 'cases', `${name}.json`), 'utf8')) as { network: unknown };
    return expanded(name, networkOfJsonValue(network).network, join(SUITE, 'certificates', `${name}.cert`));
  }),
);

const program = hasOcaml ? extractedProgram() : '';
let written = 0;
const judged = (texts: readonly string[]) =>
  verdictsOf(
    program,
    texts.map((text) => files.file(`${written++}.txt`, text)),
  );

describe('plain certificates agree', () => {
  it('their text is read back as the nodes that were written', () => {
    expect(suite.length).toBeGreaterThan(100);
    for (const { name, text, recorder, cells } of suite) {
      const again = new Recorder();
      const { tree, end, head } = partsOf(text);
      const writer = again.noting(
        plainText((line) => {
          again.text += line;
        }),
      );
      for (const line of tree) readNode(line, writer);
      const nodes = recorder.calls.filter(([kind]) => kind !== 'head' && kind !== 'end');
      expect(again.calls, name).toEqual(nodes);
      expect(textOf({ head, tree: again.text.trimEnd().split('\n'), end }), name).toBe(text);
      expect(end).toBe(`end ${cells}`);
    }
  });

  it.runIf(hasOcaml)('the extracted program accepts the conformance suite, with its numbers of cells', async () => {
    expect(await judged(suite.map(({ text }) => text))).toEqual(suite.map(({ cells }) => cells));
  });

  it.runIf(hasOcaml)('so it does on any domain, flat ones among them, and on the whole space in charts', async () => {
    const sampled = { seed: 22, numRuns: DEEP ? 300 : 12 };
    const problems = [
      ...fc.sample(tinyProblem(), sampled),
      ...[2, 3].flatMap((inputs) =>
        fc
          .sample(mixedNetwork({ inputs, widths: [4, 3] }), sampled)
          .map((network) => ({ network, domain: whole(inputs) })),
      ),
    ];
    const made: Expanded[] = [];
    for (const [k, { network, domain }] of problems.entries()) {
      const file = join(files.path, `${k}.cert`);
      await runCount({ network, domain, certificate: file, workers: 1 });
      made.push(await expanded(`problem ${k}`, network, file));
    }
    expect(await judged(made.map(({ text }) => text))).toEqual(made.map(({ cells }) => cells));
  });

  it.runIf(hasOcaml)('no change of a node makes another number true', async () => {
    const short = suite.filter(({ domain, cells }) => domain.kind === 'box' && cells > 1 && cells < 40);
    const changes: { readonly of: Expanded; readonly tree: readonly string[] }[] = [];
    holds(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: -3, max: 3 }), (which, where, what, by) => {
        const of = short[which % short.length]!;
        const { tree } = partsOf(of.text);
        changes.push({ of, tree: changed(tree, where, what, by) });
      }),
      { runs: CHANGES, seed: 22 },
    );
    const verdicts = await judged(
      changes.map(({ of, tree }) => textOf({ ...partsOf(of.text), tree, end: `end ${cellsIn(tree)}` })),
    );
    let refused = 0;
    let compared = 0;
    for (const [k, { of, tree }] of changes.entries()) {
      const verdict = verdicts[k]!;
      if (typeof verdict === 'number') expect(verdict, `${of.name}: ${tree.join('; ')}`).toBe(of.cells);
      else refused++;
      const other = inTypeScript(of, tree);
      if (other === undefined) continue;
      compared++;
      expect(typeof verdict === 'number', `${of.name}: ${tree.join('; ')}`).toBe(other);
    }
    // Changes that prove nothing are most of them, or there would be nothing to compare.
    expect(refused).toBeGreaterThan(MUTATIONS / 2);
    expect(compared).toBeGreaterThan(MUTATIONS / 3);
  });
});

const cellsIn = (tree: readonly string[]) => tree.filter((line) => line.startsWith('C')).length;

/** Whether the checker in TypeScript accepts what the nodes say; undefined where its records cannot say it. */
function inTypeScript({ network, domain, text }: Expanded, tree: readonly string[]): boolean | undefined {
  if (domain.kind !== 'box' || fixedInputs(domain).length > 0) return undefined;
  const bounds = 2 * domain.lower.length;
  const { head, tree: own } = partsOf(text);
  const next = (lines: readonly string[]) => lines.filter((line) => line === 'N').length;
  // Records begin behind the bounds of the root, and have no word for the next layer.
  if (tree.slice(0, bounds).join() !== own.slice(0, bounds).join() || next(tree) !== next(own)) return undefined;
  const grid = BigInt(head.find((line) => line.startsWith('grid '))!.slice('grid '.length));
  let records: ReturnType<typeof recordsOf>;
  try {
    records = recordsOf(tree, grid, bounds);
  } catch {
    return undefined;
  }
  if (records === undefined) return undefined;
  const checker = new TreeChecker(checkedNetwork(network, domain));
  try {
    for (const record of records) checker.record(record);
    checker.finish();
    return true;
  } catch {
    return false;
  }
}
