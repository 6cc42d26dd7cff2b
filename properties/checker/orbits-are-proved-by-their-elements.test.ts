/**
 * Theorem. An accepted certificate by orbits states the number of cells: parts are left out only where elements, verified, carry a part that is walked to them, and all parts count once.
 *
 * Source: docs/certificates.md, "Certificates by orbits"; forgeries change one thing each that the proof there uses. The expected counts are those of walks without symmetries.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrbitsHeader, StatedMap } from '../../src/certificate/index.js';
import { checkCertificate, checkOrbits } from '../../src/checker/index.js';
import { countCells } from '../../src/engines/index.js';
import { rational } from '../../src/exact/index.js';
import {
  ABSOLUTE,
  affineFromDoubles,
  buildNetwork,
  cube,
  type Domain,
  movedCondition,
  type Network,
  networkDigest,
  polytope,
  RELU,
  signedPermutation,
  whole,
} from '../../src/network/index.js';
import { runCount } from '../../src/run/index.js';
import { closedNetwork, generatorsOf } from '../support/generators/equivariant.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const SIDE = 2;
const { exchange, turn } = generatorsOf(2, SIDE);

interface Content {
  readonly header: OrbitsHeader;
  readonly records: Buffer;
  readonly trailer: { readonly cells: number; readonly cellsPerLayer: readonly number[] };
}

function contentOf(file: string): Content {
  const bytes = gunzipSync(readFileSync(file));
  const end = bytes.indexOf(10);
  const last = bytes.lastIndexOf(10, bytes.length - 2);
  // The trailer begins behind the byte 0, at its brace.
  const brace = bytes.lastIndexOf(Buffer.from('{"cells"'));
  expect(last).toBeLessThan(brace);
  return {
    header: JSON.parse(bytes.subarray(0, end).toString()) as OrbitsHeader,
    records: bytes.subarray(end + 1, brace - 1),
    trailer: JSON.parse(bytes.subarray(brace).toString()) as Content['trailer'],
  };
}

let written = 0;
function fileOf({ header, records, trailer }: Content): string {
  const file = join(files.path, `forged-${written++}.cert`);
  const content = [
    Buffer.from(`${JSON.stringify(header)}\n`),
    records,
    Buffer.of(0),
    Buffer.from(`${JSON.stringify(trailer)}\n`),
  ];
  writeFileSync(file, gzipSync(Buffer.concat(content), { level: 1 }));
  return file;
}

async function proved(network: Network, domain: Domain, generators?: readonly unknown[]) {
  const certificate = join(files.path, `proved-${written++}.cert`);
  const symmetry = generators === undefined ? 'orbits' : { generators };
  await runCount({ network, domain, symmetry, certificate, workers: 1, engine: 'vertex' });
  return contentOf(certificate);
}

/** Two layers on a square, with a group of four. */
const network = closedNetwork(
  [exchange, turn],
  [
    [
      [2, -1, 1],
      [3, 1, -5],
    ],
    [[1, -2, 1, 3, -1]],
  ],
  RELU,
);
const domain = cube(2, 0, SIDE);
const { cells, cellsPerLayer } = countCells(network, domain, { symmetry: 'none' });

/** Five planes through 0 in a cube, and in all of R^3. */
const planes = [
  [1n, 0n, 0n, 0n],
  [0n, 1n, 0n, 0n],
  [1n, 1n, 1n, 0n],
  [1n, -2n, 3n, 0n],
];
const central = networkOfArrangement({ dimension: 3, planes });

let good: Content;
let mirror: Content;
beforeAll(async () => {
  good = await proved(network, domain, [exchange, turn]);
  mirror = await proved(central, cube(3, -1, 1));
});

const verdict = (content: Content, of = network) => checkOrbits(of, fileOf(content));
const withHeader = (change: Partial<OrbitsHeader>): Content => ({ ...good, header: { ...good.header, ...change } });
const map = (rows: readonly (readonly number[])[], shift: readonly number[]): StatedMap => ({
  rows: rows.map((row) => row.flatMap((x, c) => (x === 0 ? [] : [[c, String(x)] as const]))),
  shift: shift.map(String),
});

