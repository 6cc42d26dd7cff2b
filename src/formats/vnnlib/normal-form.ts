/**
 * The disjunctive normal form of a formula: a union of polyhedra.
 */
import { compare, divide, formatRational, type Rational, ZERO } from '../../exact/index.js';
import { FormatError } from '../input/error.js';
import type { Coefficients, Formula, LinearConstraint } from './formula.js';

/** The most polyhedra that a query may expand to. */
export const MAX_DISJUNCTS = 2 ** 14;
/** The most constraints in all of them together, those that all share counted once. */
const MAX_CONSTRAINTS = 2 ** 20;
/** Up to so many polyhedra every one is compared with every other. */
const MOST_COMPARED = 2 ** 10;

/** All constraints of one polyhedron. */
export type Conjunct = readonly LinearConstraint[];

/** A set of numbers of constraints, increasing. */
type Ids = readonly number[];

/** The constraints by their content, so that one that is written twice is one. */
class Constraints {
  readonly list: LinearConstraint[] = [];
  readonly #ids = new Map<string, number>();

  idOf(constraint: LinearConstraint): number {
    const key = keyOf(constraint);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.list.length);
    this.list.push(constraint);
    return this.list.length - 1;
  }
}

const textOf = (coefficients: Coefficients) =>
  coefficients.map(([index, value]) => `${index}:${formatRational(value)}`).join(' ');

function keyOf({ inputs, outputs, bound, strict }: LinearConstraint): string {
  return `${textOf(inputs)}|${textOf(outputs)}|${formatRational(bound)}|${strict}`;
}

/** What the bounds of single variables say. */
interface Interval {
  lower?: { readonly value: Rational; readonly strict: boolean };
  upper?: { readonly value: Rational; readonly strict: boolean };
}

type Intervals = Map<string, Interval>;

/** Narrows the interval of the one variable of a constraint. @returns false when nothing is left of it */
function narrow(intervals: Intervals, constraint: LinearConstraint, outer?: Intervals): boolean {
  const { inputs, outputs, bound, strict } = constraint;
  if (inputs.length + outputs.length !== 1) return true;
  const [index, coefficient] = (inputs[0] ?? outputs[0])!;
  const key = `${inputs.length === 1 ? 'X' : 'Y'}${index}`;
  const value = divide(bound, coefficient);
  const side = compare(coefficient, ZERO) > 0 ? 'upper' : 'lower';
  const old = intervals.get(key) ?? outer?.get(key) ?? {};
  const known = old[side];
  const order = known === undefined ? -1 : compare(value, known.value) * (side === 'upper' ? 1 : -1);
  const tighter = order < 0 || (order === 0 && strict);
  const interval: Interval = tighter ? { ...old, [side]: { value, strict } } : old;
  intervals.set(key, interval);
  const { lower, upper } = interval;
  if (lower === undefined || upper === undefined) return true;
  const gap = compare(lower.value, upper.value);
  return gap < 0 || (gap === 0 && !lower.strict && !upper.strict);
}

function union(a: Ids, b: Ids): Ids {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

function includes(larger: Ids, smaller: Ids): boolean {
  let at = 0;
  for (const id of larger) if (at < smaller.length && smaller[at] === id) at++;
  return at === smaller.length;
}

/** Leaves out polyhedra that lie in another one because they have all of its constraints. */
function absorbed(sets: readonly Ids[]): readonly Ids[] {
  const distinct = [...new Map(sets.map((ids) => [ids.join(), ids])).values()];
  if (distinct.length > MOST_COMPARED) return distinct;
  return distinct.filter((ids) => !distinct.some((other) => other.length < ids.length && includes(ids, other)));
}

function checkSize(sets: readonly Ids[]) {
  const constraints = sets.reduce((sum, ids) => sum + ids.length, 0);
  if (sets.length <= MAX_DISJUNCTS && constraints <= MAX_CONSTRAINTS) return;
  const limit = sets.length > MAX_DISJUNCTS ? `${MAX_DISJUNCTS} polyhedra` : `${MAX_CONSTRAINTS} constraints`;
  throw new FormatError('assertions', `the disjunctions give more than ${limit}; split the query`);
}

interface Expansion {
  readonly constraints: Constraints;
  /** What the constraints that every polyhedron has say of single variables. */
  readonly common: Intervals;
}

/** Whether the bounds of single variables leave anything. */
function possible(ids: Ids, { constraints, common }: Expansion): boolean {
  const own: Intervals = new Map();
  return ids.every((id) => narrow(own, constraints.list[id]!, common));
}

function product(left: readonly Ids[], right: readonly Ids[], expansion: Expansion): readonly Ids[] {
  const sets: Ids[] = [];
  let constraints = 0;
  for (const a of left) {
    for (const b of right) {
      const both = union(a, b);
      if (!possible(both, expansion)) continue;
      sets.push(both);
      constraints += both.length;
      // Before absorption there may be more, but not without end.
      if (sets.length > 4 * MAX_DISJUNCTS || constraints > 4 * MAX_CONSTRAINTS) checkSize(sets);
    }
  }
  const kept = absorbed(sets);
  checkSize(kept);
  return kept;
}

function setsOf(formula: Formula, expansion: Expansion): readonly Ids[] {
  if (formula.kind === 'true') return [[]];
  if (formula.kind === 'false') return [];
  if (formula.kind === 'linear') {
    const ids = [expansion.constraints.idOf(formula.constraint)];
    return possible(ids, expansion) ? [ids] : [];
  }
  const parts = formula.parts.map((part) => setsOf(part, expansion));
  if (formula.kind === 'or') {
    const all = absorbed(parts.flat());
    checkSize(all);
    return all;
  }
  return parts.reduce((left, right) => product(left, right, expansion), [[]] as readonly Ids[]);
}

/** The constraints of the outermost conjunction, and the rest of it. */
function split(formula: Formula): { readonly common: readonly LinearConstraint[]; readonly rest: readonly Formula[] } {
  if (formula.kind === 'linear') return { common: [formula.constraint], rest: [] };
  if (formula.kind !== 'and') return { common: [], rest: [formula] };
  const parts = formula.parts.map(split);
  return { common: parts.flatMap(({ common }) => common), rest: parts.flatMap(({ rest }) => rest) };
}

/** A formula as what holds everywhere and polyhedra within it. */
export interface NormalForm {
  readonly common: Conjunct;
  /** What each polyhedron has besides. None: the formula cannot hold. One without constraints: `common` is all. */
  readonly disjuncts: readonly Conjunct[];
}

/**
 * Conjunctions are multiplied out; polyhedra that the bounds of one variable make empty, and such as lie in another, are
 * left out. Which points satisfy the formula is not changed, strict comparisons stay strict.
 *
 * @throws FormatError for more than 16,384 polyhedra
 */
export function normalForm(formula: Formula): NormalForm {
  const { common, rest } = split(formula);
  const shared = new Constraints();
  for (const constraint of common) shared.idOf(constraint);
  const intervals: Intervals = new Map();
  if (!shared.list.every((constraint) => narrow(intervals, constraint))) return { common: shared.list, disjuncts: [] };
  const expansion: Expansion = { constraints: new Constraints(), common: intervals };
  const sets = rest.reduce((left, part) => product(left, setsOf(part, expansion), expansion), [[]] as readonly Ids[]);
  return { common: shared.list, disjuncts: sets.map((ids) => ids.map((id) => expansion.constraints.list[id]!)) };
}
