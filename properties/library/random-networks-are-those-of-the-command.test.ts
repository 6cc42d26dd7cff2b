/**
 * `expectCells` tells to the digit what `relu-atlas expect` tells, the same for any number of threads; each record is what counting that network alone gives.
 *
 * Source: Hanin, Rolnick 2019, Deep ReLU networks have surprisingly few activation patterns.
 */
import { describe, expect, it } from 'vitest';
import { countRegions, DomainError, drawNetwork, type ExpectRequest, expectCells } from '../../src/index.js';
import { atlas } from '../support/setup/command.js';

const REQUEST = { shape: [2, 6, 5, 1], domain: '-1,1', samples: 12, seed: 7 } as const;

describe('expectCells', () => {
  it.each([
    [['--init=he', '--bias=0.25'], { bias: 0.25 }],
    [['--init=uniform'], { initialisation: 'uniform' }],
  ] as const)('says what the command says with %j', async (options, more) => {
    const args = ['expect', '--shape=2-6-5-1', '--box=-1,1', '--samples=12', '--seed=7', '--json', ...options];
    const told = JSON.parse((await atlas(args)).stdout) as Record<string, unknown>;
    const found = (await expectCells({ ...REQUEST, ...more, workers: 1 }))!;
    const { cells, pieces, dead, neurons, scale, samples } = found;
    expect(told).toMatchObject({ cells, pieces, dead, neurons, scale, samples });
    const alone = found.records.map((_, k) => countRegions(drawNetwork(found.ensemble, k), '-1,1'));
    expect(found.records.map((record) => [record.cells, record.pieces])).toEqual(
      alone.map((counts) => [counts.cells, counts.pieces]),
    );
    expect(new Set(found.records.map((record) => record.cells)).size).toBeGreaterThan(1);
  });

  it('is the same for any number of threads, another one for another seed, and undefined if it was aborted', async () => {
    const one = await expectCells({ ...REQUEST, workers: 1 });
    expect(await expectCells({ ...REQUEST, workers: 2 })).toEqual(one);
    expect((await expectCells({ ...REQUEST, seed: 8, workers: 1 }))!.records).not.toEqual(one!.records);
    expect(await expectCells({ ...REQUEST, signal: AbortSignal.abort() })).toBeUndefined();
  });

  it.each([
    [{ shape: [2, 1] }, RangeError, /^shape: expected inputs, widths/],
    [{ shape: [2, 1.5, 1] }, RangeError, /^shape/],
    [{ shape: '2-6-1' as never }, RangeError, /^shape/],
    [{ samples: 1 }, RangeError, /^samples: expected a whole number from 2 to 1000000, got 1/],
    [{ seed: -1 }, RangeError, /^seed/],
    [{ seed: Number.NaN }, RangeError, /^seed/],
    [{ workers: 0 }, RangeError, /^workers/],
    [{ bias: -1 }, RangeError, /^bias/],
    [{ bias: Number.NaN }, RangeError, /^bias/],
    [{ initialisation: 'xavier' as never }, RangeError, /^initialisation: expected he or uniform, got xavier/],
    [{ domain: 'whole' }, DomainError, /^domain: expected a box, got all of R\^d/],
    [{ domain: [[0, 1]] }, DomainError, /expected 2 inputs, got 1/],
  ] as const)('complains about %j', async (wrong, kind, message) => {
    const asked = expectCells({ ...REQUEST, ...wrong } as ExpectRequest);
    await expect(asked).rejects.toThrow(kind);
    await expect(asked).rejects.toThrow(message);
  });
});
