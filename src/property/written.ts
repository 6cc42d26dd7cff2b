/**
 * Queries that are asked in one line, as VNN-LIB: so that they can be kept, checked and given to other tools.
 */
import { add, formatRational, negate, type Rational, subtract } from '../exact/index.js';
import type { Domain, LinearCondition, UnsafeSet } from '../network/index.js';

/** A number of VNN-LIB: fractions are quotients, which version 1.0 has and this program reads in 2.0, too. */
function numberText(value: Rational): string {
  if (value.denominator === 1n) return value.numerator.toString();
  let rest = value.denominator;
  let places = 0;
  for (; rest % 10n === 0n; rest /= 10n) places++;
  for (; rest % 2n === 0n; rest /= 2n) places++;
  for (; rest % 5n === 0n; rest /= 5n) places++;
  if (rest !== 1n) return `(/ ${value.numerator} ${value.denominator})`;
  const digits = (value.numerator * (10n ** BigInt(places) / value.denominator)).toString();
  const sign = digits.startsWith('-') ? '-' : '';
  const padded = digits.replace('-', '').padStart(places + 1, '0');
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** The first line, by which a file is known. */
const WRITTEN = '; written by relu-atlas';

const assertion = (formula: string) => `(assert ${formula})`;
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** What a class must not lose against: every other output at least as large. */
export interface RobustnessQuery {
  readonly center: readonly Rational[];
  readonly radius: Rational;
  readonly outputs: number;
  /** The output that must stay greater than all others. */
  readonly class: number;
  /** Bounds that inputs keep whatever the radius. */
  readonly within?: { readonly lower: readonly Rational[]; readonly upper: readonly Rational[] };
}

const larger = (a: Rational, b: Rational) => (subtract(a, b).numerator >= 0n ? a : b);
const smaller = (a: Rational, b: Rational) => (subtract(a, b).numerator <= 0n ? a : b);

/** Whether within `radius` of a point, in every coordinate, another output is at least that of the class. */
export function robustnessText({ center, radius, outputs, class: kept, within }: RobustnessQuery): string {
  const lines = [
    WRITTEN,
    `; output ${kept} within ${formatRational(radius)} of a point: is another output at least as large?`,
    ...upTo(center.length).map((i) => `(declare-const X_${i} Real)`),
    ...upTo(outputs).map((j) => `(declare-const Y_${j} Real)`),
  ];
  center.forEach((value, i) => {
    const [low, high] = [subtract(value, radius), add(value, radius)];
    lines.push(assertion(`(>= X_${i} ${numberText(within === undefined ? low : larger(low, within.lower[i]!))})`));
    lines.push(assertion(`(<= X_${i} ${numberText(within === undefined ? high : smaller(high, within.upper[i]!))})`));
  });
  const others = upTo(outputs).filter((j) => j !== kept);
  const wins = others.map((j) => `(>= Y_${j} Y_${kept})`);
  lines.push(assertion(wins.length === 1 ? wins[0]! : wins.length === 0 ? 'false' : `(or ${wins.join(' ')})`));
  return `${lines.join('\n')}\n`;
}

/** What is asked of two networks on the same inputs. */
export interface ComparisonQuery {
  readonly inputs: number;
  readonly outputs: number;
  readonly domain: Domain;
  /** `equal`: do outputs differ by more than `within`? `at-least`: is an output of the first below one of the second by more? */
  readonly relation: 'equal' | 'at-least';
  readonly within: Rational;
}

function sum(coefficients: readonly Rational[]): string {
  const terms = coefficients.flatMap((value, i) =>
    value.numerator === 0n ? [] : [`(* ${numberText(value)} A[${i}])`],
  );
  return terms.length === 0 ? '0' : terms.length === 1 ? terms[0]! : `(+ ${terms.join(' ')})`;
}

function domainAssertions(domain: Domain): string[] {
  if (domain.kind === 'whole') return [];
  const box = domain.kind === 'box' ? domain : domain.box;
  const bounds =
    box === undefined
      ? []
      : box.lower.flatMap((lo, i) => [`(>= A[${i}] ${numberText(lo)})`, `(<= A[${i}] ${numberText(box.upper[i]!)})`]);
  if (domain.kind === 'box') return bounds;
  return [
    ...bounds,
    ...domain.inequalities.map(({ coefficients, bound }) => `(<= ${sum(coefficients)} ${numberText(bound)})`),
    ...domain.equalities.map(({ coefficients, bound }) => `(== ${sum(coefficients)} ${numberText(bound)})`),
  ];
}

/** Whether two networks f and g, on the same inputs, differ by more than is allowed. */
export function comparisonText({ inputs, outputs, domain, relation, within }: ComparisonQuery): string {
  const bound = numberText(within);
  const differs = upTo(outputs).flatMap((j) => {
    const below = `(< (- B[${j}] D[${j}]) ${numberText(negate(within))})`;
    return relation === 'equal' ? [`(> (- B[${j}] D[${j}]) ${bound})`, below] : [below];
  });
  const lines = [
    WRITTEN,
    '(vnnlib-version <2.0>)',
    `(declare-network f (declare-input A real [${inputs}]) (declare-output B real [${outputs}]))`,
    `(declare-network g (declare-input C real [${inputs}]) (declare-output D real [${outputs}]))`,
    ...upTo(inputs).map((i) => assertion(`(== A[${i}] C[${i}])`)),
    ...domainAssertions(domain).map(assertion),
    assertion(differs.length === 1 ? differs[0]! : `(or ${differs.join(' ')})`),
  ];
  return `${lines.join('\n')}\n`;
}

function conditionText({ inputs, outputs, constant, strict }: LinearCondition): string {
  const term = (name: string) => (value: Rational, i: number) =>
    value.numerator === 0n ? [] : [`(* ${numberText(value)} ${name}_${i})`];
  const terms = [...inputs.flatMap(term('X')), ...outputs.flatMap(term('Y'))];
  const left = terms.length === 0 ? '0' : terms.length === 1 ? terms[0]! : `(+ ${terms.join(' ')})`;
  return `(${strict ? '>' : '>='} ${left} ${numberText(negate(constant))})`;
}

/** An unsafe set as it is, in version 1.0: conditions that all disjuncts share come first. */
export function unsafeText({ inputs, outputs, disjuncts }: UnsafeSet): string {
  const parts = disjuncts.map(({ conditions }) => conditions.map(conditionText));
  const shared = (parts[0] ?? []).filter((one) => parts.every((all) => all.includes(one)));
  const own = parts.map((all) => all.filter((one) => !shared.includes(one)));
  const choice = own.map((all) => (all.length === 1 ? all[0]! : `(and ${all.length === 0 ? 'true' : all.join(' ')})`));
  const lines = [
    WRITTEN,
    ...upTo(inputs).map((i) => `(declare-const X_${i} Real)`),
    ...upTo(outputs).map((j) => `(declare-const Y_${j} Real)`),
    ...shared.map(assertion),
    assertion(choice.length === 0 ? 'false' : choice.length === 1 ? choice[0]! : `(or ${choice.join(' ')})`),
  ];
  return `${lines.join('\n')}\n`;
}