const bound = (coefficients: readonly number[], most: number) => ({
  coefficients: coefficients.map((x) => rational(BigInt(x))),
  bound: rational(BigInt(most)),
});

describe('a certificate by orbits', () => {
  it('proves the count, in fewer records, and is refused by the checker of every cell', async () => {
    expect(await verdict(good)).toMatchObject({ accepted: true, cells, cellsPerLayer });
    const { parts, images, elements } = good.header;
    expect(images.length).toBeGreaterThan(parts.length);
    expect(elements).toHaveLength(2);
    expect(await checkCertificate(network, fileOf(good))).toMatchObject({ accepted: false });
    expect(
      await checkOrbits(network, fileOf({ ...good, header: { ...good.header, format: 'other' as never } })),
    ).toMatchObject({
      accepted: false,
      reason: 'this is no relu-atlas certificate',
    });
    expect(await verdict(mirror, central)).toMatchObject({ accepted: true, cells: mirror.trailer.cells });
    expect(mirror.trailer.cells).toBe(countCells(central, cube(3, -1, 1), { symmetry: 'none' }).cells);
  });

  it('proves it in charts of the whole space, with elements that are no permutations of the inputs', async () => {
    const whole3 = await proved(central, whole(3));
    expect(whole3.header.charts).toBeDefined();
    expect(await verdict(whole3, central)).toMatchObject({ accepted: true, cells: 14 });
  });

  it('may name empty parts: they count nothing', async () => {
    const { parts, images } = good.header;
    const known = new Set([...parts, ...images.map(([signs]) => signs)]);
    const empty = Array.from({ length: 2 ** parts[0]!.length }, (_, code) =>
      Array.from(parts[0]!, (_, k) => ((code >> k) & 1 ? '+' : '-')).join(''),
    ).find((signs) => !known.has(signs))!;
    expect(await verdict(withHeader({ parts: [...parts, empty] }))).toMatchObject({ accepted: true, cells });
  });
});

