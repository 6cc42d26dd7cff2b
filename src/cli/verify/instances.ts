/**
 * `relu-atlas verify --instances`: a whole benchmark in one process.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutput } from '../../output/index.js';
import { packageVersion } from '../../package/index.js';
import type { NetworkCache } from '../../property/index.js';
import {
  type VerificationRow,
  verificationCsv,
  verificationJson,
  verificationText,
} from '../../report/verification/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { progressBar } from '../output/progress.js';
import { requireFree } from '../output/targets.js';
import { counted } from '../output/text.js';
import { InstancesJournal } from './instances-journal.js';
import { type Instance, readInstances } from './instances-list.js';
import { instanceRow } from './instances-row.js';
import type { VerifyOptions } from './options.js';

const version = packageVersion();

/** What a row depends on: its line, its place, and the content of its files. */
function keyOf(instance: Instance, index: number, digests: Map<string, string>): string {
  const digest = (file: string) => {
    const known = digests.get(file);
    if (known !== undefined) return known;
    const own = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
    digests.set(file, own);
    return own;
  };
  const { network, property, timeout, networkFile, propertyFile } = instance;
  return [index, network, property, timeout, digest(networkFile), digest(propertyFile)].join(' ');
}

/** The journal of a run with a directory. */
function journalOf(list: string, { out, timeout, units, overReals }: VerifyOptions): InstancesJournal | undefined {
  if (out === undefined) return undefined;
  const settings = { version, list, timeout: timeout ?? null, units, overReals: overReals === true };
  return new InstancesJournal(join(out, 'progress.jsonl'), settings);
}

interface Finished {
  readonly rows: readonly VerificationRow[];
  readonly complete: boolean;
}

async function allRows(
  instances: readonly Instance[],
  options: VerifyOptions,
  journal: InstancesJournal | undefined,
): Promise<Finished> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const cache: NetworkCache = new Map();
  const digests = new Map<string, string>();
  const rows: VerificationRow[] = [];
  try {
    for (const [index, instance] of instances.entries()) {
      const key = journal === undefined ? '' : keyOf(instance, index, digests);
      const text = `${index + 1} of ${instances.length} | ${instance.network} ${instance.property}`;
      bar.part(index / instances.length, text);
      const known = journal?.done.get(key);
      const row =
        known ??
        (await instanceRow(instance, index, {
          options,
          cache,
          signal,
          onProgress: (done) => bar.part((index + done) / instances.length, text),
        }));
      if (signal.aborted) break;
      rows.push(row);
      if (known === undefined) journal?.add(key, row);
      // Later rows of the same network need it; others would only fill the memory.
      if (instances.slice(index + 1).some(({ networkFile }) => networkFile === instance.networkFile)) continue;
      for (const name of [...cache.keys()]) if (name.startsWith(instance.networkFile)) cache.delete(name);
    }
  } finally {
    bar.stop();
    release();
  }
  return { rows, complete: rows.length === instances.length };
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
    ['results.json', verificationJson(rows)],
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
  process.stdout.write(options.format === 'json' ? verificationJson(rows) : verificationText(rows));
  if (rows.some(({ verdict }) => verdict === 'error')) return EXIT.error;
  return rows.some(({ verdict }) => verdict === 'unknown') ? EXIT.unknown : EXIT.ok;
}
