/**
 * Cases of degenerate position: creases that coincide, touch, contain facets, hardly differ, or never meet.
 */
import { type CaseSpec, cube, degenerate, layer, output, type Point, sum } from './case-spec.js';

const SQUARE = cube(2);
const MERGES =
  'Tools that enumerate by flipping one neuron at a time never leave the first side; tools that count neurons instead of creases count too many cells.';

function coincident(): CaseSpec[] {
  return [
    degenerate('duplicate-lines', 'coincident', MERGES, {
      locate: [
        [0, 0],
        [0, '1/2'],
      ],
      clarke: [[0, 0]],
    }),
    degenerate('opposite-neurons', 'coincident', MERGES, { locate: [['-1/4', 0]], gradient: [[0, '-1/4']] }),
    degenerate(
      'proportional-neurons',
      'coincident',
      `Scaled far apart, equal creases look different to a tolerance on the weights. ${MERGES}`,
    ),
    degenerate('concurrent-lines', 'coincident', 'Published tools print 18, 19 or 37 here, or crash.', {
      locate: [[0, 0]],
      clarke: [[0, 0]],
    }),
    degenerate(
      'cube-diagonals',
      'coincident',
      'Vertex enumerators meet an edge with six cells around it, where generic position promises four.',
      { locate: [[0, 0, 0]] },
    ),
    degenerate(
      'twin-streams',
      'coincident',
      'Rounded differences of equal streams are noise around 0, and noise has creases.',
    ),
    degenerate('lattice', 'coincident', 'Published tools print twice the number on larger lattices.', {
      locate: [[0, 0]],
    }),
    degenerate(
      'thirds-are-concurrent',
      'coincident',
      'Read as doubles the lines are not concurrent and enclose a spurious triangle.',
      { locate: [['1/3', '1/3']] },
    ),
    degenerate(
      'decimals-are-doubles',
      'coincident',
      'A tolerance merges the tiny triangle; exact decimals merge it too; the doubles in the file say that it exists.',
    ),
    degenerate(
      'decimals-as-text',
      'coincident',
      'Converted to doubles, which the file does not say, there is a spurious seventh cell.',
    ),
    {
      id: 'duplicates-in-the-second-layer',
      category: 'coincident',
      why: 'The second layer repeats one neuron, doubled and negated: each of its creases carries three neurons, and bends where it crosses the first layer, x = 0. The crease relu(x) = y + 1/4 cuts both sides of x = 0: 4 cells. Tools that resolve coincident creases only in the first layer count more.',
      layers: [
        layer([
          [1, 0, 0],
          [0, 1, 2],
        ]),
        layer([
          [1, -1, '7/4'],
          [2, -2, '7/2'],
          [-1, 1, '-7/4'],
        ]),
        sum(3),
      ],
      domain: SQUARE,
      cells: 4,
      confirm: 'brute force',
      regions: true,
    },
    {
      id: 'coincident-planes-in-3d',
      category: 'coincident',
      why: 'The plane x = 0 three times and y = 0, z = 0 twice in the cube: 8 octants, and every facet flips two or three neurons at once. Enumeration by single flips finds one cell.',
      layers: [
        layer([
          [1, 0, 0, 0],
          [2, 0, 0, 0],
          [-1, 0, 0, 0],
          [0, 1, 0, 0],
          [0, -3, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 1, 0],
        ]),
        sum(7),
      ],
      domain: cube(3),
      cells: 8,
      confirm: 'brute force',
      regions: true,
      clarke: [[0, '1/2', '1/2']],
      locate: [[0, 0, 0]],
    },
  ];
}

