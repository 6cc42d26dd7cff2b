/**
 * How many cases a test tried and from which seed, told to the reporter.
 */
import { TestRunner } from 'vitest';

/** What one property tried. */
export interface CasesTried {
  readonly seed: number;
  readonly cases: number;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Every property that the test held so far. */
    tried?: CasesTried[];
  }
}

/** Adds to what the running test has tried; outside of a test nothing is kept. */
export function tellCases(tried: CasesTried): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) return;
  (test.meta.tried ??= []).push(tried);
}
