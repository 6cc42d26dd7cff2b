/**
 * A fresh reader's attempts to get a wrong count accepted: files written byte by byte, and gzip streams that are none.
 *
 * Every attack says what is true: a count where the file happens to be right, or that it must be refused. Those of one group differ from its first, good one in
 * what their names say.
 */
import { gzipSync } from 'node:zlib';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { networkDigest } from '../../../src/network/digest.js';
import { ABSOLUTE, buildNetwork, LINEAR, type Network, RELU } from '../../../src/network/network.js';

const layered = (
  inputs: number,
  ...layers: readonly (readonly [weights: readonly number[], bias: readonly number[]])[]
) => {
  let width = inputs;
  return buildNetwork(
    inputs,
    layers.flatMap(([weights, bias], l) => {
      const affine = affineFromDoubles(bias.length, width, weights, bias);
      width = bias.length;
      const slopes = bias.map(() => RELU);
      return l + 1 === layers.length ? [{ affine }] : [{ affine }, { slopes }];
    }),
  );
};

/** |x| */
const MODULUS = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [ABSOLUTE] }]);
/** relu(x) beside a neuron that does not bend. */
const STRAIGHT = buildNetwork(1, [
  { affine: affineFromDoubles(2, 1, [1, 1], [0, 3]) },
  { slopes: [RELU, LINEAR] },
  { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
]);
const AFFINE = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [2], [1]) }]);
/** relu(x), relu(x - 1). */
const STEPS = layered(
  1,
  [
    [1, 1],
    [0, -1],
  ],
  [[1, 1], [0]],
);
/** relu(x), relu(x - 1), and behind them relu(first - 2). */
const DEEPER = layered(
  1,
  [
    [1, 1],
    [0, -1],
  ],
  [[1, 0], [-2]],
  [[1], [0]],
);
/** relu(x), relu(y), relu(x + y): cones. */
const CONES = layered(
  2,
  [
    [1, 0, 0, 1, 1, 1],
    [0, 0, 0],
  ],
  [[1, 1, 1], [0]],
);
/** relu(x), relu(y) and relu(5): no cones. */
const CORNER = layered(
  2,
  [
    [1, 0, 0, 1, 0, 0],
    [0, 0, 5],
  ],
  [[1, 1, 1], [0]],
);

type Truth = 'refused' | readonly [cells: number, ...perLayer: readonly number[]];

export interface Attack {
  readonly name: string;
  readonly network: Network;
  readonly file: Buffer;
  readonly truth: Truth;
}

interface Parts {
  readonly network: Network;
  /** Members of the header; undefined ones are left out. */
  readonly header: Record<string, unknown>;
  readonly records: readonly number[];
  readonly trailer: unknown;
}

const line = (content: unknown) => Buffer.from(typeof content === 'string' ? content : `${JSON.stringify(content)}\n`);

function contentOf({ network, header, records, trailer }: Parts): Buffer {
  const whole = { format: 'relu-atlas-certificate', version: 3, network: networkDigest(network), ...header };
  return Buffer.concat([line(whole), Buffer.from([...records, 0]), line(trailer)]);
}

/** Numbers over one denominator: form 3. */
const fractions = (denominator: number, ...numerators: readonly number[]) => [
  3,
  1,
  denominator,
  ...numerators.flatMap((n) => [n < 0 ? 1 : 0, 1, Math.abs(n)]),
];
const cell = (denominator: number, ...numerators: readonly number[]) => [2, ...fractions(denominator, ...numerators)];
const split = (neuron: number, negative: readonly number[], positive: readonly number[]) => [
  1,
  neuron,
  ...negative,
  ...positive,
];
/** Records 6 and 7: side, then pairs of a position and a multiplier. */
const implied = (neuron: number, side: 1 | -1, ...by: readonly (readonly [number, number])[]) => [
  side > 0 ? 7 : 6,
  neuron,
  3,
  by.length,
  1,
  1,
  ...by.flatMap(([position, m]) => [position, m < 0 ? 1 : 0, 1, Math.abs(m)]),
];
const bound = (
  side: 1 | -1,
  variable: number,
  value: readonly [number, number],
  ...by: readonly (readonly [number, number])[]
) => [side > 0 ? 8 : 9, variable, ...fractions(value[1], value[0]), ...implied(0, 1, ...by).slice(2)];

const BOX = { domain: { box: [['-1', '1']] } };
const [LOW, HIGH] = [cell(2, -1), cell(2, 1)];
const PLAIN: Parts = {
  network: MODULUS,
  header: BOX,
  records: split(0, LOW, HIGH),
  trailer: { cells: 2, cellsPerLayer: [2] },
};
const TWO: Truth = [2, 2];

