/**
 * The implementations whose score cards stand in reports/.
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ScoreCard } from '../../oracle/conformance/index.js';
import { readSuite, runConformance, selectCases } from '../../oracle/conformance/index.js';
import { packageFile } from '../../package/index.js';
import { quotedArgument } from '../output/text.js';

const fileAt = (path: string) => quotedArgument(fileURLToPath(packageFile(path)));

/** Names and shell commands: relu-atlas itself, and two test doubles with typical faults. */
export function examinedImplementations(): { readonly name: string; readonly command: string }[] {
  const node = quotedArgument(process.execPath);
  return [
    { name: 'relu-atlas', command: `${node} ${fileAt('dist/cli.js')} conformance --answer` },
    {
      name: 'enumerator in doubles, tolerance 1e-6',
      command: `${node} ${fileAt('fixtures/clients/tolerance-enumerator.mjs')}`,
    },
    { name: 'counter by 1,000 samples', command: `python3 ${fileAt('fixtures/clients/sampling_counter.py')}` },
  ];
}

/** A time that no honest answer to any case needs. */
const TIMEOUT = 120_000;

/**
 * Runs each implementation through the whole suite.
 *
 * @throws ClientError if there is no Node or no Python to run one with
 */
export async function scoreCards(): Promise<ScoreCard[]> {
  const suite = await readSuite();
  const entries = selectCases(suite, []);
  const cards: ScoreCard[] = [];
  for (const { name, command } of examinedImplementations()) {
    cards.push(
      await runConformance({ suite, entries, name, command, stream: true, jobs: cpus().length, timeout: TIMEOUT }),
    );
  }
  return cards;
}
