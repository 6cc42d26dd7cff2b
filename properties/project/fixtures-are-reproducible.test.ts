/**
 * The committed fixtures are the bytes that their script makes, their counts are what hand and brute force say, and the
 * project's own reader sees the networks that were meant.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { networkOfJson } from '../../src/formats/json/network.js';
import { bends, type Network } from '../../src/network/network.js';
import { DEGENERATE_CASES } from '../support/generators/degenerate-cases.js';
import { DEMOS, fixtures, networkOfLayers, problemOfCase, randomLayers } from '../support/generators/make-fixtures.js';
import { showDomain, showNetwork } from '../support/generators/show.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { distinctHyperplanes, regionCount } from '../support/references/characteristic-polynomial.js';

const DIRECTORY = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const WRITE = process.env.RELU_ATLAS_WRITE_FIXTURES !== undefined;

const made = fixtures();

describe('fixtures are the bytes that make-fixtures.ts makes', () => {
  it.each(made.map((fixture) => [fixture.path, fixture.text]))('%s', (path, text) => {
    if (WRITE) {
      mkdirSync(dirname(DIRECTORY + path), { recursive: true });
      writeFileSync(DIRECTORY + path, text);
    }
    expect(readFileSync(DIRECTORY + path, 'utf8')).toBe(text);
  });

  it('fixtures/degenerate holds nothing else', () => {
    const expected = DEGENERATE_CASES.map(({ name }) => `${name}.json`).sort();
    expect(readdirSync(`${DIRECTORY}degenerate`).sort()).toEqual(expected);
  });
});

describe('brute force finds as many cells as the hand did', () => {
  it.each(DEGENERATE_CASES.map((spec) => [spec.name, spec.cells, spec] as const))('%s: %i', (_, cells, spec) => {
    const { network, domain } = problemOfCase(spec);
    const partition = bruteForcePartition(network, domain);
    expect(partition.cells.length).toBe(cells);
    if (network.layers.length > 0) expect(partition.cellsPerLayer.at(-1)).toBe(cells);
  });

  const arrangements = DEGENERATE_CASES.filter(({ domain, layers }) => domain === 'whole' && layers.length === 1);
  it.each(arrangements.map((spec) => [spec.name, spec] as const))('deletion-restriction agrees on %s', (_, spec) => {
    const { network } = problemOfCase(spec);
    const { weights, bias } = network.layers[0]!.affine.integers();
    const planes = bias.map((b, j) => [...weights.slice(j * network.inputs, (j + 1) * network.inputs), b]);
    expect(regionCount(network.inputs, distinctHyperplanes(planes))).toBe(spec.cells);
  });
});

describe('the reader of the project sees the same network and domain', () => {
  const read = (path: string) => networkOfJson(readFileSync(DIRECTORY + path, 'utf8'));
  const meaning = (network: Network) => showNetwork({ ...network, notes: [] });

  it.each(DEGENERATE_CASES.map((spec) => [spec.name, spec] as const))('%s', (name, spec) => {
    const { network, domain } = read(`degenerate/${name}.json`);
    const meant = problemOfCase(spec);
    expect(meaning(network)).toBe(meaning(meant.network));
    expect(domain === undefined ? 'whole' : showDomain(domain)).toBe(
      spec.domain === 'whole' ? 'whole' : showDomain(meant.domain),
    );
  });

  it.each(DEMOS.map((demo) => [demo.widths.join('-'), demo] as const))('demo_%s', (shape, { seed, widths }) => {
    const { network } = read(`networks/demo_${shape}.json`);
    expect(meaning(network)).toBe(meaning(networkOfLayers(widths[0]!, randomLayers(seed, widths))));
    expect(network.layers.every(({ affine }) => affine.weights.every((w) => Math.fround(w) === w))).toBe(true);
    expect(network.layers.every(({ slopes }) => slopes.every(bends))).toBe(true);
  });
});
