/**
 * The tests of a group and all that they import from this project, as one script that can be evaluated again and again.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { Script } from 'node:vm';
import { type Plugin, rolldown } from 'rolldown';
import type { collected } from './collecting.js';

const COLLECTING = 'properties/support/mutation/collecting.ts';

/** A fresh copy of the tests, with nothing left of what other copies computed. */
export type Evaluate = () => ReturnType<typeof collected>;

/** Has tests import `collecting.ts` instead of vitest, and say in which file they stand. */
function collectingTests(): Plugin {
  const collecting = resolve(COLLECTING);
  return {
    name: 'collecting',
    resolveId(id, importer) {
      if (id === 'vitest') return importer === collecting ? { id, external: true } : collecting;
      if (!id.startsWith('.') && !isAbsolute(id) && !id.startsWith('\0')) return { id, external: true };
      return null;
    },
    transform(code, id) {
      const [file] = /properties\/.*\.test\.ts$/.exec(id) ?? [];
      if (file === undefined) return null;
      return `import { beginFile as begin$file } from ${JSON.stringify(collecting)};begin$file(${JSON.stringify(file)});${code}`;
    },
  };
}

/**
 * Packages are given as they were imported, and need no conversion. While a mutant is active those that are not need not be
 * counted again: counting takes longer than most expressions.
 */
function adapted(code: string): string {
  return code
    .replace('var __toESM = ', 'var __toESM = (imported) => imported, __unused = ')
    .replace(
      /function stryCov_\w+\(\) \{/g,
      (begin) => `${begin} if (globalThis.__stryker__.activeMutant !== undefined) return;`,
    );
}

/** Bundles tests, by the names of their files; in the folder where this process runs. */
export async function bundled(names: readonly string[]): Promise<Evaluate> {
  const entry = '\0entry';
  const files = names.map((name) => resolve(`properties/${name}.test.ts`));
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`mutation: expected ${missing}, which is not there`);
  const text = [
    `export { collected } from ${JSON.stringify(resolve(COLLECTING))};`,
    ...files.map((file) => `import ${JSON.stringify(file)};`),
  ];
  const build = await rolldown({
    input: entry,
    platform: 'node',
    treeshake: false,
    logLevel: 'silent',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? text.join('\n') : null),
      },
      collectingTests(),
    ],
  });
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false });
  await build.close();
  const code = adapted(output[0].code);
  const packages = new Map<string, unknown>();
  for (const name of output[0].imports) packages.set(name, await import(name));
  const own = createRequire(import.meta.url);
  const required = (name: string) => packages.get(name) ?? own(name);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${code}\n})`, {
    filename: resolve('properties/bundle.cjs'),
  });
  return () => {
    const module = { exports: {} as { collected: typeof collected } };
    const evaluate = script.runInThisContext() as (...parameters: unknown[]) => void;
    evaluate(module.exports, required, module, resolve('properties/bundle.cjs'), resolve('properties'));
    return module.exports.collected();
  };
}