describe('forgeries are refused', () => {
  const firstImage = () => good.header.images[0]!;
  const cases: readonly (readonly [string, () => Content, RegExp])[] = [
    ['a cell more', () => ({ ...good, trailer: { ...good.trailer, cells: cells + 1 } }), /the trailer states/],
    [
      'a cell of the first layer more',
      () => ({ ...good, trailer: { cells, cellsPerLayer: [cellsPerLayer[0]! + 1, cells] } }),
      /the trailer states/,
    ],
    ['a part that is missing', () => withHeader({ images: good.header.images.slice(1) }), /is none of those named/],
    [
      'a walked part that is missing',
      () =>
        withHeader({
          parts: good.header.parts.slice(0, -1),
          images: good.header.images.filter(([, k]) => k < good.header.parts.length - 1),
        }),
      /is none of those named/,
    ],
    ['an image named twice', () => withHeader({ images: [...good.header.images, firstImage()] }), /is named twice/],
    [
      'a part named twice',
      () => withHeader({ parts: [...good.header.parts, good.header.parts[0]!] }),
      /is named twice/,
    ],
    [
      'a part that is also an image',
      () => withHeader({ parts: [...good.header.parts, firstImage()[0]] }),
      /is named twice/,
    ],
    [
      'an image of itself',
      () => withHeader({ images: [...good.header.images, [good.header.parts[0]!, 0, []]] }),
      /is named twice/,
    ],
    [
      'an image of an image',
      () => withHeader({ images: good.header.images.map(([s, , by]) => [s, good.header.parts.length, by]) }),
      /is of no part that is walked/,
    ],
    [
      'an image by other elements',
      () => withHeader({ images: [[firstImage()[0], firstImage()[1], []], ...good.header.images.slice(1)] }),
      /the elements make/,
    ],
    [
      'an image by an element that there is not',
      () => withHeader({ images: [[firstImage()[0], firstImage()[1], [2]], ...good.header.images.slice(1)] }),
      /image 0 is not valid/,
    ],
    [
      'an element that is no symmetry of the first layer',
      () =>
        withHeader({
          elements: [
            map(
              [
                [1, 0],
                [0, -1],
              ],
              [0, 2],
            ),
            good.header.elements[1]!,
          ],
        }),
      /element 0: it takes no crease of layer 0/,
    ],
    [
      'an element that does not take the domain to itself',
      () =>
        withHeader({
          elements: [
            map(
              [
                [0, -1],
                [-1, 0],
              ],
              [0, 0],
            ),
            good.header.elements[1]!,
          ],
        }),
      /element 0: it does not take the domain to itself/,
    ],
    [
      'an element that is not one to one',
      () =>
        withHeader({
          elements: [
            map(
              [
                [1, 0],
                [1, 0],
              ],
              [0, 0],
            ),
            good.header.elements[1]!,
          ],
        }),
      /element 0: it is not one to one/,
    ],
    [
      'an element with two entries in one place',
      () =>
        withHeader({
          elements: [
            {
              rows: [
                [
                  [1, '2'],
                  [1, '-1'],
                ],
                [[0, '1']],
              ],
              shift: ['0', '0'],
            },
            good.header.elements[1]!,
          ],
        }),
      /element 0: it is no change of the inputs/,
    ],
    [
      'an element that is a singular matrix',
      () =>
        withHeader({
          elements: [
            map(
              [
                [1, 1],
                [1, 1],
              ],
              [0, 0],
            ),
          ],
        }),
      /element 0: it is not one to one/,
    ],
    ...(
      [
        // Behind the inputs is the constant: the map would be singular, and look like an exchange.
        ['of an input that there is not', [[[2, '1']], [[0, '1']]], ['0', '0']],
        ['of fewer inputs', [[[0, '1']]], ['0', '0']],
        ['of more inputs', [[[0, '1']], [[1, '1']], [[0, '1']]], ['0', '0']],
        ['of more shifts', [[[1, '1']], [[0, '1']]], ['0', '0', '1']],
      ] satisfies readonly (readonly [string, StatedMap['rows'], readonly string[]])[]
    ).map(
      ([what, rows, shift]) =>
        [
          `an element ${what}`,
          () => withHeader({ elements: [{ rows, shift }] }),
          /element 0: it is no change of the inputs/,
        ] as const,
    ),
    ['a part with fewer signs', () => withHeader({ parts: [...good.header.parts, '+'] }), /does not have \d signs/],
    [
      'an image whose signs are none',
      () => withHeader({ images: [...good.header.images, [5 as never, 0, []]] }),
      /image \d+ is not valid/,
    ],
    [
      'elements that are none',
      () => withHeader({ elements: [null as never] }),
      /element 0: it is no change of the inputs/,
    ],
    [
      'another domain, which the elements do not keep',
      () =>
        withHeader({
          domain: {
            box: [
              ['0', '2'],
              ['0', '3'],
            ],
          },
        }),
      /does not take the domain to itself/,
    ],
    [
      'a flat domain',
      () =>
        withHeader({
          domain: {
            box: [
              ['0', '2'],
              ['1', '1'],
            ],
          },
        }),
      /the domain has no interior/,
    ],
    [
      'a neuron that cuts twice',
      () => withHeader({ cuts: good.header.cuts.map(() => good.header.cuts[0]!) }),
      /different neurons/,
    ],
    [
      'a cut that is no neuron',
      () => withHeader({ cuts: [...good.header.cuts.slice(1), 999] }),
      /does not permute the cuts/,
    ],
    [
      'cuts that the elements do not permute',
      () =>
        withHeader({
          cuts: good.header.cuts.slice(1),
          parts: [...new Set(good.header.parts.map((s) => s.slice(1)))],
          images: [],
        }),
      /does not permute the cuts/,
    ],
    ['another version', () => withHeader({ version: 2 }), /version 2 is none of 3/],
    ['another network', () => withHeader({ network: 'f'.repeat(64) }), /about another network/],
    [
      'a part that is walked, said to be an image',
      () => {
        const [signs, k, by] = firstImage();
        const { parts, images } = good.header;
        const [start] = [parts[k]!];
        // All elements of this group are their own inverses, and commute.
        const others = images.filter(([, of]) => of === k).map(([s, , own]) => [s, own] as const);
        const turned = others.map(
          ([s, own]) => [s === signs ? start : s, k, s === signs ? by : [...by, ...own]] as const,
        );
        return withHeader({
          parts: parts.map((p, i) => (i === k ? signs : p)),
          images: [...images.filter(([, of]) => of !== k), ...turned],
        });
      },
      /a cell is stated in a part that is an image|an image is stated in a part that is walked/,
    ],
    [
      'images in place of what is walked',
      () => ({ ...good, records: Buffer.concat([good.records.subarray(0, 2), Buffer.of(11, 11)]) }),
      /an image is stated|is none of those named/,
    ],
    ['an image before there are signs', () => ({ ...good, records: Buffer.of(11) }), /part without signs/],
    ['records that end early', () => ({ ...good, records: good.records.subarray(0, -1) }), /cases are open|damaged/],
    [
      'an image more',
      () => ({ ...good, records: Buffer.concat([good.records, Buffer.of(11)]) }),
      /an image follows the complete tree/,
    ],
    ['a record 12', () => ({ ...good, records: Buffer.of(12) }), /byte 12 names no record/],
  ];

  it.each(cases)('%s', async (_, forged, reason) => {
    const report = await verdict(forged());
    expect(report).toMatchObject({ accepted: false, reason: expect.stringMatching(reason) });
  });

  it('no cell at all, of a domain whose flatness is not stated', async () => {
    // x_0 = 1 as two inequalities: the crease x_0 = 1 is negative on it as well as positive.
    const one = networkOfArrangement({ dimension: 2, planes: [[1n, 0n, -1n]] });
    const flat: Content = {
      header: {
        format: 'relu-atlas-orbits',
        version: 3,
        network: networkDigest(one),
        domain: {
          dimension: 2,
          inequalities: [
            { a: ['1', '0'], b: '1' },
            { a: ['-1', '0'], b: '-1' },
          ],
        },
        polytope: { implied: [] },
        cuts: [0],
        elements: [
          map(
            [
              [-1, 0],
              [0, 1],
            ],
            [2, 0],
          ),
        ],
        parts: ['+'],
        images: [['-', 0, [0]]],
      },
      // Implied, negative, by condition 0 times 1; then an image.
      records: Buffer.of(6, 0, 0, 1, 0, 0x80, 0x3f, 11),
      trailer: { cells: 0, cellsPerLayer: [0] },
    };
    expect(await verdict(flat, one)).toMatchObject({ accepted: false, reason: 'no cell is proved' });
  });

  it.each([
    ['an equality', [], [bound([1, 0], 1)]],
    ['inequalities', [bound([1, 0], 1), bound([-1, 0], -1)], []],
  ])('a domain that is flat by %s: a crease that contains it has no sides', async (_, inequalities, equalities) => {
    // x_0 = 1 and x_1 = 1 where x_0 = 1: two cells, which the reflection of x_0 would count twice.
    const two = networkOfArrangement({
      dimension: 2,
      planes: [
        [1n, 0n, -1n],
        [0n, 1n, -1n],
      ],
    });
    const flat = polytope(2, inequalities, { box: cube(2, 0, SIDE), equalities });
    const file = join(files.path, `flat-${written++}.cert`);
    const request = { network: two, domain: flat, workers: 1, engine: 'vertex' } as const;
    const { cells: count } = await runCount({ ...request, symmetry: 'none', certificate: file });
    expect(count).toBe(2);
    const { header, records } = contentOf(file);
    const reflection = map(
      [
        [-1, 0],
        [0, 1],
      ],
      [2, 0],
    );
    const forged = (parts: readonly string[]): Content => ({
      header: {
        ...header,
        format: 'relu-atlas-orbits',
        version: 3,
        cuts: [0],
        elements: [reflection],
        parts,
        images: [[parts[0] === '+' ? '-' : '+', 0, [0]]],
      },
      records,
      trailer: { cells: 4, cellsPerLayer: [4] },
    });
    for (const parts of [['+'], ['-']])
      expect(await verdict(forged(parts), two)).toMatchObject({
        accepted: false,
        reason: expect.stringMatching(/the domain has no interior/),
      });
  });

  it('a scaling that the second layer does not keep', async () => {
    // (x_0, x_1) -> (x_1 / 2, 2 x_0) takes the two creases of the first layer to each other, and |x_0| - |x_1| to |x_1| / 2 - 2 |x_0|.
    const weights = [Float64Array.of(1, 0, 0, 1), Float64Array.of(1, -1)] as const;
    const scaled = buildNetwork(2, [
      { affine: affineFromDoubles(2, 2, weights[0], new Float64Array(2)) },
      { slopes: [ABSOLUTE, ABSOLUTE] },
      { affine: affineFromDoubles(1, 2, weights[1], new Float64Array(1)) },
      { slopes: [RELU] },
    ]);
    const element: StatedMap = { rows: [[[1, '1/2']], [[0, '2']]], shift: ['0', '0'] };
    const header = {
      ...good.header,
      network: networkDigest(scaled),
      domain: {
        box: [
          ['-1', '1'],
          ['-2', '2'],
        ],
      },
      cuts: [0, 1],
      elements: [element],
      parts: ['++', '--', '+-', '-+'],
      images: [],
    } as const;
    expect(await verdict({ ...good, header }, scaled)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/element 0: it takes no crease of layer 1 to that of neuron 0/),
    });
  });

  it('the reflection of a half-space, and an exchange of an equality with an inequality', () => {
    const half = polytope(2, [bound([1, 0], 0)]);
    expect(movedCondition(signedPermutation([0, 1], [-1, 1]), half)).toBe('inequality 0');
    const ray = polytope(2, [bound([-1, -1], 0)], { equalities: [bound([1, -1], 0)] });
    expect(movedCondition(signedPermutation([0, 1], [1, -1]), ray)).toBe('inequality 0');
  });

  it('a cell in an image, even if the counts are true', async () => {
    const file = join(files.path, 'every-cell.cert');
    await runCount({ network, domain, symmetry: 'none', certificate: file, workers: 1, engine: 'vertex' });
    const { records } = contentOf(file);
    expect(await verdict({ ...good, records })).toMatchObject({
      accepted: false,
      reason: 'a cell is stated in a part that is an image',
    });
  });

  it('symmetries of the first layer that the second one has not', async () => {
    const plain = closedNetwork([exchange], [[[2, -1, 1]], [[1, -2, 1, 3, -1]]], RELU);
    const one = await proved(plain, domain, [exchange]);
    const { network: other } = one.header;
    expect(other).not.toBe(good.header.network);
    const [head, second] = plain.layers;
    const broken = { ...plain, layers: [head!, { ...second!, affine: { ...second!.affine } }] };
    expect(await checkOrbits(broken, fileOf(one))).toMatchObject({ accepted: true });
    const lopsided = closedNetwork([exchange], [[[2, -1, 1]]], RELU);
    const { layers } = lopsided;
    // The second layer sees one neuron of a pair only.
    const uneven = buildNetwork(2, [
      { affine: layers[0]!.affine },
      { slopes: layers[0]!.slopes },
      { affine: affineFromDoubles(1, 2, Float64Array.of(1, 0), Float64Array.of(-1)) },
      { slopes: [RELU] },
    ]);
    const header = { ...one.header, network: networkDigest(uneven) };
    expect(await checkOrbits(uneven, fileOf({ ...one, header }))).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/element 0: it takes no crease of layer 1 to that of neuron 0/),
    });
  });

  it('whatever byte is changed: what is accepted is true', async () => {
    let refused = 0;
    const step = Math.max(1, Math.floor(good.records.length / 60));
    for (let at = 0; at < good.records.length; at += step)
      for (const by of [1, 8]) {
        const records = Buffer.from(good.records);
        records[at] = (records[at]! + by) % 256;
        const report = await verdict({ ...good, records });
        if (report.accepted) expect(report).toMatchObject({ cells, cellsPerLayer });
        else refused++;
      }
    expect(refused).toBeGreaterThan(60);
  });
});
