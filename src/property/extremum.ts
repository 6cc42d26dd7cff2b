/**
 * Exact optima over the points of a query, by asking the verifier again and again: the margin of a property, the largest
 * radius of robustness.
 *
 * One more variable t is maximised together with the inputs. A point that the verifier finds is moved to the best one of its
 * cell (one exact linear program); then the verifier is asked for a point that is strictly better. When there is none the
 * last value is the maximum, and that `unsat` is its proof.
 *
 * *It ends*: every value is the maximum over one of finitely many cells and disjuncts, and the values increase. *It is right*:
 * the value is attained at the point, which is checked exactly, and nothing is greater.
 */
import {
  absolute,
  add,
  compare,
  divide,
  integersFromRationals,
  multiply,
  negate,
  ONE,
  type Rational,
  rationalsFromIntegers,
  ZERO,
} from '../exact/index.js';
import { simplexBackend, solveLp } from '../lp/index.js';
import {
  affineOnPattern,
  type Disjunct,
  evaluateExact,
  type LinearCondition,
  type Network,
  type Pattern,
  type RationalAffine,
  rationalAffine,
  type UnsafeSet,
} from '../network/index.js';
import { type StopReason, type VerifyReport, type VerifyRequest, verify } from '../verify/index.js';
import { dot, holdsWith, slackOf } from './satisfaction.js';

export type ExtremumOptions = Omit<VerifyRequest, 'network' | 'unsafe'>;

/** A problem with the variable t. */
export interface ExtremumProblem {
  readonly network: Network;
  /** The points where t may be greater than a value, as a query about x alone; all points for none. */
  readonly better: (value: Rational | undefined) => UnsafeSet;
  /** What x and t must satisfy, disjunct by disjunct of `better`, with t as the last input. Not strict. */
  readonly lifted: readonly Disjunct[];
}

export type Extremum =
  | {
      readonly kind: 'attained';
      readonly value: Rational;
      readonly input: readonly Rational[];
      readonly output: readonly Rational[];
      /** The last answer: `unsat`, nothing is greater. */
      readonly proof: VerifyReport;
      /** How often a point was improved. */
      readonly steps: number;
    }
  | { readonly kind: 'empty' }
  /** It grows for ever along the direction, from a point of the set on. */
  | { readonly kind: 'unbounded'; readonly direction: readonly Rational[] }
  /** Time was up; `best` is attained. */
  | { readonly kind: 'unknown'; readonly reason: StopReason; readonly best?: Rational };

/** A condition on inputs and outputs in terms of the inputs, where the outputs are an affine map; t has no part in the map. */
function inInputs({ inputs, outputs, constant }: LinearCondition, { jacobian, constant: shift }: RationalAffine) {
  const row = inputs.map((value, i) =>
    outputs.reduce(
      (sum, c, j) => (c.numerator === 0n || i >= jacobian[j]!.length ? sum : add(sum, multiply(c, jacobian[j]![i]!))),
      value,
    ),
  );
  return [...row, add(constant, dot(outputs, shift))];
}

/** The pre-activations of a cell as rows over x and t, each with the sign that the cell has. */
function cellRows(network: Network, pattern: Pattern): Rational[][] {
  return network.layers.flatMap(({ affine }, l) => {
    const below: Network = { ...network, layers: network.layers.slice(0, l), output: affine };
    const { jacobian, constant } = rationalAffine(affineOnPattern(below, pattern.slice(0, l)));
    return jacobian.map((row, j) => {
      const all = [...row, ZERO, constant[j]!];
      // Where it is 0 the negative branch is taken, as `affineOnPattern` does.
      return pattern[l]![j]! > 0 ? all : all.map(negate);
    });
  });
}

const isRow = (row: readonly Rational[]) => row.slice(0, -1).some(({ numerator }) => numerator !== 0n);

interface Best {
  readonly value: Rational;
  readonly input: readonly Rational[];
  readonly output: readonly Rational[];
}

/** With 1 or -1 as its largest entry. */
function scaled(direction: readonly Rational[]): Rational[] {
  const most = direction.map(absolute).reduce((a, b) => (compare(a, b) >= 0 ? a : b), ZERO);
  return direction.map((value) => (most.numerator === 0n ? value : divide(value, most)));
}

interface Endless {
  readonly direction: readonly Rational[];
}

/** The greatest t on the closed cell around a point, or the direction in which it has no end. */
function bestAround(network: Network, { conditions }: Disjunct, point: readonly Rational[]): Best | Endless {
  const { pattern } = evaluateExact(network, point);
  const map = rationalAffine(affineOnPattern(network, pattern));
  const rows = [...cellRows(network, pattern), ...conditions.map((condition) => inInputs(condition, map))].filter(
    isRow,
  );
  const free = [...point, ZERO].map(() => null);
  const answer = solveLp(
    {
      variables: point.length + 1,
      rows: rows.map((row) => integersFromRationals(row).numerators),
      lower: free,
      upper: free,
      objective: [...point.map(() => 0n), -1n, 0n],
    },
    simplexBackend,
  );
  if (answer.status === 'unbounded') return { direction: scaled(rationalsFromIntegers(answer.ray).slice(0, -1)) };
  if (answer.status === 'infeasible') throw new Error('extremum: expected the point in its cell, got an empty one');
  const solution = rationalsFromIntegers(answer.point);
  const input = solution.slice(0, -1);
  const { output } = evaluateExact(network, input);
  // The program is believed no more than its point.
  const holds = conditions.every((condition) => holdsWith(condition, slackOf(condition, solution, output)));
  if (!holds) throw new Error('extremum: expected a point of the set, got another one');
  return { value: solution.at(-1)!, input, output };
}

