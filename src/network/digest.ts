/**
 * A digest that names a network by its exact meaning, whatever file format it came from.
 */
import { formatRational, reduced } from '../exact/index.js';
import type { Network } from './model.js';
import { type Sha256, sha256 } from './sha256.js';
import { forEachInRow } from './sparsity.js';
import type { AffineMap } from './stored-affine.js';

/** Doubles as their little-endian bytes, -0 as 0. */
function hashDoubles(hash: Sha256, values: Float64Array) {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => {
    bytes.setFloat64(8 * i, value === 0 ? 0 : value, true);
  });
  hash.update(new Uint8Array(bytes.buffer));
}

/** Doubles, or anything else as reduced integers; zeros are hashed wherever they are, stored or not. */
function hashAffine(hash: Sha256, map: AffineMap) {
  const { outputs, inputs, pattern } = map;
  hash.update(`affine ${outputs} ${inputs} ${map.exactDoubles ? 'doubles' : 'integers'}\n`);
  if (map.exactDoubles) {
    const row = new Float64Array(inputs);
    for (let r = 0; r < outputs; r++) {
      row.fill(0);
      forEachInRow(pattern, r, (c, e) => {
        row[c] = map.values[e]!;
      });
      hashDoubles(hash, row);
    }
    hashDoubles(hash, map.bias);
    return;
  }
  const exact = map.integers();
  const all = reduced({ numerators: [...exact.values, ...exact.bias], denominator: exact.denominator });
  hash.update(`${all.denominator}\n`);
  for (let r = 0; r < outputs; r++) {
    const row = new Array<bigint>(inputs).fill(0n);
    forEachInRow(exact.pattern, r, (c, e) => {
      row[c] = all.numerators[e]!;
    });
    hash.update(row.map((n) => `${n} `).join(''));
  }
  hash.update(`${all.numerators.slice(exact.values.length).join(' ')}\n`);
}

/**
 * SHA-256, in hexadecimal, of the canonical network: shapes, exact weights, exact slopes.
 *
 * Two files with the same digest describe the same sequence of affine maps and activations.
 */
export function networkDigest(network: Network): string {
  const hash = sha256();
  hash.update(`relu-atlas network 1\ninputs ${network.inputs}\n`);
  for (const layer of network.layers) {
    hashAffine(hash, layer.affine);
    const slopes = layer.slopes.map((s) => `${formatRational(s.negative)},${formatRational(s.positive)}`);
    hash.update(`slopes ${slopes.join(' ')}\n`);
  }
  hashAffine(hash, network.output);
  return hash.digest('hex');
}