function boundary(): CaseSpec[] {
  return [
    degenerate(
      'crease-through-corners',
      'boundary',
      'A corner is on the crease and on neither side: rules "all vertices on one side" with strict or loose signs go wrong here.',
      { locate: [[1, 1]] },
    ),
    degenerate('crease-beside-corner', 'boundary', 'The corner that is cut off is smaller than usual tolerances.', {
      locate: [[1, 1]],
    }),
    degenerate('touching-only', 'boundary', 'A closed test (>= 0 is feasible) counts cells without interior.', {
      locate: [[1, -1]],
    }),
    degenerate('diamond-touches-corners', 'boundary', 'A closed test counts cells that are points.', {
      locate: [
        [1, 1],
        [0, 0],
      ],
    }),
    degenerate('rational-box', 'boundary', 'Rounded to a double the box ends beside the crease, and a sliver appears.'),
    {
      id: 'crease-contains-box-facet',
      category: 'boundary',
      why: 'x = 1 is a side of the square and y = -1 another: neither cuts, 1 cell. Testing with >= finds the sides as cells of their own: 4.',
      layers: [
        layer([
          [1, 0, -1],
          [0, -2, -2],
        ]),
        sum(2),
      ],
      domain: SQUARE,
      cells: 1,
      confirm: 'brute force',
      regions: true,
      locate: [[1, 0]],
    },
    {
      id: 'crease-touches-an-edge',
      category: 'boundary',
      why: 'x + y = 2 contains an edge of the cube and no interior point; x + y + z = 3 touches a corner: 1 cell. A vertex on the crease is no crossing.',
      layers: [
        layer([
          [1, 1, 0, -2],
          [1, 1, 1, -3],
        ]),
        sum(2),
      ],
      domain: cube(3),
      cells: 1,
      confirm: 'brute force',
      regions: true,
    },
    {
      id: 'corner-cut-off-in-4d',
      category: 'boundary',
      why: 'x + y + z + w = 4 - 2^-30 cuts a simplex of that size off a corner of the 4-dimensional cube: 2 cells. Its volume, 2^-120 / 24, is below every sample size; its width is below most tolerances.',
      layers: [layer([[1, 1, 1, 1, -4 + 2 ** -30]]), sum(1)],
      domain: cube(4),
      cells: 2,
      confirm: 'brute force',
      regions: true,
      locate: [[1, 1, 1, 1]],
    },
  ];
}

function facets(): CaseSpec[] {
  return [
    degenerate(
      'deep-crease-on-old-crease',
      'facets',
      'The crease of the second layer contains a facet of a cell: it touches both and cuts neither, but rounding decides otherwise.',
      { gradient: [[0, '1/2']], clarke: [[0, '1/2']], locate: [[0, 0]] },
    ),
    degenerate(
      'zero-on-a-cell',
      'facets',
      'Signs of zeros that rounding made nonzero give cells that do not exist; patterns that keep them apart count one cell twice.',
      {
        locate: [
          [0, 0],
          ['-1/2', 0],
        ],
      },
    ),
    degenerate(
      'dead-layer',
      'facets',
      'Divisions by the norm of a row that has vanished give NaN, and every comparison with NaN is false.',
    ),
    degenerate(
      'zero-rows',
      'facets',
      'Pruned networks have such rows; a row without normal is no hyperplane, and normalising it divides by 0.',
    ),
    degenerate('no-bend-at-all', 'facets', 'A network without activation has one cell, not none.'),
    {
      id: 'crease-contains-facet-of-half-the-cells',
      category: 'facets',
      why: 'The second layer is relu(x) + relu(y) - relu(x + y): identically zero where x and y have one sign, positive where they differ, and its crease consists of facets of cells. The three lines of the first layer make 6 cells, and nothing is added. A tool that lets identically zero rows cut finds more.',
      layers: [
        layer([
          [1, 0, 0],
          [0, 1, 0],
          [1, 1, 0],
        ]),
        layer([[1, 1, -1, 0]]),
        sum(1),
      ],
      domain: SQUARE,
      cells: 6,
      confirm: 'brute force',
      regions: true,
      locate: [
        [0, 0],
        ['1/2', '1/2'],
      ],
      clarke: [[0, 0]],
    },
    {
      id: 'dead-neuron-behind-a-live-one',
      category: 'facets',
      why: 'relu(-relu(x) - 1) is dead everywhere on the square, and relu(-relu(x)) is zero with its crease on the half plane x <= 0: only x = 0 cuts, 2 cells. Closed tests see the half plane as an "active" cell.',
      layers: [
        layer([[1, 0, 0]]),
        layer([
          [-1, -1],
          [-1, 0],
        ]),
        sum(2),
      ],
      domain: SQUARE,
      cells: 2,
      confirm: 'brute force',
      regions: true,
      gradient: [['-1/2', 0]],
      locate: [['-1/2', 0]],
    },
  ];
}

function exponents(): CaseSpec[] {
  return [
    degenerate(
      'extreme-exponents',
      'exponents',
      'Doubles lose one of the two weights in every product; a tolerance sees the lines on the axes.',
      { locate: [[0, 0]] },
    ),
    degenerate(
      'weight-below-the-normal-range',
      'exponents',
      'Subnormal weights carry few bits; flushed to zero, the crease is gone.',
    ),
    degenerate('row-beyond-the-range', 'exponents', 'Products overflow to Infinity, and Infinity - Infinity is NaN.'),
    {
      id: 'huge-box',
      category: 'exponents',
      why: 'Two parallel lines, x = 1 and x = 2^500, crossed by x + y = 0 in the box [-2^600, 2^600]^2: 6 cells. Doubles cannot add 1 to the coordinates of such a box, and a tolerance relative to it merges the two lines.',
      layers: [
        layer([
          [1, 0, -1],
          [1, 0, -(2 ** 500)],
          [1, 1, 0],
        ]),
        sum(3),
      ],
      domain: [
        [-(2 ** 600), 2 ** 600],
        [-(2 ** 600), 2 ** 600],
      ],
      cells: 6,
      confirm: 'brute force',
      regions: true,
    },
    {
      id: 'tiny-box',
      category: 'exponents',
      why: 'The square [0, 2^-1000]^2, cut by x = y and x = 2^-1001: 4 cells. Everything here is below any tolerance.',
      layers: [
        layer([
          [1, -1, 0],
          [1, 0, -(2 ** -1001)],
        ]),
        sum(2),
      ],
      domain: [
        [0, 2 ** -1000],
        [0, 2 ** -1000],
      ],
      cells: 4,
      confirm: 'brute force',
      regions: true,
      locate: [[2 ** -1001, 2 ** -1001]],
    },
  ];
}

