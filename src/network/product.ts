/**
 * Several networks as one: side by side, on inputs that they may share.
 */
import { reduced } from '../exact/index.js';
import { type AffineMap, affineFromIntegers, identityAffine } from './affine.js';
import { type ActivationLayer, LINEAR, type Network } from './model.js';
import { forEachInRow } from './sparsity.js';
import { split } from './stored-affine.js';

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
  const starts = new Int32Array(outputs + 1);
  const columns: number[] = [];
  const values: bigint[] = [];
  const bias: bigint[] = [];
  exact.forEach((part, p) => {
    const { reads } = parts[p]!;
    const factor = denominator / part.denominator;
    for (let r = 0; r < part.outputs; r++) {
      const row = new Map<number, bigint>();
      // Two inputs may read the same one.
      forEachInRow(part.pattern, r, (j, e) =>
        row.set(reads[j]!, (row.get(reads[j]!) ?? 0n) + part.values[e]! * factor),
      );
      for (const column of [...row.keys()].sort((a, b) => a - b)) {
        columns.push(column);
        values.push(row.get(column)!);
      }
      bias.push(part.bias[r]! * factor);
      starts[bias.length] = columns.length;
    }
  });
  const pattern = { outputs, inputs, starts, columns: Int32Array.from(columns) };
  return affineFromIntegers(split(pattern, reduced({ numerators: [...values, ...bias], denominator })));
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

/**
 * The network x -> (first(x restricted to its inputs), second(...), ...), exactly: affine maps stand side by side, and where a
 * network has fewer layers its values are handed on by neurons that do not bend. What two of them compute alike is there
 * twice: float32 programs of the parts are that of the product.
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
  return { inputs, outputs: output.outputs, layers, output, endsWithActivation: false, notes };
}
