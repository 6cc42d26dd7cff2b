/**
 * Theorem. Trained on a disc in a ring, a linear network's boundary is a line and errs on a quarter of the points or more; a
 * ReLU network's is an exact polygon, each of whose corners lies on a neuron's crease, and its class regions are unions of
 * convex polytopes. (A tanh network's is a smooth curve: smooth-boundaries-have-no-corners.)
 *
 * If f is affine, f(x) + f(-x) = 2 f(0): for f(0) > 0 one of each antipodal pair of the ring is called inside, for f(0) <= 0
 * one of each pair of the disc outside; so on data with its antipodes f errs on half of a class. On a cell of a ReLU network
 * {f = 0} is a segment of a line, and its direction can change only where the cell ends: on a crease; {f >= 0} is there the
 * polytope that the line leaves of the cell.
 *
 * Source: the Circle data set of the TensorFlow Playground (Smilkov, Carter et al. 2016), whose three ReLU neurons are told to
 * make a hexagon; fixtures/circle/README.md has the corners that were found.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, formatRational, negate, rational, rationalFromDouble, ZERO } from '../../src/exact/rational.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { identityAffine } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { type Network, neuronCount } from '../../src/network/network.js';
import { discAndRing, squaredRadius } from '../../src/theory/circle-data.js';
import { affineNetwork, collapse } from '../../src/theory/collapse.js';
import { boundaryOf } from '../support/engines/boundary.js';
import { cellsOf } from '../support/engines/cells.js';
import { contains, inequalitiesOf } from '../support/engines/constraints.js';
import { linearStack } from '../support/generators/affine-steps.js';
import { pointIn } from '../support/generators/boxes.js';
import {
  ALL,
  type CircleNetwork,
  DATA_SEED,
  DATA_SIZE,
  DEEP,
  EXAMPLES,
  fileOf,
  MAIN,
  SHALLOW,
  trainAnew,
  trainWith,
} from '../support/generators/circle-networks.js';
import { holds } from '../support/generators/holds.js';
import { readable } from '../support/generators/show.js';

const SEED = 515;
const DIRECTORY = fileURLToPath(new URL('../../fixtures/circle/', import.meta.url));
const WRITE = process.env.RELU_ATLAS_WRITE_FIXTURES !== undefined;
const DEEPLY = process.env.RELU_ATLAS_DEEP !== undefined;
const BOX = cube(2, -6, 6);

const pathOf = ({ name }: CircleNetwork) => `${DIRECTORY}${name}.json`;
if (WRITE) {
  mkdirSync(DIRECTORY, { recursive: true });
  for (const network of ALL) writeFileSync(pathOf(network), fileOf(network, trainAnew(network)));
}

const read = (network: CircleNetwork) => networkOfJson(readFileSync(pathOf(network), 'utf8')).network;
const seedOf = (network: CircleNetwork) => Number(/from seed (\d+)/.exec(readFileSync(pathOf(network), 'utf8'))![1]);

describe('the fixtures are what the training script makes', () => {
  const retrained = DEEPLY ? ALL : [...Object.values(MAIN), SHALLOW[4]!, DEEP[2]!];
  it.each(retrained.map((network) => [network.name, network] as const))('%s', (_, network) => {
    expect(fileOf(network, trainWith(network, seedOf(network)))).toBe(readFileSync(pathOf(network), 'utf8'));
  });

  it('the data lie in the disc and in the ring, exactly, and the same for the same seed', () => {
    for (const point of discAndRing(DATA_SEED, DATA_SIZE)) {
      const square = squaredRadius(point);
      if (point.inner) expect(compare(square, rational(25n, 4n))).toBeLessThanOrEqual(0);
      else expect(compare(square, rational(49n, 4n)) >= 0 && compare(square, rational(25n)) <= 0).toBe(true);
    }
    expect(discAndRing(DATA_SEED, 10)).toEqual(discAndRing(DATA_SEED, DATA_SIZE).slice(0, 10));
  });
});

/** How many examples an exact network gets wrong. */
function errors(network: Network): number {
  return EXAMPLES.filter(({ input, target }) => {
    const value = evaluateExact(network, input.map(rationalFromDouble)).output[0]!;
    return compare(value, ZERO) !== target;
  }).length;
}

