/**
 * relu-atlas as an implementation that the conformance suite examines: it answers every question with its engines, and knows
 * nothing of the expected answers.
 */
import { enumerateCells, patternOf, patternText } from '../../analysis/cells/index.js';
import { setValuedGradient } from '../../analysis/function/index.js';
import { countRegions } from '../../analysis/regions/index.js';
import { countCells } from '../../engines/index.js';
import { formatRational, parseRational, type Rational, rationalFromDouble } from '../../exact/index.js';
import { valueOfJson } from '../../formats/index.js';
import { conforming } from '../../formats/json/index.js';
import type { Domain, Network } from '../../network/index.js';
import { evaluateExact, jacobianExact } from '../../network/index.js';
import { type JsonNumber, QUESTIONS, type Question, type Request, requestSchema } from './case.js';
import { patternAt } from './cells.js';
import { subjectOf } from './suite.js';

const exactly = (value: JsonNumber): Rational =>
  typeof value === 'number' ? rationalFromDouble(value) : parseRational(value);

type Matrix = readonly (readonly Rational[])[];
const texts = (row: readonly Rational[]) => row.map(formatRational);
const jsonOfMatrix = (matrix: Matrix) => matrix.map(texts);

function patternsOf(network: Network, domain: Domain): string[] {
  const patterns: string[] = [];
  enumerateCells(network, domain, (cell) => patterns.push(patternText(patternOf(cell))));
  return patterns;
}

/**
 * The patterns of the cells that contain a point of the domain: those with no sign against the point's.
 *
 * Rows of a later layer depend on the branch that a neuron at 0 takes, but not their values at the point, because both
 * branches give 0 there.
 */
function cellsAt(network: Network, patterns: readonly string[], point: readonly Rational[]): string[] {
  const signs = patternAt(network, point);
  return patterns.filter((pattern) =>
    [...pattern].every((sign, k) => sign === '0' || signs[k] === '0' || sign === signs[k]),
  );
}

type Solver = (network: Network, domain: Domain, points: readonly (readonly Rational[])[]) => unknown;

const SOLVERS: { readonly [Q in Question]: Solver } = {
  cells: (network, domain) => countCells(network, domain).cells,
  cellsPerLayer: (network, domain) => countCells(network, domain).cellsPerLayer,
  patterns: patternsOf,
  pieces: (network, domain) => countRegions(network, domain).pieces,
  maps: (network, domain) => countRegions(network, domain).maps,
  evaluate: (network, _, points) => points.map((point) => texts(evaluateExact(network, point).output)),
  gradient: (network, _, points) => points.map((point) => jsonOfMatrix(jacobianExact(network, point).jacobian)),
  clarke: (network, _, points) => points.map((point) => setValuedGradient(network, point).jacobians.map(jsonOfMatrix)),
  locate: (network, domain, points) => {
    const patterns = patternsOf(network, domain);
    return points.map((point) => cellsAt(network, patterns, point));
  },
};

/** The answers of relu-atlas to a request of the suite. @throws FormatError, DomainError for a request that is none */
export function answerRequest(text: string): string {
  const request: Request = conforming(requestSchema, valueOfJson(text));
  const { network, domain } = subjectOf(request);
  const answers = QUESTIONS.flatMap((question) => {
    const asked = request.questions[question];
    if (asked === undefined) return [];
    const points = 'points' in asked ? asked.points.map((point) => point.map(exactly)) : [];
    return [[question, SOLVERS[question](network, domain, points)] as const];
  });
  return JSON.stringify({ id: request.id, answers: Object.fromEntries(answers) });
}
