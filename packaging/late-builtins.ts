/**
 * A plugin: modules of Node that most runs have no use for are loaded when one of their functions is called for the first time.
 * Together with what they load themselves they cost a tenth of a short run.
 */
import type { Plugin } from 'rolldown';

/** What is imported from them: a name that is missing here ends the build. */
const LATE: Readonly<Record<string, { readonly functions: readonly string[]; readonly objects?: readonly string[] }>> =
  {
    'node:zlib': {
      functions: [
        'createGunzip',
        'createGzip',
        'deflateRawSync',
        'deflateSync',
        'gunzip',
        'gunzipSync',
        'gzipSync',
        'inflateRawSync',
      ],
      objects: ['constants'],
    },
    'node:crypto': { functions: ['createHash', 'randomBytes', 'randomUUID'] },
    'node:child_process': { functions: ['spawn', 'spawnSync', 'execFile', 'execFileSync'] },
  };

const PREFIX = '\0late:';

function moduleText(id: string): string {
  const { functions, objects = [] } = LATE[id]!;
  return [
    `import { createRequire } from 'node:module';`,
    `let loaded;`,
    `const late = () => (loaded ??= createRequire(import.meta.url)('${id}'));`,
    ...functions.map((name) => `export const ${name} = (...args) => late().${name}(...args);`),
    ...objects.map((name) => `export const ${name} = new Proxy({}, { get: (_, key) => late().${name}[key] });`),
  ].join('\n');
}

export function lateBuiltins(): Plugin {
  return {
    name: 'late-builtins',
    resolveId(id, importer = '') {
      // Of packages only the one that every command loads; the others are loaded late themselves.
      if (/node_modules.(?!commander)/.test(importer)) return null;
      const full = id.startsWith('node:') ? id : `node:${id}`;
      return full in LATE ? PREFIX + full : null;
    },
    load(id) {
      return id.startsWith(PREFIX) ? moduleText(id.slice(PREFIX.length)) : null;
    },
  };
}
