/**
 * A linear program, solved by proposal and proof: a floating-point backend proposes, exact arithmetic proves the proposal,
 * and where it cannot, the exact simplex decides, starting where the proposal ended. What the backend says can change the
 * time an answer takes and which of several optimal points it names, never its status or value.
 */
import { longestEntry, nearestDouble, rational, toDouble } from '../exact/index.js';
import { certify, certifyInfeasible, type Proposal } from './certify.js';
import { validateProblem } from './exact/dictionary.js';
import { solveExactly } from './exact/simplex.js';
import type { ExactLp, LpAnswer, LpBackend } from './types.js';

/**
 * The exact answer of a linear program with its evidence.
 *
 * @param backend asked for a proposal when all bounds are finite doubles after rounding; none means exact throughout
 * @throws RangeError if lengths do not agree or a lower bound exceeds its upper bound
 */
export function solveLp(problem: ExactLp, backend?: LpBackend): LpAnswer {
  validateProblem(problem);
  if (backend === undefined || problem.variables === 0) return solveExactly(problem);
  const lower = Float64Array.from(problem.lower, (bound) =>
    bound === null ? Number.NEGATIVE_INFINITY : toDouble(bound),
  );
  const upper = Float64Array.from(problem.upper, (bound) =>
    bound === null ? Number.POSITIVE_INFINITY : toDouble(bound),
  );
  if (!lower.every(Number.isFinite) || !upper.every(Number.isFinite)) return solveExactly(problem);
  const levelled = levelRows(problem);
  const answer =
    proposeOptimum(levelled, backend, lower, upper) ??
    proposeInfeasible(levelled, backend, lower, upper) ??
    solveExactly(levelled.problem);
  return restoreScale(levelled, answer);
}

/** The problem with rows and objective multiplied by powers of two so that all have entries of equally many bits. */
interface Levelled {
  readonly problem: ExactLp;
  /** The number of bits; divided by 2^bits, rows are doubles of size 1. */
  readonly bits: number;
  readonly rowShifts: readonly bigint[];
  readonly objectiveShift: bigint;
}

function levelRows(problem: ExactLp): Levelled {
  const lengths = problem.rows.map(longestEntry);
  const objectiveLength = longestEntry(problem.objective);
  const bits = Math.max(objectiveLength, ...lengths);
  const rowShifts = lengths.map((length) => BigInt(bits - length));
  const objectiveShift = BigInt(bits - objectiveLength);
  const rows = problem.rows.map((row, i) => row.map((entry) => entry << rowShifts[i]!));
  const objective = problem.objective.map((entry) => entry << objectiveShift);
  return { problem: { ...problem, rows, objective }, bits, rowShifts, objectiveShift };
}

/** The answer to the levelled problem in terms of the rows and the objective as given. */
function restoreScale({ rowShifts, objectiveShift }: Levelled, answer: LpAnswer): LpAnswer {
  const scaleRows = (numerators: readonly bigint[]) => numerators.map((entry, i) => entry << rowShifts[i]!);
  if (answer.status === 'unbounded') return answer;
  if (answer.status === 'infeasible') {
    return { ...answer, farkas: { ...answer.farkas, numerators: scaleRows(answer.farkas.numerators) } };
  }
  const { value, point, multipliers } = answer;
  return {
    status: 'optimal',
    value: rational(value.numerator, value.denominator << objectiveShift),
    point,
    multipliers: {
      numerators: scaleRows(multipliers.numerators),
      denominator: multipliers.denominator << objectiveShift,
    },
  };
}

/** The optimum as the backend sees it, proved; or, if it has a view but no proof of it, the exact simplex from there. */
function proposeOptimum(
  levelled: Levelled,
  backend: LpBackend,
  lower: Float64Array,
  upper: Float64Array,
): LpAnswer | undefined {
  const n = lower.length;
  const rows = doubles(levelled.problem.rows.flat(), levelled.bits);
  const objective = doubles(levelled.problem.objective, levelled.bits);
  const session = backend.session(lower, upper);
  levelled.problem.rows.forEach((_, i) => {
    session.push(rows, i * (n + 1), 1);
  });
  if (session.minimise(objective, 0, 1, Number.NEGATIVE_INFINITY) !== 'optimal') return undefined;
  const proposal = proposalOf(session);
  return certify(levelled.problem, proposal) ?? solveExactly(levelled.problem, proposal);
}

/**
 * A proof that there is no feasible point, by the multipliers of min t subject to row_i . (x, 1) + t >= 0, t >= 0: where
 * the least t is positive, they add up to one and make the combination of rows negative. (GLPK's row duals of an
 * infeasible program are no such vector.)
 */
function proposeInfeasible(
  levelled: Levelled,
  backend: LpBackend,
  lower: Float64Array,
  upper: Float64Array,
): LpAnswer | undefined {
  const { problem, bits } = levelled;
  const n = lower.length;
  const rows = Float64Array.from(
    problem.rows.flatMap((row) => [...doubles(row.slice(0, n), bits), 1, ...doubles(row.slice(n), bits)]),
  );
  const violation = problem.rows.reduce((most, _, i) => Math.max(most, largestViolation(rows, i, lower, upper)), 0);
  if (!Number.isFinite(violation)) return undefined;
  const session = backend.session(Float64Array.of(...lower, 0), Float64Array.of(...upper, violation));
  problem.rows.forEach((_, i) => {
    session.push(rows, i * (n + 2), 1);
  });
  const objective = Float64Array.of(...new Float64Array(n), 1, 0);
  if (session.minimise(objective, 0, 1, Number.NEGATIVE_INFINITY) !== 'optimal') return undefined;
  return certifyInfeasible(problem, proposalOf(session));
}

/** How far row i of the relaxed program can fall below zero over the bounds, t aside. */
function largestViolation(rows: Float64Array, i: number, lower: Float64Array, upper: Float64Array): number {
  const n = lower.length;
  const offset = i * (n + 2);
  let least = rows[offset + n + 1]!;
  for (let j = 0; j < n; j++) least += Math.min(rows[offset + j]! * lower[j]!, rows[offset + j]! * upper[j]!);
  return -least;
}

/** Integers divided by 2^bits, rounded. */
function doubles(entries: readonly bigint[], bits: number): Float64Array {
  const unit = 1n << BigInt(bits);
  return Float64Array.from(entries, (entry) => nearestDouble(entry, unit));
}

/** What a session found, out of reach of its next call. */
function proposalOf(session: Proposal): Proposal {
  const { point, support, multipliers, basicVariables } = session;
  return {
    point: Array.from(point),
    supportSize: Math.min(Math.max(Math.trunc(session.supportSize) || 0, 0), point.length),
    support: Array.from(support),
    multipliers: Array.from(multipliers),
    basicVariables: Array.from(basicVariables),
  };
}
