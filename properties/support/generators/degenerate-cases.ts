/**
 * Degenerate networks by name: each with the reason why it exists and the number of its cells, counted by hand.
 *
 * `make-fixtures.ts` writes them to fixtures/degenerate; a test holds the counts against brute force.
 */

/** A double, or a rational as text. */
export type Entry = number | string;

/** A layer as the project's JSON format has it. */
export interface LayerSpec {
  readonly weights: readonly (readonly Entry[])[];
  readonly bias: readonly Entry[];
  readonly activation: 'relu' | 'abs' | 'linear' | { readonly slopes: readonly (readonly [Entry, Entry])[] };
}

export interface DegenerateCase {
  readonly name: string;
  readonly why: string;
  /** Activation layers; an output layer that sums the last values is added. */
  readonly layers: readonly LayerSpec[];
  readonly domain: readonly (readonly [Entry, Entry])[] | 'whole';
  /** Counted by hand, by the argument in `why`. */
  readonly cells: number;
}

/** Rows of weights and, last, the bias. */
function layer(rows: readonly (readonly Entry[])[], activation: LayerSpec['activation'] = 'relu'): LayerSpec {
  return { weights: rows.map((row) => row.slice(0, -1)), bias: rows.map((row) => row.at(-1)!), activation };
}

function cube(dimension: number): [Entry, Entry][] {
  return Array.from({ length: dimension }, () => [-1, 1]);
}

const SQUARE = cube(2);
const HUGE = 2 ** 300;
const TINY = 2 ** -300;

