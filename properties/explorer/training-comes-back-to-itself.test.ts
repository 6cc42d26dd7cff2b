/**
 * Theorem. A training in the explorer is the training of `src/theory/train`: for the same seed the same weights, to the bit, however
 * it was led there, by steps, at once, or back in time and on again; in memory that does not grow with the epochs. Its gradients are the
 * derivatives of the loss.
 *
 * Source: definition; for the gradients the difference quotient.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDouble } from '../../src/exact/rounding.js';
import { examplesOf, Run, trainingPlanOf } from '../../src/explorer/engine/run.js';
import { ACTIVATIONS, DATA_NAMES, type ExplorerPlan, FIRST_PLAN } from '../../src/explorer/model/index.js';
import { discAndRing } from '../../src/theory/circle-data.js';
import { DATA_SETS, dataSet } from '../../src/theory/datasets.js';
import { tanh } from '../../src/theory/tanh.js';
import { score, Training, type TrainingPlan, train } from '../../src/theory/train.js';
import { holds } from '../support/generators/holds.js';

const plan: fc.Arbitrary<ExplorerPlan> = fc.record({
  data: fc.constantFrom(...DATA_NAMES),
  noise: fc.integer({ min: 0, max: 50 }),
  points: fc.integer({ min: 10, max: 40 }),
  dataSeed: fc.nat(),
  seed: fc.nat(),
  hidden: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  activation: fc.constantFrom(...ACTIVATIONS),
  slope: fc.constantFrom(0.1, 0.5, -0.25),
  rate: fc.constantFrom(0.01, 0.03, 0.1),
  batch: fc.integer({ min: 1, max: 12 }),
  l2: fc.constantFrom(0, 0.01),
});

describe('a run', () => {
  it('has the weights of the training by itself, whichever way it took', () => {
    holds(
      fc.property(plan, fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }), (given, epochs) => {
        const run = new Run(given, given.activation);
        for (const epoch of epochs) {
          run.seek(epoch);
          const { layers, losses } = train(
            { ...trainingPlanOf(given, given.activation), epochs: epoch },
            examplesOf(given),
          );
          if (!losses.every(Number.isFinite)) {
            // Other tests are about trainings that diverge.
            return;
          }
          expect(run.layers()).toEqual(layers);
          expect(run.facts()).toMatchObject({ epoch, loss: losses.at(-1) });
        }
      }),
      { seed: 29119, runs: 40 },
    );
  });

  it('goes far back although it forgets: there and forth again is the same', () => {
    const small: ExplorerPlan = { ...FIRST_PLAN, hidden: [2], points: 20, batch: 20 };
    const run = new Run(small, 'relu');
    run.seek(1500);
    const end = run.layers();
    const states = (run as unknown as { past: Map<number, unknown> }).past;
    expect(states.size).toBeLessThanOrEqual(256);
    run.seek(7);
    const { layers } = train({ ...trainingPlanOf(small, 'relu'), epochs: 7 }, examplesOf(small));
    expect(run.layers()).toEqual(layers);
    run.seek(1500);
    expect(run.layers()).toEqual(end);
  });

  it('that diverges says so, and stays at its last numbers', () => {
    const wild: ExplorerPlan = { ...FIRST_PLAN, data: 'sine', rate: 10, activation: 'leaky', hidden: [4, 4] };
    const run = new Run(wild, 'leaky');
    run.seek(500);
    const { epoch, diverged } = run.facts();
    expect(diverged).toBe(true);
    expect(epoch).toBeLessThan(500);
    expect(run.layers().every(({ weights }) => weights.flat().every(Number.isFinite))).toBe(true);
    const next = new Training(trainingPlanOf(wild, 'leaky'), examplesOf(wild));
    next.advance(epoch + 1);
    const after = next.denseLayers().flatMap(({ weights, bias }) => [...weights.flat(), ...bias]);
    expect(after.every(Number.isFinite)).toBe(false);
    run.seek(0);
    expect(run.facts().diverged).toBe(epoch === 0);
  });
});

describe('a step of training', () => {
  /** The mean loss as a function of the parameters. */
  const lossAt = (own: TrainingPlan, examples: ReturnType<typeof examplesOf>, parameters: Float64Array) => {
    const training = new Training(own, examples);
    training.restore({ epoch: 0, parameters });
    return training.loss();
  };

  it.each(ACTIVATIONS.flatMap((activation) => (['ring', 'sine'] as const).map((data) => [activation, data] as const)))(
    'goes against the derivative of the loss: %s on %s',
    (activation, data) => {
      const given: ExplorerPlan = {
        ...FIRST_PLAN,
        data,
        activation,
        hidden: [4, 3],
        points: 10,
        batch: 10,
        rate: 2 ** -10,
      };
      const own = trainingPlanOf(given, activation);
      const examples = examplesOf(given);
      const training = new Training(own, examples);
      const before = training.state().parameters;
      training.advance();
      const after = training.state().parameters;
      const h = 2 ** -18;
      before.forEach((value, k) => {
        const moved = (by: number) => Float64Array.from(before, (other, j) => (j === k ? value + by : other));
        const slope = (lossAt(own, examples, moved(h)) - lossAt(own, examples, moved(-h))) / (2 * h);
        expect((value - after[k]!) / own.learningRate).toBeCloseTo(slope, 4);
      });
    },
  );
});