const steps = (negative: readonly number[], positive: readonly number[]) => split(0, negative, positive);
const BELOW = [4, 1, ...cell(2, 1)];
const ABOVE = split(1, cell(4, 1), cell(4, 3));
const CHARTED: Parts = {
  network: STEPS,
  header: { domain: { whole: 1 }, charts: { neurons: [0], exponents: [0] } },
  records: steps(BELOW, ABOVE),
  trailer: { cells: 3, cellsPerLayer: [3] },
};
/** In the part x > 0 the second layer is v - 2 (1 - v): it bends at 2/3. Between 0 and 1: 2 - 3 v is twice the condition 1 - 2 v and v. */
const INNER = [...implied(0, -1, [0, 2]), ...cell(4, 1)];
const DEEP_CHARTED: Parts = {
  network: DEEPER,
  header: CHARTED.header,
  records: steps([4, 1, 4, 0, ...cell(2, 1)], split(1, INNER, split(0, cell(12, 7), cell(4, 3)))),
  trailer: { cells: 4, cellsPerLayer: [3, 4] },
};
const sides = (mm: readonly number[], mp: readonly number[], pm: readonly number[], pp: readonly number[]) =>
  split(0, split(1, mm, mp), split(1, pm, pp));
const CONE: Parts = {
  network: CONES,
  header: { domain: { whole: 2 }, charts: { neurons: [0, 1], exponents: [0, 0] } },
  records: sides([4, 2, ...cell(2, 1)], split(2, cell(4, 3), cell(4, 1)), split(2, cell(4, 1), cell(4, 3)), [
    5,
    2,
    ...cell(2, 1),
  ]),
  trailer: { cells: 6, cellsPerLayer: [6] },
};
/** The constant is positive because 1 - v_1 - v_2 >= 0, which is position 0. */
const CONSTANT = implied(2, 1, [0, 5]);
const INSIDE = [...CONSTANT, ...cell(3, 1, 1)];
const CORNERS: Parts = {
  network: CORNER,
  header: CONE.header,
  records: sides(INSIDE, INSIDE, INSIDE, INSIDE),
  trailer: { cells: 4, cellsPerLayer: [4] },
};
const SLAB: Parts = {
  network: MODULUS,
  header: {
    domain: {
      dimension: 1,
      inequalities: [
        { a: ['1'], b: '1' },
        { a: ['-1'], b: '1' },
      ],
    },
    polytope: {
      implied: [],
      bounds: [
        [
          { bound: '-1', by: [[1, '1']] },
          { bound: '1', by: [[0, '1']] },
        ],
      ],
    },
  },
  records: split(0, LOW, HIGH),
  trailer: { cells: 2, cellsPerLayer: [2] },
};

type Change = Partial<Parts> | ((content: Buffer) => Buffer);
type Case = readonly [name: string, change: Change, truth?: Truth];

const zipped = (content: Buffer) => gzipSync(content, { level: 1 });
const header = (base: Parts, own: Record<string, unknown>): Partial<Parts> => ({ header: { ...base.header, ...own } });
const charts = (neurons: unknown, exponents: unknown = [0]) => header(CHARTED, { charts: { neurons, exponents } });
const domain = (stated: unknown) => header(PLAIN, { domain: stated });
const MINUS_ONE_TO_ONE = [
  ['1', '1'],
  ['-1', '1'],
] as const;
/** @param more members beside the dimension and the inequalities a x <= b */
const slab = (inequalities: readonly (readonly [string | readonly string[], string])[], more: object = {}) =>
  header(SLAB, {
    domain: { dimension: 1, inequalities: inequalities.map(([a, b]) => ({ a: [a].flat(), b })), ...more },
  });
const evidence = (implied: unknown, low: unknown = [[1, '1']], high: unknown = [[0, '1']], [a, b] = ['-1', '1']) =>
  header(SLAB, {
    polytope: {
      implied,
      bounds: [
        [
          { bound: a, by: low },
          { bound: b, by: high },
        ],
      ],
    },
  });
/** The content with another text in its lines. */
const with_ = (base: Parts, from: string, to: string) => () =>
  zipped(Buffer.from(contentOf(base).toString('latin1').replace(from, to), 'latin1'));