/** Widths of the strip, as powers of ten. */
const MARGINS = [3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 40, 100, 300];

function strip(exponent: number): CaseSpec {
  const width = `1e-${exponent}`;
  const inside = `1/${2n * 10n ** BigInt(exponent)}`;
  return {
    id: `strip-1e-${exponent}`,
    category: 'margins',
    why: `The strip 0 < x < ${width}, crossed by one line: 3 x 2 cells. A tolerance above ${width} loses the strip and all behind it; a sampler needs about ${width.replace('-', '')} points to see it.`,
    layers: [
      layer([
        [1, 0, 0],
        [1, 0, -Number(width)],
        [0.25, 1, 0.125],
      ]),
      sum(3),
    ],
    domain: SQUARE,
    cells: 6,
    confirm: 'brute force',
    regions: true,
    evaluate: [[inside, 0]],
    locate: [[inside, 0]],
  };
}

function margins(): CaseSpec[] {
  return [
    ...MARGINS.map(strip),
    degenerate('thin-strip-beside-1', 'margins', 'No double lies in the strip: a witness in doubles cannot exist.'),
    degenerate(
      'tiny-triangle',
      'margins',
      'Rounded intersections of the lines coincide; a tolerance calls them concurrent.',
      { locate: [['1/3458764513820540928', '1/3458764513820540928']] },
    ),
    {
      id: 'cells-behind-a-strip',
      category: 'margins',
      why: 'f = 2^30 (relu(x) - relu(x - 2^-30)) rises from 0 to 1 within a strip of width 2^-30, and the second layer bends at y = f - 1/2 and y = 1/2 - f: 3 cells on either side of the strip and 4 inside, because the creases cross there: 10. Whoever drops the strip loses four cells at once, and an output that is continuous appears to jump.',
      layers: [
        layer([
          [1, 0, 0],
          [1, 0, -(2 ** -30)],
          [0, 1, 2],
        ]),
        layer([
          [-(2 ** 30), 2 ** 30, 1, '-3/2'],
          [2 ** 30, -(2 ** 30), 1, '-5/2'],
        ]),
        sum(2),
      ],
      domain: SQUARE,
      cells: 10,
      confirm: 'brute force',
      regions: true,
      evaluate: [[2 ** -31, 0]],
      locate: [[2 ** -31, 0]],
    },
    {
      id: 'near-parallel-lines',
      category: 'margins',
      why: 'y = 0 and y = 1e-9 x cross at the origin at an angle of 1e-9: 4 cells, two of them wedges. A comparison of normals calls the lines equal.',
      layers: [
        layer([
          [0, 1, 0],
          [-1e-9, 1, 0],
        ]),
        sum(2),
      ],
      domain: SQUARE,
      cells: 4,
      confirm: 'brute force',
      regions: true,
      locate: [[0, 0]],
    },
    {
      id: 'near-concurrent-planes',
      category: 'margins',
      why: 'x = 0, y = 0, z = 0 and x + y + z = 1e-10 in the cube: four planes in general position, 15 cells, the one at their middle a simplex of width 1e-10. Taken for concurrent, 14 remain.',
      layers: [
        layer([
          [1, 0, 0, 0],
          [0, 1, 0, 0],
          [0, 0, 1, 0],
          [1, 1, 1, -1e-10],
        ]),
        sum(4),
      ],
      domain: cube(3),
      cells: 15,
      confirm: 'brute force',
      regions: true,
      locate: [['1/40000000000', '1/40000000000', '1/40000000000']],
    },
    {
      id: 'thin-slab-in-4d',
      category: 'margins',
      why: 'A slab of width 1e-7 in the 4-dimensional cube, cut by the three other coordinate planes: 3 x 8 = 24 cells, 8 of them thin.',
      layers: [
        layer([
          [1, 0, 0, 0, 0],
          [1, 0, 0, 0, -1e-7],
          [0, 1, 0, 0, 0],
          [0, 0, 1, 0, 0],
          [0, 0, 0, 1, 0],
        ]),
        sum(5),
      ],
      domain: cube(4),
      cells: 24,
      confirm: 'brute force',
      regions: true,
    },
    {
      id: 'chain-of-strips',
      category: 'margins',
      why: 'Creases at x = 0, 1e-2, 1e-4, ..., 1e-16: 10 cells in one dimension, each a hundred times narrower than the next; a tolerance decides how many of them it finds.',
      layers: [layer([[1, 0], ...[2, 4, 6, 8, 10, 12, 14, 16].map((k): Point => [1, -Number(`1e-${k}`)])]), sum(9)],
      domain: [[-1, 1]],
      cells: 10,
      confirm: 'brute force',
      regions: true,
    },
  ];
}

