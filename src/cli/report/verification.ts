/**
 * `relu-atlas report NET --verify QUERY`: the report on one query.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stamp } from '../../answers/index.js';
import { formatRational, negate, type Rational, toDouble } from '../../exact/index.js';
import { jsonOfRational } from '../../formats/index.js';
import { DomainError, type LinearCondition, neuronCount, shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { packageVersion } from '../../package/index.js';
import {
  answerQuery,
  type DepthCounts,
  type Extremum,
  jsonOfAnswer,
  marginProblem,
  maximum,
  type PropertyReport,
  treeDepths,
  verdictText,
} from '../../property/index.js';
import { boxOfUnsafe, unsafePictures } from '../../report/picture/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, inputsOf, optionalTarget, requireFree } from '../output/targets.js';
import { briefRational, counted, grouped, quotedArgument, showSeconds, table } from '../output/text.js';
import { tellNotes } from '../output/warnings.js';
import { marginMeaning } from '../verify/optimum.js';
import { type Question, questionOfFiles } from '../verify/question.js';
import { exitOf } from '../verify/single.js';
import { namedFiles } from '../verify/targets.js';
import { type PictureFiles, writePictureFiles } from './picture-files.js';

export interface VerificationReportOptions extends ForceOption, ProgressOptions, PictureFiles {
  readonly verify: string;
  readonly network?: readonly string[];
  readonly overReals?: boolean;
  readonly timeout?: number;
  readonly units: 'network' | 'raw';
  readonly out?: string;
  readonly certificate?: string | false;
  readonly workers?: number;
  readonly format: 'text' | 'markdown' | 'json';
}

/** Terms of a condition that are written out. */
const LISTED = 6;

/** "2 x0 - y1 + 3 >= 0" */
function conditionText({ inputs, outputs, constant, strict }: LinearCondition): string {
  const terms = [...inputs.map((c, i) => [c, `x${i}`] as const), ...outputs.map((c, j) => [c, `y${j}`] as const)];
  const used = terms.filter(([{ numerator }]) => numerator !== 0n);
  const shown = used.slice(0, LISTED).map(([c, name]) => `${briefRational(c)} ${name}`);
  const more = used.length > LISTED ? [`... (${used.length} terms)`] : [];
  const rest = constant.numerator === 0n ? [] : [briefRational(constant)];
  return `${[...shown, ...more, ...rest].join(' + ').replaceAll('+ -', '- ')} ${strict ? '>' : '>='} 0`;
}

