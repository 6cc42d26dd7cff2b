/**
 * Points near a counterexample where its conditions hold by more: gradient steps in doubles, which propose and decide nothing.
 */
import { toDouble } from '../exact/index.js';
import type { AffineMap, LinearCondition, Network } from '../network/index.js';

/** Steps at most; a longer walk leaves the neighbourhood. */
const STEPS = 24;

interface Trace {
  readonly output: Float64Array;
  /** The slope of every neuron. */
  readonly slopes: readonly Float64Array[];
}

function apply({ inputs, outputs, weights, bias }: AffineMap, x: Float64Array): Float64Array {
  const result = Float64Array.from(bias);
  for (let r = 0; r < outputs; r++) for (let c = 0; c < inputs; c++) result[r]! += weights[r * inputs + c]! * x[c]!;
  return result;
}

function transposed({ inputs, outputs, weights }: AffineMap, y: Float64Array): Float64Array {
  const result = new Float64Array(inputs);
  for (let r = 0; r < outputs; r++) for (let c = 0; c < inputs; c++) result[c]! += weights[r * inputs + c]! * y[r]!;
  return result;
}

function trace(network: Network, point: readonly number[]): Trace {
  let values: Float64Array = Float64Array.from(point);
  const slopes = network.layers.map((layer) => {
    values = apply(layer.affine, values);
    const own = values.map((value, j) => toDouble(value > 0 ? layer.slopes[j]!.positive : layer.slopes[j]!.negative));
    values = values.map((value, j) => value * own[j]!);
    return own;
  });
  return { output: apply(network.output, values), slopes };
}

/** The gradient of outputs . y. */
function gradient(network: Network, { slopes }: Trace, outputs: Float64Array): Float64Array {
  let back = transposed(network.output, outputs);
  for (let l = network.layers.length - 1; l >= 0; l--) {
    back = transposed(
      network.layers[l]!.affine,
      back.map((value, j) => value * slopes[l]![j]!),
    );
  }
  return back;
}

interface Row {
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  readonly constant: number;
}

function rowOf({ inputs, outputs, constant }: LinearCondition): Row {
  return {
    inputs: Float64Array.from(inputs, toDouble),
    outputs: Float64Array.from(outputs, toDouble),
    constant: toDouble(constant),
  };
}

const dot = (a: Float64Array, b: ArrayLike<number>) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Moves a point into the half-spaces of the conditions on inputs alone, one after the other. */
function projected(point: readonly number[], rows: readonly Row[]): number[] {
  const moved = [...point];
  for (const { inputs, constant } of rows) {
    const value = dot(inputs, moved) + constant;
    const norm = dot(inputs, inputs);
    if (value < 0 && norm > 0) for (let i = 0; i < moved.length; i++) moved[i]! -= (value / norm) * inputs[i]!;
  }
  return moved;
}

/** Points one after the other, each with a larger least left-hand side of the conditions on outputs. */
export function* ascend(network: Network, conditions: readonly LinearCondition[], start: readonly number[]) {
  const rows = conditions.map(rowOf);
  const aboutInputs = rows.filter(({ outputs }) => outputs.every((value) => value === 0));
  const aboutOutputs = rows.filter(({ outputs }) => outputs.some((value) => value !== 0));
  if (aboutOutputs.length === 0 || !start.every(Number.isFinite)) return;
  const worstAt = (point: readonly number[], { output }: Trace) => {
    const values = aboutOutputs.map((row) => dot(row.inputs, point) + dot(row.outputs, output) + row.constant);
    const least = Math.min(...values);
    return { least, row: aboutOutputs[values.indexOf(least)]! };
  };
  let point = [...start];
  let at = trace(network, point);
  let step = 1;
  for (let k = 0; k < STEPS; k++) {
    const { least, row } = worstAt(point, at);
    const through = gradient(network, at, row.outputs);
    const direction = through.map((value, i) => value + row.inputs[i]!);
    const norm = dot(direction, direction);
    if (!(norm > 0) || !Number.isFinite(norm)) return;
    // To where the condition would hold by as much again as it does, or by 1.
    const length = (step * Math.max(1, Math.abs(least))) / norm;
    const next = projected(
      point.map((value, i) => value + length * direction[i]!),
      aboutInputs,
    );
    const after = trace(network, next);
    if (worstAt(next, after).least > least) {
      point = next;
      at = after;
      yield point;
    } else step /= 4;
  }
}
