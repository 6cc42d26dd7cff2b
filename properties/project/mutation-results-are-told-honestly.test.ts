/**
 * Mutation testing leaves no file of the mutated rooms (groups.ts) out without a reason, and its report counts every survivor,
 * explained or not, against the score, and says which figures are of an earlier source.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { candidates, GROUPS, NOT_MUTATED } from '../support/mutation/groups.js';
import { reportOf } from '../support/mutation/report.js';
import {
  digestOf,
  type Explanation,
  explanationOf,
  idleExplanations,
  resultsOf,
  type Survivor,
  tally,
  updated,
} from '../support/mutation/results.js';

describe('mutated once, or left out with a reason, is', () => {
  it.each(candidates())('%s', (file) => {
    const groups = Object.values(GROUPS).filter(({ files }) => files.test(file));
    const reasons = NOT_MUTATED.filter(([files]) => files.test(file));
    expect(groups.length + reasons.length).toBe(1);
  });
});

it('tests of groups exist', () => {
  const tests = Object.values(GROUPS).flatMap((group) => group.tests);
  expect(tests.filter((name) => !existsSync(`properties/${name}.test.ts`))).toEqual([]);
});

describe('the report', () => {
  const at = (line: number, from: number, to: number) => ({
    start: { line, column: from },
    end: { line, column: to },
  });
  const source = 'if (a < b) {\n  c();\n}\nd = e;';
  const mutants = [
    { mutatorName: 'EqualityOperator', replacement: 'a <= b', status: 'Survived', location: at(1, 5, 10) },
    { mutatorName: 'EqualityOperator', replacement: 'a >= b', status: 'Killed', location: at(1, 5, 10) },
    { mutatorName: 'ConditionalExpression', replacement: 'true', status: 'Timeout', location: at(1, 5, 10) },
    { mutatorName: 'ConditionalExpression', replacement: 'false', status: 'NoCoverage', location: at(1, 5, 10) },
    {
      mutatorName: 'BlockStatement',
      replacement: '{}',
      status: 'Survived',
      location: { start: { line: 1, column: 12 }, end: { line: 3, column: 2 } },
    },
    { mutatorName: 'StringLiteral', replacement: '""', status: 'Ignored', location: at(4, 5, 6) },
  ];
  const explanations: readonly Explanation[] = [
    { file: 'src/x/y.ts', code: ['a < b'], with: 'a <= b', kind: 'equivalent', why: 'never equal' },
    { file: 'src/x/y.ts', code: ['{ c(); }'], kind: 'performance only', why: 'c caches' },
    { file: 'src/x/y.ts', code: ['d'], kind: 'equivalent', why: 'nobody asks' },
  ];
  const results = resultsOf({ files: { 'src/x/y.ts': { source, mutants } } });
  const report = (now: string) => reportOf(results, explanations, () => digestOf(now));

  it('counts what is explained as survived, and what nothing reached', () => {
    expect(tally(results)).toEqual({ detected: 2, tried: 5 });
    expect(report(source)).toContain('| src/x/y.ts | 40.0 % | 1 | 1 | 3 | 1 | 1 |');
  });

  it('marks the files that have changed since', () => {
    expect(report(source)).not.toContain('†');
    expect(report(`${source} `)).toContain('| src/x/y.ts † | 40.0 % | 1 | 1 | 3 | 1 | 1 |');
    expect(report(`${source} `)).toContain('Files marked † have changed');
  });

  it('says what is a sample, and how sure it is', () => {
    const untried = { mutatorName: 'x', replacement: 'd()', status: 'RuntimeError', location: at(4, 1, 2) };
    const sample = resultsOf({ files: { 'src/x/y.ts': { source, mutants: [...mutants, untried] } } });
    expect(tally(sample)).toEqual({ detected: 2, tried: 5 });
    // Wilson's interval for 2 of 5, as in Brown, Cai and DasGupta (2001): 0.118 to 0.769.
    const expected = '- src/x/y.ts: 5 of 6 mutants; of all, 11.8 % to 76.9 % are detected (95 %)';
    expect(reportOf(sample, [], () => '')).toContain(expected);
    expect(reportOf(sample, [], () => '')).toContain('- all files, if the rest is like its sample: 40.0 %');
    expect(report(source)).not.toContain('Samples');
  });

  it('keeps what is known of files that were not tried again', () => {
    const other = { ...results[0]!, file: 'src/x/a.ts' };
    const again = { ...results[0]!, killed: 5 };
    expect(updated([other, results[0]!], [again])).toEqual([other, again]);
    expect(updated([], results)).toEqual(results);
  });

  it('gives an explanation to the mutants it is about, and to no others', () => {
    const [result] = results;
    const why = (survivor: Survivor) => explanationOf('src/x/y.ts', survivor, explanations)?.why;
    expect(result!.survivors.map((survivor) => [survivor.replacement, why(survivor)])).toEqual([
      ['a <= b', 'never equal'],
      ['false', undefined],
      ['{}', 'c caches'],
    ]);
    expect(idleExplanations(results, explanations)).toEqual([explanations[2]]);
  });
});
