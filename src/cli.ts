#!/usr/bin/env node
/** The command `relu-atlas`. */
import * as nodeModule from 'node:module';
import { packageVersion } from './package/index.js';

// Node 22.8 and later keep what they compiled for the next start.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-V'].includes(args[0]!)) {
  process.stdout.write(`${packageVersion()}\n`);
} else {
  const { main } = await import('./cli/main.js');
  process.exitCode = await main(args);
}
