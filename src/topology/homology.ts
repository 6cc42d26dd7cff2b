/**
 * Homology of regular complexes over Z, Q and GF(2), from the critical cells alone.
 */
import type { Field } from './chain.js';
import { type CellComplex, eulerCharacteristic } from './complex.js';
import { morseComplex } from './morse.js';
import { diagonalForm, invariantFactors } from './smith.js';

export interface Homology {
  readonly field: Field;
  /** betti[k]: the dimension of H_k; over Z, the rank of its free part. */
  readonly betti: readonly number[];
  /** Over Z: torsion[k] has the orders of the cyclic parts of H_k, each dividing the next. */
  readonly torsion?: readonly (readonly bigint[])[];
  readonly eulerCharacteristic: number;
  /** Cells of the complex, and of those the critical ones, by dimension. */
  readonly cells: readonly number[];
  readonly critical: readonly number[];
}

/**
 * The homology of a complex.
 *
 * betti_k = n_k - rank d_k - rank d_(k+1) over the critical cells; the torsion of H_k are the invariant factors of d_(k+1) beyond 1.
 * Cost: the matching, gradient paths, and a diagonal form of the critical boundaries.
 */
export function homologyOf(complex: CellComplex, field: Field, morse = morseComplex(complex)): Homology {
  const { critical, boundary } = morse;
  const factors = boundary.map((chains) => diagonalForm(chains.map((chain) => new Map(chain))));
  const rank = (k: number) => {
    const list = factors[k] ?? [];
    return field === 'GF2' ? list.filter((factor) => factor % 2n !== 0n).length : list.length;
  };
  const homology: Homology = {
    field,
    betti: critical.map((cells, k) => cells.length - rank(k) - rank(k + 1)),
    eulerCharacteristic: eulerCharacteristic(complex),
    cells: complex.map(({ facets }) => facets.length),
    critical: critical.map((cells) => cells.length),
  };
  if (field !== 'Z') return homology;
  const torsion = critical.map((_, k) => invariantFactors(factors[k + 1] ?? []).filter((factor) => factor > 1n));
  return { ...homology, torsion };
}
