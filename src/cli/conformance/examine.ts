/**
 * What `relu-atlas conformance` does: another implementation, examined.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../../formats/index.js';
import {
  answerRequest,
  ClientError,
  type ManifestEntry,
  questionsOf,
  readCase,
  readSuite,
  requestOf,
  runConformance,
  type ScoreCard,
  type Suite,
  scoreCardJson,
  scoreCardMarkdown,
  scoreCardText,
  selectCases,
  tallyOf,
} from '../../oracle/conformance/index.js';
import { writeOutput } from '../../output/index.js';
import { LIMITS, linesOf } from '../../rpc/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, requireFree } from '../output/targets.js';
import { table } from '../output/text.js';

type CardFormat = 'text' | 'json' | 'markdown';

export interface ConformanceOptions extends ForceOption, ProgressOptions {
  readonly command?: string;
  readonly name?: string;
  readonly stream?: boolean;
  readonly timeout: number;
  readonly jobs: number;
  readonly only: readonly string[];
  readonly suite?: string;
  readonly list?: boolean;
  readonly export?: string;
  readonly answer?: boolean;
  readonly format: CardFormat;
}

function selected(suite: Suite, only: readonly string[]): ManifestEntry[] {
  try {
    return selectCases(suite, only);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--only: ${error.message}; --list shows all`);
    throw error;
  }
}

/** Answers cases as relu-atlas does, a line each. */
async function answer(): Promise<number> {
  const most = LIMITS.requestBytes.default;
  let number = 0;
  for await (const line of linesOf(process.stdin, most)) {
    if (line.kind === 'too-long') {
      throw new FormatError(
        'stdin',
        `expected a line of at most ${most} bytes, got ${line.bytes}; send a case per line`,
      );
    }
    number++;
    // What is no text is no case either, and is answered so.
    const text = line.kind === 'text' ? line.text : '';
    try {
      process.stdout.write(`${answerRequest(text)}\n`);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
      throw new FormatError(error.place, `${error.problem}; the line is ${shown}`, `stdin: line ${number}`);
    }
  }
  return EXIT.ok;
}

async function list(suite: Suite, entries: readonly ManifestEntry[], { format }: ConformanceOptions): Promise<number> {
  const cases = [];
  for (const entry of entries) {
    const subject = await readCase(suite, entry);
    const { id, category, why, source } = subject.content;
    cases.push({ id, category, questions: questionsOf(subject), why, source });
  }
  const text = table(cases.map(({ id, category, why }) => [`${category}  ${id}`, why]));
  process.stdout.write(format === 'json' ? `${JSON.stringify(cases)}\n` : text);
  return EXIT.ok;
}

/** The cases as files: what a client is sent, and beside it what is expected. */
async function exportCases(
  suite: Suite,
  entries: readonly ManifestEntry[],
  directory: string,
  options: ForceOption,
): Promise<number> {
  const targets = entries.flatMap(({ id }) =>
    [join(directory, `${id}.json`), join(directory, 'expected', `${id}.json`)].map(
      (file) => ({ option: '--export', file, kind: 'conformance case' }) as const,
    ),
  );
  await mkdir(join(directory, 'expected'), { recursive: true });
  requireFree(targets, [], options);
  for (const entry of entries) {
    const { content } = await readCase(suite, entry);
    const { id, why, source, expected } = content;
    writeOutput(join(directory, `${id}.json`), `${JSON.stringify(requestOf(content))}\n`);
    writeOutput(join(directory, 'expected', `${id}.json`), `${JSON.stringify({ id, why, source, expected })}\n`);
  }
  process.stdout.write(
    `${entries.length} requests in ${directory}, what is expected in ${join(directory, 'expected')}\n`,
  );
  return EXIT.ok;
}

function show(card: ScoreCard, format: CardFormat): string {
  if (format === 'json') return scoreCardJson([card]);
  return format === 'markdown' ? scoreCardMarkdown(card) : scoreCardText(card);
}

async function examine(suite: Suite, entries: readonly ManifestEntry[], command: string, options: ConformanceOptions) {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  let done = 0;
  try {
    return await runConformance({
      suite,
      entries,
      command,
      name: options.name ?? command,
      stream: options.stream === true,
      timeout: options.timeout * 1000,
      jobs: options.jobs,
      signal,
      onCase: ({ id }) => bar.part(++done / entries.length, id),
    });
  } catch (error) {
    if (error instanceof ClientError) throw new UsageError(`--command: ${error.message}; check its name and path`);
    throw error;
  } finally {
    bar.stop();
    release();
  }
}

export async function conformance(options: ConformanceOptions): Promise<number> {
  if (options.answer === true) return answer();
  const suite = await readSuite(options.suite);
  const entries = selected(suite, options.only);
  if (options.list === true) return list(suite, entries, options);
  if (options.export !== undefined) return exportCases(suite, entries, options.export, options);
  if (options.command === undefined) {
    throw new UsageError('conformance: nothing to examine; give --command "PROGRAM", or --list or --export DIR');
  }
  const card = await examine(suite, entries, options.command, options);
  process.stdout.write(show(card, options.format));
  if (!card.complete) return EXIT.interrupted;
  const { disagree, failed } = tallyOf(card.cases);
  return disagree + failed === 0 ? EXIT.ok : EXIT.refused;
}