const TREES: readonly Case[] = [
  ['itself', {}, TWO],
  ['a missing sibling', { records: [1, 0, ...LOW], trailer: { cells: 1, cellsPerLayer: [1] } }],
  ['a leaf without a split', { records: LOW, trailer: { cells: 1, cellsPerLayer: [1] } }],
  ['a leaf too many', { records: [...split(0, LOW, HIGH), ...HIGH], trailer: { cells: 3, cellsPerLayer: [3] } }],
  [
    'a tree behind the tree',
    { records: [...split(0, LOW, HIGH), ...split(0, LOW, HIGH)], trailer: { cells: 4, cellsPerLayer: [4] } },
  ],
  [
    'overlapping leaves: one neuron split twice',
    { records: split(0, split(0, LOW, HIGH), HIGH), trailer: { cells: 3, cellsPerLayer: [3] } },
  ],
  ['the siblings exchanged', { records: split(0, HIGH, LOW) }],
  ['the same witness twice', { records: split(0, LOW, LOW) }],
  ['a witness on the crease', { records: split(0, cell(1, 0), HIGH) }],
  ['a witness on the boundary', { records: split(0, cell(1, -1), HIGH) }],
  ['a witness outside', { records: split(0, cell(1, -2), HIGH) }],
  ['a witness of too many numbers', { records: split(0, cell(4, -1, -1), HIGH) }],
  ['a witness over 0', { records: split(0, [2, 3, 0, 1, 1, 1], HIGH) }],
  ['a witness with sign 2', { records: split(0, [2, 3, 1, 2, 2, 1, 1], HIGH) }],
  ['a witness as a long fraction', { records: split(0, [2, 3, 3, 0, 0, 2, 1, 3, 0, 0, 1], HIGH) }, TWO],
  ['a witness as minus 0', { records: split(0, [2, 0, 0, 0x80], HIGH) }],
  ['a witness that is no number', { records: split(0, [2, 0, 0xc0, 0x7f], HIGH) }],
  ['a witness that is infinite', { records: split(0, [2, 0, 0x80, 0xff], HIGH) }],
  ['a witness of the least double', { records: split(0, [2, 2, 1, 0, 0, 0, 0, 0, 0, 0x80], HIGH) }, TWO],
  ['a number form of 4', { records: split(0, [2, 4, 0, 0xbf], HIGH) }],
  ['a neuron that is not there', { records: split(1, LOW, HIGH) }],
  ['neuron 2^32', { records: [1, 0x80, 0x80, 0x80, 0x80, 0x10, ...LOW, ...HIGH] }],
  ['neuron 0 in two bytes', { records: [1, 0x80, 0, ...LOW, ...HIGH] }, TWO],
  ['neuron 0 in seven bytes', { records: [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, ...LOW, ...HIGH] }, TWO],
  ['neuron 0 in eight bytes', { records: [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, ...LOW, ...HIGH] }],
  ['neuron 2^53 in eight bytes', { records: [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, ...LOW, ...HIGH] }],
  ['neuron 2^64', { records: [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2, ...LOW, ...HIGH] }],
  ['one side called implied, by nothing', { records: [5, 0, ...HIGH], trailer: { cells: 1, cellsPerLayer: [1] } }],
  [
    'one side called implied, by the split that is to come',
    { records: [...implied(0, 1, [0, 1]), ...HIGH], trailer: { cells: 1, cellsPerLayer: [1] } },
  ],
  ['one side called zero', { records: [3, 0, ...HIGH], trailer: { cells: 1, cellsPerLayer: [1] } }],
  ['one side by a list', { records: [10, 1, 1, 0, ...HIGH], trailer: { cells: 1, cellsPerLayer: [1] } }],
  ['a list that names nobody', { records: [10, 1, 0, 0, ...split(0, LOW, HIGH)] }],
  ['an empty list', { records: [10, 0, ...split(0, LOW, HIGH)] }],
  ['a list with a neuron that is not there', { records: [10, 1, 2, 0, ...split(0, LOW, HIGH)] }],
  [
    'a bound that no split proves',
    { records: [...bound(1, 0, [0, 1]), ...HIGH], trailer: { cells: 1, cellsPerLayer: [1] } },
  ],
  ['a bound as wide as the box', { records: [...bound(1, 0, [-1, 1]), ...split(0, LOW, HIGH)] }, TWO],
  ['a bound of another variable', { records: [...bound(1, 1, [-1, 1]), ...split(0, LOW, HIGH)] }],
  ['a byte that names no record', { records: [11, 0, ...split(0, LOW, HIGH)] }],
  ['no record', { records: [], trailer: { cells: 0, cellsPerLayer: [0] } }],
];

const NEIGHBOURS: readonly Case[] = [
  ['itself', {}, TWO],
  ['a neuron that does not bend, split', { records: split(1, LOW, HIGH) }],
  ['a neuron that does not bend, implied', { records: [5, 1, ...split(0, LOW, HIGH)] }],
  ['a neuron that does not bend, in a list', { records: [10, 1, 2, 0, ...split(0, LOW, HIGH)] }],
];

/** Of relu(x), relu(x - 1) on [-1, 2], what is left of 0. */
const LEFT = [...implied(1, -1, [0, 1]), ...LOW];
const RIGHT = split(1, cell(4, 1), cell(2, 3));
const three = (...records: readonly number[]) => ({ records, trailer: { cells: 3, cellsPerLayer: [3] } });
const two = (...records: readonly number[]) => ({ records, trailer: { cells: 2, cellsPerLayer: [2] } });

