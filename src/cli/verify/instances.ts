/**
 * `relu-atlas verify --instances`: a whole benchmark in one process.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stamp } from '../../answers/index.js';
import { writeOutput } from '../../output/index.js';
import { packageVersion } from '../../package/index.js';
import {
  type VerificationRow,
  verificationCsv,
  verificationJson,
  verificationText,
} from '../../report/verification/index.js';
import { EXIT } from '../exit.js';
import { readingArguments } from '../options/subject.js';
import { requireFree } from '../output/targets.js';
import { counted } from '../output/text.js';
import { InstancesJournal } from './instances-journal.js';
import { readInstances } from './instances-list.js';
import { allRows } from './instances-run.js';
import type { VerifyOptions } from './options.js';

const version = packageVersion();

/** The journal of a run with a directory. */
function journalOf(list: string, options: VerifyOptions): InstancesJournal | undefined {
  const { out, timeout, overReals } = options;
  if (out === undefined) return undefined;
  const reading = readingArguments(options);
  const settings = { version, list, timeout: timeout ?? null, reading, overReals: overReals === true };
  return new InstancesJournal(join(out, 'progress.jsonl'), settings);
}

/** What a run with a directory writes. */
const WRITTEN = {
  'results.json': 'answers data',
  'results.csv': 'answers',
  'results.txt': 'answers',
  'results.html': 'report',
  'progress.jsonl': 'answers progress',
} as const;

async function writeAll(out: string, rows: readonly VerificationRow[]): Promise<string[]> {
  const { verificationPage } = await import('../../report/verification/page.js');
  const contents = [
    ['results.json', verificationJson(rows, stamp('verify'))],
    ['results.csv', verificationCsv(rows)],
    ['results.txt', verificationText(rows)],
    ['results.html', verificationPage(rows)],
  ] as const;
  for (const [name, content] of contents) writeOutput(join(out, name), content);
  return contents.map(([name]) => join(out, name));
}

/** @returns 1 if a row failed, otherwise 4 if one is unknown, 130 if interrupted */
export async function instances(options: VerifyOptions): Promise<number> {
  const list = options.instances!;
  const all = await readInstances(list);
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true });
    const targets = Object.entries(WRITTEN).map(([name, kind]) => ({
      option: '--out',
      file: join(options.out!, name),
      kind,
    }));
    requireFree(
      targets,
      [list, ...all.flatMap(({ networkFile, propertyFile }) => [networkFile, propertyFile])],
      options,
    );
  }
  const journal = journalOf(list, options);
  const { rows, complete } = await allRows(all, options, journal);
  if (!complete) {
    const next = journal === undefined ? '' : `; ${journal.file} has them, and the same command continues`;
    process.stdout.write(`interrupted: ${rows.length} of ${counted(all.length, 'row')} done${next}\n`);
    return EXIT.interrupted;
  }
  if (options.out !== undefined) {
    const files = await writeAll(options.out, rows);
    journal?.remove();
    process.stderr.write(`relu-atlas: written: ${files.join(', ')}\n`);
  }
  process.stdout.write(options.format === 'json' ? verificationJson(rows, stamp('verify')) : verificationText(rows));
  if (rows.some(({ verdict }) => verdict === 'error')) return EXIT.error;
  return rows.some(({ verdict }) => verdict === 'unknown') ? EXIT.unknown : EXIT.ok;
}
