/**
 * A network in the making: affine maps and slopes as plain rationals, and the exact reductions of one layer.
 */
import {
  add,
  divide,
  integersFromRationals,
  multiply,
  negate,
  type Rational,
  rational,
  solveAny,
  subtract,
  ZERO,
} from '../../exact/index.js';
import {
  type AffineMap,
  affineFromRationals,
  bends,
  buildNetwork,
  LINEAR,
  type Network,
  rationalAffine,
  type Slopes,
  type Step,
} from '../../network/index.js';

type Vector = readonly Rational[];

/** One neuron with what enters and what leaves it. */
interface Neuron {
  readonly weights: Vector;
  readonly bias: Rational;
  readonly slopes: Slopes;
  /** Its weight in each row of the next map. */
  readonly column: Vector;
}

/** x -> weights x + bias */
interface Rows {
  weights: Vector[];
  bias: Rational[];
}

export interface Draft {
  /** maps[l] leads into layer l, the last one to the outputs. */
  readonly maps: Rows[];
  readonly slopes: Slopes[][];
}

function rowsOf(map: AffineMap): Rows {
  const { jacobian, constant } = rationalAffine(map);
  return { weights: [...jacobian], bias: [...constant] };
}

export function draftOf(network: Network): Draft {
  return {
    maps: [...network.layers.map((layer) => rowsOf(layer.affine)), rowsOf(network.output)],
    slopes: network.layers.map((layer) => [...layer.slopes]),
  };
}

/** The canonical network of a draft; layers that bend nowhere are merged, and behind an empty layer all is constant. */
export function networkOfDraft(network: Network, { maps, slopes }: Draft): Network {
  const empty = slopes.map((layer) => layer.length).lastIndexOf(0);
  if (empty >= 0) return constantNetwork(network, maps.slice(empty + 1), slopes.slice(empty + 1));
  let width = network.inputs;
  const steps: Step[] = [];
  maps.forEach(({ weights, bias }, l) => {
    steps.push({ affine: affineFromRationals(width, weights, bias) });
    width = weights.length;
    if (l < slopes.length) steps.push({ slopes: slopes[l]! });
  });
  return buildNetwork(network.inputs, steps, network.notes);
}

function active({ negative, positive }: Slopes, value: Rational): Rational {
  return multiply(value, value.numerator > 0n ? positive : negative);
}

function constantNetwork({ inputs, notes }: Network, maps: readonly Rows[], slopes: readonly Slopes[][]): Network {
  let values: Rational[] = [];
  maps.forEach(({ weights, bias }, l) => {
    const pre = bias.map((b, k) => dot(weights[k]!, values, b));
    values = l < slopes.length ? pre.map((value, j) => active(slopes[l]![j]!, value)) : pre;
  });
  const zeros = values.map(() => new Array<Rational>(inputs).fill(ZERO));
  return buildNetwork(inputs, [{ affine: affineFromRationals(inputs, zeros, values) }], notes);
}

function dot(a: Vector, b: Vector, start: Rational): Rational {
  return a.reduce((sum, x, i) => (x.numerator === 0n ? sum : add(sum, multiply(x, b[i]!))), start);
}

function isZero(vector: Vector): boolean {
  return vector.every((x) => x.numerator === 0n);
}

/** a + factor * b */
function plus(a: Vector, b: Vector, factor: Rational): Rational[] {
  return a.map((x, i) => add(x, multiply(factor, b[i]!)));
}

/** Removes the neurons of a layer that the function can do without; changes the map into it and the one behind it. */
export function reduceLayer({ maps, slopes }: Draft, layer: number): void {
  const into = maps[layer]!;
  const behind = maps[layer + 1]!;
  const all = slopes[layer]!.map(
    (pair, j): Neuron => ({
      weights: into.weights[j]!,
      bias: into.bias[j]!,
      slopes: pair,
      column: behind.weights.map((row) => row[j]!),
    }),
  );
  const varying: Neuron[] = [];
  for (const neuron of all) {
    if (isZero(neuron.column)) continue;
    if (!isZero(neuron.weights)) varying.push(neuron);
    else behind.bias = plus(behind.bias, neuron.column, active(neuron.slopes, neuron.bias));
  }
  const merged = mergeMultiples(varying);
  const linear = independent(
    merged.filter((n) => !bends(n.slopes)),
    behind,
  );
  const kept = [...merged.filter((n) => bends(n.slopes)), ...linear].filter((n) => !isZero(n.column));
  into.weights = kept.map((n) => n.weights);
  into.bias = kept.map((n) => n.bias);
  slopes[layer] = kept.map((n) => n.slopes);
  behind.weights = behind.bias.map((_, k) => kept.map((n) => n.column[k]!));
}

