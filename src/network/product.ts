/**
 * Several networks as one: side by side, on inputs that they may share.
 */
import { formatRational } from '../exact/index.js';
import { type AffineMap, affineFromIntegers, identityAffine } from './affine.js';
import { type ActivationLayer, LINEAR, type Network } from './model.js';

/** A network and, for each of its inputs, the input of the product that it reads. */
export interface Part {
  readonly network: Network;
  readonly reads: readonly number[];
}

/** Rows below each other, on columns that `reads` names. */
function stacked(inputs: number, parts: readonly { readonly affine: AffineMap; readonly reads: readonly number[] }[]) {
  const exact = parts.map(({ affine }) => affine.integers());
  // Mostly one divides the other: powers of two.
  const denominator = exact.reduce((common, { denominator: d }) => {
    if (common % d === 0n) return common;
    return d % common === 0n ? d : common * d;
  }, 1n);
  const outputs = exact.reduce((sum, part) => sum + part.outputs, 0);
  const weights = new Array<bigint>(outputs * inputs).fill(0n);
  const bias: bigint[] = [];
  let top = 0;
  exact.forEach((part, p) => {
    const { reads } = parts[p]!;
    const factor = denominator / part.denominator;
    part.weights.forEach((w, i) => {
      // Two inputs may read the same one.
      weights[(top + Math.floor(i / part.inputs)) * inputs + reads[i % part.inputs]!]! += w * factor;
    });
    for (const constant of part.bias) bias.push(constant * factor);
    top += part.outputs;
  });
  return affineFromIntegers({ outputs, inputs, weights, bias, denominator });
}

/** Maps side by side: (x, y) -> (first(x), second(y)). */
function beside(maps: readonly AffineMap[]): AffineMap {
  let first = 0;
  const parts = maps.map((affine) => {
    const start = first;
    first += affine.inputs;
    return { affine, reads: Array.from({ length: affine.inputs }, (_, i) => start + i) };
  });
  return stacked(first, parts);
}

/** The same function with layers that only hand on the values before the output map. */
function deepened(network: Network, depth: number): Network {
  const layers: ActivationLayer[] = [...network.layers];
  let { output } = network;
  while (layers.length < depth) {
    layers.push({ affine: output, slopes: new Array(output.outputs).fill(LINEAR) });
    output = identityAffine(output.outputs);
  }
  return { ...network, layers, output };
}

/** The rows of a map with the columns of equal values added up. */
function gathered(map: AffineMap, place: readonly number[], width: number): AffineMap {
  const { outputs, inputs, weights, bias, denominator } = map.integers();
  const sums = new Array<bigint>(outputs * width).fill(0n);
  weights.forEach((w, i) => {
    sums[Math.floor(i / inputs) * width + place[i % inputs]!]! += w;
  });
  return affineFromIntegers({ outputs, inputs: width, weights: sums, bias, denominator });
}

/** Neurons with the same row and slopes as an earlier one of their layer are that neuron: equal networks share all. */
function withoutTwins({ layers, output, ...rest }: Network): Network {
  let place: readonly number[] | undefined;
  let width = 0;
  const onPlaces = (map: AffineMap) => (place === undefined ? map : gathered(map, place, width));
  const slim = layers.map((layer): ActivationLayer => {
    const { outputs, inputs, weights, bias, denominator } = onPlaces(layer.affine).integers();
    const rows = Array.from({ length: outputs }, (_, r) => [...weights.slice(r * inputs, (r + 1) * inputs), bias[r]!]);
    const slopes = layer.slopes.map(({ negative, positive }) => [negative, positive].map(formatRational).join());
    const known = new Map<string, number>();
    const kept: number[] = [];
    place = rows.map((row, r) => {
      const key = `${row.join()} ${slopes[r]}`;
      if (!known.has(key)) known.set(key, kept.push(r) - 1);
      return known.get(key)!;
    });
    width = kept.length;
    const affine = affineFromIntegers({
      outputs: width,
      inputs,
      weights: kept.flatMap((r) => rows[r]!.slice(0, -1)),
      bias: kept.map((r) => bias[r]!),
      denominator,
    });
    return { affine, slopes: kept.map((r) => layer.slopes[r]!) };
  });
  return { ...rest, layers: slim, output: onPlaces(output) };
}

/**
 * The network x -> (first(x restricted to its inputs), second(...), ...), exactly: affine maps stand side by side, and where a
 * network has fewer layers its values are handed on by neurons that do not bend. Neurons that are the same function are one.
 *
 * @param inputs of the product
 * @throws RangeError when a part reads an input that is not there
 */
export function productNetwork(inputs: number, parts: readonly Part[]): Network {
  for (const { network, reads } of parts) {
    if (reads.length !== network.inputs || reads.some((input) => !(input >= 0 && input < inputs))) {
      throw new RangeError(`product: expected ${network.inputs} inputs below ${inputs}, got [${reads}]`);
    }
  }
  const depth = Math.max(0, ...parts.map(({ network }) => network.layers.length));
  const deep = parts.map(({ network }) => deepened(network, depth));
  const join = (maps: readonly AffineMap[], l: number) =>
    l === 0
      ? stacked(
          inputs,
          maps.map((affine, p) => ({ affine, reads: parts[p]!.reads })),
        )
      : beside(maps);
  const layers = Array.from({ length: depth }, (_, l) => ({
    affine: join(
      deep.map(({ layers: own }) => own[l]!.affine),
      l,
    ),
    slopes: deep.flatMap(({ layers: own }) => own[l]!.slopes),
  }));
  const output = join(
    deep.map((network) => network.output),
    depth,
  );
  const notes = [...new Set(parts.flatMap(({ network }) => network.notes))];
  return withoutTwins({ inputs, outputs: output.outputs, layers, output, endsWithActivation: false, notes });
}
