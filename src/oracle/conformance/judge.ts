/**
 * Judging the answers of a foreign implementation: each question gets a verdict, and what is wrong is named.
 *
 * Rules:
 * - counts must be equal;
 * - a text is an exact number and must be equal; a JSON number is a double and must be within the rounding of an honest
 *   evaluation in doubles (`rounding.ts`), or be the double nearest to the exact number;
 * - a pattern must have the sign of every neuron whose sign is constant on the cell; where the exact pattern has 0 (the
 *   pre-activation is identically zero there, or the neuron does not bend) any sign will do. No pattern matches two cells:
 *   neurons that are identically zero change no row of a later layer, so by induction over the layers two cells that agree
 *   elsewhere have the same inequalities;
 * - lists of patterns and of Jacobians are sets; repetitions in `patterns` are faults.
 *
 * The verdict on patterns rests on the certificate alone; the comparison with the partition (`oracle/compare/patterns.ts`) only
 * describes what is wrong.
 */
import { z } from 'zod';
import {
  absolute,
  bitLength,
  equal,
  formatRational,
  parseRational,
  type Rational,
  rationalFromDouble,
  subtract,
  toDouble,
} from '../../exact/index.js';
import { EXACT, jsonPatterns, tableOfPatterns } from '../claims/index.js';
import { comparePatterns } from '../compare/index.js';
import { type Answer, answerSchemas, type Expected, type JsonNumber, QUESTIONS, type Question } from './case.js';
import type { CertifiedCell } from './cells.js';
import { isRounded, roundingOfJacobian, roundingOfValues } from './rounding.js';
import type { Judgement } from './score-card.js';
import type { LoadedCase } from './suite.js';

/** How many of many findings are spelled out. */
const SHOWN = 3;
/** Longer fractions are printed as decimals of so many digits. */
const LONGEST = 24;
const DIGITS = 6;

function showRational(value: Rational): string {
  const text = formatRational(value);
  if (text.length <= LONGEST) return text;
  const double = toDouble(value);
  if (double !== 0 && Number.isFinite(double)) return `~${Number(double.toPrecision(DIGITS))}`;
  const { numerator, denominator } = value;
  return `~${numerator < 0n ? '-' : ''}2^${bitLength(numerator) - bitLength(denominator)}`;
}

const showPoint = (point: readonly Rational[]) => `(${point.map(showRational).join(', ')})`;

function several(items: readonly string[]): string {
  const more = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : '';
  return items.slice(0, SHOWN).join(', ') + more;
}

/** Exact patterns by what is compared of them: all signs but those that are 0. */
class PatternIndex {
  private readonly byMask = new Map<string, Map<string, number>>();

  constructor(patterns: readonly string[]) {
    patterns.forEach((pattern, i) => {
      const mask = pattern.replace(/[+-]/g, '?');
      const group = this.byMask.get(mask) ?? new Map<string, number>();
      this.byMask.set(mask, group.set(pattern, i));
    });
  }

  /** The position of the exact pattern that a claimed one matches, or -1. */
  find(claimed: string): number {
    for (const [mask, group] of this.byMask) {
      if (claimed.length !== mask.length) continue;
      const masked = [...claimed].map((sign, k) => (mask[k] === '0' && sign !== '|' ? '0' : sign)).join('');
      const found = group.get(masked);
      if (found !== undefined) return found;
    }
    return -1;
  }
}

/** What is wrong with claimed patterns: which exact ones are missing, which claimed ones are none, which come twice. */
interface PatternFault {
  readonly missing: readonly number[];
  readonly phantom: readonly string[];
  readonly duplicate: readonly string[];
}

function patternFault(claimed: readonly string[], exact: readonly string[]): PatternFault {
  const index = new PatternIndex(exact);
  const seen = new Set<number>();
  const phantom: string[] = [];
  const duplicate: string[] = [];
  for (const pattern of claimed) {
    const found = index.find(pattern);
    if (found < 0) phantom.push(pattern);
    else if (seen.has(found)) duplicate.push(pattern);
    else seen.add(found);
  }
  return { missing: exact.flatMap((_, i) => (seen.has(i) ? [] : [i])), phantom, duplicate };
}