describe('the linear network', () => {
  it('has a line for its boundary, and errs on more than a quarter of its training points', () => {
    const network = read(MAIN.linear);
    expect(collapse(network)).toBeDefined();
    expect(cellsOf(network, BOX).length).toBe(1);
    expect(boundaryOf(network, BOX).corners.length).toBe(0);
    expect(4 * errors(network)).toBeGreaterThan(DATA_SIZE);
  });

  it('like every linear network: on data with their antipodes it errs on at least a quarter', () => {
    const data = discAndRing(2, 40).map(({ x, y, inner }) => ({ point: [x, y], sign: inner ? 1 : -1 }));
    const both = data.flatMap(({ point, sign }) => [
      { point, sign },
      { point: point.map(negate), sign },
    ]);
    holds(
      fc.property(linearStack(2, 1), (layers) => {
        const stack = { ...affineNetwork(identityAffine(1)), inputs: 2, layers };
        const map = collapse(stack)!;
        const wrong = both.filter(({ point, sign }) => {
          const side = compare(evaluateExact(affineNetwork(map), point).output[0]!, ZERO);
          return (side > 0 ? 1 : -1) !== sign;
        });
        expect(4 * wrong.length).toBeGreaterThanOrEqual(both.length);
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

describe('the ReLU network', () => {
  const network = read(MAIN.relu);
  const boundary = boundaryOf(network, BOX);

  it('errs on none of its training points, and its boundary is one closed polygon', () => {
    expect(errors(network)).toBe(0);
    expect(boundary.exits.length).toBe(0);
    expect(boundary.components).toBe(1);
    const ends = boundary.segments.flatMap((segment) => segment.ends.map((end) => end.map(formatRational).join(' ')));
    for (const end of ends) expect(ends.filter((other) => other === end).length).toBe(2);
  });

  it('every corner lies on the crease of a neuron, exactly, and f is exactly 0 there', () => {
    for (const { point, creases } of boundary.corners) {
      expect(creases.length).toBeGreaterThan(0);
      expect(formatRational(evaluateExact(network, point).output[0]!)).toBe('0');
    }
  });

  it('has class regions that are unions of convex polytopes: the cells, each cut by its own zero line', () => {
    const parts = cellsOf(network, BOX).map((cell) => {
      const rows = inequalitiesOf(network, BOX, cell);
      const zero = [...cell.map.jacobian[0]!, cell.map.constant[0]!];
      return { inside: [...rows, zero], outside: [...rows, zero.map(negate)] };
    });
    const seen = new Set<number>();
    const corner = fc.constantFrom(...boundary.corners.map(({ point }) => point.map(readable)));
    holds(
      fc.property(fc.oneof({ weight: 4, arbitrary: pointIn(BOX) }, { weight: 1, arbitrary: corner }), (x) => {
        const sign = compare(evaluateExact(network, x).output[0]!, ZERO);
        expect(parts.some(({ inside }) => contains(inside, x))).toBe(sign >= 0);
        expect(parts.some(({ outside }) => contains(outside, x))).toBe(sign <= 0);
        seen.add(sign);
      }),
      { seed: SEED, runs: 80 },
    );
    expect([...seen].sort()).toEqual([-1, 0, 1]);
  });
});

/** One line of the table of corners. */
function row(circle: CircleNetwork): string {
  const network = read(circle);
  const { cells, corners, exits, components } = boundaryOf(network, BOX);
  for (const { creases } of corners) expect(creases.length).toBeGreaterThan(0);
  if (network.layers.length === 1 && exits.length === 0) {
    // A closed curve crosses a line an even number of times.
    for (let j = 0; j < neuronCount(network); j++) {
      expect(corners.filter(({ creases }) => creases.some(([, neuron]) => neuron === j)).length % 2).toBe(0);
    }
  }
  const shape = exits.length === 0 ? 'closed' : `open (${exits.length} exits)`;
  const figures = [neuronCount(network), cells, corners.length, components, shape, errors(network)];
  return `| ${circle.widths.join('-')} | ${figures.join(' | ')} |`;
}

describe('the table of corners against neurons in fixtures/circle/README.md', () => {
  const README = `${DIRECTORY}README.md`;
  const begin = '<!-- table -->\n';
  const all = [MAIN.relu, ...SHALLOW, ...DEEP];
  if (WRITE) {
    const head =
      '| network | neurons | cells | corners | parts | boundary | training errors |\n|---|---|---|---|---|---|---|\n';
    const text = readFileSync(README, 'utf8');
    writeFileSync(README, `${text.slice(0, text.indexOf(begin))}${begin}${head}${all.map(row).join('\n')}\n`);
  }
  const table = readFileSync(README, 'utf8').split(begin)[1]!.split('\n');

  it('has a line for every trained network', () => {
    expect(table.slice(2, -1).map((line) => line.split(' ')[1])).toEqual(all.map(({ widths }) => widths.join('-')));
  });

  // The wide ones take a minute: `npm run test:deep` has them all.
  const tried = DEEPLY ? all : [MAIN.relu, ...SHALLOW.slice(0, 7), ...DEEP.slice(0, 4)];
  it.each(tried.map((circle) => [circle.name, circle] as const))(
    'is right about %s, whose corners lie on creases',
    (_, circle) => {
      expect(table).toContain(row(circle));
    },
  );
});
