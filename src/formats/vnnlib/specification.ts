/**
 * VNN-LIB 1.0 and the real part of 2.0 (https://www.vnnlib.org): verification properties.
 *
 * Assertions are conjunctions and disjunctions of comparisons of linear terms. What they say about the inputs becomes a
 * list of cases, whose union is the set that the property is about; what they say about the outputs is kept with each
 * case. A number is the exact decimal that is written (0.1 is 1/10, unlike in networks, where decimal text stands for a
 * double). Strict comparisons of inputs give the closed set, as cells are closed.
 */
import { compare, divide, negate, ONE, type Rational, ZERO } from '../../exact/index.js';
import { type BoxDomain, box, type Domain, type LinearBound, polytope } from '../../network/index.js';
import { FormatError } from '../input/error.js';
import { jsonOfDomain } from '../json/write-domain.js';
import {
  type Coefficients,
  conjunction,
  type Formula,
  type LinearConstraint,
  restrictsInputs,
  TRUE,
} from './formula.js';
import { formulaOfVnnlib } from './read.js';

/** Bounds of one input; a side may be missing. */
export interface Bounds {
  readonly lower?: Rational;
  readonly upper?: Rational;
}

/** One convex set of inputs, with what the property claims there. */
export interface SpecificationCase {
  /** One entry per input. */
  readonly bounds: readonly Bounds[];
  /** Constraints that relate several inputs. */
  readonly inequalities: readonly LinearConstraint[];
  /** What is said about the outputs (and inputs together with them); `true` if nothing. */
  readonly condition: Formula;
}

/** The most intervals, cases times inputs, that a property may expand to. */
const MAX_INTERVALS = 2 ** 18;

/** A case with one more bound on one input, or undefined when nothing satisfies it. */
function tightened(current: SpecificationCase, { inputs, bound }: LinearConstraint): SpecificationCase | undefined {
  const [input, coefficient] = inputs[0]!;
  const side = compare(coefficient, ZERO) > 0 ? 'upper' : 'lower';
  const value = divide(bound, coefficient);
  const old = current.bounds[input]!;
  const known = old[side];
  if (known !== undefined && compare(value, known) * (side === 'upper' ? 1 : -1) >= 0) return current;
  const interval = { ...old, [side]: value };
  if (interval.lower !== undefined && interval.upper !== undefined && compare(interval.lower, interval.upper) > 0) {
    return undefined;
  }
  return { ...current, bounds: current.bounds.map((b, i) => (i === input ? interval : b)) };
}

/** The disjunctive normal form in the inputs: every convex set that `formula` allows within one of `cases`. */
function expand(formula: Formula, cases: readonly SpecificationCase[]): readonly SpecificationCase[] {
  if (formula.kind === 'true') return cases;
  if (formula.kind === 'false') return [];
  if (!restrictsInputs(formula)) {
    return cases.map((current) => ({ ...current, condition: conjunction([current.condition, formula]) }));
  }
  if (formula.kind === 'linear') {
    const { constraint } = formula;
    if (constraint.inputs.length > 1) {
      return cases.map((current) => ({ ...current, inequalities: [...current.inequalities, constraint] }));
    }
    return cases.map((current) => tightened(current, constraint)).filter((current) => current !== undefined);
  }
  if (formula.kind === 'and') return formula.parts.reduce((left, part) => expand(part, left), cases);
  const all: SpecificationCase[] = [];
  for (const part of formula.parts) {
    for (const current of expand(part, cases)) all.push(current);
    if (all.length * (all[0]?.bounds.length ?? 0) > MAX_INTERVALS) {
      throw new FormatError('', `the disjunctions give more than ${all.length} boxes; split the property`);
    }
  }
  return all;
}

/**
 * The cases of a property, in the order of the file.
 *
 * Cases whose bounds contradict each other are left out; whether inequalities leave anything is not decided here.
 *
 * @throws FormatError naming the line, and when no input satisfies the bounds
 */
export function specificationOfVnnlib(text: string, inputs: number): readonly SpecificationCase[] {
  const start: SpecificationCase = { bounds: new Array<Bounds>(inputs).fill({}), inequalities: [], condition: TRUE };
  const cases = expand(formulaOfVnnlib(text, inputs), [start]);
  if (cases.length === 0) throw new FormatError('assertions', 'no input satisfies them; correct the bounds');
  return cases;
}

/** The box of a case, if every input has both bounds. */
function boxOf({ bounds }: SpecificationCase): BoxDomain | undefined {
  const sides = (side: 'lower' | 'upper') => bounds.flatMap((interval) => interval[side] ?? []);
  const [lower, upper] = [sides('lower'), sides('upper')];
  return lower.length === bounds.length && upper.length === bounds.length ? box(lower, upper) : undefined;
}

function dense(coefficients: Coefficients, inputs: number): Rational[] {
  const result = new Array<Rational>(inputs).fill(ZERO);
  for (const [input, coefficient] of coefficients) result[input] = coefficient;
  return result;
}

/** The bounds of a case as inequalities, where they make no box. */
function boundsAsInequalities({ bounds }: SpecificationCase): LinearBound[] {
  return bounds.flatMap(({ lower, upper }, i) => [
    ...(lower === undefined ? [] : [{ coefficients: dense([[i, negate(ONE)]], bounds.length), bound: negate(lower) }]),
    ...(upper === undefined ? [] : [{ coefficients: dense([[i, ONE]], bounds.length), bound: upper }]),
  ]);
}

/** A case as a domain: a box if it says nothing else. */
function domainOf(current: SpecificationCase): Domain {
  const inputs = current.bounds.length;
  const within = boxOf(current);
  if (within !== undefined && current.inequalities.length === 0) return within;
  const stated = current.inequalities.map((row) => ({ coefficients: dense(row.inputs, inputs), bound: row.bound }));
  return within === undefined
    ? polytope(inputs, [...stated, ...boundsAsInequalities(current)])
    : polytope(inputs, stated, { box: within });
}

/**
 * The input domains of a property, in the order of the file, without repetitions.
 *
 * @throws FormatError naming the line, and when no input satisfies the bounds
 */
export function domainsOfVnnlib(text: string, inputs: number): readonly Domain[] {
  const domains = new Map<string, Domain>();
  for (const current of specificationOfVnnlib(text, inputs)) {
    const domain = domainOf(current);
    const key = JSON.stringify(jsonOfDomain(domain));
    if (!domains.has(key)) domains.set(key, domain);
  }
  return [...domains.values()];
}