/** A rational number, and whether it is a double that may be rounded. */
interface ClaimedNumber {
  readonly value: Rational;
  readonly double: number | undefined;
}

/** @throws SyntaxError for texts that are no numbers */
function claimedNumber(claimed: JsonNumber): ClaimedNumber {
  if (typeof claimed === 'string') return { value: parseRational(claimed), double: undefined };
  return { value: rationalFromDouble(claimed), double: claimed };
}

function agrees(claimed: JsonNumber, exact: Rational, bound: Rational): boolean {
  const { value, double } = claimedNumber(claimed);
  return double === undefined ? equal(value, exact) : isRounded(double, exact, bound);
}

/** "0.25 instead of 1/3 (off by 0.083)" */
function deviation(claimed: JsonNumber, exact: Rational): string {
  const error = toDouble(absolute(subtract(claimedNumber(claimed).value, exact)));
  return `${claimed} instead of ${showRational(exact)}, off by ${Number(error.toPrecision(DIGITS))}`;
}

type Matrix = readonly (readonly JsonNumber[])[];

/** The first entry of a claimed matrix that disagrees, or undefined. */
function matrixFault(claimed: Matrix, exact: Matrix, bounds: readonly (readonly Rational[])[]): string | undefined {
  const { length } = exact;
  const width = exact[0]?.length ?? 0;
  if (claimed.length !== length || claimed.some((row) => row.length !== width)) {
    return `expected ${length} x ${width} numbers (outputs x inputs)`;
  }
  for (const [r, row] of exact.entries()) {
    for (const [c, entry] of row.entries()) {
      const { value } = claimedNumber(entry);
      if (!agrees(claimed[r]![c]!, value, bounds[r]![c]!)) {
        return `d output ${r} / d input ${c} is ${deviation(claimed[r]![c]!, value)}`;
      }
    }
  }
  return undefined;
}

/** What a judge may look at beside the case itself. */
export interface JudgeContext {
  readonly subject: LoadedCase;
  /** The cells of the certificate. */
  readonly cells: () => Promise<readonly CertifiedCell[]>;
}

/** Judges one answer of the right form: '' if it agrees, else what is wrong. */
type Judge<Q extends Question> = (
  answer: Answer<Q>,
  expected: NonNullable<Expected[Q]>,
  context: JudgeContext,
) => string | Promise<string>;

const judgeCount =
  (noun: string) =>
  (answer: number, expected: number): string =>
    answer === expected ? '' : `${answer} ${noun}${answer === 1 ? '' : 's'} instead of ${expected}`;

const judgeCellsPerLayer: Judge<'cellsPerLayer'> = (answer, expected) => {
  if (answer.length !== expected.length) return `${answer.length} layers instead of ${expected.length}`;
  const layer = answer.findIndex((cells, l) => cells !== expected[l]);
  return layer < 0 ? '' : `${answer[layer]} after layer ${layer} (from 0) instead of ${expected[layer]}`;
};

/** How many signs each layer of a pattern has. */
const shapeOfPattern = (pattern: string) => pattern.replace(/[^|]/g, '.');