const BOUNDS: readonly Case[] = [
  ['itself', three(...split(0, LEFT, RIGHT)), [3, 3]],
  ['a side by the box alone that needs the split', three(...split(0, [4, 1, ...LOW], RIGHT))],
  ['a bound that is used', three(...split(0, [...bound(-1, 0, [0, 1], [0, 1]), 4, 1, ...LOW], RIGHT)), [3, 3]],
  ['a bound that is too tight', two(...split(0, LEFT, [...bound(-1, 0, [1, 2], [0, 1]), 4, 1, ...cell(4, 1)]))],
  ['a bound by a negative multiplier', two(...split(0, LEFT, [...bound(-1, 0, [0, 1], [0, -1]), 4, 1, ...cell(4, 1)]))],
  ['a side by a negative multiplier', two(...split(0, LEFT, [...implied(1, -1, [0, -1]), ...cell(4, 1)]))],
  ['a side by a position that is not there', two(...split(0, LEFT, [...implied(1, -1, [1, 1]), ...cell(4, 1)]))],
  ['a bound of the sibling', two(...split(0, [...bound(-1, 0, [0, 1], [0, 1]), 4, 1, ...LOW], [4, 1, ...cell(4, 1)]))],
  ['a witness of the sibling', three(...split(0, LEFT, split(1, cell(4, 1), cell(4, 1))))],
];

const TRAILERS: readonly Case[] = [
  ['a cell more', { trailer: { cells: 3, cellsPerLayer: [3] } }],
  ['cells as 2.0', with_(PLAIN, '{"cells":2,', '{"cells":2.0,'), TWO],
  ['cells as text', { trailer: { cells: '2', cellsPerLayer: [2] } }],
  ['cells per layer as texts', { trailer: { cells: 2, cellsPerLayer: ['2'] } }],
  ['cells per layer in a list', { trailer: { cells: 2, cellsPerLayer: [[2]] } }],
  ['cells per layer as a number', { trailer: { cells: 2, cellsPerLayer: 2 } }],
  ['a layer more', { trailer: { cells: 2, cellsPerLayer: [2, 0] } }],
  ['no layer', { trailer: { cells: 2, cellsPerLayer: [] } }],
  ['members twice, the last one false', with_(PLAIN, '{"cells":2,', '{"cells":2,"cells":4,')],
  ['members twice, the first one false', with_(PLAIN, '{"cells":2,', '{"cells":4,"cells":2,'), TWO],
  ['NaN', with_(PLAIN, '"cellsPerLayer":[2]', '"cellsPerLayer":[NaN]')],
  ['two trailers', (content) => zipped(Buffer.concat([content, line(PLAIN.trailer)]))],
  ['null', { trailer: null }],
];

const HEADERS: readonly Case[] = [
  ['version 2', header(PLAIN, { version: 2 }), TWO],
  ['version 1', header(PLAIN, { version: 1 }), TWO],
  ['version 4', header(PLAIN, { version: 4 })],
  ['version true', header(PLAIN, { version: true })],
  ['version as text', header(PLAIN, { version: '3' })],
  ['version [3]', header(PLAIN, { version: [3] })],
  ['another digest', header(PLAIN, { network: networkDigest(AFFINE) })],
  ['the digest in capitals', header(PLAIN, { network: networkDigest(MODULUS).toUpperCase() })],
  ['the digest in a list', header(PLAIN, { network: [networkDigest(MODULUS)] })],
  ['another format', header(PLAIN, { format: 'relu-atlas-verification' })],
  ['an unknown member', header(PLAIN, { more: 1 }), TWO],
  [
    'a digest of another network behind the right one',
    with_(PLAIN, '"domain"', `"network":"${networkDigest(AFFINE)}","domain"`),
  ],
  ['text that is no UTF-8', with_(PLAIN, '"domain"', '"more":"\xff","domain"')],
  ['a byte order mark', with_(PLAIN, '{"format"', '\xef\xbb\xbf{"format"')],
  ['a header nested 100,000 deep', with_(PLAIN, '{"format"', `${'['.repeat(100_000)}${']'.repeat(99_999)}{"format"`)],
  ['a list for a header', with_(PLAIN, '{"format"', '[{"format"')],
  ['no header', (content) => zipped(content.subarray(content.indexOf(10) + 1))],
  ['charts of a box', header(PLAIN, { charts: { neurons: [0], exponents: [0] } })],
  ['evidence for a polytope that is none', header(PLAIN, { polytope: { implied: [] } }), TWO],
];

