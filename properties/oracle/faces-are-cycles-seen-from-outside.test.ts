/**
 * The oracle's faces of cells in space are ordered cycles: consecutive vertices share an edge of the cell (they lie on two common
 * facets), and seen from outside they go counterclockwise: (b - a) x (c - b) . inward normal < 0 at every corner. Ziegler,
 * Lectures on Polytopes, section 2.1: an edge is where two facets of a 3-polytope meet.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, multiply, type Rational, rational, subtract } from '../../src/exact/index.js';
import { type LocatedCell, Oracle } from '../../src/oracle/index.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';

type Vector = readonly Rational[];

const dot = (a: Vector, b: Vector) => a.map((x, i) => multiply(x, b[i]!)).reduce(add);
const minus = (a: Vector, b: Vector) => a.map((x, i) => subtract(x, b[i]!));
const cross = (a: Vector, b: Vector) =>
  [0, 1, 2].map((i) => {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    return subtract(multiply(a[j]!, b[k]!), multiply(a[k]!, b[j]!));
  });

function expectCycles({ facets, vertices, faces }: LocatedCell): void {
  expect(faces!.length).toBe(facets!.length);
  const on = vertices!.map((vertex) =>
    facets!.map(({ coefficients, constant }) => add(dot(coefficients, vertex), constant).numerator === 0n),
  );
  faces!.forEach((face, k) => {
    // Exactly the vertices on the facet, each once.
    expect([...face].sort((a, b) => a - b)).toEqual(on.flatMap((facetsThere, v) => (facetsThere[k] ? [v] : [])));
    face.forEach((v, at) => {
      const [w, u] = [face[(at + 1) % face.length]!, face[(at + 2) % face.length]!];
      expect(on[v]!.filter((here, f) => here && on[w]![f]).length).toBe(2);
      const [a, b, c] = [vertices![v]!, vertices![w]!, vertices![u]!];
      expect(dot(cross(minus(b, a), minus(c, b)), facets![k]!.coefficients).numerator < 0n).toBe(true);
    });
  });
}

const space = fc.record({
  network: fc.oneof(anyNetwork({ inputs: 3, widths: [3, 2] }), degenerateNetwork({ inputs: 3, widths: [3, 2] })),
  domain: smallBox(3),
});

test('faces of cells in a box are cycles, from edge to edge, counterclockwise for who looks from outside', () => {
  let seen = 0;
  const cycles = fc.property(space, ({ network, domain }) => {
    const oracle = new Oracle(network);
    const middle = domain.lower.map((low, i) => multiply(add(low!, domain.upper[i]!), rational(1n, 2n)));
    for (const cell of oracle.locate(middle, { domain, details: ['facets', 'vertices', 'faces'] }).cells) {
      expectCycles(cell);
      seen++;
    }
  });
  holds(cycles, { seed: 1503, runs: 15 });
  expect(seen).toBeGreaterThanOrEqual(15);
});

test('only who asks is told', () => {
  const [network] = fc.sample(anyNetwork({ inputs: 3, widths: [2] }), { seed: 15, numRuns: 1 });
  const [domain] = fc.sample(smallBox(3), { seed: 15, numRuns: 1 });
  const middle = domain!.lower.map((low, i) => multiply(add(low!, domain!.upper[i]!), rational(1n, 2n)));
  for (const cell of new Oracle(network!).locate(middle, { domain: domain!, details: ['vertices'] }).cells) {
    expect(cell.faces).toBeUndefined();
  }
});
