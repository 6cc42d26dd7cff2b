/**
 * Theorem. What a link of the explorer holds is read back unchanged, and any text behind "#" is read as a state that the page can show:
 * numbers in their ranges, names that exist, at most four layers of at most sixteen neurons.
 *
 * Source: definition.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACTIVATIONS,
  DATA_NAMES,
  FIRST_STATE,
  hashOf,
  LESSONS,
  MODES,
  MOST_LAYERS,
  MOST_NEURONS,
  type PageState,
  type Plane,
  stateOf,
} from '../../src/explorer/model/index.js';
import { holds } from '../support/generators/holds.js';
import { ROOT } from '../support/setup/command.js';

const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x));
const ends = fc.tuple(double, double).filter(([a, b]) => a < b);
const point = (inputs: number) => fc.array(double, { minLength: inputs, maxLength: inputs });

const plane: fc.Arbitrary<Plane> = fc.integer({ min: 2, max: 6 }).chain((inputs) =>
  fc.oneof(
    fc.record({
      kind: fc.constant('inputs' as const),
      free: fc
        .shuffledSubarray(
          Array.from({ length: inputs }, (_, i) => i),
          { minLength: 2, maxLength: 2 },
        )
        .map((free) => free as [number, number]),
      values: point(inputs),
    }),
    fc.record({
      kind: fc.constant('points' as const),
      points: fc.tuple(point(inputs), point(inputs), point(inputs)),
    }),
  ),
);

const state: fc.Arbitrary<PageState> = fc.record({
  plan: fc.record({
    data: fc.constantFrom(...DATA_NAMES),
    noise: fc.integer({ min: 0, max: 50 }),
    points: fc.integer({ min: 10, max: 2000 }),
    dataSeed: fc.nat(),
    seed: fc.nat(),
    hidden: fc.array(fc.integer({ min: 1, max: MOST_NEURONS }), { minLength: 1, maxLength: MOST_LAYERS }),
    activation: fc.constantFrom(...ACTIVATIONS),
    slope: fc.double({ min: -10, max: 10, noNaN: true }).map((x) => (x === 0 ? 0 : x)),
    rate: fc.double({ min: 0, max: 1000, noNaN: true }),
    batch: fc.integer({ min: 1, max: 2000 }),
    l2: fc.double({ min: 0, max: 10, noNaN: true }),
  }),
  beside: fc.option(fc.constantFrom(...ACTIVATIONS), { nil: undefined }),
  epoch: fc.nat(100_000),
  window: fc.record({ x: ends, y: ends }),
  view: fc.record({
    mode: fc.constantFrom(...MODES),
    layers: fc.nat(4),
    creases: fc.boolean(),
    boundary: fc.boolean(),
    points: fc.boolean(),
    output: fc.nat(9),
  }),
  lesson: fc.option(fc.nat(LESSONS.length - 1), { nil: undefined }),
  file: fc.option(fc.record({ name: fc.string(), content: fc.base64String(), plane }), { nil: undefined }),
});

describe('a link', () => {
  it('is read back as the state that it was made of', () => {
    holds(
      fc.property(state, (given) => {
        expect(stateOf(`#${hashOf(given)}`)).toEqual(given);
      }),
      { seed: 29112 },
    );
  });

  it('of any text is a state, which is read back, too', () => {
    const keys = [...new URLSearchParams(hashOf(FIRST_STATE)).keys(), 'beside', 'lesson', 'net', 'plane', 'name'];
    const texts = fc.oneof(fc.string(), fc.constantFrom('', 'NaN', '-1', '1e999', '1,2', 'i;0,0;1', 'p;1;2', ',', '9'));
    const parameters = fc.array(fc.tuple(fc.constantFrom(...keys), texts));
    const hash = fc.oneof(
      fc.string(),
      parameters.map((list) => new URLSearchParams(list).toString()),
    );
    holds(
      fc.property(hash, (text) => {
        const read = stateOf(text);
        expect(stateOf(hashOf(read))).toEqual(read);
        const { plan, window, epoch } = read;
        expect(plan.hidden.length).toBeGreaterThanOrEqual(1);
        expect(plan.hidden.length).toBeLessThanOrEqual(MOST_LAYERS);
        for (const width of plan.hidden)
          expect(width >= 1 && width <= MOST_NEURONS && Number.isInteger(width)).toBe(true);
        expect(window.x[0] < window.x[1] && window.y[0] < window.y[1]).toBe(true);
        expect(Number.isInteger(epoch) && epoch >= 0 && epoch <= 100_000).toBe(true);
      }),
      { seed: 29113 },
    );
  });

  it('of nothing is the first state', () => expect(stateOf('')).toEqual(FIRST_STATE));
});

describe('the seven lessons', () => {
  it('are seven', () => expect(LESSONS).toHaveLength(7));

  it.each(LESSONS)('$title: its theorem stands in a file that says so', ({ theorem, plan, epoch }) => {
    const file = join(ROOT, theorem);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^\/\*\*\n \* Theorem\./);
    // The state of a lesson is one that a link can hold.
    expect(stateOf(hashOf({ ...FIRST_STATE, plan, epoch })).plan).toEqual(plan);
  });
});