const DOMAINS: readonly Case[] = [
  ['another box of which the tree is true', domain({ box: [['-2', '3']] }), TWO],
  ['a box that does not meet the crease', domain({ box: [['1/4', '3']] })],
  ['a box that ends at a witness', domain({ box: [['-1/2', '3']] })],
  ['an empty box', domain({ box: [['1', '-1']] })],
  ['a box of no dimension', domain({ box: [] })],
  [
    'a box of two dimensions',
    domain({
      box: [
        ['-1', '1'],
        ['-1', '1'],
      ],
    }),
  ],
  ['a box beside the whole space', domain({ box: [['-1', '1']], whole: 1 })],
  ['a box beside half the whole space', domain({ box: [['-1', '1']], whole: 0.5 })],
  ['a box with a stranger', domain({ box: [['-1', '1']], more: 1 })],
  ['a box with inequalities and no dimension', domain({ box: [['-1', '1']], inequalities: [] })],
  ['bounds as numbers', domain({ box: [[-1, 1]] })],
  ['bounds that are no numbers', domain({ box: [['-Infinity', 'Infinity']] })],
  ['bounds over 0', domain({ box: [['-1/0', '1']] })],
  ['bounds in hexadecimal', domain({ box: [['-0x1', '0x1']] })],
  ['bounds with underscores', domain({ box: [['-1_0', '1_0']] })],
  ['bounds in other digits', domain({ box: [['-\u0661', '\u0661']] })],
  ['bounds in quotients of quotients', domain({ box: [['-1/2/3', '1']] })],
  ['bounds of quotients of decimals', domain({ box: [['-2.5/2', '1e0/0.5']] }), TWO],
  ['bounds within blanks', domain({ box: [[' -1 ', '\u00a01 / 1\ufeff']] }), TWO],
  ['bounds with a separator that is no blank', domain({ box: [['-1', '1\u001c']] })],
  ['bounds of exponent 9999', domain({ box: [['-1e9999', '1e9999']] }), TWO],
  ['bounds of exponent 10000', domain({ box: [['-1e10000', '1e10000']] })],
  ['bounds of exponent -9999 behind a digit', domain({ box: [['-1', '0.1e-9999']] })],
  ['bounds of exponent 10^30', domain({ box: [['-1', `1e${'1'.repeat(30)}`]] })],
  ['bounds of 6,000 digits', domain({ box: [['-1', '1'.repeat(6000)]] }), TWO],
  ['one interval as one bound', domain({ box: [['-1']] })],
  ['no domain', domain(undefined)],
  ['null', domain(null)],
  ['a text', domain('box')],
  ['the whole space of two dimensions', domain({ whole: 2 })],
  ['the whole space as true', { ...domain({ whole: true }), records: split(0, cell(2, -1, 1), cell(2, 1, 1)) }],
  [
    'the whole space, witnesses with a last number',
    { ...domain({ whole: 1 }), records: split(0, cell(2, -1, 1), cell(2, 1, 1)) },
    TWO,
  ],
  [
    'the whole space as 1.0',
    () =>
      with_(
        { ...PLAIN, header: { domain: { whole: 1 } }, records: split(0, cell(2, -1, 1), cell(2, 1, 1)) },
        '"whole":1',
        '"whole":1.0',
      )(),
    TWO,
  ],
  [
    'the whole space, a witness at infinity',
    { ...domain({ whole: 1 }), records: split(0, cell(2, -1, 0), cell(2, 1, 1)) },
  ],
  [
    'the whole space, a witness behind infinity',
    { ...domain({ whole: 1 }), records: split(0, cell(2, 1, -1), cell(2, 1, 1)) },
  ],
  [
    'a point',
    { ...domain({ box: [['1', '1']] }), records: [5, 0, 2, 0], trailer: { cells: 1, cellsPerLayer: [1] } },
    [1, 1],
  ],
  [
    'a point on the crease',
    { ...domain({ box: [['0', '0']] }), records: [3, 0, 2, 0], trailer: { cells: 1, cellsPerLayer: [1] } },
    [1, 1],
  ],
  ['a point on both sides', { ...domain({ box: [['0', '0']] }), records: split(0, [2, 0], [2, 0]) }],
];

