/**
 * npm run mutation [-- GROUP ...]   tries the mutants of the given groups (default: all) and writes reports/mutation.md
 * npm run mutation -- report        writes the report of the results that are there
 *
 * Results accumulate in build/mutation/: what did not change is not tried again. Groups are run file by file, so that an
 * interrupted run loses one file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { candidates, GROUPS, resultsFile } from './groups.js';
import { reportOf } from './report.js';
import { type Explanation, type FileResult, resultsOf, type StrykerReport, tally } from './results.js';

const THRESHOLD = 85;

function mutate(name: string): void {
  const group = GROUPS[name];
  if (group === undefined) throw new RangeError(`mutation: expected report or ${Object.keys(GROUPS)}, got ${name}`);
  for (const file of candidates().filter((candidate) => group.files.test(candidate))) {
    const { status } = spawnSync(
      'npx',
      ['stryker', 'run', '--mutate', `src/${file}.ts`, '--incrementalFile', resultsFile(name)],
      {
        stdio: 'inherit',
        env: { ...process.env, RELU_ATLAS_MUTATION_GROUP: name },
      },
    );
    if (status !== 0) throw new Error(`stryker: ${file} ended with status ${status}`);
  }
}

/** What is known of all groups, those not run now too. */
function knownResults(explanations: readonly Explanation[]): FileResult[] {
  const files = Object.keys(GROUPS).map(resultsFile).filter(existsSync);
  const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as StrykerReport);
  return resultsOf({ files: Object.assign({}, ...reports.map((report) => report.files)) }, explanations);
}

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(GROUPS)) if (name !== 'report') mutate(name);
const explanations = JSON.parse(
  readFileSync('properties/mutation/explanations.json', 'utf8'),
) as readonly Explanation[];
const results = knownResults(explanations);
writeFileSync('reports/mutation.md', reportOf(results, explanations));
const { detected, tried } = tally(results);
console.log(`reports/mutation.md: ${detected} of ${tried} mutants detected`);
if (100 * detected < THRESHOLD * tried) process.exitCode = 1;
