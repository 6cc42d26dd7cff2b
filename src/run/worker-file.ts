/**
 * Where the modules that worker threads run are.
 */

/** The compiled module of this folder: Node runs no TypeScript, so tests of the sources need the build beside them. */
export function workerFile(name: 'worker' | 'check-worker'): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/run' : '.';
  return new URL(`${folder}/${name}.js`, import.meta.url).href;
}
