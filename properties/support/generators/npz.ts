/**
 * NumPy archives of arrays of doubles, as `numpy.savez` writes them.
 */
import { zipSync } from 'fflate';

export type Tensors = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
>;

export function npzBytes(tensors: Tensors): Uint8Array {
  const arrays = Object.entries(tensors).map(([name, { shape, values }]) => {
    const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
    const text = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (${dims}), }`.padEnd(117)}\n`;
    const head = Uint8Array.from([
      0x93,
      ...new TextEncoder().encode('NUMPY'),
      1,
      0,
      118,
      0,
      ...new TextEncoder().encode(text),
    ]);
    return [`${name}.npy`, Uint8Array.from([...head, ...new Uint8Array(Float64Array.from(values).buffer)])];
  });
  return zipSync(Object.fromEntries(arrays));
}