/** The maximum of t. With `certificate` the last answer's proof stands in that file: of `better(value)`. */
export async function maximum(
  { network, better, lifted }: ExtremumProblem,
  { timeout, ...options }: ExtremumOptions = {},
): Promise<Extremum> {
  const started = performance.now();
  let best: Best | undefined;
  for (let steps = 0; ; steps++) {
    const left = timeout === undefined ? undefined : timeout - (performance.now() - started) / 1000;
    const unknown = (reason: StopReason) => ({ kind: 'unknown' as const, reason, ...(best && { best: best.value }) });
    if (left !== undefined && left <= 0) return unknown('timeout');
    const unsafe = better(best?.value);
    const proof = await verify({ ...options, network, unsafe, ...(left === undefined ? {} : { timeout: left }) });
    const { verdict } = proof;
    if (verdict.verdict === 'unknown') return unknown(verdict.reason);
    if (verdict.verdict === 'unsat') {
      return best === undefined ? { kind: 'empty' } : { kind: 'attained', ...best, proof, steps };
    }
    const improved = bestAround(network, lifted[verdict.disjunct]!, verdict.input);
    if ('direction' in improved) return { kind: 'unbounded', direction: improved.direction };
    if (best !== undefined && compare(improved.value, best.value) <= 0) {
      throw new Error('extremum: expected a better point, got one that is not');
    }
    best = improved;
  }
}

const aboutOutputs = ({ outputs }: LinearCondition) => outputs.some(({ numerator }) => numerator !== 0n);
const loose = (condition: LinearCondition) => ({ ...condition, strict: false });

/**
 * How far a query is from being satisfied: the maximum over its inputs (and disjuncts) of the least left-hand side of its
 * conditions on outputs. Negative: unsafe by no point, and -margin is how far the outputs stay away; otherwise the worst violation.
 */
export function marginProblem(network: Network, { disjuncts, ...rest }: UnsafeSet): ExtremumProblem {
  const inputsOnly = disjuncts.map(({ conditions }) => conditions.filter((one) => !aboutOutputs(one)).map(loose));
  const outputs = disjuncts.map(({ conditions }) => conditions.filter(aboutOutputs));
  const lift = (condition: LinearCondition, t: Rational) => ({ ...loose(condition), inputs: [...condition.inputs, t] });
  return {
    network,
    better: (value) => ({
      ...rest,
      disjuncts: inputsOnly.map((own, d) => ({
        conditions: [
          ...own,
          ...(value === undefined
            ? []
            : outputs[d]!.map((one) => ({ ...one, constant: add(one.constant, negate(value)), strict: true }))),
        ],
      })),
    }),
    lifted: inputsOnly.map((own, d) => ({
      conditions: [...own.map((one) => lift(one, ZERO)), ...outputs[d]!.map((one) => lift(one, negate(ONE)))],
    })),
  };
}

export interface RadiusQuestion {
  readonly network: Network;
  readonly center: readonly Rational[];
  readonly class: number;
  readonly within?: { readonly lower: readonly Rational[]; readonly upper: readonly Rational[] };
}

/** The distance of the nearest point (l-infinity) where another output is at least that of the class: t is its negative. */
export function radiusProblem(
  { network, center, class: kept, within }: RadiusQuestion,
  first: Rational,
): ExtremumProblem {
  const { inputs: n, outputs: m } = network;
  const unit = (length: number, at: number, value = ONE) => Array.from({ length }, (_, i) => (i === at ? value : ZERO));
  const condition = (
    inputs: readonly Rational[],
    outputs: readonly Rational[],
    constant: Rational,
    strict: boolean,
  ) => ({
    inputs,
    outputs,
    constant,
    strict,
  });
  const none = unit(m, -1);
  /** sign (x_i - bound) >= 0 */
  const bound = (i: number, sign: Rational, value: Rational, strict = false) =>
    condition(unit(n, i, sign), none, negate(multiply(sign, value)), strict);
  const box = center.flatMap((_, i) =>
    within === undefined ? [] : [bound(i, ONE, within.lower[i]!), bound(i, negate(ONE), within.upper[i]!)],
  );
  const others = Array.from({ length: m }, (_, j) => j).filter((j) => j !== kept);
  const lost = others.map((j) =>
    condition(
      unit(n, -1),
      unit(m, j).map((one, k) => (k === kept ? negate(ONE) : one)),
      ZERO,
      false,
    ),
  );
  const ball = (radius: Rational, strict: boolean) =>
    center.flatMap((value, i) => [
      bound(i, ONE, add(value, negate(radius)), strict),
      bound(i, negate(ONE), add(value, radius), strict),
    ]);
  const lift = (one: LinearCondition, t: Rational) => ({ ...one, inputs: [...one.inputs, t] });
  const around = [
    ...center.flatMap((value, i) => [
      lift(bound(i, ONE, value), negate(ONE)),
      lift(bound(i, negate(ONE), value), negate(ONE)),
    ]),
    // t = -radius <= 0
    condition(unit(n + 1, n, negate(ONE)), none, ZERO, false),
    ...box.map((one) => lift(one, ZERO)),
  ];
  return {
    network,
    better: (value) => {
      const near = value === undefined ? ball(first, false) : ball(negate(value), true);
      return { inputs: n, outputs: m, disjuncts: lost.map((one) => ({ conditions: [...near, ...box, one] })) };
    },
    lifted: lost.map((one) => ({ conditions: [...around, lift(one, ZERO)] })),
  };
}
