/**
 * Theorem. What a report states is what brute force finds, and what it draws is the partition: every cell once, with its own
 * pattern and map, its neighbours across its edges and its ancestors by layer; the same bytes every time.
 *
 * Numbers are compared with the reference partition (Fourier-Motzkin elimination), with exact evaluation, with level sets
 * and with Euler's relation.
 *
 * Source: the definitions; Euler's relation in the plane.
 */
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { enumerateCells, witnessOf } from '../../src/analysis/cells/enumerate.js';
import { levelSet } from '../../src/analysis/function/boundary.js';
import { MIXED } from '../../src/analysis/function/class-survey.js';
import type { PlanarComplex } from '../../src/analysis/geometry/planar-complex.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import {
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { jsonOfRational } from '../../src/formats/input/numbers.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { networkDigest } from '../../src/network/digest.js';
import { type BoxDomain, cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { bends, buildNetwork, type Network } from '../../src/network/network.js';
import { patternOf } from '../../src/report/client/describe.js';
import { growthAfter } from '../../src/report/client/growth.js';
import { locatorOf } from '../../src/report/client/locate.js';
import { SPAN, spansOf } from '../../src/report/client/raster.js';
import { unpackPlanar } from '../../src/report/client/unpack.js';
import { pointAt, viewOf } from '../../src/report/client/view.js';
import { collect } from '../../src/report/content/collect.js';
import { composeReport } from '../../src/report/content/compose.js';
import { distributionOf } from '../../src/report/content/distribution.js';
import { reportJson, reportSchema } from '../../src/report/content/schema.js';
import { reportHtml } from '../../src/report/network/page.js';
import { reportPictures, reportSvg } from '../../src/report/network/pictures.js';
import { summaryMarkdown, summaryText } from '../../src/report/network/summary.js';
import { COLOURS } from '../../src/report/picture/planar-svg.js';
import { pngOfSvg } from '../../src/report/picture/png.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';
import { bruteForcePartition, sameMap } from '../support/references/brute-force.js';

const CONTEXT = {
  version: '1.2.3',
  file: 'net.json',
  slice: null,
  domainText: 'a box',
  domainSource: 'a test',
  certificateFile: null,
  commands: { report: 'report', certificate: 'count', check: 'check' },
};

async function makeReport(network: Network, domain: BoxDomain) {
  const collected = (await collect({ network, domain, workers: 1 }))!;
  const report = composeReport(collected, CONTEXT);
  const [picture] = reportPictures(report, collected, { colouring: 'value' });
  return { collected, report, picture: collected.picture!, data: unpackPlanar(picture!.data[0]!) };
}

const made = new Map<string, ReturnType<typeof makeReport>>();
/** As many as the properties below try in every run; a deep one would fill the memory. */
const KEPT = 60;

/**
 * Everything about a network on a box with two free inputs. Properties with the seed SEED are about the same networks, whose
 * reports are made once.
 */
async function reportOn(network: Network, domain: BoxDomain) {
  const key = [networkDigest(network), ...[domain.lower, domain.upper].map((side) => side.map(formatRational))].join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const report = makeReport(network, domain);
  if (made.size < KEPT) made.set(key, report);
  return report;
}

const SEED = 7101;

const planar = fc.record({
  network: fc.oneof(
    anyNetwork({ inputs: 2, widths: [3, 3] }),
    anyNetwork({ inputs: 2, widths: [3, 2], outputs: 2 }),
    degenerateNetwork({ inputs: 2, widths: [3, 2] }),
    deepNetwork(2, 3),
  ),
  domain: smallBox(2),
});

/** How far a point lies from the nearest edge of a cell, in doubles; negative outside. */
function depthIn({ x, y, start, corners }: PlanarComplex, cell: number, [px, py]: readonly [number, number]): number {
  const outline = Array.from(corners.subarray(start[cell]!, start[cell + 1]!), (c) => [x[c]!, y[c]!] as const);
  const depths = outline.map(([ax, ay], k) => {
    const [bx, by] = outline[(k + 1) % outline.length]!;
    return ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / Math.hypot(bx - ax, by - ay);
  });
  return Math.min(...depths);
}

/** Rounded numbers agree to all digits that a report shows. */
function near(actual: number, expected: number, scale = 1) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-7 * Math.max(scale, Math.abs(expected)));
}

