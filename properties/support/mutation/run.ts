/**
 * npm run mutation [-- NAME ...]   tries the mutants of the given groups and files (`walk/rows`; default: all groups)
 *                                  and writes reports/mutation.md
 * npm run mutation -- report       writes the report of the results that are there
 *
 * With RELU_ATLAS_SAMPLE=0.4 only that part of the mutants is tried.
 *
 * results.json beside this file keeps the results. Stryker keeps its own in build/mutation/: what did not change since is not
 * tried again. Groups are run file by file, so that an interrupted run loses one file.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { candidates, GROUPS, resultsFile } from './groups.js';
import { reportOf } from './report.js';
import {
  digestOf,
  type Explanation,
  type FileResult,
  resultsOf,
  type StrykerReport,
  tally,
  updated,
} from './results.js';
import { sampledPart } from './sample.js';

const THRESHOLD = 85;
const RESULTS = 'properties/support/mutation/results.json';

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The mutants of one file are tried, and what comes out of it is kept. */
function mutate(file: string): void {
  const [name] = Object.entries(GROUPS).find(([, { files }]) => files.test(file)) ?? [];
  if (name === undefined)
    throw new RangeError(`mutation: expected report, a file or one of ${Object.keys(GROUPS)}, got ${file}`);
  const source = `src/${file}.ts`;
  const { status } = spawnSync('npx', ['stryker', 'run', '--mutate', source, '--incrementalFile', resultsFile(name)], {
    stdio: 'inherit',
    env: { ...process.env, RELU_ATLAS_MUTATION_GROUP: name },
  });
  if (status !== 0) throw new Error(`stryker: ${file} ended with status ${status}`);
  const report = readJson(resultsFile(name)) as StrykerReport;
  const found = resultsOf(report, sampledPart()).filter((result) => result.file === source);
  const results = updated(readJson(RESULTS) as FileResult[], found);
  writeFileSync(RESULTS, linesOf(results));
}

/** As JSON with a line for every survivor. */
function linesOf(results: readonly FileResult[]): string {
  const spread = JSON.stringify(results, null, 1);
  return `${spread.replaceAll(/\n {4,}/g, ' ').replaceAll(/\n {3}\}/g, ' }')}\n`;
}

/** The files that a name stands for. */
function filesOf(name: string): string[] {
  const group = GROUPS[name];
  return group === undefined ? [name] : candidates().filter((file) => group.files.test(file));
}

const names = process.argv.slice(2);
const chosen = (names.length > 0 ? names : Object.keys(GROUPS)).filter((name) => name !== 'report');
for (const file of chosen.flatMap(filesOf)) mutate(file);
const explanations = readJson('properties/support/mutation/explanations.json') as readonly Explanation[];
const results = readJson(RESULTS) as readonly FileResult[];
const current = (file: string) => digestOf(readFileSync(file, 'utf8'));
writeFileSync('reports/mutation.md', reportOf(results, explanations, current));
const { detected, tried } = tally(results);
console.log(`reports/mutation.md: ${detected} of ${tried} mutants detected`);
if (100 * detected < THRESHOLD * tried) process.exitCode = 1;