function flat(): CaseSpec[] {
  const WITHOUT =
    'A flat box has no interior in R^n: tools report 0 cells, "infeasible", or count those of the whole box.';
  return [
    { ...degenerate('flat-domain', 'flat', WITHOUT), regions: false },
    { ...degenerate('flat-domain-merges-creases', 'flat', WITHOUT), regions: false },
    {
      id: 'segment-along-a-crease',
      category: 'flat',
      why: `The box fixes x = 0, on the crease of the first neuron, which is identically zero there and cuts nothing; y = 0 and x + y = 1/2 do: 3 cells. ${WITHOUT}`,
      layers: [
        layer([
          [1, 0, 0],
          [0, 1, 0],
          [1, 1, -0.5],
        ]),
        sum(3),
      ],
      domain: [
        [0, 0],
        [-1, 1],
      ],
      cells: 3,
      confirm: 'brute force',
      locate: [[0, 0]],
    },
    {
      id: 'plane-in-4d',
      category: 'flat',
      why: `Two of four inputs are fixed, at 1/3 and -1/7: the creases x = z and y = w + z become lines, 4 cells. ${WITHOUT}`,
      layers: [
        layer([
          [1, 0, -1, 0, 0],
          [0, 1, -1, -1, 0],
        ]),
        sum(2),
      ],
      domain: [
        [-1, 1],
        [-1, 1],
        ['1/3', '1/3'],
        ['-1/7', '-1/7'],
      ],
      cells: 4,
      confirm: 'brute force',
    },
  ];
}

function unbounded(): CaseSpec[] {
  const BOXED = 'Tools that put a large box around the plane, or sample in one, miss what is outside.';
  return [
    degenerate('triangle-whole-plane', 'unbounded', BOXED),
    degenerate(
      'parallel-lines-whole-plane',
      'unbounded',
      'No cell has a vertex: vertex enumeration has nowhere to begin.',
    ),
    degenerate('zero-biases-whole-space', 'unbounded', 'All cells are cones with one common vertex.', {
      clarke: [[0, 0, 0]],
      locate: [[0, 0, 0]],
    }),
    degenerate('far-away-crossing-whole-plane', 'unbounded', BOXED),
    {
      id: 'one-line-in-the-plane',
      category: 'unbounded',
      why: `One line far from the origin, x + y = 2^80: two half planes, 2 cells. ${BOXED}`,
      layers: [layer([[1, 1, -(2 ** 80)]]), sum(1)],
      domain: 'whole',
      cells: 2,
      confirm: 'brute force',
      regions: true,
      locate: [[2 ** 80, 0]],
    },
    {
      id: 'crossing-at-1e300',
      category: 'unbounded',
      why: `y = 0 and y = 1e-300 x - 1 cross at x = 1e300: 4 cells. ${BOXED}`,
      layers: [
        layer([
          [0, 1, 0],
          [-1e-300, 1, 1],
        ]),
        sum(2),
      ],
      domain: 'whole',
      cells: 4,
      confirm: 'brute force',
      regions: true,
    },
    {
      id: 'deep-unbounded',
      category: 'unbounded',
      why: `Two layers on the whole plane: |x| - |y| is zero on the diagonals, so that each of the four quadrants is cut once: 8 unbounded cells. ${BOXED}`,
      layers: [
        layer(
          [
            [1, 0, 0],
            [0, 1, 0],
          ],
          'abs',
        ),
        layer([[1, -1, 0]]),
        output([1, 0]),
      ],
      domain: 'whole',
      cells: 8,
      confirm: 'brute force',
      regions: true,
      clarke: [[0, 0]],
    },
  ];
}

/** All degenerate situations. */
export const DEGENERACY_CASES: readonly CaseSpec[] = [
  ...coincident(),
  ...boundary(),
  ...facets(),
  ...exponents(),
  ...margins(),
  ...flat(),
  ...unbounded(),
];