const POLYTOPES: readonly Case[] = [
  ['itself', {}, TWO],
  ['no evidence', header(SLAB, { polytope: undefined })],
  ['evidence that is null', header(SLAB, { polytope: null })],
  [
    'no bounds, witnesses with a last number',
    { ...header(SLAB, { polytope: { implied: [] } }), records: split(0, cell(2, -1, 2), cell(2, 1, 2)) },
    TWO,
  ],
  [
    'no bounds, a witness outside',
    { ...header(SLAB, { polytope: { implied: [] } }), records: split(0, cell(2, -3, 2), cell(2, 1, 2)) },
  ],
  ['a multiplier 0', evidence([], [[1, '0']])],
  ['a negative multiplier', evidence([], [[0, '-1']])],
  ['an inequality that is not there', evidence([], [[2, '1']])],
  ['inequality -1', evidence([], [[-1, '1']])],
  ['inequality 1/2', evidence([], [[0.5, '1']])],
  ['inequality as text', evidence([], [['1', '1']])],
  ['inequality as true', evidence([], [[true, '1']])],
  ['a multiplier as a number', evidence([], [[1, 1]])],
  ['bounds exchanged', evidence([], [[0, '1']], [[1, '1']])],
  ['a bound that is too tight', evidence([], [[1, '1']], [[0, '1']], ['-1', '3/4'])],
  ['a bound that is wide', evidence([], [[1, '1']], [[0, '1']], ['-1', '4']), TWO],
  ['bounds by twice the multiplier', evidence([], [[1, '2']])],
  ['a bound by nothing', evidence([], [])],
  ['an equality that does not vanish', evidence([[[0, '1']]])],
  [
    'equalities that leave a point',
    evidence([
      [
        [0, '1'],
        [1, '1'],
      ],
    ]),
  ],
  [
    'inequalities of another length',
    slab([
      [['1', '0'], '1'],
      ['-1', '1'],
    ]),
  ],
  ['another dimension', slab([[['1', '0'], '1']], { dimension: 2 })],
  ['a dimension that is true', slab(MINUS_ONE_TO_ONE, { dimension: true })],
  [
    'inequalities that contradict each other',
    slab([
      ['1', '-1'],
      ['-1', '-1'],
    ]),
  ],
  ['an inequality without variables that is false', slab([...MINUS_ONE_TO_ONE, ['0', '-1']])],
  ['an inequality without variables that is true', slab([...MINUS_ONE_TO_ONE, ['0', '0']]), TWO],
  ['a stranger in the domain', slab(MINUS_ONE_TO_ONE, { whole: 1 })],
];

