/**
 * Before the tests: the command and the worker threads are tested as they ship, compiled, so dist/ must be up to date.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** When the newest file below a folder was written; 0 if there is none. */
function newest(folder: string, extension: string): number {
  try {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    const times = files
      .filter((file) => file.endsWith(extension))
      .map((file) => statSync(join(ROOT, folder, file)).mtimeMs);
    return Math.max(0, ...times);
  } catch {
    return 0;
  }
}

/** Compiles src/ if it is newer than what was compiled last. */
export function setup() {
  if (newest('src', '.ts') <= newest('dist', '.js')) return;
  try {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // Tests of the sources can still run; those of the command will tell.
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    console.warn(
      `properties: the build reports errors, dist/ may be wrong:\n${output.split('\n').slice(0, 5).join('\n')}`,
    );
  }
}