const lines: readonly DegenerateCase[] = [
  {
    name: 'duplicate-lines',
    why: 'Three coincident creases, scaled and reversed, and one other: two lines, so 4 cells. Crossing one facet at a time flips only one bit and loses cells.',
    layers: [
      layer([
        [1, 0, 0],
        [2, 0, 0],
        [-1, 0, 0],
        [0, 1, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 4,
  },
  {
    name: 'opposite-neurons',
    why: 'A neuron and its negative share one crease: 2 cells, not 3 or 4; exactly one of the two is active in each.',
    layers: [
      layer([
        [1, 1, 0.25],
        [-1, -1, -0.25],
      ]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'proportional-neurons',
    why: 'Positive multiples by 3, 2^-300 and 2^300 of one neuron: one crease, 2 cells.',
    layers: [
      layer([
        [1, 0.5, 0.25],
        [3, 1.5, 0.75],
        [TINY, 2 ** -301, 2 ** -302],
        [HUGE, 2 ** 299, 2 ** 298],
      ]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'concurrent-lines',
    why: 'Eight lines through one point: 16 cells. Every vertex-based method meets a vertex on eight creases.',
    layers: [
      layer([
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
        [1, -1, 0],
        [1, 0.5, 0],
        [0.5, 1, 0],
        [1, -0.5, 0],
        [0.5, -1, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 16,
  },
  {
    name: 'lattice',
    why: 'A grid of 4 x 4 squares; each diagonal of the whole square halves 4 of them: 16 + 8 cells, with up to four creases per vertex.',
    layers: [
      layer([
        [1, 0, -0.5],
        [1, 0, 0],
        [1, 0, 0.5],
        [0, 1, -0.5],
        [0, 1, 0],
        [0, 1, 0.5],
        [1, 1, 0],
        [1, -1, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 24,
  },
  {
    name: 'thin-strip-1e-8',
    why: 'The strip 0 < x < 1e-8 crossed by one line: 3 x 2 cells. Tools with a width tolerance lose the strip and all behind it.',
    layers: [
      layer([
        [1, 0, 0],
        [1, 0, -1e-8],
        [0.25, 1, 0.125],
      ]),
    ],
    domain: SQUARE,
    cells: 6,
  },
  {
    name: 'thin-strip-2pow-300',
    why: 'A strip of width 2^-300 crossed by one line: 6 cells. Its witness has coordinates that no tolerance survives.',
    layers: [
      layer([
        [1, 0, 0],
        [1, 0, -TINY],
        [0.25, 1, 0.125],
      ]),
    ],
    domain: SQUARE,
    cells: 6,
  },
  {
    name: 'thin-strip-beside-1',
    why: 'Creases at x = 1/2 and x = 1/2 + 10^-300: no double lies between them, so the witness of the middle cell must be a rational. 3 cells.',
    layers: [
      layer([
        [1, 0, '-1/2'],
        [1, 0, `-${5n * 10n ** 299n + 1n}/${10n ** 300n}`],
      ]),
    ],
    domain: SQUARE,
    cells: 3,
  },
  {
    name: 'tiny-triangle',
    why: 'Three lines that miss a common point by 2^-60: 7 cells, one of them a triangle of that size.',
    layers: [
      layer([
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, -(2 ** -60)],
      ]),
    ],
    domain: SQUARE,
    cells: 7,
  },
  {
    name: 'thirds-are-concurrent',
    why: 'x = 1/3, y = 1/3, x + y = 2/3 as rationals: three lines through one point that no double can hold, 6 cells.',
    layers: [
      layer([
        [1, 0, '-1/3'],
        [0, 1, '-1/3'],
        [1, 1, '-2/3'],
      ]),
    ],
    domain: SQUARE,
    cells: 6,
  },
  {
    name: 'decimals-are-doubles',
    why: 'x = 0.1, y = 0.2, x + y = 0.3 as doubles: 0.1 + 0.2 is not 0.3, so the lines are not concurrent: 7 cells.',
    layers: [
      layer([
        [1, 0, -0.1],
        [0, 1, -0.2],
        [1, 1, -0.3],
      ]),
    ],
    domain: SQUARE,
    cells: 7,
  },
  {
    name: 'decimals-as-text',
    why: 'The same lines with the decimals as exact rationals: concurrent, 6 cells.',
    layers: [
      layer([
        [1, 0, '-0.1'],
        [0, 1, '-0.2'],
        [1, 1, '-0.3'],
      ]),
    ],
    domain: SQUARE,
    cells: 6,
  },
  {
    name: 'extreme-exponents',
    why: 'Lines through 0 with slopes -2^600 and -2^-600 beside an axis: three different lines, 6 cells, at angles of 2^-600.',
    layers: [
      layer([
        [HUGE, TINY, 0],
        [TINY, HUGE, 0],
        [1, 0, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 6,
  },
];

const domains: readonly DegenerateCase[] = [
  {
    name: 'crease-through-corners',
    why: 'x = y passes through two corners of the square and cuts it; x + y = 2 touches a corner and does not: 2 cells.',
    layers: [
      layer([
        [1, -1, 0],
        [1, 1, -2],
      ]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'crease-beside-corner',
    why: 'x + y = 2 - 2^-40 cuts off a corner of that size: 2 cells.',
    layers: [layer([[1, 1, -2 + 2 ** -40]])],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'touching-only',
    why: 'Creases that contain a facet of the box (x = 1, y = -1) or touch a corner (x - y = 2): a face may remain, an interior may not. 1 cell.',
    layers: [
      layer([
        [1, 0, -1],
        [0, 1, 1],
        [1, -1, -2],
      ]),
    ],
    domain: SQUARE,
    cells: 1,
  },
  {
    name: 'diamond-touches-corners',
    why: 'The second layer |x| + |y| - 2 is zero only at the four corners: the 4 quadrants of the first layer stay whole.',
    layers: [
      layer(
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        'abs',
      ),
      layer([[1, 1, -2]]),
    ],
    domain: SQUARE,
    cells: 4,
  },
  {
    name: 'flat-domain',
    why: 'The box fixes y = 1/3. There y - 1/3 is identically zero and y - 1/2 constant: they cut nothing; x = y and x = -y cut twice: 3 cells.',
    layers: [
      layer([
        [1, -1, 0],
        [1, 1, 0],
        [0, 1, '-1/3'],
        [0, 2, -1],
      ]),
    ],
    domain: [
      [-1, 1],
      ['1/3', '1/3'],
    ],
    cells: 3,
  },
  {
    name: 'flat-domain-merges-creases',
    why: 'x = z and x = y + z are different planes, but on the flat box y = 0 they are one line: 2 cells.',
    layers: [
      layer([
        [1, 0, -1, 0],
        [1, -1, -1, 0],
      ]),
    ],
    domain: [
      [-1, 1],
      [0, 0],
      [-1, 1],
    ],
    cells: 2,
  },
  {
    name: 'rational-box',
    why: 'The crease x = 1/3 is the right side of the box [0, 1/3] x [0, 1], which no double can say: 1 cell.',
    layers: [layer([[3, 0, -1]])],
    domain: [
      [0, '1/3'],
      [0, 1],
    ],
    cells: 1,
  },
  {
    name: 'parallel-lines-whole-plane',
    why: 'Three parallel lines in the plane: 4 unbounded cells without vertices.',
    layers: [
      layer([
        [1, 2, 0],
        [1, 2, -1],
        [2, 4, 3],
      ]),
    ],
    domain: 'whole',
    cells: 4,
  },
  {
    name: 'triangle-whole-plane',
    why: 'Three lines in general position in the plane: 7 cells, one bounded.',
    layers: [
      layer([
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, -1],
      ]),
    ],
    domain: 'whole',
    cells: 7,
  },
  {
    name: 'zero-biases-whole-space',
    why: 'Four planes through 0 in general position in R^3: 2 (1 + 3 + 3) = 14 cones.',
    layers: [
      layer([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [1, 1, 1, 0],
      ]),
    ],
    domain: 'whole',
    cells: 14,
  },
  {
    name: 'far-away-crossing-whole-plane',
    why: 'Two nearly parallel lines that cross at |x| > 10^14: 4 cells in the plane, although any reasonable box shows 3 or fewer.',
    layers: [
      layer([
        [0, 1, 0],
        [2 ** -50, 1, -1],
      ]),
    ],
    domain: 'whole',
    cells: 4,
  },
];

const neurons: readonly DegenerateCase[] = [
  {
    name: 'dead-layer',
    why: 'No neuron of the first layer is active on the box, so everything behind it is constant: 1 cell.',
    layers: [
      layer([
        [1, 0, -5],
        [0, 1, -5],
      ]),
      layer([
        [1, 1, 1],
        [1, -1, 0],
        [2, 3, -1],
      ]),
    ],
    domain: SQUARE,
    cells: 1,
  },
  {
    name: 'zero-on-a-cell',
    why: 'Behind relu(x), the pre-activation relu(x) is identically zero on x < 0 and cuts nothing there; relu(x) - 1/2 is constant there and cuts at x = 1/2 on the other side: 3 cells.',
    layers: [
      layer([[1, 0, 0]]),
      layer([
        [1, 0],
        [1, -0.5],
      ]),
    ],
    domain: SQUARE,
    cells: 3,
  },
  {
    name: 'twin-streams',
    why: 'The difference of two equal streams is identically zero everywhere: the second layer cuts nothing, 2 cells.',
    layers: [
      layer([
        [1, 1, 0.25],
        [1, 1, 0.25],
      ]),
      layer([
        [1, -1, 0],
        [-3, 3, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'deep-crease-on-old-crease',
    why: 'relu(x) - relu(-x) is x: the second layer bends exactly where the first did, 2 cells.',
    layers: [
      layer([
        [1, 0, 0],
        [-1, 0, 0],
      ]),
      layer([[1, -1, 0]]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'leaky-slope-1',
    why: 'A leaky neuron of slope 1 is linear and cuts nothing; only the other neuron does: 2 cells.',
    layers: [
      layer(
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        {
          slopes: [
            [1, 1],
            ['1/10', 1],
          ],
        },
      ),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'slope-pairs',
    why: 'Pairs (0, 0) and (-2, -2) are linear; (1, 0), (-1, 1), (2, 1/3) bend at x = 0, y = 0 and x + y = 1/2: three lines in general position, 7 cells.',
    layers: [
      layer(
        [
          [1, 1, 0],
          [1, -1, 0],
          [1, 0, 0],
          [0, 1, 0],
          [1, 1, -0.5],
        ],
        {
          slopes: [
            [0, 0],
            [-2, -2],
            [1, 0],
            [-1, 1],
            [2, '1/3'],
          ],
        },
      ),
    ],
    domain: SQUARE,
    cells: 7,
  },
  {
    name: 'no-bend-at-all',
    why: 'Linear layers collapse to one affine map: 1 cell.',
    layers: [
      layer(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        'linear',
      ),
      layer([[1, -1, 0]], 'linear'),
    ],
    domain: SQUARE,
    cells: 1,
  },
  {
    name: 'zero-rows',
    why: 'Rows without weights: constant pre-activations 1, -1 and 0, the last identically zero; only y cuts: 2 cells.',
    layers: [
      layer([
        [0, 0, 1],
        [0, 0, -1],
        [0, 0, 0],
        [0, 1, 0],
      ]),
    ],
    domain: SQUARE,
    cells: 2,
  },
  {
    name: 'cube-diagonals',
    why: 'x = y, y = z, x = z meet in one line of the cube: the 6 orderings of three numbers.',
    layers: [
      layer([
        [1, -1, 0, 0],
        [0, 1, -1, 0],
        [1, 0, -1, 0],
      ]),
    ],
    domain: cube(3),
    cells: 6,
  },
];

const SUBNORMAL_WEIGHT = `7/${5n * 2n ** 1074n}`;
const SUBNORMAL_BIAS = `-6/${5n * 2n ** 974n}`;

const magnitudes: readonly DegenerateCase[] = [
  {
    name: 'weight-below-the-normal-range',
    why: 'relu(2^100 x) times 1.4 * 2^-1074 minus 1.2 * 2^-974 is zero at x = 6/7. The nearest double of that weight is 2^-1074, 40 % off, and with it the crease leaves the box: creases x = 0 and x = 6/7, 3 cells.',
    layers: [layer([[2 ** 100, 0, 0]]), layer([[SUBNORMAL_WEIGHT, SUBNORMAL_BIAS]])],
    domain: SQUARE,
    cells: 3,
  },
  {
    name: 'row-beyond-the-range',
    why: 'The second layer is 2^1000 (relu(2^1000 x) - 2^999): its row overflows every double. Creases x = 0 and x = 1/2, 3 cells.',
    layers: [
      layer([
        [2 ** 1000, 0, 0],
        [0, 0, 2 ** 999],
      ]),
      layer([[2 ** 1000, -(2 ** 1000), 0]]),
    ],
    domain: SQUARE,
    cells: 3,
  },
];

/** All cases. */
export const DEGENERATE_CASES: readonly DegenerateCase[] = [...lines, ...domains, ...neurons, ...magnitudes];
