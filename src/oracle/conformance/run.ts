/**
 * Running an implementation through the conformance suite.
 */
import { z } from 'zod';
import { requestOf, responseFrameSchema } from './case.js';
import { certifiedPartition } from './cells.js';
import { type Client, type ClientOptions, lineByLine, processPerCase } from './client.js';
import { judgeAnswers, judgeFailure } from './judge.js';
import type { CaseScore, Judgement, ScoreCard } from './score-card.js';
import { type LoadedCase, type ManifestEntry, readCase, type Suite } from './suite.js';

export interface ConformanceRun extends ClientOptions {
  readonly suite: Suite;
  /** The cases to ask, as `selectCases` gives them. */
  readonly entries: readonly ManifestEntry[];
  /** The implementation's name on the score card. */
  readonly name: string;
  /** One program for all cases, a line each; else one program per case. */
  readonly stream: boolean;
  /** Programs that run at the same time. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** Called after each case. */
  readonly onCase?: (score: CaseScore) => void;
}

/** The command could not be started at all. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
}

/** The beginning of what a program wrote, to be recognised. */
const beginning = (text: string) => JSON.stringify(text.trimStart().slice(0, 40));

/** What came back, as answers, or why it is none. */
function answersOf(text: string, id: string): Readonly<Record<string, unknown>> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (text.trim() === '') return 'the program wrote nothing';
    if (/\b(?:NaN|Infinity)\b/.test(text)) return 'the output is not JSON: NaN and Infinity are no numbers there';
    return `the output is not JSON: it begins with ${beginning(text)}`;
  }
  const frame = z.safeParse(responseFrameSchema, value);
  if (!frame.success) return `the output is not {"id":...,"answers":{...}}: it begins with ${beginning(text)}`;
  if (frame.data.id !== id) return `the answer is to case ${JSON.stringify(frame.data.id.slice(0, 60))}`;
  return frame.data.answers;
}

/** The judgements of what a client made of a case. @throws ClientError if there is no such program */
async function judged(client: Client, subject: LoadedCase): Promise<Judgement[]> {
  const outcome = await client.ask(JSON.stringify(requestOf(subject.content)));
  if (outcome.kind === 'absent') throw new ClientError(outcome.reason);
  if (outcome.kind === 'failed') return judgeFailure(outcome.reason, subject);
  const answers = answersOf(outcome.text, subject.content.id);
  if (typeof answers === 'string') {
    // It may be a line behind, or say more than it was asked.
    client.close();
    return judgeFailure(answers, subject);
  }
  const cells = async () => (await certifiedPartition(subject.network, subject.certificate)).cells;
  return judgeAnswers(answers, { subject, cells });
}

/**
 * Asks an implementation all cases and judges its answers.
 *
 * The score card does not depend on `jobs` or `stream`, as far as the implementation does not.
 *
 * @throws ClientError if the shell finds no such program; FormatError if the suite is damaged
 */
export async function runConformance(run: ConformanceRun): Promise<ScoreCard> {
  const { suite, entries, signal } = run;
  const scores = new Map<string, CaseScore>();
  const open = [...entries];
  const clients = Array.from({ length: Math.max(1, Math.min(run.jobs, entries.length)) }, () =>
    run.stream ? lineByLine(run) : processPerCase(run),
  );
  const closeAll = () => {
    for (const client of clients) client.close();
  };
  signal?.addEventListener('abort', closeAll, { once: true });
  const worker = async (client: Client) => {
    for (let entry = open.shift(); entry !== undefined; entry = open.shift()) {
      if (signal?.aborted === true) return;
      const subject = await readCase(suite, entry);
      const judgements = await judged(client, subject);
      if (signal?.aborted) return;
      const { id, category, why } = subject.content;
      const score = { id, category, why, judgements };
      scores.set(id, score);
      run.onCase?.(score);
    }
  };
  try {
    await Promise.all(clients.map(worker));
  } finally {
    open.length = 0;
    closeAll();
    signal?.removeEventListener('abort', closeAll);
  }
  const cases = entries.flatMap(({ id }) => scores.get(id) ?? []);
  return { name: run.name, suite: suite.manifest.suite, complete: cases.length === entries.length, cases };
}
