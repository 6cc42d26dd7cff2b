/**
 * VNN-LIB 1.0 and the real part of 2.0 (https://www.vnnlib.org): verification properties.
 *
 * Assertions are conjunctions and disjunctions of comparisons of linear terms. What they say about the inputs becomes a
 * list of cases, whose union is the set that the property is about; what they say about the outputs is kept with each
 * case. A number is the exact decimal that is written (0.1 is 1/10, unlike in networks, where decimal text stands for a
 * double). Strict comparisons of inputs give the closed set, as cells are closed.
 */
import { compare, divide, type Rational, ZERO } from '../exact/rational.js';
import { type BoxDomain, box } from '../network/domain.js';
import { FormatError } from './error.js';
import { conjunction, type Formula, type LinearConstraint, restrictsInputs, TRUE } from './vnnlib-formula.js';
import { formulaOfVnnlib } from './vnnlib-read.js';

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

function boxOf({ bounds, inequalities }: SpecificationCase): BoxDomain {
  const [relation] = inequalities;
  if (relation !== undefined) {
    throw new FormatError(
      `line ${relation.line}`,
      'expected a bound on one input (only boxes are read), got several inputs; read it as a specification',
    );
  }
  const pick = (side: 'lower' | 'upper') =>
    bounds.map((interval, i) => {
      const value = interval[side];
      if (value !== undefined) return value;
      const fix = `add (assert (${side === 'lower' ? '>=' : '<='} X_${i} ...))`;
      throw new FormatError(`X_${i}`, `expected ${side === 'lower' ? 'a lower' : 'an upper'} bound, got none; ${fix}`);
    });
  return box(pick('lower'), pick('upper'));
}

/**
 * The input boxes of a property, in the order of the file, without repetitions.
 *
 * @throws FormatError naming the line, for anything but boxes, and when no input satisfies the assertions
 */
export function domainsOfVnnlib(text: string, inputs: number): readonly BoxDomain[] {
  const boxes = new Map<string, BoxDomain>();
  for (const current of specificationOfVnnlib(text, inputs)) {
    const domain = boxOf(current);
    const key = [...domain.lower, ...domain.upper].map((r) => `${r.numerator}/${r.denominator}`).join(' ');
    if (!boxes.has(key)) boxes.set(key, domain);
  }
  return [...boxes.values()];
}
