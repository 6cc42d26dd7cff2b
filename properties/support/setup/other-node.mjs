/**
 * `npm run test:node -- 24 [vitest's arguments]`: the suite on another Node, from the npm package `node`, which is installed
 * in a temporary folder and removed again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const [version, ...rest] = process.argv.slice(2);
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('test:node: expected a version of Node, such as npm run test:node -- 24; add it');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-node-'));

/** Runs a program to its end. Returns its exit code. */
function run(program, args, env = process.env) {
  return spawnSync(program, args, { stdio: 'inherit', env }).status ?? 1;
}

let code;
try {
  // The package's install script fetches the binary for this system from the registry.
  code = run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `node@${version}`]);
  if (code === 0) {
    const bin = join(folder, 'node_modules', '.bin');
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const node = join(bin, 'node');
    code = run(node, ['--version'], env);
    if (code === 0) code = run(node, ['node_modules/vitest/vitest.mjs', 'run', ...rest], env);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
