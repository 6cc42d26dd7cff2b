/**
 * Mutation testing leaves no file of src/exact and src/partition out without a reason, and its report counts every survivor,
 * explained or not, against the score.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { candidates, GROUPS, NOT_MUTATED } from './mutation/groups.js';
import { reportOf } from './mutation/report.js';
import { type Explanation, idleExplanations, resultsOf, tally } from './mutation/results.js';

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
  const results = resultsOf({ files: { 'src/x/y.ts': { source, mutants } } }, explanations);

  it('counts what is explained as survived, and what nothing reached', () => {
    expect(tally(results)).toEqual({ detected: 2, tried: 5 });
    expect(reportOf(results, explanations)).toContain('| src/x/y.ts | 40.0 % | 1 | 1 | 3 | 1 | 1 |');
  });

  it('gives an explanation to the mutants it is about, and to no others', () => {
    const [result] = results;
    expect(result!.survivors.map(({ replacement, explanation }) => [replacement, explanation?.why])).toEqual([
      ['a <= b', 'never equal'],
      ['false', undefined],
      ['{}', 'c caches'],
    ]);
    expect(idleExplanations(results, explanations)).toEqual([explanations[2]]);
  });
});