/** z = factor * u for the function u whose first nonzero weight is 1. */
function factorOf({ weights }: Neuron): Rational {
  return weights.find((w) => w.numerator !== 0n)!;
}

/** The neuron as a function of u: its slopes there. */
function slopesInUnit(neuron: Neuron): Slopes {
  const factor = factorOf(neuron);
  const { negative, positive } = neuron.slopes;
  const [below, above] = factor.numerator > 0n ? [negative, positive] : [positive, negative];
  return { negative: multiply(factor, below), positive: multiply(factor, above) };
}

/**
 * Merges bending neurons whose pre-activations are multiples of one function u. With the first one's bend phi every other
 * is alpha phi + beta u; so one bend and, if the betas do not cancel, one linear neuron do the work of all.
 */
function mergeMultiples(neurons: readonly Neuron[]): Neuron[] {
  const groups = new Map<string, Neuron[]>();
  for (const neuron of neurons) {
    const factor = factorOf(neuron);
    const unit = [...neuron.weights, neuron.bias].map((entry) => divide(entry, factor));
    const bent = bends(neuron.slopes);
    const key = `${bent} ${unit.map(({ numerator, denominator }) => `${numerator}/${denominator}`).join(' ')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [neuron]);
    else group.push(neuron);
  }
  return [...groups.values()].flatMap((group) =>
    group.length > 1 && bends(group[0]!.slopes) ? mergedGroup(group) : group,
  );
}

function mergedGroup(group: readonly Neuron[]): Neuron[] {
  const [first, ...others] = group as readonly [Neuron, ...Neuron[]];
  const own = slopesInUnit(first);
  let column: Vector = first.column;
  let straight: Vector = first.column.map(() => ZERO);
  for (const other of others) {
    const { negative, positive } = slopesInUnit(other);
    const alpha = divide(subtract(positive, negative), subtract(own.positive, own.negative));
    const beta = subtract(negative, multiply(alpha, own.negative));
    column = plus(column, other.column, alpha);
    straight = plus(straight, other.column, beta);
  }
  const factor = factorOf(first);
  const unit: Neuron = {
    weights: first.weights.map((w) => divide(w, factor)),
    bias: divide(first.bias, factor),
    slopes: LINEAR,
    column: straight,
  };
  return [...(isZero(column) ? [] : [{ ...first, column }]), ...(isZero(straight) ? [] : [unit])];
}

/** Linear neurons with linearly independent weights that do the work of all; constants go to the map behind. */
function independent(neurons: readonly Neuron[], behind: Rows): Neuron[] {
  const kept: Neuron[] = [];
  for (const neuron of neurons) {
    const slope = neuron.slopes.positive;
    if (slope.numerator === 0n) continue;
    // With slope 1, so that columns add up directly.
    const plain: Neuron = { ...neuron, slopes: LINEAR, column: neuron.column.map((w) => multiply(w, slope)) };
    const terms = combination(plain, kept);
    if (terms === undefined) {
      kept.push(plain);
      continue;
    }
    const constant = terms.reduce((sum, term, k) => add(sum, negate(multiply(term, kept[k]!.bias))), plain.bias);
    behind.bias = plus(behind.bias, plain.column, constant);
    terms.forEach((term, k) => {
      kept[k] = { ...kept[k]!, column: plus(kept[k]!.column, plain.column, term) };
    });
  }
  return kept;
}

/** The factors with which the weights of `others` add up to the neuron's, if they do. */
function combination({ weights }: Neuron, others: readonly Neuron[]): Rational[] | undefined {
  if (others.length === 0) return undefined;
  const rows = weights.map((w, i) => [...others.map((other) => other.weights[i]!), w]);
  const integers = rows.map((row) => integersFromRationals(row).numerators);
  const solution = solveAny(
    integers.map((row) => row.slice(0, -1)),
    integers.map((row) => row.at(-1)!),
  );
  return solution?.numerators.map((n) => rational(n, solution.denominator));
}
