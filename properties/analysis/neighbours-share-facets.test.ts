/**
 * Theorem. The facets of all cells match in pairs: a facet inside the domain is a facet of exactly two cells, with the same
 * vertices in both; a facet on the domain's boundary belongs to one. So the edges of the adjacency graph are the pairs of
 * cells whose common vertices span a hyperplane, each once.
 *
 * A network is continuous, so a pre-activation is the same function on both sides of a facet: a crease that meets the facet's
 * relative interior goes on behind it, and the cells are a polyhedral complex, degenerate networks included.
 *
 * Source: Grigsby and Lindsey 2022, On transversality of bent hyperplane arrangements (the canonical polyhedral complex);
 * Masden 2022, Algorithmic determination of the combinatorial structure of the linear regions of ReLU neural networks.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem, forEachCell } from '../../src/analysis/cells/enumerate.js';
import { withPatternKeys } from '../../src/analysis/cells/pattern-index.js';
import { AdjacencyWalk, adjacencyEdges } from '../../src/analysis/geometry/adjacency.js';
import { facetsOf } from '../../src/analysis/geometry/faces.js';
import { cellGeometry, isBound } from '../../src/analysis/geometry/facets.js';
import { PolytopePath } from '../../src/analysis/geometry/polytope.js';
import type { IntegerVector } from '../../src/exact/integers.js';
import { rank } from '../../src/exact/rank.js';
import { rational } from '../../src/exact/rational.js';
import { type Domain, whole } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';

const problems: fc.Arbitrary<{ network: Network; domain: Domain }> = fc.oneof(
  fc.record({ network: anyNetwork({ inputs: 1, widths: [4, 3] }), domain: smallBox(1) }),
  fc.record({ network: degenerateNetwork({ inputs: 2, widths: [4, 3, 2] }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
  fc.record({ network: deepNetwork(2, 4), domain: smallBox(2) }),
  fc.record({ network: degenerateNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
  fc.record({ network: anyNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
);

/** A text that equal points share. */
function pointKey({ numerators, denominator }: IntegerVector): string {
  return numerators
    .map((n) => rational(n, denominator))
    .map((r) => `${r.numerator}/${r.denominator}`)
    .join();
}

/** Pairs of cells whose common vertices span an affine hyperplane. */
function pairsByVertices(network: Network, domain: Domain): string[] {
  const problem = analysisProblem(network, domain);
  const path = new PolytopePath(problem);
  const cells: Map<string, readonly bigint[]>[] = [];
  forEachCell(problem, (cell) => {
    const points = path
      .polytope(cell)
      .vertices.map(({ point }) => [pointKey(point), [...point.numerators, point.denominator]] as const);
    cells.push(new Map(points));
  });
  const pairs: string[] = [];
  for (let b = 0; b < cells.length; b++) {
    for (let a = 0; a < b; a++) {
      const shared = [...cells[a]!].filter(([key]) => cells[b]!.has(key)).map(([, point]) => point);
      if (rank(shared) === problem.variables) pairs.push(`${a}-${b}`);
    }
  }
  return pairs.sort();
}

test('a facet inside the domain is a facet of exactly two cells, one on the boundary of exactly one', () => {
  let pairs = 0;
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const path = new PolytopePath(problem);
      const facets = new Map<string, { cells: number; onBoundary: boolean }>();
      forEachCell(problem, (cell) => {
        const polytope = path.polytope(cell);
        for (const { constraints, vertices } of facetsOf(polytope)) {
          const key = vertices
            .map((v) => pointKey(polytope.vertices[v]!.point))
            .sort()
            .join(' ');
          const onBoundary = constraints.some((constraint) => isBound(problem, constraint));
          facets.set(key, { cells: (facets.get(key)?.cells ?? 0) + 1, onBoundary });
        }
      });
      for (const { cells, onBoundary } of facets.values()) {
        expect(cells).toBe(onBoundary ? 1 : 2);
        if (!onBoundary) pairs++;
      }
    }),
    { seed: 4014, runs: 80 },
  );
  expect(pairs).toBeGreaterThan(80);
});

test('edges are the pairs of cells that share a facet, each once', () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const edges = adjacencyEdges(analysisProblem(network, domain)).map(({ cells }) => cells.join('-'));
      expect(edges.sort()).toEqual(pairsByVertices(network, domain));
    }),
    { seed: 4011, runs: 80 },
  );
});

test('linear programs and vertices find the same facets', () => {
  const anywhere = fc.oneof(
    problems,
    fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 2] }), domain: fc.constant<Domain>(whole(2)) }),
  );
  holds(
    fc.property(anywhere, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const [byVertices, byPrograms] = [true, false].map((vertices) =>
        withPatternKeys(problem, (keys) => {
          const found: string[] = [];
          const walk = new AdjacencyWalk(
            problem,
            keys,
            cellGeometry(problem, vertices),
            ({ cell, constraint, neighbour }) => {
              found.push(`${neighbour}-${cell.id}: ${constraint}`);
            },
          );
          forEachCell(problem, (cell) => walk.visit(cell));
          return found.sort();
        }),
      );
      expect(byPrograms).toEqual(byVertices);
    }),
    { seed: 4012, runs: 60 },
  );
});

test('bounds of the domain are facets, too, and found both ways', () => {
  holds(
    fc.property(problems, ({ network, domain }) => {
      const problem = analysisProblem(network, domain);
      const lists = [true, false].map((vertices) => {
        const geometry = cellGeometry(problem, vertices);
        const found: string[] = [];
        forEachCell(problem, (cell) => {
          found.push(
            geometry
              .facets(cell, true)
              .map((facet) => facet.constraints.join('='))
              .sort()
              .join(' '),
          );
        });
        return found;
      });
      expect(lists[1]).toEqual(lists[0]);
    }),
    { seed: 4013, runs: 40 },
  );
});
