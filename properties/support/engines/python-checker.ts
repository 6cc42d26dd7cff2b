/**
 * The checker in Python, in one process that stays: jobs as `fixtures/clients/python/tests/check_jobs.py` takes them.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../setup/command.js';

const PACKAGE = join(ROOT, 'fixtures/clients/python');

/** Whether there is a Python that the checker runs in. Says so where there is none. */
export function hasPython(): boolean {
  const { status } = spawnSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)']);
  if (status !== 0) console.warn('properties: no python3 (3.9 or newer) here; the checker in Python is not tried');
  return status === 0;
}

export class PythonChecker {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private said = '';

  constructor() {
    this.child = spawn('python3', ['-B', '-m', 'tests.check_jobs'], { cwd: PACKAGE });
    this.child.stderr.on('data', (text) => {
      this.said += String(text);
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** The answers to jobs, in their order. @throws Error with what Python says when it breaks down */
  async answers<Answer>(jobs: readonly object[]): Promise<Answer[]> {
    const found: Answer[] = [];
    // Not all at once: pipes are short.
    for (const job of jobs) {
      this.child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await this.lines.next();
      if (done === true) throw new Error(`the checker in Python broke down: ${this.said}`);
      found.push(JSON.parse(value) as Answer);
    }
    return found;
  }

  dispose(): void {
    this.child.stdin.end();
  }
}
