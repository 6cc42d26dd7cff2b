/**
 * The contents of fixtures/, made from this file alone: the same bytes on every machine.
 *
 *     RELU_ATLAS_WRITE_FIXTURES=1 npx vitest run properties/project/fixtures-are-reproducible.test.ts
 *
 * writes them; without the variable the test compares.
 */
import { parseRational, type Rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { box, type Domain, whole } from '../../../src/network/domain.js';
import {
  ABSOLUTE,
  buildNetwork,
  LINEAR,
  type Network,
  RELU,
  type Slopes,
  type Step,
} from '../../../src/network/network.js';
import { bruteForcePartition } from '../references/brute-force.js';
import { type Family, resonance } from '../references/families.js';
import { DEGENERATE_CASES, type DegenerateCase, type Entry, type LayerSpec } from './degenerate-cases.js';

/** A file of fixtures/: its path there, its text, and what it says. */
export interface Fixture {
  readonly path: string;
  readonly text: string;
}

const exact = (entry: Entry): Rational =>
  typeof entry === 'number' ? rationalFromDouble(entry) : parseRational(entry);

function slopesOf({ activation, bias }: LayerSpec): readonly Slopes[] {
  if (typeof activation === 'object') {
    return activation.slopes.map(([negative, positive]) => ({ negative: exact(negative), positive: exact(positive) }));
  }
  return bias.map(() => ({ relu: RELU, abs: ABSOLUTE, linear: LINEAR })[activation]);
}

/** The network that the layers of a fixture describe. */
export function networkOfLayers(inputs: number, layers: readonly LayerSpec[]): Network {
  let width = inputs;
  const steps = layers.flatMap((layer): Step[] => {
    const rows = layer.weights.map((row) => row.map(exact));
    const affine = affineFromRationals(width, rows, layer.bias.map(exact));
    width = affine.outputs;
    return [{ affine }, { slopes: slopesOf(layer) }];
  });
  return buildNetwork(inputs, steps);
}

/** A case's layers with the output layer that sums the last values. */
function withSum(layers: readonly LayerSpec[]): LayerSpec[] {
  const width = layers.at(-1)!.bias.length;
  return [...layers, { weights: [new Array<Entry>(width).fill(1)], bias: [0], activation: 'linear' }];
}

function domainOf(domain: DegenerateCase['domain'], inputs: number): Domain {
  if (domain === 'whole') return whole(inputs);
  return box(
    domain.map(([lo]) => exact(lo)),
    domain.map(([, hi]) => exact(hi)),
  );
}

/** A degenerate case as a network and a domain. */
export function problemOfCase({ layers, domain }: DegenerateCase): { network: Network; domain: Domain } {
  const inputs = layers[0]!.weights[0]!.length;
  return { network: networkOfLayers(inputs, withSum(layers)), domain: domainOf(domain, inputs) };
}

/** JSON with one line per row of numbers. */
function render(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\s+((?:"[^"]*"|-?[\d.e+-]+)(?:,\s+(?:"[^"]*"|-?[\d.e+-]+))*)\s+\]/g, (_, inner: string) => `[${inner.replace(/,\s+/g, ', ')}]`)}\n`;
}

const METHOD = 'brute force over all patterns, each decided by Fourier-Motzkin elimination (properties/references)';

function degenerateFixture(spec: DegenerateCase): Fixture {
  const { name, why, layers, domain, cells } = spec;
  const problem = problemOfCase(spec);
  const { cellsPerLayer } = bruteForcePartition(problem.network, problem.domain);
  const content = {
    format: 'relu-atlas-network',
    version: 1,
    why,
    expected: { domain: domain === 'whole' ? 'whole' : 'box', cells, cellsPerLayer, method: METHOD },
    inputs: problem.network.inputs,
    layers: withSum(layers),
    ...(domain === 'whole' ? {} : { domain: { box: domain } }),
  };
  return { path: `degenerate/${name}.json`, text: render(content) };
}

/** Uniform numbers in [0, 1) from a 32-bit seed (Tommy Ettinger's mulberry32): integer arithmetic, the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random ReLU layers that float32 can hold: weights of variance 2 / inputs, biases of variance 1/4. */
export function randomLayers(seed: number, widths: readonly number[]): LayerSpec[] {
  const uniform = mulberry32(seed);
  // A sum of twelve uniform numbers has variance 1; unlike a logarithm it is the same double everywhere.
  const normal = () => Array.from({ length: 12 }, uniform).reduce((sum, x) => sum + x, -6);
  return widths.slice(1).map((width, l) => {
    const inputs = widths[l]!;
    const entry = (scale: number) => Math.fround(normal() * scale);
    const row = () => Array.from({ length: inputs }, () => entry(Math.sqrt(2 / inputs)));
    const activation = l === widths.length - 2 ? 'linear' : 'relu';
    return {
      weights: Array.from({ length: width }, row),
      bias: Array.from({ length: width }, () => entry(0.5)),
      activation,
    };
  });
}

interface Demo {
  readonly seed: number;
  readonly widths: readonly number[];
}

/** The random networks: generic position, in two and in three dimensions. */
export const DEMOS: readonly Demo[] = [
  { seed: 1, widths: [2, 8, 8, 1] },
  { seed: 2, widths: [3, 5, 4, 1] },
];

function demoFixture({ seed, widths }: Demo): Fixture {
  const layers = randomLayers(seed, widths);
  const domain = Array.from({ length: widths[0]! }, (): [Entry, Entry] => [-1, 1]);
  const { cells, cellsPerLayer } = bruteForcePartition(
    networkOfLayers(widths[0]!, layers),
    domainOf(domain, widths[0]!),
  );
  const content = {
    format: 'relu-atlas-network',
    version: 1,
    why: `A random ReLU network (seed ${seed}, float32 weights) in generic position.`,
    expected: { domain: 'box', cells: cells.length, cellsPerLayer, method: METHOD },
    inputs: widths[0],
    layers,
    domain: { box: domain },
  };
  return { path: `networks/demo_${widths.join('-')}.json`, text: render(content) };
}

/** An arrangement with small integer normals as a plain network, to be counted over the whole space. */
function familyFixture(name: string, { arrangement, cells }: Family): Fixture {
  const { dimension, planes } = arrangement;
  const content = {
    why: `${name}: all nonzero 0/1 normals through 0; count it with --whole. A float tool prints far fewer cells.`,
    expected: { domain: 'whole', cells, cellsPerLayer: [cells], method: 'OEIS A034997, and deletion-restriction' },
    layers: [
      { weights: planes.map((plane) => plane.slice(0, dimension).map(Number)), bias: planes.map(() => 0) },
      { weights: [planes.map(() => 1)], bias: [0] },
    ],
  };
  return { path: `networks/${name}.json`, text: render(content) };
}

/** Every generated file of fixtures/. */
export function fixtures(): Fixture[] {
  return [
    ...DEMOS.map(demoFixture),
    familyFixture('resonance_4', resonance(4)),
    familyFixture('resonance_5', resonance(5)),
    ...DEGENERATE_CASES.map(degenerateFixture),
  ];
}