/** "missing 2 of 6 cells: +-- around (1/2, 0), 1e-8 wide" and the like, from the comparison with the exact partition. */
async function describedPatterns(
  answer: readonly string[],
  fault: PatternFault,
  { subject, cells }: { readonly subject: LoadedCase; readonly cells: readonly CertifiedCell[] },
): Promise<string> {
  const { network, domain } = subject;
  const { missing, phantom, duplicate } = fault;
  const shape = shapeOfPattern(cells[0]!.pattern);
  if (domain.kind === 'polytope') return listedPatterns(fault, cells);
  const claimed = answer.filter((pattern) => shapeOfPattern(pattern) === shape);
  const patterns = tableOfPatterns(network, jsonPatterns(claimed, network, String), 'signs');
  const claim = { kind: 'patterns', patterns, precision: EXACT } as const;
  const verdict = await comparePatterns(network, domain, claim, { list: SHOWN });
  const lost = verdict.missing.items.map(({ pattern, witness, width }) => {
    const room = width === undefined ? '' : `, ${showRational(width)} wide`;
    return `${pattern} around ${showPoint(witness)}${room}`;
  });
  const unshaped = phantom.filter((pattern) => shapeOfPattern(pattern) !== shape);
  const unreal = verdict.phantoms.items.map((found) =>
    found.kind === 'empty' ? found.pattern : `${found.pattern} (only a face of dimension ${found.face.dimension})`,
  );
  return [
    part(missing.length, `missing ${missing.length} of ${cells.length} cells`, lost),
    part(phantom.length - unshaped.length, `phantom ${phantom.length - unshaped.length}, no cell has it`, unreal),
    part(unshaped.length, `${unshaped.length} with other layers than ${shape}`, unshaped),
    part(duplicate.length, `repeated ${duplicate.length}`, duplicate),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** The same from the certificate alone, where there is no comparison. */
function listedPatterns({ missing, phantom, duplicate }: PatternFault, cells: readonly CertifiedCell[]): string {
  const lost = missing.map((i) => `${cells[i]!.pattern} around ${showPoint(cells[i]!.witness)}`);
  return [
    part(missing.length, `missing ${missing.length} of ${cells.length} cells`, lost),
    part(phantom.length, `phantom ${phantom.length}, no cell has it`, phantom),
    part(duplicate.length, `repeated ${duplicate.length}`, duplicate),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** "what: a; b; c; and 4 more", or nothing if there is nothing. */
function part(count: number, what: string, items: readonly string[]): string {
  if (count === 0) return '';
  const shown = items.slice(0, SHOWN);
  const more = count > shown.length ? `; and ${count - shown.length} more` : '';
  return `${what}: ${shown.join('; ')}${more}`;
}

const judgePatterns: Judge<'patterns'> = async (answer, _, { subject, cells: certified }) => {
  const cells = await certified();
  const fault = patternFault(
    answer,
    cells.map(({ pattern }) => pattern),
  );
  const { missing, phantom, duplicate } = fault;
  if (missing.length + phantom.length + duplicate.length === 0) return '';
  return describedPatterns(answer, fault, { subject, cells });
};

/** Judges an answer point by point: the first fault, with its place. */
async function atEachPoint<A, E>(
  question: 'evaluate' | 'gradient' | 'clarke' | 'locate',
  { answers, expected, context }: { answers: readonly A[]; expected: readonly E[]; context: JudgeContext },
  judge: (answer: A, expected: E, point: readonly Rational[]) => string | undefined | Promise<string | undefined>,
): Promise<string> {
  const points = context.subject.content.questions[question]!.points;
  if (answers.length !== points.length) return `${answers.length} answers for ${points.length} points`;
  const faults: string[] = [];
  for (const [p, point] of points.entries()) {
    const exact = point.map((x) => claimedNumber(x).value);
    const fault = await judge(answers[p]!, expected[p]!, exact);
    if (fault !== undefined) faults.push(`at ${showPoint(exact)}: ${fault}`);
  }
  const more = faults.length > 1 ? ` (and at ${faults.length - 1} other points of ${points.length})` : '';
  return faults.length === 0 ? '' : faults[0]! + more;
}

const judgeEvaluate: Judge<'evaluate'> = (answers, expected, context) =>
  atEachPoint('evaluate', { answers, expected, context }, (answer, exact, point) => {
    if (answer.length !== exact.length) return `${answer.length} outputs instead of ${exact.length}`;
    const bounds = roundingOfValues(context.subject.layers, point);
    const values = exact.map((x) => claimedNumber(x).value);
    const wrong = answer.findIndex((claimed, k) => !agrees(claimed, values[k]!, bounds[k]!));
    return wrong < 0 ? undefined : `output ${wrong} is ${deviation(answer[wrong]!, values[wrong]!)}`;
  });

const judgeGradient: Judge<'gradient'> = (answers, expected, context) => {
  const bounds = roundingOfJacobian(context.subject.layers);
  return atEachPoint('gradient', { answers, expected, context }, (answer, exact) => matrixFault(answer, exact, bounds));
};

const showMatrix = (matrix: Matrix) => `[${matrix.map((row) => `[${row.join(', ')}]`).join(', ')}]`;

const judgeClarke: Judge<'clarke'> = (answers, expected, context) => {
  const bounds = roundingOfJacobian(context.subject.layers);
  return atEachPoint('clarke', { answers, expected, context }, (answer, exact) => {
    const fits = (claimed: Matrix, matrix: Matrix) => matrixFault(claimed, matrix, bounds) === undefined;
    const missing = exact.filter((matrix) => !answer.some((claimed) => fits(claimed, matrix)));
    const extra = answer.filter((claimed) => !exact.some((matrix) => fits(claimed, matrix)));
    if (missing.length > 0) {
      return `missing ${missing.length} of ${exact.length} Jacobians: ${several(missing.map(showMatrix))}`;
    }
    return extra.length > 0 ? `no cell around it has the Jacobian ${several(extra.map(showMatrix))}` : undefined;
  });
};

const judgeLocate: Judge<'locate'> = (answers, expected, context) =>
  atEachPoint('locate', { answers, expected, context }, (answer, exact) => {
    const { missing, phantom } = patternFault(answer, exact);
    const lost = missing.map((i) => exact[i]!);
    const parts = [
      lost.length > 0 ? `missing ${lost.length} of the ${exact.length} cells there: ${several(lost)}` : '',
      phantom.length > 0 ? `not there: ${several(phantom)}` : '',
    ].filter((part) => part !== '');
    return parts.length === 0 ? undefined : parts.join('; ');
  });

const JUDGES: { readonly [Q in Question]: Judge<Q> } = {
  cells: judgeCount('cell'),
  cellsPerLayer: judgeCellsPerLayer,
  patterns: judgePatterns,
  pieces: judgeCount('piece'),
  maps: judgeCount('map'),
  evaluate: judgeEvaluate,
  gradient: judgeGradient,
  clarke: judgeClarke,
  locate: judgeLocate,
};

async function judgeOne<Q extends Question>(question: Q, answer: unknown, context: JudgeContext): Promise<Judgement> {
  if (answer === undefined || answer === 'unsupported') return { question, verdict: 'unsupported', finding: '' };
  const parsed = z.safeParse(answerSchemas[question] as z.ZodType, answer);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const place = path.map((key) => `[${String(key)}]`).join('');
    return { question, verdict: 'failed', finding: `answers.${question}${place}: ${message}` };
  }
  try {
    const expected = context.subject.content.expected[question] as NonNullable<Expected[Q]>;
    const finding = await JUDGES[question](parsed.data as Answer<Q>, expected, context);
    return { question, verdict: finding === '' ? 'agree' : 'disagree', finding };
  } catch (error) {
    // Texts that are no numbers, which the schema lets through.
    if (!(error instanceof SyntaxError)) throw error;
    return { question, verdict: 'failed', finding: `answers.${question}: ${error.message}` };
  }
}

/** The questions that a case asks, in the order of `QUESTIONS`. */
export function questionsOf({ content }: LoadedCase): Question[] {
  return QUESTIONS.filter((question) => content.questions[question] !== undefined);
}

/** Judges the answers to a case: one judgement per question that it asks. */
export async function judgeAnswers(
  answers: Readonly<Record<string, unknown>>,
  context: JudgeContext,
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const question of questionsOf(context.subject)) {
    judgements.push(await judgeOne(question, answers[question], context));
  }
  return judgements;
}

/** What is said of every question of a case to which no answer came. */
export function judgeFailure(reason: string, subject: LoadedCase): Judgement[] {
  return questionsOf(subject).map((question) => ({ question, verdict: 'failed', finding: reason }));
}
