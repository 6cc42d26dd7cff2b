/**
 * A reporter that ends every run with one plain line: "N passed, N failed, N skipped".
 */
import type { Reporter } from 'vitest/node';

export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      let passed = 0;
      let skipped = 0;
      // What is broken outside of any test fails, too.
      let failed = unhandledErrors.length;
      for (const module of modules) {
        failed += module.errors().length;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          if (state === 'passed') passed++;
          else if (state === 'skipped') skipped++;
          else failed++;
        }
      }
      process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    },
  };
}
