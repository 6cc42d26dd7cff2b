/**
 * Cases whose domain is given by inequalities.
 */
import { type CaseSpec, layer, type Point, sum } from './case-spec.js';

/** x_i = x_j for three inputs. */
const ORDERINGS = layer([
  [1, -1, 0, 0],
  [0, 1, -1, 0],
  [1, 0, -1, 0],
]);

const NONNEGATIVE: readonly Point[] = [
  [-1, 0, 0, 0],
  [0, -1, 0, 0],
  [0, 0, -1, 0],
];

function polytopeCase(spec: Omit<CaseSpec, 'category' | 'confirm'> & Partial<Pick<CaseSpec, 'confirm'>>): CaseSpec {
  const flat = spec.confirm === 'certificate';
  return { category: 'polytopes', confirm: 'brute force', regions: !flat, ...spec };
}

/** Domains by inequalities: bounded, unbounded, flat, thin, redundant. */
export const POLYTOPE_CASES: readonly CaseSpec[] = [
  polytopeCase({
    id: 'orderings-in-a-simplex',
    why: 'x = y, y = z and x = z in the simplex x, y, z >= 0, x + y + z <= 1: the 6 orderings; the creases pass through vertices, edges and the inner line. Programs that take the bounding box for the domain count the same number and put witnesses outside.',
    layers: [ORDERINGS, sum(3)],
    domain: { inequalities: [...NONNEGATIVE, [1, 1, 1, 1]] },
    inside: [['1/2', '1/4', '1/8']],
    cells: 6,
    locate: [
      ['1/4', '1/4', '1/4'],
      [1, 0, 0],
    ],
  }),
  polytopeCase({
    id: 'crease-through-a-vertex',
    why: 'In the triangle x, y >= 0, x + y <= 1/3 the crease 3 x + y = 1 touches the vertex (1/3, 0), which no double holds, and x + y = 1/3 contains a side: 1 cell. In doubles the vertex is beside the crease and a sliver appears.',
    layers: [
      layer([
        [3, 1, -1],
        [3, 3, -1],
      ]),
      sum(2),
    ],
    domain: {
      inequalities: [
        [-1, 0, 0],
        [0, -1, 0],
        [1, 1, '1/3'],
      ],
    },
    inside: [['1/9', '1/7']],
    cells: 1,
    locate: [['1/3', 0]],
  }),
  polytopeCase({
    id: 'quadrant',
    why: 'The quadrant x, y >= 0, cut by x = y and x + y = 1: 4 cells, two of them unbounded. A large box in its place has other vertices, and what is beyond it is lost.',
    layers: [
      layer([
        [1, -1, 0],
        [1, 1, -1],
      ]),
      sum(2),
    ],
    domain: {
      inequalities: [
        [-1, 0, 0],
        [0, -1, 0],
      ],
    },
    inside: [[2, '1/3']],
    cells: 4,
    locate: [
      ['1/2', '1/2'],
      [0, 0],
    ],
  }),
  polytopeCase({
    id: 'unbounded-strip',
    why: 'The strip 0 <= x <= 1 of the plane has no vertex. x = 1/2, y = 0 and y = x cut it: the last two meet on its edge, so that each half has 3 cells, 6 together. Vertex enumeration has nowhere to begin.',
    layers: [
      layer([
        [1, 0, -0.5],
        [0, 1, 0],
        [-1, 1, 0],
      ]),
      sum(3),
    ],
    domain: {
      inequalities: [
        [-1, 0, 0],
        [1, 0, 1],
      ],
    },
    inside: [['1/3', -7]],
    cells: 6,
    locate: [
      [0, 0],
      ['1/2', '1/2'],
    ],
  }),
  polytopeCase({
    id: 'redundant-inequalities',
    why: 'The square by nine inequalities: one repeated, one scaled by 2^40, one that touches a corner, two far away. Cut by x = 0 and y = 0: 4 cells. Redundant rows make vertices degenerate, and a scaled one looks like another to a tolerance.',
    layers: [
      layer([
        [1, 0, 0],
        [0, 1, 0],
      ]),
      sum(2),
    ],
    domain: {
      inequalities: [
        [1, 0, 1],
        [-1, 0, 1],
        [0, 1, 1],
        [0, -1, 1],
        [1, 0, 1],
        [2 ** 40, 0, 2 ** 40],
        [1, 1, 2],
        [1, 0, 5],
        [3, -1, 100],
      ],
    },
    inside: [['1/3', '-1/7']],
    cells: 4,
    locate: [
      [0, 0],
      [1, 1],
    ],
  }),
  polytopeCase({
    id: 'sliver',
    why: 'The triangle with corners (0, 0), (1, 0) and (1, 1e-9), cut by x = 1/2 and by y = x / 2^31, which bisects it nearly: 4 cells. The domain itself is thinner than usual tolerances: tools call it empty.',
    layers: [
      layer([
        [1, 0, -0.5],
        [-(2 ** -31), 1, 0],
      ]),
      sum(2),
    ],
    domain: {
      inequalities: [
        [0, -1, 0],
        [-1e-9, 1, 0],
        [1, 0, 1],
      ],
    },
    inside: [['1/3', '1/10000000000']],
    cells: 4,
    locate: [[0, 0]],
  }),
  polytopeCase({
    id: 'cross-polytope',
    why: 'The octahedron |x| + |y| + |z| <= 1 by eight inequalities, cut by the coordinate planes: 8 cells. Every vertex lies on four facets and on two creases.',
    layers: [
      layer([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ]),
      sum(3),
    ],
    domain: {
      inequalities: Array.from(
        { length: 8 },
        (_, bits): Point => [...[0, 1, 2].map((i) => ((bits >> i) & 1 ? 1 : -1)), 1],
      ),
    },
    inside: [['1/5', '-1/7', '1/11']],
    cells: 8,
    locate: [
      [0, 0, 0],
      [1, 0, 0],
    ],
    clarke: [[0, 0, 0]],
  }),
  polytopeCase({
    id: 'flat-by-opposite-inequalities',
    why: 'x + y <= 1 and x + y >= 1 in the unit square leave a segment: flat, though no equality says so. x = 1/3 cuts it and x + y = 1 contains it: 2 cells. Tools report 0 cells or an infeasible domain.',
    layers: [
      layer([
        [3, 0, -1],
        [1, 1, -1],
      ]),
      sum(2),
    ],
    domain: {
      inequalities: [
        [1, 1, 1],
        [-1, -1, -1],
      ],
      box: [
        [0, 1],
        [0, 1],
      ],
    },
    inside: [['1/5', '4/5']],
    cells: 2,
    confirm: 'certificate',
    locate: [['1/3', '2/3']],
  }),
  polytopeCase({
    id: 'probabilities',
    why: 'x + y + z = 1 as an equality with x, y, z >= 0: the triangle of probabilities, with its 6 orderings around (1/3, 1/3, 1/3). It has no interior in R^3.',
    layers: [ORDERINGS, sum(3)],
    domain: { inequalities: NONNEGATIVE, equalities: [[1, 1, 1, 1]] },
    inside: [['1/2', '1/3', '1/6']],
    cells: 6,
    confirm: 'certificate',
    locate: [
      ['1/3', '1/3', '1/3'],
      [0, '1/2', '1/2'],
    ],
  }),
  polytopeCase({
    id: 'line-in-the-plane',
    why: 'The whole line x = y of the plane: unbounded and flat. The creases x = 0 and x + y = 2 cut it in two points, and x - y = 0 contains it: 3 cells.',
    layers: [
      layer([
        [1, 0, 0],
        [1, 1, -2],
        [1, -1, 0],
      ]),
      sum(3),
    ],
    domain: { inequalities: [], equalities: [[1, -1, 0]] },
    inside: [['1/3', '1/3']],
    cells: 3,
    confirm: 'certificate',
    locate: [[1, 1]],
  }),
];
