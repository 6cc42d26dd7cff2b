/**
 * A process that has run other commands answers like a fresh one, to the byte: outputs, exit codes, files. (Most tests of the
 * command line rely on it and run in one process; see support/setup/command.ts. It holds because no module has mutable state.)
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, fresh, ROOT, scratch } from '../support/setup/command.js';

const DEMO = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');
const files = scratch();
afterAll(() => files.dispose());
const OUT = join(files.path, 'out');

/** One of each kind: answers, tables, files, threads, solvers of others, help, and what is refused. */
const COMMANDS: readonly (readonly string[])[] = [
  ['count', DEMO, '--box=-1,1', '--format=json', '--certificate', OUT],
  ['count', DEMO, '--whole', '--workers=2', '--pieces'],
  ['eval', DEMO, '--at=1/3,-2/7', '--gradient', '--format=json'],
  ['partition', DEMO, '--box=-1,1', '-q', '--out', `${OUT}.jsonl`],
  ['report', DEMO, '--box=-1,1', '-q', '--no-certificate', '--out', `${OUT}.html`],
  ['count', '--help'],
  ['count', DEMO, '--box=1,-1'],
  ['count', join(ROOT, 'package.json'), '--box=-1,1'],
  ['no-such-command'],
];

/** What is measured and not computed. */
const untimed = (text: string) => text.replace(/"seconds":[\d.e-]+|\d+\.\d+ s\b|[\d,]+ cells\/s/g, '');

describe('a process that has run other commands answers like a fresh one', () => {
  it.each(COMMANDS.map((words) => [words.slice(0, 2).join(' ').replace(ROOT, ''), words] as const))(
    '%s',
    async (_, words) => {
      const written = words.find((word) => word.startsWith(OUT));
      const outcomes = [];
      for (const start of [fresh, atlas, atlas]) {
        const { code, stdout, stderr } = await start(words);
        const content = written === undefined ? '' : readFileSync(written, 'latin1');
        if (written !== undefined) rmSync(written);
        outcomes.push([code, untimed(stdout), untimed(stderr), untimed(content)]);
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
    },
  );
});
