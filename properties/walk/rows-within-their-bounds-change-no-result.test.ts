/**
 * Theorem. Rows of doubles that are as wrong as their error bounds allow change no result: the split tree is the same, and every
 * implication and witness is proved.
 *
 * Doubles are hardly ever off by as much as is derived for them, so that a bound that is forgotten in one place does no harm in
 * any usual case. Here every row of every layer is moved by a small part of its mass, which its bounds are then told of.
 *
 * Source: the definition of an error bound; decisions are made in exact arithmetic where bounds do not settle them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { cube } from '../../src/network/domain.js';
import type { KernelContext, KernelFactory } from '../../src/walk/kernel.js';
import { decisionsByArithmetic } from '../../src/walk/tree.js';
import { certificateOf, check } from '../support/engines/checked.js';
import { splitTreeOf } from '../support/engines/split-tree.js';
import { holds } from '../support/generators/holds.js';
import { dyadicNetwork, networkFrom } from '../support/generators/networks.js';
import { genericDouble } from '../support/generators/numbers.js';

const SEED = 5311;

/** Numbers in [-1, 1] that look random: the fractional part of a large sine. */
const noise = (...place: readonly number[]) => Math.sin(place.reduce((sum, p) => 7.13 * sum + p, 0.7) * 1e4);

/** Moves the rows of a layer by `part` of their masses, all of it at some corner of the domain. */
function move({ rows, problem }: KernelContext, layer: number, part: number, key: number) {
  const { variables, magnitude } = problem;
  const [data, mass, error, threshold] = [rows.rows, rows.mass, rows.error, rows.threshold].map((all) => all[layer]!);
  for (let k = 0; k < problem.layers[layer]!.width; k++) {
    const by = part * mass![k]!;
    // How it is dealt out, most of it to one entry; the signs decide the corner.
    const shares = Array.from({ length: variables + 1 }, (_, i) => noise(key, layer, k, i) ** 9);
    const sum = shares.reduce((total, share) => total + Math.abs(share), 0);
    shares.forEach((share, i) => {
      data![k * rows.stride + i]! += (by * (share / sum)) / (magnitude[i] ?? 1);
    });
    // Generously more, for the rounding here.
    for (const bound of [mass!, error!, threshold!]) bound[k]! += by * (1 + 2 ** -30);
  }
}

/** The kernel, on rows that have been moved. */
function onMovedRows(kernel: KernelFactory, part: number, key: number): KernelFactory {
  return (context) => {
    const moved = kernel(context);
    const enterLayer = moved.enterLayer.bind(moved);
    moved.enterLayer = (layer) => {
      move(context, layer, part, key);
      enterLayer(layer);
    };
    return moved;
  };
}

const ENGINES = [
  ['lp, 2 inputs', lpKernel(simplexBackend), [2, 5, 9]],
  ['lp, 3 inputs', lpKernel(simplexBackend), [3, 4, 3]],
  ['planar', planarKernel, [2, 5, 9]],
  ['vertex', vertexKernel, [3, 4, 4]],
] as const;

describe.each(ENGINES)('%s', (_, kernel, [inputs, ...widths]) => {
  it.each([2 ** -9, 2 ** -6, 2 ** -4])('rows moved by %d of their mass', (part) => {
    const networks = fc.oneof(
      networkFrom({ inputs, widths }, { entry: genericDouble }),
      dyadicNetwork({ inputs, widths }),
    );
    let [double, exact] = [0, 0];
    holds(
      fc.property(networks, fc.integer({ min: 1, max: 1000 }), (network, key) => {
        const moved = onMovedRows(kernel, part, key);
        const domain = cube(inputs, -1, 2);
        const { text, decisions } = splitTreeOf(network, domain, moved);
        expect(text).toEqual(splitTreeOf(network, domain, kernel).text);
        double += decisionsByArithmetic(decisions).double;
        exact += decisionsByArithmetic(decisions).exact;
        const certificate = certificateOf(network, domain, moved);
        expect(check(network, domain, certificate).cells).toBe(certificate.trailer.cells);
      }),
      { seed: SEED, runs: 30 },
    );
    // Neither all nor nothing is within the bounds.
    expect(double).toBeGreaterThan(0);
    expect(exact).toBeGreaterThan(0);
  });
});
