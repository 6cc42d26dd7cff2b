/**
 * Theorem. The cells of every case of the conformance suite, whatever is degenerate about it, make a complex of its domain, which is convex: its Euler
 * characteristic is 1, and it has the homology of a point. Where the boundary of a network of the circle closes (its README's table, from
 * another method), one side of it has one hole and the other is a disc, and the boundary is one loop.
 *
 * Source: L. Schläfli, Theorie der vielfachen Kontinuität (1852); C. Jordan, Cours d'analyse (1887), for the curve.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZERO } from '../../src/exact/index.js';
import { domainOfContent } from '../../src/formats/json/domain.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { cube, type Domain, type Network } from '../../src/network/index.js';
import { type DecisionSet, topology } from '../../src/topology/index.js';
import { ROOT } from '../support/setup/command.js';

interface Case {
  readonly id: string;
  readonly network: Network;
  readonly domain: Domain;
  readonly cells: number;
}

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
/** Cells up to which a case is looked at in every run: on bounded domains, and on unbounded ones, whose numbers are long. The deep run looks at all. */
const MOST = DEEP ? { bounded: Infinity, unbounded: Infinity } : { bounded: 64, unbounded: 40 };
const mostOf = ({ domain }: Case) => (domain.kind === 'whole' ? MOST.unbounded : MOST.bounded);
/** Left out in every run but the deep one. */
const LEFT_OUT = [
  'generic-3-9-9-1 generic-4-7-6-1 generic-5-7-5-2 generic-6-7-4-1 tent-8 wide-sum',
  'boolean-6 general-position-7-in-3d type-b-3 braid-5 catalan-4 central-7-in-4d general-position-7-in-4d',
  'general-position-7-in-5d general-position-8-in-6d resonance-4 shi-4 threshold-4 type-b-4 resonance-5',
].flatMap((line) => line.split(' '));

const directory = join(ROOT, 'fixtures/conformance/cases');
const suite: readonly Case[] = readdirSync(directory).map((file) => {
  const { id, expected, ...content } = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { network } = networkOfJsonValue(content.network);
  return { id, network, domain: domainOfContent(content.domain, network.inputs), cells: expected.cells };
});
const told = suite.filter((one) => one.cells <= mostOf(one));

describe('the conformance suite', () => {
  it('is looked at but for the cases that are named', () => {
    const others = suite.filter((one) => one.cells > mostOf(one)).map(({ id }) => id);
    expect(others.sort()).toEqual((DEEP ? [] : [...LEFT_OUT]).sort());
  });

  it.each(told)('$id has the characteristic 1, and the homology of a point', ({ network, domain }) => {
    const { betti, torsion, eulerCharacteristic } = topology(network, domain, { set: { kind: 'all' }, field: 'Z' });
    expect(eulerCharacteristic).toBe(1);
    expect(betti).toEqual(betti.map((_, k) => (k === 0 ? 1 : 0)));
    expect(torsion!.flat()).toEqual([]);
  });

  it.each(told.filter(({ domain }) => domain.kind === 'whole'))(
    '$id modulo infinity is a sphere of the dimension of the space',
    ({ network, domain }) => {
      const { betti } = topology(network, domain, { set: { kind: 'all' }, ends: 'borel-moore' });
      expect(betti).toEqual(betti.map((_, k) => (k === network.inputs ? 1 : 0)));
    },
  );
});

/** A row of the README's table: the shape, the parts of the boundary, and how it runs. */
const circles = readFileSync(join(ROOT, 'fixtures/circle/README.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((part) => part.trim()))
  .filter(([, name]) => /^2(-\d+)+-1$/.test(name ?? ''))
  .map(([, name, , , , parts, boundary]) => ({ name: name!, parts: Number(parts), boundary: boundary! }));

describe('the circle', () => {
  it.each(circles)('$name, whose boundary is $boundary', ({ name, parts, boundary }) => {
    const { network } = networkOfJsonValue(
      JSON.parse(readFileSync(join(ROOT, `fixtures/circle/relu_${name}.json`), 'utf8')),
    );
    const bettiOf = (kind: 'above' | 'below' | 'equal') => {
      const set: DecisionSet = { kind, output: 0, level: ZERO };
      return topology(network, cube(2, -6, 6), { set }).betti;
    };
    const sides = [bettiOf('above'), bettiOf('below')];
    if (boundary === 'closed') {
      expect([bettiOf('equal'), parts]).toEqual([[1, 1, 0], 1]);
      // A disc, and what is around it.
      expect(sides.sort(([, a], [, b]) => a! - b!)).toEqual([
        [1, 0, 0],
        [1, 1, 0],
      ]);
    } else {
      // Arcs cut the square into one part more than they are.
      expect(bettiOf('equal')).toEqual([parts, 0, 0]);
      expect(sides[0]![0]! + sides[1]![0]!).toBe(parts + 1);
      expect(sides.map(([, holes]) => holes)).toEqual([0, 0]);
    }
  });
});