test('report.json follows its schema and states what brute force counts', async () => {
  await holdsLater(
    fc.asyncProperty(planar, async ({ network, domain }) => {
      const { report } = await reportOn(network, domain);
      expect(reportSchema.parse(JSON.parse(reportJson(report)))).toEqual(JSON.parse(JSON.stringify(report)));
      const { cells, cellsPerLayer } = bruteForcePartition(network, domain);
      expect(report.counts.cells).toBe(cells.length);
      expect(report.layers.map((layer) => layer.cells)).toEqual([...cellsPerLayer]);
      const maps = cells.filter((cell, k) => cells.findIndex((other) => sameMap(other.map, cell.map)) === k);
      expect(report.counts.maps).toBe(maps.length);
      const volume = domain.lower.map((lo, i) => subtract(domain.upper[i]!, lo)).reduce(multiply);
      expect(report.volumeSum).toBe(jsonOfRational(volume));
      expect(report.domain.volume).toBe(jsonOfRational(volume));
      const signs = (layer: number, neuron: number) => cells.map(({ pattern }) => pattern[layer]![neuron]!);
      for (const { layer, neuron, status, cells: on } of report.neurons.all) {
        if (!bends(network.layers[layer]!.slopes[neuron]!)) {
          expect(status).toBe('linear');
          continue;
        }
        const own = signs(layer, neuron);
        const count = (sign: number) => own.filter((s) => s === sign).length;
        expect(on).toEqual({ positive: count(1), negative: count(-1), zero: count(0) });
        expect(status === 'cuts').toBe(own.includes(1) && own.includes(-1));
      }
      const norms = cells.map(({ map }) => {
        const slopes = map.flatMap((row) => row.slice(0, -1));
        return Math.min(Math.hypot(...slopes.map(toDouble)), Number.MAX_VALUE);
      });
      const { maximum, mean } = report.distributions.gradient;
      near(maximum, Math.max(...norms));
      near(
        mean,
        norms.reduce((sum, norm) => sum + norm / norms.length, 0),
      );
    }),
    { seed: SEED, runs: 60 },
  );
});

test('norms of gradients are told at any size, none as a zero that is none, none beyond the doubles', async () => {
  // |(3, 4)| = 5, scaled by a power of two, whatever the squares of the entries are.
  for (const exponent of [-1060, -600, 0, 600, 1020, 1030]) {
    const unit = exponent < 0 ? rational(1n, 1n << BigInt(-exponent)) : rational(1n << BigInt(exponent));
    const weights = [3n, 4n].map((entry) => multiply(rational(entry), unit));
    const network = buildNetwork(2, [{ affine: affineFromRationals(2, [weights], [ZERO]) }]);
    const { report } = await reportOn(network, cube(2, -1, 1));
    const { minimum, maximum, mean } = reportSchema.parse(JSON.parse(reportJson(report))).distributions.gradient;
    const expected = Math.min(5 * 2 ** exponent, Number.MAX_VALUE);
    expect([minimum, maximum, mean]).toEqual([expected, expected, expected]);
  }
});

