/**
 * Rows that vanish at the origin for a reason that can be read off the network: no bias reaches them.
 */
import type { PartitionProblem } from '../../problem/index.js';

/**
 * [layer][neuron] is 1 if the neuron's row has the constant 0 on every cell: always in homogeneous coordinates, otherwise
 * where its own bias is 0 and no neuron of the layers before has a constant. Creases of such neurons all meet in the origin;
 * knowing so spares the exact signs there.
 */
export function originRows(problem: PartitionProblem): readonly Uint8Array[] {
  const { layers, homogeneous, first, given, depth, variables } = problem;
  let all = true;
  return layers.map((layer, l) => {
    const result = new Uint8Array(layer.width);
    if (homogeneous) return result.fill(1);
    if (l === depth) return result.map((_, k) => (given.numerators[k * (variables + 1) + variables] === 0n ? 1 : 0));
    if (!all) return result;
    for (let k = 0; k < layer.width; k++) {
      // A bias that is not 0 as a double is not 0: the integers are computed only where they are likely to be.
      const constant =
        l === 0 ? first.numerators[k * (variables + 1) + variables] : layer.bias[k] === 0 && layer.integers().bias[k];
      if (constant === 0n) result[k] = 1;
      else all = false;
    }
    return result;
  });
}
