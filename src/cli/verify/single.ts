/**
 * `relu-atlas verify`: one question, answered.
 */
import { stamp } from '../../answers/index.js';
import { neuronCount, shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import {
  answerQuery,
  assignmentText,
  type Counterexample,
  counterexampleText,
  jsonOfAnswer,
  type PropertyReport,
  verdictText,
} from '../../property/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { checkpointOf } from '../options/checkpoint.js';
import { readingArguments } from '../options/subject.js';
import { progressBar } from '../output/progress.js';
import { briefRational, counted, grouped, quotedArgument, showSeconds, table } from '../output/text.js';
import { tellNotes } from '../output/warnings.js';
import type { VerifyOptions } from './options.js';
import type { Question } from './question.js';
import { spareWeights } from './targets.js';

/** Numbers listed in text; JSON has all. */
const LISTED = 16;

function list(values: Counterexample['input']): string {
  const shown = values.slice(0, LISTED).map(briefRational).join(', ');
  return values.length > LISTED ? `${shown}, ... (${values.length}; --format=json prints all)` : shown;
}

function checkCommand({ paths, property }: Question, certificate: string, options: VerifyOptions): string {
  if (property === undefined) return 'write the question with --write-query, then check it with --property';
  const [first, ...others] = [...paths];
  const more = others.map(([name, path]) => ` --network ${name}=${quotedArgument(path)}`).join('');
  const names = [first![1], certificate].map(quotedArgument).join(' ');
  return `relu-atlas check ${names} --property ${quotedArgument(property)}${more}${readingArguments(options)}`;
}

function textOf(question: Question, report: PropertyReport, options: VerifyOptions): string {
  const { bound, asked, paths } = question;
  const { counterexample, certificate, proved, nodes, cells, seconds } = report;
  const files = [...paths].map(([name, path]) => (name === '' ? path : `${name}=${path}`)).join(', ');
  const rows: [string, string][] = [
    ['answer', verdictText(report)],
    ['query', `${asked} (${counted(bound.unsafe.disjuncts.length, 'disjunct')})`],
    ['network', `${files}: ${shapeOf(bound.network)}, ${counted(neuronCount(bound.network), 'bending neuron')}`],
  ];
  if (counterexample !== undefined) {
    rows.push(['input', list(counterexample.input)], ['output', list(counterexample.output)]);
    rows.push(['holds', `disjunct ${counterexample.disjunct}, slack ${list(counterexample.slack)}`]);
  }
  if (proved !== undefined) rows.push(['proved', `${(100 * proved).toFixed(1)} % of the tree`]);
  if (certificate !== undefined) {
    rows.push(['certificate', `${certificate.path}: ${grouped(certificate.bytes)} bytes`]);
    rows.push(['check it', checkCommand(question, certificate.path, options)]);
  }
  rows.push(['search', `${counted(nodes, 'node')}, ${counted(cells, 'cell')} settled`], ['time', showSeconds(seconds)]);
  return `${report.verdict}\n${table(rows)}`;
}

/** What the standard's interface prints: one line, then the assignment. */
function interfaceText({ query }: Question, { verdict, counterexample, reason }: PropertyReport): string {
  if (counterexample !== undefined) return `sat\n${assignmentText(query, counterexample)}`;
  return `${verdict === 'unknown' && reason === 'timeout' ? 'timed-out' : verdict}\n`;
}

function jsonOf({ bound, asked, query, paths, notes }: Question, report: PropertyReport): string {
  const content = {
    ...jsonOfAnswer(report),
    query: { file: asked, version: query.version, disjuncts: bound.unsafe.disjuncts.length },
    networks: [...paths].map(([name, file]) => ({ ...(name !== '' && { name }), file })),
    notes,
    ...stamp('verify'),
  };
  return `${JSON.stringify(content)}\n`;
}

export function exitOf({ verdict }: Pick<PropertyReport, 'verdict'>, interrupted: boolean): number {
  if (verdict !== 'unknown') return EXIT.ok;
  return interrupted ? EXIT.interrupted : EXIT.unknown;
}

/** A counterexample file has the outputs of the file. @throws UsageError where only its logits are read */
export function requireOutputs({ bound }: Question, { counterexample }: VerifyOptions) {
  if (counterexample === undefined || !bound.logits) return;
  throw new UsageError(
    '--counterexample: its Y are what the file computes, and with --head logits its logits are read; drop one of the two',
  );
}

/**
 * Answers a question, writes what was asked for, prints.
 *
 * @param style `interface` for `verify QUERY --network f=NET`: the lines of the VNN-LIB 2.0 standard
 */
export async function answer(question: Question, options: VerifyOptions, style: 'full' | 'interface'): Promise<number> {
  requireOutputs(question, options);
  spareWeights(question.weights, options);
  tellNotes(question.notes);
  const bar = progressBar(options);
  const { signal, release } = interruption();
  let report: PropertyReport;
  try {
    const checkpoint = checkpointOf(options);
    report = await answerQuery(question.bound, {
      signal,
      ...(checkpoint !== undefined && { checkpoint }),
      ...(options.limitCells !== undefined && { limitCells: options.limitCells }),
      ...(options.workers !== undefined && { workers: options.workers }),
      ...(options.timeout !== undefined && { timeout: options.timeout }),
      ...(options.certificate !== undefined && { certificate: options.certificate }),
      onProgress: ({ done, nodes, seconds }) =>
        bar.part(
          done,
          `${counted(nodes, 'node')}, ${grouped(seconds > 0 ? Math.round(nodes / seconds) : 0)}/s`,
          seconds,
        ),
    });
  } finally {
    bar.stop();
    release();
  }
  if (options.counterexample !== undefined && report.counterexample !== undefined) {
    writeOutput(options.counterexample, counterexampleText(report.counterexample));
  }
  const text = () => (style === 'interface' ? interfaceText(question, report) : textOf(question, report, options));
  process.stdout.write(options.format === 'json' ? jsonOf(question, report) : text());
  return exitOf(report, signal.aborted);
}
