import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { currentGroup } from './properties/mutation/groups.js';

const { tests, part } = currentGroup();

/** Runs the files in the order of the group. */
class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => tests.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return [...files].sort((a, b) => place(a) - place(b));
  }
}

/** The tests that mutants of the current group must survive; one module graph for all files makes a run twice as fast. */
export default defineConfig({
  test: {
    include: tests.map((name) => `properties/${name}.test.ts`),
    env: { RELU_ATLAS_PART: String(part) },
    sequence: { sequencer: AsListed },
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
