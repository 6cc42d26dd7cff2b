import { defineConfig } from 'vitest/config';
import { theoremReport } from './properties/support/reporting/theorems.js';
import { closingLine } from './properties/support/setup/closing-line.js';

export default defineConfig({
  test: {
    include: ['properties/**/*.test.ts'],
    globalSetup: ['properties/support/setup/built.ts'],
    reporters: ['default', closingLine(), theoremReport()],
    // Two cores are all there is; vitest would leave one of them to itself.
    maxWorkers: 2,
    // Files share what they import: loading it anew for each cost a third of a run. No module of src/ has state to share, and tests keep theirs.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