const CHARTS: readonly Case[] = [
  ['itself', {}, [3, 3]],
  ['another scale, of which the witnesses are true', charts([0], [1]), [3, 3]],
  ['another scale, of which a witness is not true', charts([0], [2])],
  ['an exponent of 2000', { ...charts([0], [-2000]), records: steps(BELOW, ABOVE) }],
  ['an exponent of 2001', charts([0], [2001])],
  ['an exponent of 1/2', charts([0], [0.5])],
  ['an exponent as text', charts([0], ['0'])],
  ['an exponent as true', charts([0], [true])],
  ['an exponent as 0.0', with_(CHARTED, '"exponents":[0]', '"exponents":[0.0]'), [3, 3]],
  ['an exponent too many', charts([0], [0, 0])],
  ['no neuron', charts([], [])],
  ['neurons twice', charts([0, 0], [0, 0])],
  ['neurons that depend on each other', charts([0, 1], [0, 0])],
  ['a neuron that is not there', charts([2])],
  ['neuron -1', charts([-1])],
  ['neuron as text', charts(['0'])],
  ['nine neurons', charts([0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ['charts that are null', header(CHARTED, { charts: null })],
  ['charts that are a list', header(CHARTED, { charts: [[0], [0]] })],
  ['charts in version 2', header(CHARTED, { version: 2 })],
  ['charts beside a polytope', header(CHARTED, { polytope: { implied: [] } }), [3, 3]],
  ['charts of two dimensions', header(CHARTED, { domain: { whole: 2 } })],
  ['charts of the whole space with a box', header(CHARTED, { domain: { whole: 1, box: [['-1', '1']] } })],
  ['no charts, the tree of charts', header(CHARTED, { charts: undefined })],
  ['the first split by another neuron', { records: split(1, BELOW, ABOVE) }],
  ['one part alone', { records: [1, 0, ...BELOW], trailer: { cells: 1, cellsPerLayer: [1] } }],
  ['the parts exchanged', { records: steps(ABOVE, BELOW) }],
  ['no parts', { records: [5, 0, ...ABOVE], trailer: { cells: 2, cellsPerLayer: [2] } }],
  [
    'a part behind the parts',
    { records: [...steps(BELOW, ABOVE), ...BELOW], trailer: { cells: 4, cellsPerLayer: [4] } },
  ],
  [
    'the neuron of the charts split in a part',
    { records: steps(split(0, cell(4, 1), cell(4, 3)), ABOVE), trailer: { cells: 4, cellsPerLayer: [4] } },
  ],
  ['the neuron of the charts settled in a part', { records: steps([4, 0, ...BELOW], ABOVE) }],
  [
    'a crease where the part has none',
    { records: steps(split(1, cell(4, 1), cell(4, 3)), ABOVE), trailer: { cells: 4, cellsPerLayer: [4] } },
  ],
  [
    'no crease where the part has one',
    { records: steps(BELOW, [4, 1, ...cell(4, 1)]), trailer: { cells: 2, cellsPerLayer: [2] } },
  ],
  ['a witness at 0 of the part', { records: steps([4, 1, ...cell(1, 0)], ABOVE) }],
  ['a witness at infinity of the part', { records: steps([4, 1, ...cell(1, 1)], ABOVE) }],
  ['a witness on the crease of the part', { records: steps(BELOW, split(1, cell(2, 1), cell(4, 3))) }],
  ['a witness in homogeneous coordinates', { records: steps([4, 1, ...cell(2, 1, 1)], ABOVE) }],
  [
    'a side by the condition at infinity, which an interval has not',
    { records: steps([...implied(1, -1, [0, 1]), ...cell(2, 1)], ABOVE) },
  ],
];

const DEEP_CHARTS: readonly Case[] = [
  ['itself', {}, [4, 3, 4]],
  [
    'the bias of the second layer left alone',
    {
      records: steps([4, 1, 4, 0, ...cell(2, 1)], split(1, INNER, [4, 0, ...cell(4, 3)])),
      trailer: { cells: 3, cellsPerLayer: [3, 3] },
    },
  ],
  [
    'a witness on the wrong side of the second layer',
    {
      records: steps([4, 1, 4, 0, ...cell(2, 1)], split(1, INNER, split(0, cell(4, 3), cell(12, 11)))),
    },
  ],
];

const CONE_CHARTS: readonly Case[] = [
  ['itself', {}, [6, 6]],
  [
    'a part of opposite signs without its crease',
    {
      records: sides([4, 2, ...cell(2, 1)], [4, 2, ...cell(4, 3)], split(2, cell(4, 1), cell(4, 3)), [
        5,
        2,
        ...cell(2, 1),
      ]),
      trailer: { cells: 5, cellsPerLayer: [5] },
    },
  ],
  [
    'the second split left out',
    {
      records: split(0, [4, 2, ...cell(2, 1)], split(1, split(2, cell(4, 1), cell(4, 3)), [5, 2, ...cell(2, 1)])),
      trailer: { cells: 4, cellsPerLayer: [4] },
    },
  ],
  ['neurons in another order than the splits', header(CONE, { charts: { neurons: [1, 0], exponents: [0, 0] } })],
];

const CORNER_CHARTS: readonly Case[] = [
  ['itself', {}, [4, 4]],
  ['a witness beyond infinity', { records: sides([...CONSTANT, ...cell(3, 2, 2)], INSIDE, INSIDE, INSIDE) }],
  ['a witness at infinity', { records: sides([...CONSTANT, ...cell(2, 1, 1)], INSIDE, INSIDE, INSIDE) }],
  ['a witness of one number', { records: sides([...CONSTANT, ...cell(2, 1)], INSIDE, INSIDE, INSIDE) }],
  ['the constant without the condition', { records: sides([5, 2, ...cell(3, 1, 1)], INSIDE, INSIDE, INSIDE) }],
  [
    'the constant by too much of the condition',
    { records: sides([...implied(2, 1, [0, 6]), ...cell(3, 1, 1)], INSIDE, INSIDE, INSIDE) },
  ],
  [
    'the constant called negative',
    { records: sides([...implied(2, -1, [0, 5]), ...cell(3, 1, 1)], INSIDE, INSIDE, INSIDE) },
  ],
];

/** Sums in doubles that are wrong: 1 and four times -2^-54 come to 1, so with the bias to 2^-53, where the truth is -2^-53. */
const TINY = 2 ** -54;
const ALMOST = -(1 - 2 ** -53);
const SUM = layered(5, [[1, 1, 1, 1, 1], [ALMOST]], [[1], [0]]);
const SUM_BEHIND = layered(
  1,
  [
    [1, 1, 1, 1, 1],
    [0, 0, 0, 0, 0],
  ],
  [[1, -TINY, -TINY, -TINY, -TINY], [ALMOST]],
  [[1], [0]],
);
const small = `-1/${2n ** 54n}`;
const doubles = (...values: readonly number[]) => [
  2,
  2,
  ...values.flatMap((value) => [...new Uint8Array(Float64Array.of(value).buffer)]),
];
const ROUNDED: Parts = {
  network: SUM,
  header: {
    domain: {
      box: [
        ['1', '2'],
        [small, '1'],
        [small, '1'],
        [small, '1'],
        [small, '1'],
      ],
    },
  },
  records: [5, 0, ...doubles(1.5, 0.5, 0.5, 0.5, 0.5)],
  trailer: { cells: 1, cellsPerLayer: [1] },
};
const wide = {
  domain: {
    box: [
      ['0', '2'],
      ['-1', '1'],
      ['-1', '1'],
      ['-1', '1'],
      ['-1', '1'],
    ],
  },
};
const NEARLY = doubles(1, -TINY, -TINY, -TINY, -TINY);
const FAR = doubles(1.5, 0.5, 0.5, 0.5, 0.5);
const BEFORE = doubles(0.5, 0.25, -0.5, -0.5, -0.5);

const ROUNDINGS: readonly Case[] = [
  ['a side by the box', {}],
  ['a side by a list', { records: [10, 1, 1, 0, ...FAR] }],
  ['a side by a multiplier 0', { records: [7, 0, 3, 0, 1, 1, ...FAR] }],
  ['a true witness', { header: wide, records: split(0, BEFORE, FAR), trailer: { cells: 2, cellsPerLayer: [2] } }, TWO],
  ['a witness', { header: wide, records: split(0, BEFORE, NEARLY), trailer: { cells: 2, cellsPerLayer: [2] } }],
];

const ROUNDED_BEHIND: Parts = {
  network: SUM_BEHIND,
  header: { domain: { box: [['1', '2']] } },
  records: [10, 1, 31, 0, 5, 0, ...doubles(1.5)],
  trailer: { cells: 1, cellsPerLayer: [1, 1] },
};
const ROUNDINGS_BEHIND: readonly Case[] = [
  ['a side by the box', {}],
  ['a side by a list', { records: [10, 1, 31, 0, 10, 1, 1, 0, ...doubles(1.5)] }],
  ['a side by the box, of a box that is smaller', { header: { domain: { box: [['5/4', '2']] } } }, [1, 1, 1]],
];

const STREAMS: readonly Case[] = [
  ['two members', (content) => Buffer.concat([zipped(content.subarray(0, 40)), zipped(content.subarray(40))]), TWO],
  ['an empty member first', (content) => Buffer.concat([zipped(Buffer.alloc(0)), zipped(content)]), TWO],
  ['an empty member last', (content) => Buffer.concat([zipped(content), zipped(Buffer.alloc(0))]), TWO],
  ['a member with more behind', (content) => Buffer.concat([zipped(content), zipped(Buffer.from('x'))])],
  ['zeros behind', (content) => Buffer.concat([zipped(content), Buffer.alloc(20)])],
  ['zeros and another file behind', (content) => Buffer.concat([zipped(content), Buffer.alloc(1), zipped(content)])],
  ['something else behind', (content) => Buffer.concat([zipped(content), Buffer.from('something else')])],
  ['a second member cut off', (content) => Buffer.concat([zipped(content), zipped(Buffer.from('x')).subarray(0, 9)])],
  ['the checksum cut off', (content) => zipped(content).subarray(0, -8)],
  ['the last byte cut off', (content) => zipped(content).subarray(0, -1)],
  ['another checksum', (content) => flipped(zipped(content), -8)],
  ['another length', (content) => flipped(zipped(content), -4)],
  ['no gzip', (content) => content],
  ['nothing', () => Buffer.alloc(0)],
];

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[bytes.length + at]! ^= 1;
  return bytes;
}

const GROUPS: readonly (readonly [string, Parts, readonly Case[]])[] = [
  ['a tree', PLAIN, TREES],
  ['a neuron beside', { ...PLAIN, network: STRAIGHT }, NEIGHBOURS],
  ['a box that tightens', { ...PLAIN, network: STEPS, header: { domain: { box: [['-1', '2']] } } }, BOUNDS],
  ['a trailer', PLAIN, TRAILERS],
  ['a header', PLAIN, HEADERS],
  ['a domain', PLAIN, DOMAINS],
  ['a polytope', SLAB, POLYTOPES],
  ['charts', CHARTED, CHARTS],
  ['charts of two layers', DEEP_CHARTED, DEEP_CHARTS],
  ['charts of cones', CONE, CONE_CHARTS],
  ['charts of a corner', CORNERS, CORNER_CHARTS],
  ['a stream', PLAIN, STREAMS],
  ['rounding', ROUNDED, ROUNDINGS],
  ['rounding in the second layer', ROUNDED_BEHIND, ROUNDINGS_BEHIND],
  [
    'no neuron',
    { ...PLAIN, network: AFFINE, records: LOW, trailer: { cells: 1, cellsPerLayer: [] } },
    [
      ['itself', {}, [1]],
      ['a split of nothing', { records: split(0, LOW, HIGH), trailer: { cells: 2, cellsPerLayer: [] } }],
    ],
  ],
];

export const ATTACKS: readonly Attack[] = GROUPS.flatMap(([group, base, cases]) =>
  cases.map(([name, change, truth = 'refused']): Attack => {
    const parts = typeof change === 'function' ? base : { ...base, ...change };
    const content = contentOf(parts);
    const file = typeof change === 'function' ? change(content) : zipped(content);
    return { name: `${group}: ${name}`, network: parts.network, file, truth };
  }),
);