describe('data', () => {
  it.each(DATA_NAMES)('%s: the same for the same seed, others for another, in both classes', (name) => {
    const request = { name, seed: 3, count: 60, noise: 0.1 };
    expect(dataSet(request)).toEqual(dataSet(request));
    expect(dataSet({ ...request, seed: 4 })).not.toEqual(dataSet(request));
    const targets = dataSet(request).map(({ target }) => target);
    expect(targets).toHaveLength(60);
    if (DATA_SETS[name] === 'classification') expect([...new Set(targets)].sort()).toEqual([-1, 1]);
  });

  it('without noise obey their rules', () => {
    const of = (name: (typeof DATA_NAMES)[number]) => dataSet({ name, seed: 9, count: 100, noise: 0 });
    expect(of('ring').map(({ input }) => input)).toEqual(
      discAndRing(9, 100).map(({ x, y }) => [toDouble(x), toDouble(y)]),
    );
    for (const { input, target } of of('xor')) expect(Math.sign(input[0]! * input[1]!)).toBe(target);
    for (const { input, target } of of('plane')) expect(target).toBeCloseTo((input[0]! + input[1]!) / 10, 4);
    for (const { input, target } of of('sine')) expect(target).toBeCloseTo(Math.sin(input[0]!), 4);
  });

  it('are scored as they are trained', () => {
    const given: ExplorerPlan = { ...FIRST_PLAN, activation: 'leaky', hidden: [3], points: 20 };
    const run = new Run(given, 'leaky');
    run.seek(5);
    const wrong = examplesOf(given).filter(
      ({ input, target }) => Math.sign(score(run.layers(), 'leaky', input, given.slope)) !== target,
    );
    expect(run.facts().errors).toBe(wrong.length);
  });
});

describe('tanh', () => {
  it('is within two units in the last place of the hyperbolic tangent, odd and monotone', () => {
    holds(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const y = tanh(x);
        expect(Object.is(tanh(-x), -y)).toBe(true);
        // The engine's own, whichever it is, is off by less than one unit.
        const unit = Math.max(Math.abs(y) * 2 ** -52, 2 ** -1074);
        expect(Math.abs(y - Math.tanh(x))).toBeLessThanOrEqual(2 * unit);
        expect(tanh(x + Math.abs(x) / 1024) >= y).toBe(true);
      }),
      { seed: 29120, runs: 2000 },
    );
  });

  it('has these bits, everywhere', () => {
    // Of decimal.js at 40 digits, rounded to the nearest double, except where fdlibm is known to be off by one.
    expect([0.1, 0.5, 1, 2, 10, 22, Number.NaN, -0].map(tanh)).toEqual([
      0.09966799462495582,
      0.46211715726000974,
      0.7615941559557649,
      0.9640275800758169,
      0.9999999958776927,
      1,
      Number.NaN,
      -0,
    ]);
  });
});
