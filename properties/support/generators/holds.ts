/**
 * Runs a property: seeded, 100 times as many cases in `npm run test:deep`, and with a replay command when it fails.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { tellCases } from '../reporting/cases.js';

export interface Trials {
  readonly seed: number;
  /** The number of cases; 100 unless told. */
  readonly runs?: number;
}

/**
 * The number of cases to try: the given one; 100 times as many when RELU_ATLAS_DEEP is set; the part RELU_ATLAS_PART of it
 * in mutation testing, where the cases are tried again for every mutant.
 */
export function trials(runs: number): number {
  const { RELU_ATLAS_DEEP, RELU_ATLAS_PART = '1' } = process.env;
  return RELU_ATLAS_DEEP === undefined ? Math.ceil(runs * Number(RELU_ATLAS_PART)) : 100 * runs;
}

function replayCommand(seed: number, path: string | null): string {
  const { testPath, currentTestName } = expect.getState();
  const file = testPath?.slice(testPath.lastIndexOf('properties/')) ?? 'properties';
  const name = (currentTestName ?? '').split(' > ').at(-1) ?? '';
  return `RELU_ATLAS_SEED=${seed} RELU_ATLAS_PATH=${path} npx vitest run ${file} -t ${JSON.stringify(name)}`;
}

function parametersOf({ seed, runs = 100 }: Trials) {
  const { RELU_ATLAS_SEED, RELU_ATLAS_PATH, RELU_ATLAS_PART } = process.env;
  return {
    seed: RELU_ATLAS_SEED === undefined ? seed : Number(RELU_ATLAS_SEED),
    numRuns: trials(runs),
    // Nobody reads the shrunken cases of mutants.
    ...(RELU_ATLAS_PART === undefined ? {} : { endOnFailure: true }),
    ...(RELU_ATLAS_PATH === undefined ? {} : { path: RELU_ATLAS_PATH, endOnFailure: true }),
  };
}

function judge<Case>(details: fc.RunDetails<Case>): void {
  tellCases({ seed: details.seed, cases: details.numRuns });
  if (!details.failed) return;
  const report = fc.defaultReportMessage(details as fc.RunDetails<unknown>);
  const message = `${report}\nReplay: ${replayCommand(details.seed, details.counterexamplePath)}`;
  throw new Error(message, { cause: details.errorInstance });
}

/**
 * Asserts that a property holds for generated cases.
 *
 * RELU_ATLAS_SEED and RELU_ATLAS_PATH (fast-check's path to a shrunken case) override the seed: the failure's message
 * says how.
 *
 * @throws Error with the shrunken counterexample, the reason and the command that replays it
 */
export function holds<Case extends unknown[]>(property: fc.IProperty<Case>, given: Trials): void {
  judge(fc.check(property, parametersOf(given)));
}

/** The same for a property that takes time. */
export async function holdsLater<Case extends unknown[]>(
  property: fc.IAsyncProperty<Case>,
  given: Trials,
): Promise<void> {
  judge(await fc.check(property, parametersOf(given)));
}
