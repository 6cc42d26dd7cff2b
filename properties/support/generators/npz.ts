/**
 * NumPy archives of arrays of doubles, as `numpy.savez` writes them.
 */
import { zipSync } from 'fflate';

export type Tensors = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
>;

/** An array of doubles as `numpy.save` writes it. */
export function npyBytes({ shape, values }: Tensors[string]): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (${dims}), }`.padEnd(117)}\n`;
  const head = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0, ...new TextEncoder().encode(text)];
  return Uint8Array.from([...head, ...new Uint8Array(Float64Array.from(values).buffer)]);
}

export function npzBytes(tensors: Tensors): Uint8Array {
  const arrays = Object.entries(tensors).map(([name, tensor]) => [`${name}.npy`, npyBytes(tensor)]);
  return zipSync(Object.fromEntries(arrays));
}
