/**
 * What `npm run build` makes of src/: dist/.
 *
 * Node starts a few bundled files several times as fast as 350 small ones, so the command line, the library and the threads are
 * bundled together, split where code is loaded on demand. Packages are bundled, too, with their licences in THIRD-PARTY.md; only
 * piscina is not, which starts threads with a file of its own. Nothing is minified: stack traces stay readable without maps.
 *
 * All of dist/'s code is directly in it: what is found beside package.json is found from any of them.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { lateBuiltins } from './late-builtins.js';
import { notices } from './notices.js';

const SOURCES: RolldownOptions = { resolve: { extensionAlias: { '.js': ['.ts', '.js'] } }, logLevel: 'warn' };

/** Files that are read while the program runs, by their places in dist/. */
const COPIES: Readonly<Record<string, string>> = {
  // The code that reads it looks beside itself.
  'glpk.wasm': 'node_modules/glpk.js/dist/glpk.wasm',
  'assets/resvg.wasm': 'node_modules/@resvg/resvg-wasm/index_bg.wasm',
  'assets/DejaVuSans.ttf': 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
};

/** What is loaded together stays together: opening a file costs more than compiling what it holds. */
const CHUNKS = [
  // The version alone.
  { name: 'package', test: /src.package/, priority: 1 },
  // Every count.
  {
    name: 'core',
    test: /late:|src.(exact|network|certificate|lp.(?!glpk)|problem|walk|engines|jobs|checkpoint|run.(?!check-|check\.|worker|chambers|arrangement))/,
  },
  {
    name: 'command',
    test: /node_modules.commander|src.(cli.(main|exit|interruption|options|output.(?!operators))|formats.(read|index|input|json.(?!conforming|index)))/,
  },
  { name: 'zod', test: /node_modules.zod/ },
];

function copies(): Plugin {
  return {
    name: 'copies',
    generateBundle() {
      for (const [fileName, file] of Object.entries(COPIES)) {
        this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
      }
    },
  };
}

/** Modules that use Node, and what stands in their places where there is none. */
const BROWSER_ADAPTERS = ['src/network/sha256', 'src/formats/input/file'];

function adapters(): Plugin {
  return {
    name: 'adapters',
    load(id) {
      const adapted = BROWSER_ADAPTERS.find((name) => id === resolve(`${name}.ts`));
      if (adapted === undefined) return null;
      return `export * from ${JSON.stringify(resolve(`${adapted}-browser.ts`))};`;
    },
  };
}

export default defineConfig([
  {
    ...SOURCES,
    input: {
      cli: 'src/cli.ts',
      index: 'src/index.ts',
      start: 'src/cli/start.ts',
      'write-reports': 'src/cli/write-reports.ts',
      'count-worker': 'src/run/worker.ts',
      'check-worker': 'src/run/check-worker.ts',
      'search-worker': 'src/verify/worker.ts',
      'instance-worker': 'src/cli/verify/instances-worker.ts',
      'oracle-worker': 'src/rpc/job.ts',
      'partition-worker': 'src/analysis/files/partition-worker.ts',
      'sampling-worker': 'src/sampling/worker.ts',
      'survey-worker': 'src/analysis/threads/worker.ts',
      'row-worker': 'src/cli/report/table/worker.ts',
    },
    platform: 'node',
    external: ['piscina'],
    plugins: [lateBuiltins(), copies(), notices('THIRD-PARTY.md', ['node_modules/dejavu-fonts-ttf'])],
    output: {
      dir: 'dist',
      cleanDir: true,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      hashCharacters: 'hex',
      comments: { jsdoc: false },
      minifyInternalExports: false,
      codeSplitting: { groups: CHUNKS },
    },
  },
  {
    ...SOURCES,
    input: { index: 'src/browser.ts' },
    platform: 'browser',
    // Faces of rooms name more than a browser needs; what is not used is not loaded for its side effects, it has none.
    treeshake: { moduleSideEffects: false },
    plugins: [adapters(), notices('THIRD-PARTY.md', [])],
    output: {
      dir: 'dist/browser',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      hashCharacters: 'hex',
      comments: { jsdoc: false },
      minifyInternalExports: false,
    },
  },
  {
    // Declarations, bundled as the code is: they name no package that is not installed with this one.
    input: { index: 'build/types/index.d.ts', browser: 'build/types/browser.d.ts' },
    resolve: { extensionAlias: { '.js': ['.d.ts', '.js'] } },
    logLevel: 'warn',
    checks: { pluginTimings: false },
    plugins: [dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false })],
    output: {
      dir: 'dist/types',
      format: 'esm',
      entryFileNames: '[name].d.ts',
      chunkFileNames: 'shared-[hash].d.ts',
      hashCharacters: 'hex',
    },
  },
  {
    ...SOURCES,
    input: 'src/report/client/main.ts',
    platform: 'browser',
    output: { file: 'dist/report-client.js', format: 'iife', minify: true },
  },
  {
    // The library in the explorer's worker: one script, which the page holds as text.
    ...SOURCES,
    input: 'src/explorer/engine/main.ts',
    platform: 'browser',
    treeshake: { moduleSideEffects: false },
    // Faces of rooms name threads and files, too. Nothing of it is used here, and nothing is left (a property looks).
    external: [/^node:/, 'module', 'piscina', /^glpk/],
    plugins: [adapters(), notices('explorer-engine-notices.md', [])],
    output: { dir: 'dist', entryFileNames: 'explorer-engine.js', format: 'iife', minify: true, codeSplitting: false },
  },
  {
    ...SOURCES,
    input: 'src/explorer/client/main.ts',
    platform: 'browser',
    plugins: [notices('explorer-client-notices.md', [])],
    output: { dir: 'dist', entryFileNames: 'explorer-client.js', format: 'iife', minify: true },
  },
]);
