/**
 * Theorem. An accepted certificate by images states the number of cells after every layer: every image is cut into all its parts, each part has the image in the next layer that its number says, and
 * an image counts as often as parts have it.
 *
 * Source: docs/certificates.md, "Certificates by images"; forgeries change one thing each that the proof there uses. The expected counts are those of the walk.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkImages } from '../../src/checker/index.js';
import { countCells } from '../../src/engines/index.js';
import { cube, type Domain, DomainError, type Network, networkDigest, whole } from '../../src/network/index.js';
import { runImages } from '../../src/run/index.js';
import { gridFolding, sawtooth } from '../../src/theory/index.js';
import { anyDomain } from '../support/generators/boxes.js';
import { holdsLater } from '../support/generators/holds.js';
import { networkOfLayers } from '../support/generators/make-fixtures.js';
import { anyNetwork, deepNetwork } from '../support/generators/networks.js';
import { polytopeFor } from '../support/generators/polytopes.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** A line of a file, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: forgeries change whatever there is
type Line = any;

let written = 0;
const newFile = () => join(files.path, `${written++}.cert`);

async function linesOf(network: Network, domain: Domain): Promise<Line[]> {
  const certificate = newFile();
  await runImages({ network, domain, certificate });
  const text = gunzipSync(readFileSync(certificate)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function verdict(text: string, of: Network) {
  const file = newFile();
  writeFileSync(file, gzipSync(text, { level: 1 }));
  return checkImages(of, file);
}

const textOf = (lines: readonly Line[]) => `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

/** [0, 1]^2 folded in four, then cut so that images repeat, are flat or points, and cut again. */
const layers = [
  {
    weights: [
      [2, 0],
      [0, 2],
    ],
    bias: [-1, -1],
    activation: 'abs',
  },
  {
    weights: [
      [1, 1],
      [1, -1],
      [0, 1],
    ],
    bias: [-1, 0, -2],
    activation: 'relu',
  },
  {
    weights: [
      [2, 0, 1],
      [1, -1, 3],
    ],
    bias: ['-1/2', '-1/4'],
    activation: 'abs',
  },
  {
    weights: [
      [1, 1],
      [-1, 1],
    ],
    bias: ['-1/8', 0],
    activation: 'relu',
  },
] as const;
const network = networkOfLayers(2, layers);
const domain = cube(2, 0, 1);
const { cells, cellsPerLayer } = countCells(network, domain, { symmetry: 'none' });
const other = networkOfLayers(2, [...layers.slice(0, 3), { ...layers[3], bias: ['-1/7', 0] }]);

let good: readonly Line[];
let unbounded: readonly Line[];
beforeAll(async () => {
  good = await linesOf(network, domain);
  unbounded = await linesOf(network, whole(2));
});

describe('a certificate by images', () => {
  it('proves the counts of the walk', async () => {
    // Images that repeat, a point, flat ones: what forgeries below are about.
    expect(good.filter((line) => 'times' in line).map(({ times }) => times)).toEqual('1 4 4 4 4 4 4 8 4 4'.split(' '));
    expect(good[4].parts[0]).toEqual(['--0']);
    expect(await verdict(textOf(good), network)).toMatchObject({
      accepted: true,
      cells: BigInt(cells),
      cellsPerLayer: cellsPerLayer.map(BigInt),
      images: 10,
      parts: 28,
      domain,
    });
    const all = countCells(network, whole(2), { symmetry: 'none' });
    expect(await verdict(textOf(unbounded), network)).toMatchObject({ accepted: true, cells: BigInt(all.cells) });
  });

  it('of any network on boxes, polytopes and R^d', async () => {
    const shapes = [
      { inputs: 1, widths: [3, 3, 2] },
      { inputs: 2, widths: [3, 2, 2] },
      { inputs: 3, widths: [3, 2] },
    ];
    const anyProblem = fc
      .oneof(...shapes.map((shape) => fc.oneof(anyNetwork(shape), deepNetwork(shape.inputs, 4))))
      .chain((net) =>
        fc.tuple(fc.constant(net), fc.oneof(anyDomain(net.inputs), polytopeFor(net), fc.constant(whole(net.inputs)))),
      );
    await holdsLater(
      fc.asyncProperty(anyProblem, async ([net, on]) => {
        if (net.layers.length === 0) return;
        let lines: Line[];
        try {
          lines = await linesOf(net, on);
        } catch (error) {
          if (error instanceof DomainError) return;
          throw error;
        }
        const walked = countCells(net, on, { symmetry: 'none' });
        expect(await verdict(textOf(lines), net)).toMatchObject({
          accepted: true,
          cellsPerLayer: walked.cellsPerLayer.map(BigInt),
        });
      }),
      { seed: 2121, runs: 40 },
    );
  });

  it.each([
    ['sawtooth of depth 200', sawtooth(200), 2n ** 200n],
    ['24 layers of 6 neurons', gridFolding(2, new Array(24).fill(6)), 9n ** 23n * 22n],
  ])('%s: more cells than there are atoms, in some kilobytes', async (_, folding, count) => {
    const certificate = newFile();
    const report = await runImages({ network: folding, domain: cube(folding.inputs, 0, 1), certificate });
    expect(report.certificate!.bytes).toBeLessThan(10_000);
    expect(await checkImages(folding, certificate)).toMatchObject({ accepted: true, cells: count });
  });

  it('is the same with rays in another order and of another length, and lines that span the same', async () => {
    const told = good.map((line) => ({ ...line, ...(line.rays && { rays: line.rays.map(scaled).reverse() }) }));
    expect(await verdict(textOf(told), network)).toMatchObject({ accepted: true });
    const [first, second] = unbounded[2].lines;
    const sum = first.map((entry: string, i: number) => String(BigInt(entry) + BigInt(second[i])));
    const spanned = unbounded.with(2, { ...unbounded[2], lines: [sum, scaled(second)] });
    expect(await verdict(textOf(spanned), network)).toMatchObject({ accepted: true });
  });
});

