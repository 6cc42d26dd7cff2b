/**
 * Stryker's test runner for this project: tests run in Stryker's own process, one after the other until one fails.
 *
 * Everything is evaluated anew for every mutant, so that nothing that one mutant computed reaches the next one. Tests that
 * have found many mutants are tried first.
 */
import { performance } from 'node:perf_hooks';
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import { bundled, type Evaluate } from './bundle.js';
import type { CollectedTest } from './collecting.js';
import { currentGroup } from './groups.js';
import { isInSample, sampledPart } from './sample.js';

/** What instrumented code reads and writes. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

const shared = ((globalThis as { __stryker__?: Instrumented }).__stryker__ ??= {});

/** Why a test failed, or undefined if it did not. */
async function failureOf({ run }: CollectedTest): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export class InProcessRunner implements TestRunner {
  private evaluate: Evaluate | undefined;
  /** How many mutants each test has found. */
  private readonly found = new Map<string, number>();

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const { tests, part, except } = currentGroup();
    process.env.RELU_ATLAS_PART = String(part);
    const evaluate = await bundled(tests);
    this.evaluate = () => {
      const all = evaluate();
      return { ...all, tests: all.tests.filter(({ name }) => except?.test(name) !== true) };
    };
  }

  async dryRun(): Promise<DryRunResult> {
    shared.activeMutant = undefined;
    const { tests, before, after } = this.evaluate!();
    const results: TestResult[] = [];
    for (const run of before) await run();
    for (const test of tests) {
      shared.currentTestId = test.id;
      const begin = performance.now();
      const failureMessage = await failureOf(test);
      const timeSpentMs = performance.now() - begin;
      shared.currentTestId = undefined;
      const { id, name, file: fileName } = test;
      const common = { id, name, fileName, timeSpentMs };
      results.push(failureMessage === undefined ? { ...common, status: 0 } : { ...common, status: 1, failureMessage });
    }
    for (const run of after) await run();
    return { status: 'complete', tests: results, mutantCoverage: shared.mutantCoverage } as DryRunResult;
  }

  async mutantRun({ testFilter, hitLimit, activeMutant }: MutantRunOptions): Promise<MutantRunResult> {
    if (!isInSample(activeMutant, sampledPart()))
      return { status: 'error', errorMessage: 'not in the sample' } as MutantRunResult;
    const { tests, before, after } = this.evaluate!();
    const found = (test: CollectedTest) => this.found.get(test.id) ?? 0;
    const chosen = tests
      .filter(({ id }) => testFilter === undefined || testFilter.includes(id))
      .sort((a, b) => found(b) - found(a));
    for (const run of before) await run();
    // As a key it is the very string that instrumented code compares it with, which makes that fast.
    shared.activeMutant = Object.keys({ [activeMutant.id]: 0 })[0];
    shared.hitCount = 0;
    shared.hitLimit = hitLimit;
    try {
      return await this.verdict(chosen);
    } finally {
      shared.activeMutant = undefined;
      shared.hitCount = undefined;
      for (const run of after) await run();
    }
  }

  private async verdict(tests: readonly CollectedTest[]): Promise<MutantRunResult> {
    for (const [k, test] of tests.entries()) {
      const failureMessage = await failureOf(test);
      if (shared.hitLimit !== undefined && shared.hitCount! > shared.hitLimit) {
        return { status: 'timeout', reason: 'hit limit' } as MutantRunResult;
      }
      if (failureMessage !== undefined) {
        this.found.set(test.id, 1 + (this.found.get(test.id) ?? 0));
        return { status: 'killed', failureMessage, killedBy: [test.id], nrOfTests: k + 1 } as MutantRunResult;
      }
    }
    return { status: 'survived', nrOfTests: tests.length } as MutantRunResult;
  }
}

/** How Stryker finds the runner. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
