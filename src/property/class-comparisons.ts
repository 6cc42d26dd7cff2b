/**
 * Conditions on what the head of a classifier makes of logits, as conditions on the logits.
 *
 * A network that was read with `--head logits` ends before its Softmax, Sigmoid or ArgMax, and a query is about what the file
 * computes. What compares classes is kept exactly: softmax is greater where its logit is, in one group of classes; a sigmoid
 * grows with its logit and is 1/2 where that is 0, and it lies strictly between 0 and 1. Everything else is no question about a piecewise
 * linear function and is refused.
 */
import { add, compare, divide, equal, negate, ONE, type Rational, rational, ZERO } from '../exact/index.js';
import { FormatError, type HeadKind, type OutputHead } from '../formats/index.js';
import type { LinearCondition, UnsafeSet } from '../network/index.js';

/** What one output of a network stands for. */
export interface OutputMeaning {
  readonly kind: HeadKind;
  /** Of a softmax: the classes that are compared with each other have the same. */
  readonly group: string;
}

/** The meaning of every output of networks side by side; undefined where none has a head. */
export function meaningsOf(
  files: readonly { readonly network: { readonly outputs: number }; readonly heads?: readonly OutputHead[] }[],
): readonly OutputMeaning[] | undefined {
  const all = files.flatMap(({ network, heads }, file): OutputMeaning[] => {
    const known = heads?.flatMap(({ kind, groups }, tensor) =>
      groups.map((group) => ({ kind, group: `${file}:${tensor}:${group}` })),
    );
    return known ?? Array.from({ length: network.outputs }, () => ({ kind: 'none', group: '' }));
  });
  return all.every(({ kind }) => kind === 'none') ? undefined : all;
}

const HALF = rational(1n, 2n);

const isZero = (value: Rational) => value.numerator === 0n;

/** Whether the order of the two outputs is that of their logits. */
function keepsOrder(one: OutputMeaning, other: OutputMeaning): boolean {
  if (one.kind !== other.kind || one.kind === 'hardmax') return false;
  return one.kind === 'none' || one.kind === 'sigmoid' || one.group === other.group;
}

/** factor * y + constant >= 0 (> 0) for y = 1 / (1 + exp(-z)): whether it holds for all z, for none, or the condition on z. */
function ofSigmoid(condition: LinearCondition, factor: Rational): LinearCondition | boolean | undefined {
  const threshold = divide(negate(condition.constant), factor);
  if (equal(threshold, HALF)) return { ...condition, constant: ZERO };
  const above = factor.numerator > 0n;
  if (compare(threshold, ZERO) <= 0) return above;
  return compare(threshold, ONE) >= 0 ? !above : undefined;
}

/** The condition on the logits; true or false if it says nothing. @throws FormatError if there is none */
function onLogits(condition: LinearCondition, meanings: readonly OutputMeaning[]): LinearCondition | boolean {
  const met = condition.outputs.flatMap((value, j) => (isZero(value) ? [] : [j]));
  if (met.every((j) => meanings[j]!.kind === 'none')) return condition;
  const [i, j] = met as [number, number | undefined];
  const alone = condition.inputs.every(isZero);
  if (alone && met.length === 2 && isZero(condition.constant)) {
    const opposite = isZero(add(condition.outputs[i]!, condition.outputs[j!]!));
    if (opposite && keepsOrder(meanings[i]!, meanings[j!]!)) return condition;
  }
  const sigmoid = alone && met.length === 1 && meanings[i]!.kind === 'sigmoid';
  const kept = sigmoid ? ofSigmoid(condition, condition.outputs[i]!) : undefined;
  if (kept !== undefined) return kept;
  const { kind } = meanings.find((meaning, k) => met.includes(k) && meaning.kind !== 'none')!;
  const allowed =
    kind === 'sigmoid' ? 'Y_i compared with Y_j or with 1/2' : kind === 'hardmax' ? 'none' : 'Y_i compared with Y_j';
  throw new FormatError(
    'assertions',
    `expected of outputs behind a ${kind} only what compares classes (${allowed}), got another condition on them; --head logits keeps no other, so ask about the logits: read them as outputs with --output NAME`,
  );
}

/**
 * The unsafe set in terms of the logits.
 *
 * @throws FormatError for a condition that has no exact counterpart
 */
export function classComparisons(unsafe: UnsafeSet, meanings: readonly OutputMeaning[]): UnsafeSet {
  const known = new Map<LinearCondition, LinearCondition | boolean>();
  const translated = (condition: LinearCondition) => {
    const found = known.get(condition) ?? onLogits(condition, meanings);
    known.set(condition, found);
    return found;
  };
  const disjuncts = unsafe.disjuncts.flatMap(({ conditions }) => {
    const all = conditions.map(translated);
    return all.includes(false) ? [] : [{ conditions: all.filter((one) => typeof one !== 'boolean') }];
  });
  return { ...unsafe, disjuncts };
}
