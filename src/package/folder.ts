/**
 * The folder of the installed package, wherever the modules were built to: src/ when tests run the sources, dist/ when installed,
 * build/ for benchmarks.
 */
import { existsSync, readFileSync } from 'node:fs';

/** The nearest folder with a package.json, from this module upwards. */
function packageFolder(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder);
    if (above.href === folder.href) {
      throw new Error(
        `relu-atlas: expected package.json above ${import.meta.url}, found none; install the package whole`,
      );
    }
    folder = above;
  }
  return folder;
}

/** Where a file of the package is. @param path from the package's folder, with forward slashes */
export function packageFile(path: string): URL {
  return new URL(path, packageFolder());
}

/** The compiled module that threads run: Node runs no TypeScript, so tests of the sources need the build beside them. */
export function threadFile(
  name:
    | 'count-worker'
    | 'check-worker'
    | 'oracle-worker'
    | 'search-worker'
    | 'instance-worker'
    | 'row-worker'
    | 'partition-worker'
    | 'sampling-worker'
    | 'survey-worker',
): string {
  return packageFile(`dist/${name}.js`).href;
}

/**
 * Flags of Node for threads: their modules are imported, not required. Node 20 aborts (v8::Module::IsGraphAsync) where a thread is
 * ended while it requires a module, as pools do where they may; earlier ones, which have no such flag, could not do so.
 */
export function threadFlags(): string[] {
  const flag = '--no-experimental-require-module';
  return process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
}

/** The version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}
