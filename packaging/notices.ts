/**
 * The notices that the licences of bundled packages ask for: which packages are in the bundle, and the text of each licence.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** The folder of the package that a module belongs to; undefined for modules of the project. */
function folderOf(module: string): string | undefined {
  if (!module.includes('node_modules')) return undefined;
  let folder = dirname(module);
  // Some packages have a package.json without a name beside their modules, to say of which type these are.
  while (!hasName(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

function hasName(file: string): boolean {
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name !== undefined;
}

/** @throws Error if a package has neither a licence file nor a known licence without one */
function noticeOf(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
    author?: string | { name: string };
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (license === undefined && file === undefined)
    throw new Error(`${name}: expected a licence, found none; do not bundle it`);
  const by = typeof author === 'string' ? author : author?.name;
  const text = file === undefined ? `By ${by ?? 'its authors'}.` : readFileSync(join(folder, file), 'utf8').trim();
  return `## ${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
}

/** Writes `fileName` with a notice for every package in the bundle, and for those of which files are copied. */
export function notices(fileName: string, copied: readonly string[]): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
      const folders = new Set([...modules.flatMap((module) => folderOf(module) ?? []), ...copied]);
      const texts = [...folders].map(noticeOf).sort();
      const source = `# Packages whose code is part of these files\n\n${texts.join('\n')}`;
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}
