/**
 * Theorem. Facts, boundaries, adjacency graphs, differences and counts of regions and faces are the same however the walk is cut into jobs: parts put together in tree order say
 * what one survey of all cells says, to the byte.
 *
 * Extremes and norms are maxima, of which the first in tree order is kept; crossings are numbered as they are first met; neighbours come
 * earlier in the tree than the cells that tell of them.
 *
 * Source: the definition of the split tree (src/walk/tree.ts); maxima, sums and first occurrences are associative.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem } from '../../src/analysis/cells/enumerate.js';
import type { AdjacencyPart } from '../../src/analysis/files/adjacency-survey.js';
import { AdjacencyFile, writeAdjacency } from '../../src/analysis/files/graphml.js';
import { boundaryOf, levelSet } from '../../src/analysis/function/boundary.js';
import { differenceFrom, differenceNetwork, differenceOf } from '../../src/analysis/function/difference.js';
import { ExtremeSum, type ExtremesPart } from '../../src/analysis/function/extremes.js';
import { type FactsPart, FactsSum, functionFacts } from '../../src/analysis/function/facts.js';
import type { Level } from '../../src/analysis/function/level.js';
import { type LevelPart, LevelSum } from '../../src/analysis/function/level-survey.js';
import { NeuronCensus, neuronFacts, withLinearNeuron } from '../../src/analysis/function/neurons.js';
import { type FacesPart, FacesSum, fVector } from '../../src/analysis/geometry/f-vector.js';
import type { SharingPart } from '../../src/analysis/regions/contacts.js';
import { countPatterns, type PatternsPart, PatternsSum } from '../../src/analysis/regions/patterns.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import { type MapKeysPart, SharedKeys, SharingSum } from '../../src/analysis/regions/sharing.js';
import { type NeuronsPart, SurveyBench, type SurveyPart, type SurveyTask } from '../../src/analysis/threads/task.js';
import type { BoxDomain } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';

/** Surveys in jobs of at most so many subtrees each, on a bench of its own for every third one, as threads would. */
function inJobs(
  network: Network,
  domain: BoxDomain,
  task: SurveyTask,
  most: number,
  add: (part: SurveyPart, first: number) => void,
): number {
  const prepared = () => new SurveyBench(analysisProblem(network, domain), network, task);
  let bench = prepared();
  let open: readonly string[] = [''];
  let cells = 0;
  for (let job = 1; open.length > 0; job++) {
    if (job % 3 === 0) bench = prepared();
    // Part of what is open, and of that as much as the job likes.
    const share = Math.max(1, open.length - (job % 2));
    let asked = 0;
    const outcome = bench.walk(open.slice(0, share), () => ++asked > most);
    // What a thread sends is copied.
    add(structuredClone(outcome.part), cells);
    cells += outcome.cells;
    open = [...outcome.open, ...open.slice(share)];
  }
  return cells;
}

const problems = fc.record({
  network: fc.oneof(
    anyNetwork({ inputs: 2, widths: [4, 3], outputs: 2 }),
    degenerateNetwork({ inputs: 2, widths: [4, 3], outputs: 2 }),
    degenerateNetwork({ inputs: 3, widths: [3, 2], outputs: 2 }),
  ),
  most: fc.integer({ min: 1, max: 9 }),
});
const onBoxes = problems.chain(({ network, most }) =>
  fc.record({ network: fc.constant(network), most: fc.constant(most), domain: smallBox(network.inputs) }),
);

test('facts', async () => {
  await holdsLater(
    fc.asyncProperty(onBoxes, async ({ network, domain, most }) => {
      const sum = new FactsSum(analysisProblem(network, domain), network);
      const cells = inJobs(network, domain, { kind: 'facts' }, most, (part, first) =>
        sum.add(part as FactsPart, first),
      );
      expect(sum.facts(cells)).toEqual(await functionFacts(network, domain));
    }),
    { seed: 4091, runs: 40 },
  );
});

test('maps, pieces and closed pieces', () => {
  holds(
    fc.property(onBoxes, ({ network, domain, most }) => {
      const problem = analysisProblem(network, domain);
      const keys = new SharedKeys();
      const cells = inJobs(network, domain, { kind: 'map-keys' }, most, (part) => keys.add(part as MapKeysPart));
      // The other way finds the cells that share their maps by intervals of doubles.
      const expected = countRegions(network, domain, { closed: true });
      // With the keys of the first walk, and without it.
      for (const known of [{ shared: keys.shared() }, {}]) {
        const sum = new SharingSum(problem, true);
        const task = { kind: 'sharing', seed: 0, closed: true, ...known } as const;
        inJobs(network, domain, task, most, (part, first) => sum.add(part as SharingPart, first));
        expect(sum.counts(cells)).toEqual(expected);
      }
    }),
    { seed: 4094, runs: 30 },
  );
});

test('patterns and faces', () => {
  holds(
    fc.property(onBoxes, ({ network, domain, most }) => {
      const patterns = new PatternsSum();
      inJobs(network, domain, { kind: 'patterns' }, most, (part) => patterns.add(part as PatternsPart));
      expect(patterns.counts()).toEqual(countPatterns(network, domain));
      const faces = new FacesSum(analysisProblem(network, domain));
      inJobs(network, domain, { kind: 'faces' }, most, (part) => faces.add(part as FacesPart));
      expect(faces.counts()).toEqual(fVector(network, domain));
    }),
    { seed: 4095, runs: 15 },
  );
});

test('differences, and what neurons do', () => {
  holds(
    fc.property(onBoxes, ({ network, domain, most }) => {
      const other = withLinearNeuron(network, 0, 0, { numerator: 1n, denominator: 2n });
      const both = differenceNetwork(network, other);
      const sum = new ExtremeSum(analysisProblem(both, domain));
      inJobs(both, domain, { kind: 'extremes' }, most, (part, first) => sum.add(part as ExtremesPart, first));
      expect(differenceFrom(sum.result())).toEqual(differenceOf(network, other, domain));
      const census = new NeuronCensus(network);
      inJobs(network, domain, { kind: 'neurons' }, most, (part) => census.add(part as NeuronsPart));
      expect(census.facts()).toEqual(neuronFacts(network, domain));
    }),
    { seed: 4096, runs: 25 },
  );
});

test('boundaries', () => {
  const level: Level = { output: 0, minus: 1 };
  holds(
    fc.property(onBoxes, ({ network, domain, most }) => {
      const sum = new LevelSum();
      inJobs(network, domain, { kind: 'level', level }, most, (part, first) => sum.add(part as LevelPart, first));
      expect(boundaryOf(analysisProblem(network, domain), sum)).toEqual(levelSet(network, domain, level));
    }),
    { seed: 4092, runs: 40 },
  );
});

test('adjacency graphs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-surveys-'));
  const [cut, whole] = [join(folder, 'cut.graphml'), join(folder, 'whole.graphml')];
  try {
    holds(
      fc.property(onBoxes, ({ network, domain, most }) => {
        const file = new AdjacencyFile(analysisProblem(network, domain), cut);
        inJobs(network, domain, { kind: 'adjacency', seed: 0 }, most, (part) => file.add(part as AdjacencyPart));
        expect(file.end()).toEqual(writeAdjacency(network, domain, whole));
        expect(readFileSync(cut, 'utf8')).toBe(readFileSync(whole, 'utf8'));
      }),
      { seed: 4093, runs: 30 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