const scaled = (vector: readonly string[]) => vector.map((entry) => String(3n * BigInt(entry)));
const shifted = (text: string, by = 1n) => String(BigInt(text) + by);

/** The good file with one line changed: 4 is the image of layer 1, 6 to 8 are those of layer 2, 10 to 14 of layer 3, 15 is the trailer. */
const withLine = (at: number, change: (line: Line) => Line) => good.with(at, change(structuredClone(good[at])));
const withHeader = (change: object) => withLine(0, (line) => ({ ...line, ...change }));
const withParts = (at: number, change: (parts: Line[]) => Line[]) =>
  withLine(at, (line) => ({ ...line, parts: change(line.parts) }));
const withTrailer = (lines: readonly Line[], change: object) => lines.with(-1, { ...lines.at(-1), ...change });

const forgeries: [string, () => readonly Line[], RegExp][] = [
  ['another format', () => withHeader({ format: 'relu-atlas-image' }), /no certificate by images/],
  ['another version', () => withHeader({ version: 2 }), /version 2 is not 1/],
  ['no header', () => good.slice(1), /no certificate by images/],
  ['the digest of another network', () => withHeader({ network: networkDigest(other) }), /another network/],
  ['no domain', () => withHeader({ domain: {} }), /states no domain/],
  ['a domain of another dimension', () => withHeader({ domain: { whole: 3 } }), /3 dimensions/],
  [
    'a larger domain',
    () =>
      withHeader({
        domain: {
          box: [
            ['0', '1'],
            ['0', '2'],
          ],
        },
      }),
    /^layer 0, image 0: its lines and rays/,
  ],
  [
    'a smaller domain',
    () =>
      withHeader({
        domain: {
          box: [
            ['0', '1'],
            ['0', '1/2'],
          ],
        },
      }),
    /^layer 0, image 0: its lines and rays/,
  ],
  ['all of the plane', () => withHeader({ domain: { whole: 2 } }), /^layer 0, image 0: its lines and rays/],
  [
    'an empty domain',
    () =>
      withHeader({
        domain: {
          dimension: 2,
          inequalities: [
            { a: ['1', '0'], b: '0' },
            { a: ['-1', '0'], b: '-1' },
          ],
        },
      }),
    /domain is empty/,
  ],
  [
    'one cell more of an image',
    () => withLine(7, (line) => ({ ...line, times: shifted(line.times) })),
    /^layer 2, image 1: 4 cells have it/,
  ],
  [
    'fewer cells of an image, and in the trailer',
    () =>
      withTrailer(
        withLine(12, (line) => ({ ...line, times: '4' })),
        { cells: '60', cellsPerLayer: ['4', '16', '28', '60'] },
      ),
    /^layer 3, image 2: 8 cells have it/,
  ],
  ['a multiplicity that is no text', () => withLine(7, (line) => ({ ...line, times: 4 })), /no integer text/],
  ['no multiplicity', () => withLine(7, ({ times: _, ...line }) => line), /no integer text/],
  [
    'an image moved',
    () => withLine(7, (line) => ({ ...line, rays: line.rays.map((ray: string[]) => ray.with(0, shifted(ray[0]!))) })),
    /^layer 2, image 1: its lines and rays/,
  ],
  [
    'an image without a ray',
    () => withLine(8, (line) => ({ ...line, rays: line.rays.slice(1) })),
    /^layer 2, image 2: its lines and rays/,
  ],
  [
    'an image with a ray more',
    () => withLine(7, (line) => ({ ...line, rays: [...line.rays, ['2', '1', '4']] })),
    /^layer 2, image 1: its lines and rays/,
  ],
  [
    'a ray twice',
    () => withLine(7, (line) => ({ ...line, rays: [...line.rays, line.rays[0]] })),
    /^layer 2, image 1: its lines and rays/,
  ],
  [
    'a ray turned around',
    () =>
      withLine(7, (line) => ({
        ...line,
        rays: [line.rays[0].map((x: string) => shifted('0', -BigInt(x))), line.rays[1]],
      })),
    /^layer 2, image 1: its lines and rays/,
  ],
  [
    'a line more',
    () => withLine(7, (line) => ({ ...line, lines: [['2', '1', '0']] })),
    /^layer 2, image 1: its lines and rays/,
  ],
  [
    'a value of a silent neuron',
    () => withLine(4, (line) => ({ ...line, rays: line.rays.map((ray: string[]) => ray.with(2, '-1')) })),
    /^layer 1, image 0: its lines and rays/,
  ],
  ['two images exchanged', () => good.with(6, good[7]).with(7, good[6]), /^layer 2, image 0: its lines and rays/],
  [
    'two lines of images exchanged but for their parts',
    () => good.with(6, { ...good[7], parts: good[6].parts }).with(7, { ...good[6], parts: good[7].parts }),
    /^layer 2, image 0/,
  ],
  ['an image left out', () => good.toSpliced(8, 1), /^layer 2: 3 images are found, 2 are listed/],
  [
    'an image left out, and in the number',
    () => withLine(5, (line) => ({ ...line, images: 2 })).toSpliced(8, 1),
    /^layer 2: 3 images are found, 2 are stated/,
  ],
  ['an image twice', () => good.toSpliced(8, 0, good[8]), /^layer 2, image 3: there is no such image/],
  [
    'an image twice, and in the number',
    () => withLine(5, (line) => ({ ...line, images: 4 })).toSpliced(8, 0, good[8]),
    /^layer 2: 3 images are found, 4 are stated/,
  ],
  ['images before the first layer', () => good.toSpliced(1, 1), /^layer -1, image 0|there is no such image/],
  ['a layer left out', () => good.toSpliced(5, 4), /layer 3 is out of place/],
  ['a layer twice', () => good.toSpliced(9, 0, ...good.slice(5, 9)), /layer 2 is out of place/],
  [
    'the last layer left out',
    () => withTrailer(good.toSpliced(9, 6), { cells: '28', cellsPerLayer: ['4', '16', '28'] }),
    /layers are missing/,
  ],
  ['a layer more', () => good.toSpliced(15, 0, { layer: 4, images: 0 }), /layer 4 is out of place/],
  ['a layer that is no number', () => withLine(5, (line) => ({ ...line, layer: '2' })), /layer 2 is out of place/],
  ['a part left out', () => withParts(8, (parts) => parts.slice(0, 2)), /^layer 2, image 2, part 2: /],
  ['the first part left out', () => withParts(13, (parts) => parts.slice(1)), /^layer 3, image 3, part 0: /],
  ['a part twice', () => withParts(8, (parts) => [parts[0], ...parts]), /^layer 2, image 2, part 1: /],
  [
    'the last part twice',
    () => withParts(8, (parts) => [...parts, parts[2]]),
    /^layer 2, image 2: 3 parts are found, 4/,
  ],
  ['parts exchanged', () => withParts(8, ([a, b, c]) => [b, a, c]), /^layer 2, image 2, part 0: /],
  ['no parts', () => withLine(8, ({ parts: _, ...line }) => line), /^layer 2, image 2: it has no list of parts/],
  ['another sign', () => withParts(8, (parts) => parts.with(0, ['-+', 3])), /^layer 2, image 2, part 0: /],
  ['a sign where a neuron is 0', () => withParts(10, (parts) => parts.with(0, ['+-'])), /^layer 3, image 0, part 0: /],
  ['another image of a part', () => withParts(7, (parts) => parts.with(1, ['++', 1])), /^layer 2, image 1, part 1: /],
  [
    'a new image of a part that has a known one',
    () => withParts(8, (parts) => parts.with(2, ['++', 5])),
    /^layer 2, image 2, part 2: /,
  ],
  [
    'an image that there is not',
    () => withParts(8, (parts) => parts.with(2, ['++', -1])),
    /^layer 2, image 2, part 2: /,
  ],
  [
    'a part said to become a point',
    () => withParts(7, (parts) => parts.with(1, ['++'])),
    /^layer 2, image 1, part 1: /,
  ],
  [
    'a point said to have an image',
    () => withParts(4, (parts) => parts.with(0, ['--0', 0])),
    /^layer 1, image 0, part 0: /,
  ],
  [
    'an image behind the last layer',
    () => withParts(10, (parts) => parts.with(0, ['0-', 0])),
    /^layer 3, image 0, part 0: /,
  ],
  ['a part that is a text', () => withParts(10, (parts) => parts.with(0, '0-')), /^layer 3, image 0, part 0: /],
  [
    'a vector too short',
    () => withLine(7, (line) => ({ ...line, rays: line.rays.map((ray: string[]) => ray.slice(1)) })),
    /^layer 2, image 1: lines or rays are no lists of vectors of 3 entries/,
  ],
  ['rays that are no list', () => withLine(7, (line) => ({ ...line, rays: {} })), /^layer 2, image 1: lines or rays/],
  [
    'an entry that is no integer',
    () => withLine(7, (line) => ({ ...line, rays: line.rays.map((ray: string[]) => ray.with(0, '1.5')) })),
    /no integer text/,
  ],
  ['an image that is a text', () => good.with(7, 'image'), /a line is no object/],
  ['an image that is nothing', () => good.with(7, null), /a line is no object/],
  [
    'another number of cells',
    () => withTrailer(good, { cells: '69' }),
    /trailer states other numbers than are proved: 68 cells/,
  ],
  ['the number of cells as a number', () => withTrailer(good, { cells: 68 }), /trailer states other numbers/],
  [
    'another number of cells after a layer',
    () => withTrailer(good, { cellsPerLayer: ['4', '16', '29', '68'] }),
    /trailer states other numbers/,
  ],
  ['no numbers after layers', () => withTrailer(good, { cellsPerLayer: undefined }), /trailer states other numbers/],
  ['no trailer', () => good.slice(0, -1), /truncated/],
  ['the trailer early', () => [...good.slice(0, 12), good.at(-1)], /^layer 3: 5 images are found, 2 are listed/],
  ['lines behind the trailer', () => [...good, good.at(-1)], /lines follow the trailer/],
];

