import { defineConfig } from 'vitest/config';

/**
 * The tests that mutants must survive: those that import src/ itself. What starts the built program, worker threads or
 * downloads sees no mutant, and what counts real networks takes minutes.
 */
export default defineConfig({
  test: {
    include: ['properties/**/*.test.ts'],
    exclude: [
      'properties/cli-*.test.ts',
      'properties/package.test.ts',
      'properties/readme.test.ts',
      'properties/architecture.test.ts',
      'properties/published-counts.test.ts',
      'properties/run-is-the-same-however-it-is-cut.test.ts',
      'properties/relu-boundaries-are-polygons.test.ts',
      'properties/hinges-approximate-at-second-order.test.ts',
      'node_modules/**',
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
