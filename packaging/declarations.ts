/**
 * The declarations that the entries of the package reach; the others describe what nobody can import.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** Files that a declaration takes names from. */
function importedBy(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]*)\.js['"]/g);
  return [...specifiers].map(([, path]) => join(dirname(file), `${path}.d.ts`));
}

/** Copies what the entries reach. @param folder where the compiler wrote all declarations @param entries names in it */
export function declarations(folder: string, entries: readonly string[]): Plugin {
  return {
    name: 'declarations',
    generateBundle() {
      const reached = new Set<string>();
      const open = entries.map((entry) => join(folder, entry));
      for (let file = open.pop(); file !== undefined; file = open.pop()) {
        if (reached.has(file)) continue;
        if (!existsSync(file)) throw new Error(`declarations: expected ${file}; run the compiler first`);
        reached.add(file);
        open.push(...importedBy(file));
      }
      for (const file of reached) {
        const fileName = `types/${file.slice(folder.length + 1).replaceAll('\\', '/')}`;
        this.emitFile({
          type: 'asset',
          fileName,
          source: readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL.*\s*$/, '\n'),
        });
      }
    },
  };
}
