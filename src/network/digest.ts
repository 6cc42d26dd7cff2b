/**
 * A digest that names a network by its exact meaning, whatever file format it came from.
 */
import { createHash, type Hash } from 'node:crypto';
import { formatRational, reduced } from '../exact/index.js';
import type { AffineMap } from './affine.js';
import type { Network } from './network.js';

/** Doubles as their little-endian bytes, -0 as 0; anything else as reduced integers. */
function hashAffine(hash: Hash, map: AffineMap) {
  hash.update(`affine ${map.outputs} ${map.inputs} ${map.exactDoubles ? 'doubles' : 'integers'}\n`);
  if (map.exactDoubles) {
    const values = [...map.weights, ...map.bias];
    const bytes = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, i) => {
      bytes.setFloat64(8 * i, value === 0 ? 0 : value, true);
    });
    hash.update(new Uint8Array(bytes.buffer));
    return;
  }
  const exact = map.integers();
  const entries = reduced({ numerators: [...exact.weights, ...exact.bias], denominator: exact.denominator });
  hash.update(`${entries.denominator}\n${entries.numerators.join(' ')}\n`);
}

/**
 * SHA-256, in hexadecimal, of the canonical network: shapes, exact weights, exact slopes.
 *
 * Two files with the same digest describe the same sequence of affine maps and activations.
 */
export function networkDigest(network: Network): string {
  const hash = createHash('sha256');
  hash.update(`relu-atlas network 1\ninputs ${network.inputs}\n`);
  for (const layer of network.layers) {
    hashAffine(hash, layer.affine);
    const slopes = layer.slopes.map((s) => `${formatRational(s.negative)},${formatRational(s.positive)}`);
    hash.update(`slopes ${slopes.join(' ')}\n`);
  }
  hashAffine(hash, network.output);
  return hash.digest('hex');
}