describe('the picture', () => {
  test('has a polygon per cell with the pattern and the map that the network has there', async () => {
    await holdsLater(
      fc.asyncProperty(planar, async ({ network, domain }) => {
        const { picture, data, report } = await reportOn(network, domain);
        const { outputs, mapOfCell, maps, witnesses } = picture;
        const patterns = new Set<string>();
        const inside: Rational[][] = [];
        enumerateCells(network, domain, (cell) => void inside.push(witnessOf(cell)));
        expect(inside.length).toBe(picture.complex.cells);
        for (const [cell, witness] of inside.entries()) {
          // The double nearest to a point of a very thin cell may lie outside of it.
          const point = [witnesses[2 * cell]!, witnesses[2 * cell + 1]!] as const;
          expect(point).toEqual(witness.map(toDouble));
          const { pattern, output } = evaluateExact(network, witness);
          const expected = pattern.map((layer, l) =>
            layer
              .map((sign, j) => (bends(network.layers[l]!.slopes[j]!) && sign !== 0 ? (sign > 0 ? '+' : '-') : '0'))
              .join(''),
          );
          expect(patternOf(data, cell)).toEqual(expected);
          patterns.add(expected.join('|'));
          output.forEach((value, k) => {
            const [a, b, c] = maps.subarray(3 * (mapOfCell[cell]! * outputs + k)) as unknown as [
              number,
              number,
              number,
            ];
            near(a * point[0] + b * point[1] + c, toDouble(value), Math.abs(a) + Math.abs(b) + Math.abs(c));
          });
        }
        expect(patterns.size).toBe(report.counts.cells);
        const regions = countRegions(network, domain);
        expect([picture.pieceCount, picture.mapCount]).toEqual([regions.pieces, regions.maps]);
      }),
      { seed: SEED, runs: 60 },
    );
  });

  test('is a complex: Euler, edges shared by two cells, areas that fill the window', async () => {
    await holdsLater(
      fc.asyncProperty(planar, async ({ network, domain }) => {
        const { picture, data } = await reportOn(network, domain);
        const { start, corners, neighbour, cells, points, x, y, makers, edgeMaker } = picture.complex;
        const inner = neighbour.filter((other) => other >= 0).length;
        const outer = neighbour.length - inner;
        expect(points.length - (inner / 2 + outer) + cells).toBe(1);
        let area = 0;
        for (let cell = 0; cell < cells; cell++) {
          for (let k = start[cell]!; k < start[cell + 1]!; k++) {
            const next = corners[k + 1 === start[cell + 1] ? start[cell]! : k + 1]!;
            const own = corners[k]!;
            area += (x[own]! * y[next]! - x[next]! * y[own]!) / 2;
            const { neurons, bound } = makers[edgeMaker[k]!]!;
            expect(bound === undefined).toBe(neighbour[k]! >= 0);
            if (bound !== undefined) continue;
            // Across an edge exactly its makers, and what depends on them, change sides.
            const [here, there] = [patternOf(data, cell), patternOf(data, neighbour[k]!)];
            const changed = here.flatMap((signs, l) =>
              [...signs].flatMap((sign, j) => (sign === there[l]![j] ? [] : [[l, j]])),
            );
            expect(changed).toEqual(expect.arrayContaining(neurons.slice(0, 1).map(([l, j]) => [l, j])));
          }
        }
        const [w, h] = domain.lower.map((lo, i) => toDouble(subtract(domain.upper[i]!, lo))) as [number, number];
        near(area, w * h, w * h);
      }),
      { seed: SEED, runs: 60 },
    );
  });

  test('grows layer by layer: ancestors are the cells of the first layers', async () => {
    await holdsLater(
      fc.asyncProperty(planar, async ({ network, domain }) => {
        const { data } = await reportOn(network, domain);
        const { cellsPerLayer } = bruteForcePartition(network, domain);
        cellsPerLayer.forEach((count, layer) => {
          const growth = growthAfter(data, layer + 1);
          expect(growth.count).toBe(count);
          const prefixes = new Map<number, string>();
          for (let cell = 0; cell < data.header.cells; cell++) {
            const prefix = patternOf(data, cell)
              .slice(0, layer + 1)
              .join('|');
            const known = prefixes.get(growth.index[cell]!);
            if (known !== undefined) expect(prefix).toBe(known);
            prefixes.set(growth.index[cell]!, prefix);
          }
          expect(new Set(prefixes.values()).size).toBe(count);
        });
      }),
      { seed: SEED, runs: 60 },
    );
  });

  test('shows at every pixel a cell that is there, and the locator finds it', async () => {
    await holdsLater(
      fc.asyncProperty(planar, async ({ network, domain }) => {
        const { data, picture } = await reportOn(network, domain);
        const view = viewOf(data.header, 37, 29, { k: 1, x: 0, y: 0 }, 1);
        const all = Array.from({ length: data.header.cells }, (_, cell) => cell);
        const { entries, count } = spansOf(data.arrays, view, all);
        const pixels = new Int32Array(view.width * view.height).fill(-1);
        for (let e = 0; e < SPAN * count; e += SPAN) {
          const [cell, row, first, beyond] = entries.subarray(e, e + SPAN) as unknown as [
            number,
            number,
            number,
            number,
          ];
          pixels.fill(cell, row * view.width + first, row * view.width + beyond);
        }
        const locator = locatorOf(data);
        for (let p = 0; p < pixels.length; p++) {
          const cell = pixels[p]!;
          expect(cell).not.toBe(-1);
          const point = pointAt(view, (p % view.width) + 0.5, Math.floor(p / view.width) + 0.5);
          const { pattern } = evaluateExact(network, point.map(rationalFromDouble));
          // On a crease, or nearer to one than doubles resolve, several cells are right.
          for (const found of new Set([cell, locator.at(...point)!])) {
            const shown = patternOf(data, found).join('');
            const exact = pattern.flat();
            const strict = exact.every((sign, i) => sign !== 0 || shown[i] === '0');
            const agrees = exact.every((sign, i) => shown[i] === '0' || sign === (shown[i] === '+' ? 1 : -1));
            if (strict && !agrees) expect(depthIn(picture.complex, found, point)).toBeGreaterThan(-1e-9);
          }
        }
      }),
      { seed: SEED, runs: 12 },
    );
  });
});

