/**
 * Theorem. A vertex of the planar kernel is within its radius of where its two lines cross, wherever doubles have put it.
 *
 * The radius of every vertex is derived from the residuals of its lines (Lemma 3 of `engines/planar/vertices.ts`). Here vertices are put
 * from a last place to the whole box away from the crossing, which is known from exact elimination.
 *
 * Source: src/engines/planar/vertices.ts, Lemma 3; Higham 2002, chapter 7 (residuals bound errors).
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import { FACES, PlanarLines, PlanarVertices } from '../../../src/engines/planar/vertices.js';
import { solve } from '../../../src/exact/linear-systems.js';
import { absolute, compare, multiply, rational, rationalFromDouble, subtract } from '../../../src/exact/rational.js';
import { nearestDouble } from '../../../src/exact/rounding.js';
import type { CellKernel, KernelFactory } from '../../../src/walk/kernel.js';
import { planarPlaces } from '../../../src/walk/layer/planar.js';
import { splitTreeOf } from '../../support/engines/split-tree.js';
import { holds } from '../../support/generators/holds.js';
import { type PlanarProblem, planarProblem, sliverNetwork } from '../../support/generators/planar-problems.js';

/** Runs `attack` on the kernel's own lines and vertices when the last layer of the first cell has been entered. */
function onFirstCell({ network, domain }: PlanarProblem, attack: (kernel: Attacked) => void) {
  let done = false;
  const factory: KernelFactory = (context) => {
    const kernel = planarKernel(context);
    const last = network.layers.length - 1;
    const enterLayer = (layer: number) => {
      kernel.enterLayer(layer);
      if (layer !== last || done) return;
      done = true;
      attack({ context, layer });
    };
    return new Proxy(kernel, {
      get: (target, name) => {
        if (name === 'enterLayer') return enterLayer;
        const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return member.bind(target);
      },
    }) satisfies CellKernel;
  };
  splitTreeOf(network, domain, factory);
}
type Attacked = { context: Parameters<KernelFactory>[0]; layer: number };

it('a vertex is within its radius of where its lines cross, wherever it was put', () => {
  let tight = 0;
  // How far from the crossing the vertex is put, relative to the box: from a last place to everywhere.
  const distance = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -56, max: 1 }));
  holds(
    fc.property(
      fc.oneof(planarProblem([5, 5]), planarProblem([6], sliverNetwork)),
      distance,
      distance,
      ({ network, domain }, ...distances) => {
        const [offX, offY] = distances.map(([m, e]) => m * 2 ** e) as [number, number];
        onFirstCell({ network, domain }, ({ context, layer }) => {
          const { problem } = context;
          const arrays = {
            doubles: (length: number) => new Float64Array(length),
            integers: (length: number) => new Int32Array(length),
            signs: (length: number) => new Int8Array(length),
          };
          const places = planarPlaces(
            arrays,
            context.problem.layers.reduce((sum, { width }) => sum + width, 0),
            64,
          );
          const lines = new PlanarLines(context, places);
          const vertices = new PlanarVertices(context, lines, places);
          const start = vertices.addCorner(0, 2);
          const { width } = problem.layers[layer]!;
          for (const face of [0, 1]) {
            for (const other of [2, 3]) {
              const v = vertices.addCorner(face, other);
              const exactX = rational(
                (face === 0 ? problem.exactLower : problem.exactUpper)[0]!,
                problem.boxDenominator,
              );
              const off = absolute(subtract(rationalFromDouble(vertices.x[v]!), exactX));
              const allowed = multiply(
                rationalFromDouble(vertices.radius[v]!),
                rationalFromDouble(problem.magnitude[0]!),
              );
              expect(compare(off, allowed)).toBeLessThanOrEqual(0);
              vertices.count--;
            }
          }
          for (let k = 0; k < width; k++) lines.push(FACES + k, layer, k, 1);
          for (let g = FACES; g < FACES + width; g++) {
            for (let h = 0; h < g; h++) {
              const rows = [lines.exactRow(h), lines.exactRow(g)];
              const crossing = solve(
                rows.map((row) => row.slice(0, 2)),
                rows.map((row) => -row[2]!),
              );
              const [x, y] = [0, 1].map((i) =>
                crossing === undefined ? 0 : nearestDouble(crossing.numerators[i]!, crossing.denominator),
              ) as [number, number];
              vertices.x[start] = x + offX * problem.magnitude[0]!;
              vertices.y[start] = y + offY * problem.magnitude[1]!;
              const v = vertices.addCrossing(h, g, start, start, 0);
              vertices.count--;
              if (vertices.isOrigin[v] === 1 && crossing === undefined) continue;
              const radius = vertices.radius[v]!;
              if (!(radius < Number.POSITIVE_INFINITY)) continue;
              if (radius < 2 ** -40) tight++;
              for (const i of [0, 1] as const) {
                const place = rationalFromDouble((i === 0 ? vertices.x : vertices.y)[v]!);
                const off = absolute(subtract(place, rational(crossing!.numerators[i]!, crossing!.denominator)));
                const allowed = multiply(rationalFromDouble(radius), rationalFromDouble(problem.magnitude[i]!));
                expect(compare(off, allowed)).toBeLessThanOrEqual(0);
              }
            }
          }
        });
      },
    ),
    { seed: 3108, runs: 400 },
  );
  expect(tight).toBeGreaterThan(100);
});
