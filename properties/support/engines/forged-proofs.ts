/**
 * A corpus of nearly valid proofs of safety: per record at least one that is good, and such as differ from it in the one thing that matters. Where it
 * says so they are about a question whose answer is `sat`: who accepts one of these is wrong.
 */
import { affineFromDoubles } from '../../../src/network/affine.js';
import { ABSOLUTE, buildNetwork, LINEAR, type Network, RELU } from '../../../src/network/network.js';

const declared = (inputs: number, outputs: number) =>
  [
    ...Array.from({ length: inputs }, (_, i) => `(declare-const X_${i} Real)`),
    ...Array.from({ length: outputs }, (_, i) => `(declare-const Y_${i} Real)`),
  ].join('');
const query = (inputs: number, outputs: number, ...assertions: readonly string[]) =>
  declared(inputs, outputs) + assertions.map((one) => `(assert ${one})`).join('\n');
const BOX = ['(>= X_0 -1)', '(<= X_0 1)'];

/** |x| */
const MODULUS = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [ABSOLUTE] }]);
/** relu(x) */
const RAMP = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [RELU] }]);
/** |x| + |y| */
const DIAMOND = buildNetwork(2, [
  { affine: affineFromDoubles(2, 2, [1, 0, 0, 1], [0, 0]) },
  { slopes: [ABSOLUTE, ABSOLUTE] },
  { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
]);
/** relu(x) + (x + 1), the second by a neuron that does not bend. */
const STRAIGHT = buildNetwork(1, [
  { affine: affineFromDoubles(2, 1, [1, 1], [0, 1]) },
  { slopes: [RELU, LINEAR] },
  { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
]);
/** relu(x) + relu(2 x) - relu(-x), condensed to one neuron. */
const TWINS = buildNetwork(1, [
  { affine: affineFromDoubles(3, 1, [1, 2, -1], [0, 0, 0]) },
  { slopes: [RELU, RELU, RELU] },
  { affine: affineFromDoubles(1, 3, [1, 1, -1], [0]) },
]);

const SLABS = ['(>= (- 1 X_0 X_1) 0)', '(>= (+ 1 X_0 X_1) 0)', '(>= (+ 1 (- X_1 X_0)) 0)', '(>= (- 1 (- X_1 X_0)) 0)'];

export const QUESTIONS = {
  /** unsat: rows 0 and 1 are the box, 2 is y - 2 >= 0, 3 the neuron's side, 4 and 5 its cuts. */
  above: { network: MODULUS, query: query(1, 1, ...BOX, '(>= Y_0 2)') },
  /** sat, at the ends of the interval alone. */
  touching: { network: MODULUS, query: query(1, 1, ...BOX, '(>= Y_0 1)') },
  /** unsat, by strictness alone. */
  beyond: { network: MODULUS, query: query(1, 1, ...BOX, '(> Y_0 1)') },
  /** sat: relu(x) >= 3/4. */
  ramp: { network: RAMP, query: query(1, 1, ...BOX, '(>= Y_0 0.75)') },
  /** unsat: relu(x) >= 3/4 but x <= 1/4: row 2 is y - 3/4, times 4; row 3 is 1/4 - x, times 4. */
  low: { network: RAMP, query: query(1, 1, ...BOX, '(>= Y_0 0.75)', '(<= X_0 0.25)') },
  /** sat, in the second disjunct. */
  two: { network: RAMP, query: query(1, 1, ...BOX, '(or (>= Y_0 2) (>= Y_0 0.75))') },
  /** unsat; no single condition bounds an input: rows 0 to 3, and 4 is y - 4 >= 0. */
  tilted: { network: DIAMOND, query: query(2, 1, ...SLABS, '(>= Y_0 4)') },
  /** sat: |x| + |y| >= 1. */
  tiltedAt: { network: DIAMOND, query: query(2, 1, ...SLABS, '(>= Y_0 1)') },
  /** unsat. */
  straight: { network: STRAIGHT, query: query(1, 1, ...BOX, '(>= Y_0 4)') },
  /** unsat: 3 relu(x) - relu(-x) = 2 relu(x) + x is at most 3; row 2 is y - 4. */
  twins: { network: TWINS, query: query(1, 1, ...BOX, '(>= Y_0 4)') },
  /** unsat without a root. */
  nothing: { network: RAMP, query: query(1, 1, 'false') },
} as const satisfies Record<string, { readonly network: Network; readonly query: string }>;

export interface ForgedProof {
  readonly name: string;
  readonly about: keyof typeof QUESTIONS;
  /** What the header has instead. */
  readonly header?: Record<string, unknown>;
  readonly records: readonly number[];
  readonly nodes: unknown;
  /** It is a proof, and the one that others are made from. */
  readonly good?: true;
}

const ONE = [0x80, 0x3f];
const HALF = [0x00, 0x3f];
const MINUS = [0x80, 0xbf];
const END = [0];
const zigzag = (value: number) => varint(value >= 0 ? 2 * value : -2 * value - 1);

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** Multipliers as upper halves of float32s. */
const floats = (...rows: readonly (readonly [number, readonly number[]])[]) => [
  0,
  rows.length,
  ...rows.flatMap(([row, value]) => [row, ...value]),
];
const closed = (disjunct: number, ...rows: readonly (readonly [number, readonly number[]])[]) => [
  3,
  disjunct,
  ...floats(...rows),
];
const exactly = (...rows: readonly (readonly [number, number])[]) => [
  4,
  0,
  rows.length,
  ...rows.flatMap(([row, value]) => [row, 1, value]),
];
const CLOSED = closed(0, [2, ONE]);
/** The grid of [-1, 1] has units of 2^-46. */
const UNIT = 2 ** 46;
const input = (place: number, low: readonly number[], high: readonly number[]) => [
  1,
  0,
  ...zigzag(place),
  ...low,
  ...high,
];
const neuron = (k: number, negative: readonly number[], positive: readonly number[]) => [
  2,
  k,
  ...negative,
  ...positive,
];
const ALONE = exactly([2, 1]);
const face = (place: number, a: number, b: number) => [...zigzag(place), 2, a, 1, 1, b, 1, 1];
const FACES = [face(-1, 1, 3), face(1, 0, 2), face(-1, 1, 2), face(1, 0, 3)];
const box = (faces: readonly (readonly number[])[], grid = 0) => [8, grid, faces.length / 2, ...faces.flat()];
const faced = (k: number, other: readonly number[]) => box(FACES.map((own, f) => (f === k ? other : own)));
const SAFE = closed(0, [4, ONE]);
const implied = (k: number, side: number, ...by: readonly (readonly number[])[]) => [6, k, side, ...by.flat()];

type Case = readonly [
  name: string,
  about: keyof typeof QUESTIONS,
  records: readonly number[],
  nodes: unknown,
  header?: Record<string, unknown>,
];

const GOOD: readonly Case[] = [
  ['a leaf', 'above', CLOSED, 1],
  ['a leaf with the least multiplier there is', 'above', [3, 0, 2, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0], 1],
  ['a leaf with the greatest multiplier there is', 'above', [3, 0, 2, 1, 2, 255, 255, 255, 255, 255, 255, 239, 127], 1],
  ['a leaf with a multiplier 0 beside', 'above', closed(0, [2, ONE], [0, [0, 0]]), 1],
  ['a number of nodes as 1.0', 'above', CLOSED, 1],
  ['halves of the input', 'above', input(0, CLOSED, CLOSED), 3],
  ['a half that is a point', 'above', input(UNIT, CLOSED, CLOSED), 3],
  ['both sides of the neuron', 'above', neuron(0, CLOSED, CLOSED), 3],
  ['strictness alone', 'beyond', neuron(0, ALONE, ALONE), 3],
  ['an empty side', 'above', input(-UNIT / 2, neuron(0, CLOSED, [5]), CLOSED), 5],
  [
    'a side that is implied',
    'low',
    [...implied(0, 1, floats([2, ONE], [4, HALF])), 7, ...closed(0, [2, ONE], [3, ONE])],
    1,
  ],
  ['nothing implied, again', 'above', [7, ...CLOSED], 1],
  ['a box of a polytope', 'tilted', [...box(FACES), ...SAFE], 1],
  ['a box that is larger', 'tilted', [...faced(2, face(-2, 1, 2)), ...SAFE], 1],
  ['a network with a neuron that does not bend', 'straight', closed(0, [2, ONE]), 1],
  ['one neuron for three', 'twins', neuron(0, CLOSED, CLOSED), 3],
  ['no disjunct', 'nothing', [], 0],
];

const FORGED: readonly Case[] = [
  // 1
  ['an input split one unit outside', 'above', input(UNIT + 1, CLOSED, CLOSED), 3],
  ['an input split that is not there', 'above', [1, 1, 0, ...CLOSED, ...CLOSED], 3],
  ['an input split with its lower half alone', 'above', [1, 0, 0, ...CLOSED], 2],
  ['an input split without a box', 'tilted', [1, 0, 0, ...SAFE, ...SAFE], 3],
  // 2
  ['a neuron that is not there', 'above', neuron(1, CLOSED, CLOSED), 3],
  ['a neuron that does not bend', 'straight', neuron(1, CLOSED, CLOSED), 3],
  ['a neuron split twice', 'above', neuron(0, neuron(0, CLOSED, CLOSED), CLOSED), 5],
  [
    'a neuron split after its side was implied',
    'low',
    [...implied(0, 1, floats([2, ONE])), ...neuron(0, CLOSED, CLOSED)],
    3,
  ],
  ['a neuron of the network that the condensed one lacks', 'twins', neuron(2, CLOSED, CLOSED), 3],
  ['the positive side of a split left out', 'touching', [2, 0, ...ALONE], 2],
  // 3
  ['sat: a sum whose largest value is 0', 'touching', CLOSED, 1],
  ['a strict sum whose largest value is 0, by bounds', 'beyond', CLOSED, 1],
  ['sat: a negative multiplier', 'touching', closed(0, [2, ONE], [0, MINUS]), 1],
  ['sat: a negative zero and a negative number', 'touching', closed(0, [2, MINUS], [1, [0, 0x80]]), 1],
  ['sat: the side of a neuron that has none', 'ramp', closed(0, [2, ONE], [3, ONE]), 1],
  ['sat: the cut of a neuron on a side', 'touching', neuron(0, closed(0, [2, ONE], [4, ONE]), CLOSED), 3],
  ['a row that is not there', 'above', closed(0, [2, ONE], [6, ONE]), 1],
  ['a row that is 2^32 + 2', 'above', [3, 0, 0, 1, ...varint(2 ** 32 + 2), ...ONE], 1],
  ['a multiplier that is infinite', 'above', closed(0, [2, [0x80, 0x7f]]), 1],
  ['a multiplier that is no number', 'above', closed(0, [2, [0xc0, 0x7f]]), 1],
  ['a multiplier as a fraction', 'above', [3, 0, 3, 1, 1, 2, 0, 1, 1], 1],
  ['no multiplier', 'above', closed(0), 1],
  ['a disjunct that is not there', 'above', closed(1, [2, ONE]), 1],
  ['a disjunct that is closed already', 'two', [...closed(0, [2, ONE]), ...closed(0, [2, ONE])], 1],
  ['sat: one disjunct of two', 'two', closed(0, [2, ONE]), 1],
  ['sat: the other disjunct with the row of the first', 'two', [...closed(0, [2, ONE]), ...closed(1, [2, ONE])], 1],
  // 4
  ['sat: the largest value 0 without strictness', 'touching', neuron(0, ALONE, ALONE), 3],
  ['the strict row with multiplier 0', 'beyond', neuron(0, exactly([2, 0]), ALONE), 3],
  ['outputs that are not known', 'beyond', ALONE, 1],
  ['sat: the cut of a neuron, exactly', 'touching', neuron(0, exactly([2, 1], [4, 1]), ALONE), 3],
  ['sat: the other side, exactly', 'ramp', neuron(0, exactly([2, 1]), exactly([2, 1])), 3],
  ['a side that the enclosure alone shows', 'low', input(0, exactly([2, 1], [4, 1]), closed(0, [2, ONE], [3, ONE])), 3],
  [
    'without a box, a sum that does not vanish',
    'tilted',
    neuron(0, neuron(1, exactly([4, 1]), exactly([4, 1])), exactly([4, 1])),
    5,
  ],
  // 5
  ['an empty side whose bounds touch', 'above', input(0, neuron(0, CLOSED, [5]), CLOSED), 5],
  ['sat: an empty root', 'touching', [5], 1],
  ['a leaf where bounds contradict the side', 'above', input(-UNIT / 2, neuron(0, CLOSED, CLOSED), CLOSED), 5],
  ['empty without a box', 'tilted', [5], 1],
  // 6
  ['sat: a side implied by the side that is claimed', 'ramp', [...implied(0, 0, floats([3, ONE])), 7, ...CLOSED], 1],
  ['sat: a side implied by nothing', 'ramp', [...implied(0, 0, floats()), 7, ...CLOSED], 1],
  [
    'sat: a side implied for the first disjunct alone',
    'two',
    [...implied(0, 0, floats([2, ONE]), floats()), 7, ...closed(0, [2, ONE]), ...closed(1, [2, ONE])],
    1,
  ],
  ['a side that is 2', 'low', [...implied(0, 2, floats([2, ONE])), 7, ...CLOSED], 1],
  [
    'a side that is implied already',
    'low',
    [...implied(0, 1, floats([2, ONE])), ...implied(0, 1, floats([2, ONE])), 7, ...closed(0, [2, ONE], [3, ONE])],
    1,
  ],
  ['a side implied of a neuron that does not bend', 'straight', [...implied(1, 1, floats([2, ONE])), ...CLOSED], 1],
  ['a side implied of a neuron that is not there', 'low', [...implied(9, 1, floats([2, ONE])), ...CLOSED], 1],
  // 7
  [
    'an implied side used before again',
    'low',
    [...implied(0, 1, floats([2, ONE])), ...closed(0, [2, ONE], [4, ONE])],
    1,
  ],
  // 8
  ['no box', 'tilted', SAFE, 1],
  ['a face too far inside', 'tilted', [...faced(1, face(0, 0, 2)), ...SAFE], 1],
  [
    'sat: a face too far inside by one unit of the finest grid',
    'tiltedAt',
    [
      8,
      40,
      2,
      ...[face(-(2 ** 40), 1, 3), face(2 ** 40 - 1, 0, 2), face(-(2 ** 40), 1, 2), face(2 ** 40, 0, 3)].flat(),
      ...SAFE,
    ],
    1,
  ],
  ['a face of the other side', 'tilted', [...faced(0, face(-1, 0, 2)), ...SAFE], 1],
  ['a face of another input', 'tilted', [...faced(2, face(-1, 1, 3)), ...SAFE], 1],
  [
    'a face by a condition on outputs',
    'tilted',
    [...faced(0, [...zigzag(-1), 3, 1, 1, 1, 3, 1, 1, 4, 1, 1]), ...SAFE],
    1,
  ],
  ['a face by a condition that is not there', 'tilted', [...faced(0, face(-1, 1, 5)), ...SAFE], 1],
  ['a face by nothing', 'tilted', [...faced(0, [...zigzag(-1), 0]), ...SAFE], 1],
  ['faces that are crossed', 'tilted', [...box([face(2, 1, 3), ...FACES.slice(1)]), ...SAFE], 1],
  ['a grid of 49', 'tilted', [...box(FACES, 49), ...SAFE], 1],
  ['faces beyond 2^47', 'tilted', [...faced(0, face(-(2 ** 47) - 1, 1, 3)), ...SAFE], 1],
  ['faces of one input alone', 'tilted', [...box(FACES.slice(0, 2)), ...SAFE], 1],
  ['two boxes', 'tilted', [...box(FACES), ...box(FACES), ...SAFE], 1],
  ['a box where there is one', 'above', [8, 0, 1, ...zigzag(-1), 1, 0, 1, 1, ...zigzag(1), 1, 1, 1, 1, ...CLOSED], 1],
  // The tree and the file.
  ['no record', 'above', [], 1],
  ['a record behind the tree', 'above', [...CLOSED, ...CLOSED], 1],
  ['a record of another kind of file', 'above', [9, 0], 1],
  ['a varint of eight bytes', 'above', [3, 0, 0, 1, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, ...ONE], 1],
  ['a list longer than any', 'above', [3, 0, 0, ...varint(2 ** 20 + 1), 2, ...ONE], 1],
  ['another number of nodes', 'above', CLOSED, 2],
  ['a number of nodes that is true', 'above', CLOSED, true],
  ['a number of nodes as text', 'above', CLOSED, '1'],
  ['version 3', 'above', CLOSED, 1, { version: 3 }],
  ['version 4 as text', 'above', CLOSED, 1, { version: '4' }],
  ['another format', 'above', CLOSED, 1, { format: 'relu-atlas-certificate' }],
  ['another network', 'above', CLOSED, 1, { network: '0'.repeat(64) }],
  [
    'sat: the unsafe set of another query',
    'touching',
    CLOSED,
    1,
    { unsafe: { inputs: 1, outputs: 1, disjuncts: [[{ x: ['0'], y: ['1'], c: '-2', strict: false }]] } },
  ],
  ['sat: no disjunct', 'touching', [], 0, { unsafe: { inputs: 1, outputs: 1, disjuncts: [] } }],
  ['no unsafe set', 'above', CLOSED, 1, { unsafe: null }],
];

/** Every case with the byte 0 that ends the records. */
export const FORGED_PROOFS: readonly ForgedProof[] = [
  ...GOOD.map((one) => ({ ...proofOf(one), good: true as const })),
  ...FORGED.map(proofOf),
];

function proofOf([name, about, records, nodes, header = {}]: Case): ForgedProof {
  return { name, about, header, records: [...records, ...END], nodes };
}