/** A file for the proof, which is looked at even if it is not kept. */
async function withProof<T>(kept: string | undefined, use: (file: string) => Promise<T>): Promise<T> {
  if (kept !== undefined) return use(kept);
  const folder = await mkdtemp(join(tmpdir(), 'relu-atlas-'));
  try {
    return await use(join(folder, 'proof'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Answered {
  readonly report: PropertyReport;
  readonly depths: readonly DepthCounts[];
  readonly interrupted: boolean;
}

async function answered(
  { bound }: Question,
  options: VerificationReportOptions,
  kept: string | undefined,
): Promise<Answered> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  try {
    return await withProof(kept, async (certificate) => {
      const report = await answerQuery(bound, {
        signal,
        certificate,
        ...(options.workers !== undefined && { workers: options.workers }),
        ...(options.timeout !== undefined && { timeout: options.timeout }),
        onProgress: ({ done, nodes, seconds }) => bar.part(done, counted(nodes, 'node'), seconds),
      });
      const depths = report.certificate === undefined ? [] : await treeDepths(bound, certificate);
      return { report, depths, interrupted: signal.aborted };
    });
  } finally {
    bar.stop();
    release();
  }
}

/** The margin may take so many times as long as the answer, and at least this many seconds. */
const MARGIN_FACTOR = 4;
const MARGIN_SECONDS = 5;

/** How far the query is from being satisfied, or violated; undefined if there was no answer. */
async function marginOf({ bound }: Question, { report, interrupted }: Answered, options: VerificationReportOptions) {
  if (report.verdict === 'unknown' || interrupted) return undefined;
  const { signal, release } = interruption();
  try {
    return await maximum(marginProblem(bound.network, bound.unsafe), {
      signal,
      ...(options.workers !== undefined && { workers: options.workers }),
      timeout: options.timeout ?? Math.max(MARGIN_SECONDS, MARGIN_FACTOR * report.seconds),
    });
  } finally {
    release();
  }
}

function marginFacts(found: Extremum | undefined): [string, string][] {
  if (found === undefined) return [];
  if (found.kind === 'empty') return [['margin', 'none: no input satisfies the conditions on inputs']];
  if (found.kind === 'unbounded') return [['margin', 'none: the violation has no end']];
  if (found.kind === 'unknown') return [['margin', 'not found in the time allowed: verify --margin asks for it alone']];
  const { input, output } = found;
  const margin = negate(found.value);
  return [
    ['margin', `${briefRational(margin)} (exact): ${marginMeaning(margin)}`],
    ['attained at', input.map(briefRational).join(', ')],
    ['with outputs', output.map(briefRational).join(', ')],
  ];
}

function jsonOfMargin(found: Extremum | undefined): object {
  if (found === undefined) return {};
  if (found.kind !== 'attained') return { margin: { outcome: found.kind } };
  const at = { input: found.input.map(jsonOfRational), output: found.output.map(jsonOfRational) };
  return { margin: { value: jsonOfRational(negate(found.value)), at } };
}

function factsOf({ bound, asked, paths }: Question, report: PropertyReport, kept: string | undefined) {
  const { counterexample, certificate, seconds } = report;
  const facts: [string, string][] = [
    ['query', `${asked}: ${counted(bound.unsafe.disjuncts.length, 'disjunct')}`],
    [
      'network',
      `${[...paths.values()].join(', ')}: ${shapeOf(bound.network)}, ${counted(neuronCount(bound.network), 'bending neuron')}`,
    ],
    ['time', showSeconds(seconds)],
  ];
  if (counterexample !== undefined) {
    facts.push(['input', counterexample.input.map(formatRational).join(', ')]);
    facts.push(['output', counterexample.output.map(briefRational).join(', ')]);
  }
  if (certificate !== undefined && kept !== undefined) {
    facts.push(['certificate', `${kept}: ${grouped(certificate.bytes)} bytes, sha256 ${certificate.sha256 ?? ''}`]);
  }
  return facts;
}

const NO_PICTURE =
  'No picture: it needs two or three inputs that all disjuncts bound, and at most 20,000 cells in the plane.';

/** The pictures as files. */
const PICTURES = ['svg', 'png', 'pdf'] as const;

function picturesOf(
  options: VerificationReportOptions,
): { option: string; file: string; kind: 'SVG' | 'PNG' | 'PDF' }[] {
  return PICTURES.flatMap((name) => {
    const file = options[name];
    return file === undefined ? [] : [{ option: `--${name}`, file, kind: name.toUpperCase() as 'SVG' | 'PNG' | 'PDF' }];
  });
}

/** Refuses files of pictures that there cannot be, before anything is computed. @throws DomainError */
function requirePicture({ bound: { network, unsafe } }: Question, options: VerificationReportOptions) {
  const [first] = picturesOf(options);
  if (first === undefined) return;
  if (network.inputs < 2 || network.inputs > 3)
    throw new DomainError(
      `${first.option}: expected two or three inputs to draw, got ${network.inputs}; drop ${first.option}`,
    );
  if (boxOfUnsafe(unsafe) === undefined)
    throw new DomainError(
      `${first.option}: expected bounds on every input in all disjuncts, got an input without; add them to the query, or drop ${first.option}`,
    );
}

/** The point that planes are laid through and that is marked: the counterexample, else where the margin is attained. */
function pointOf(
  { bound }: Question,
  { counterexample }: PropertyReport,
  margin: Extremum | undefined,
): { readonly exact: readonly Rational[]; readonly name: string } | undefined {
  if (counterexample !== undefined) {
    // The network's own inputs: several of the query may be one of them.
    const exact: Rational[] = [];
    bound.reads.forEach((input, i) => {
      exact[input] = counterexample.input[i]!;
    });
    return { exact, name: 'the counterexample' };
  }
  return margin?.kind === 'attained' ? { exact: margin.input, name: 'where the margin is attained' } : undefined;
}

function targetsOf(net: string, options: VerificationReportOptions) {
  const { out, verify, certificate } = options;
  const stem = (file: string) =>
    basename(file)
      .replace(/(\.gz)?$/, '')
      .replace(/\.[^.]*$/, '');
  const html = out ?? `${stem(net)}.${stem(verify)}.report.html`;
  if (!/\.html?$/.test(html)) throw new UsageError(`--out: expected a name ending in .html, got ${html}; rename it`);
  const kept = certificate === false ? undefined : (certificate ?? html.replace(/\.html?$/, '.cert'));
  const written = [
    ...optionalTarget('--out', html, 'report'),
    ...optionalTarget('--certificate', kept, 'proof'),
    ...picturesOf(options),
  ];
  return { html, kept, written };
}

export async function verificationReport(net: string, options: VerificationReportOptions): Promise<number> {
  const { html, kept, written: targets } = targetsOf(net, options);
  requireFree(targets, inputsOf([net, options.verify, ...namedFiles(options)], {}), options);
  const question = await questionOfFiles(options.verify, net, options);
  requireFree(targets, question.weights, options);
  tellNotes(question.notes);
  requirePicture(question, options);
  const answer = await answered(question, options, kept);
  const { report, depths, interrupted } = answer;
  const margin = await marginOf(question, answer, options);
  const { bound, asked } = question;
  const { counterexample, statistics } = report;
  const point = pointOf(question, report, margin);
  const noted = point && { place: point.exact.map(toDouble), name: point.name };
  const pictures = unsafePictures(bound.network, bound.unsafe, point?.exact);
  const [wanted] = picturesOf(options);
  if (wanted !== undefined && pictures.length === 0)
    throw new DomainError(
      `${wanted.option}: expected inputs that vary, and at most 20,000 cells in the plane, got a picture that shows nothing; drop ${wanted.option}`,
    );
  const conditions = counterexample === undefined ? [] : bound.unsafe.disjuncts[counterexample.disjunct]!.conditions;
  const title = `${basename(net)}: ${basename(asked)}`;
  const { verificationReportPage } = await import('../../report/verification/report.js');
  const page = verificationReportPage({
    title,
    answer: verdictText(report),
    verdict: report.verdict,
    facts: [...factsOf(question, report, kept), ...marginFacts(margin)],
    conditions: conditions.map((condition, i) => [conditionText(condition), briefRational(counterexample!.slack[i]!)]),
    statistics: [
      ['nodes', report.nodes],
      ['cells settled', report.cells],
      ['linear programs', statistics.linearPrograms],
      ['greatest depth', statistics.maxDepth],
    ],
    depths,
    pictures,
    point: noted,
    noPicture: NO_PICTURE,
    command: `relu-atlas report ${quotedArgument(net)} --verify ${quotedArgument(options.verify)}`,
    version: packageVersion(),
  });
  const { unsafeSvg } = await import('../../report/verification/unsafe-svg.js');
  await writePictureFiles(options, () =>
    unsafeSvg({ pictures, title: `${title}: ${report.verdict}`, ...(noted && { point: noted }) }),
  );
  writeOutput(html, page);
  const drawn = picturesOf(options).map(({ file }) => file);
  const written = [html, ...(report.certificate !== undefined && kept !== undefined ? [kept] : []), ...drawn].join(
    ', ',
  );
  if (options.format === 'json') {
    const files = { file: html, ...(drawn.length > 0 && { pictures: drawn }) };
    process.stdout.write(
      `${JSON.stringify({ ...jsonOfAnswer(report), ...jsonOfMargin(margin), depths, ...files, ...stamp('report') })}\n`,
    );
  } else
    process.stdout.write(
      `${report.verdict}\n${table([['answer', verdictText(report)], ...marginFacts(margin), ['written', written]])}`,
    );
  return interrupted ? EXIT.interrupted : exitOf(report, false);
}