describe('a forged certificate by images is refused, with the place', () => {
  it.each(forgeries)('%s', async (_, forged, reason) => {
    const report = await verdict(textOf(forged()), network);
    expect(report).toMatchObject({ accepted: false, reason: expect.stringMatching(reason) });
  });

  it('that of another network under this one’s name', async () => {
    const stolen = (await linesOf(other, domain)).with(0, good[0]);
    const place = /^layer 3, image 1: its lines and rays/;
    expect(await verdict(textOf(stolen), network)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(place),
    });
    expect(await verdict(textOf(good), other)).toMatchObject({ accepted: false, reason: /another network/ });
  });

  it('a line without which an unbounded image is another one', async () => {
    const forged = unbounded.with(2, { ...unbounded[2], lines: unbounded[2].lines.slice(1) });
    expect(await verdict(textOf(forged), network)).toMatchObject({ accepted: false });
  });

  it('files that are cut off, damaged or no text', async () => {
    const text = textOf(good);
    for (const part of [text.slice(0, -1), text.slice(0, text.length / 2), '', text.replace('"times"', 'times')])
      expect(await verdict(part, network)).toMatchObject({ accepted: false });
    const packed = gzipSync(text);
    for (const bytes of [packed.subarray(0, -9), Buffer.from(text), gzipSync(Buffer.from([0xff, 0xfe, 10]))]) {
      const file = newFile();
      writeFileSync(file, bytes);
      expect(await checkImages(network, file)).toMatchObject({ accepted: false });
    }
  });
});