test('the decision boundary is the level set, and the classes fill the domain', async () => {
  await holdsLater(
    fc.asyncProperty(planar, async ({ network, domain }) => {
      const { collected, report } = await reportOn(network, domain);
      const { boundary } = collected.statistics.classes!;
      const level = network.outputs === 1 ? { output: 0, threshold: parseRational('0') } : { output: 0, minus: 1 };
      const texts = ({ pieces, points }: typeof boundary) =>
        pieces
          .map(({ vertices }) =>
            vertices
              .map((v) => points[v]!.map(formatRational).join())
              .sort()
              .join(' '),
          )
          .sort();
      const expected = levelSet(network, domain, level);
      expect(texts(boundary)).toEqual(texts(expected));
      expect(boundary.ties).toEqual(expected.ties);
      const { classes, crossed, ties } = report.boundary!;
      if (ties === 0)
        near(
          classes.reduce((sum, { share }) => sum + share, 0),
          1,
        );
      expect(crossed).toBe([...collected.picture!.classOfCell].filter((kind) => kind === MIXED).length);
    }),
    { seed: SEED, runs: 60 },
  );
});

/** Twice the signed areas of the subpaths of all cells of an SVG, in its pixels. */
function areasOf(svg: string): number[] {
  const paths = [...svg.matchAll(/<path class="cells"[^>]* d="([^"]*)"/g)].map(([, d]) => d!);
  return paths
    .flatMap((d) => d.split('Z').slice(0, -1))
    .map((part) => {
      const points = part
        .slice(1)
        .split('L')
        .map((pair) => pair.split(',').map(Number) as [number, number]);
      return points.reduce((sum, [x, y], k) => {
        const [u, v] = points[(k + 1) % points.length]!;
        return sum + x * v - u * y;
      }, 0);
    });
}

test('as SVG the cells cover the window once, whatever their colours', async () => {
  await holdsLater(
    fc.asyncProperty(
      planar,
      fc.constantFrom(...COLOURS.filter((name) => name !== 'none')),
      async ({ network, domain }, colouring) => {
        const { collected, report } = await reportOn(network, domain);
        const svg = reportSvg(report, collected, { colouring });
        const frame = /<clipPath id="window"><rect x="\d+" y="14" width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
        const areas = areasOf(svg).map((twice) => Math.abs(twice) / 2);
        const window = Number(frame[1]) * Number(frame[2]);
        // Coordinates are rounded to hundredths of a pixel.
        expect(Math.abs(areas.reduce((a, b) => a + b, 0) - window)).toBeLessThan(0.02 * 600 * Math.sqrt(areas.length));
        expect(areas.length).toBeGreaterThanOrEqual(report.counts.cells);
        expect(svg).toBe(reportSvg(report, collected, { colouring }));
      },
    ),
    { seed: SEED, runs: 40 },
  );
});

test('the page needs nothing but itself, names its pictures, and is the same to the byte', async () => {
  const [sample] = fc.sample(fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 4] }), domain: smallBox(2) }), {
    seed: 7108,
    numRuns: 1,
  });
  const once = async () => {
    const { collected, report } = await reportOn(sample!.network, sample!.domain);
    const pictures = reportPictures(report, collected, { colouring: 'map' });
    return {
      html: reportHtml({ report, pictures, script: 'void 0;' }),
      json: reportJson(report),
      text: summaryText(report),
      markdown: summaryMarkdown(report),
      png: Buffer.from(await pngOfSvg(reportSvg(report, collected, { colouring: 'class' }))).toString('base64'),
    };
  };
  const first = await once();
  expect(await once()).toEqual(first);
  const { document } = parseHTML(first.html);
  expect(document.querySelectorAll('link, img, iframe, script[src], [href^="http"]').length).toBe(0);
  expect([...document.querySelectorAll('svg')].every((svg) => svg.getAttribute('aria-label'))).toBe(true);
  expect([...document.querySelectorAll('[data-picture]')].every((part) => part.getAttribute('aria-label'))).toBe(true);
  expect(Buffer.from(first.png, 'base64').subarray(1, 4).toString()).toBe('PNG');
  expect(first.markdown.split('\n').filter((line) => line.startsWith('| ')).length).toBe(
    first.text.trimEnd().split('\n').length + 1,
  );
});

test('distributions count every number once and have its order statistics', () => {
  holds(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: -5, max: 5 })), {
        minLength: 1,
      }),
      (values) => {
        const { count, minimum, maximum, quantiles, histogram } = distributionOf(values);
        const sorted = [...values].sort((a, b) => a - b);
        expect(count).toBe(values.length);
        expect(minimum).toBe(sorted[0]);
        expect(maximum).toBe(sorted.at(-1));
        const middle = (sorted.length - 1) / 2;
        near(quantiles.p50, (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2);
        expect(histogram.counts.reduce((a, b) => a + b, 0) + histogram.left).toBe(values.length);
        expect(histogram.edges.length).toBe(histogram.counts.length + 1);
      },
    ),
    { seed: 7109 },
  );
});
