/**
 * Theorem. The WebAssembly modules in the repository are what AssemblyScript makes of the sources beside them, byte for byte; `npm run wasm` writes them.
 *
 * Source: the compiler, at the version in package-lock.json.
 */
import { describe, it } from 'vitest';
import { VOLUME_WASM } from '../../src/analysis/geometry/measure/wasm.js';
import { PARTS_WASM } from '../../src/chambers/last-layer/wasm.js';
import { LINES_WASM } from '../../src/chambers/lines/wasm.js';
import { SEARCH_WASM } from '../../src/verify/arithmetic/wasm.js';
import { LAYER_WASM } from '../../src/walk/layer/wasm.js';
import { expectCompiled } from '../support/setup/assembly.js';

const MODULES = [
  { folder: 'src/walk/layer', entry: 'planar', constant: 'LAYER_WASM', stands: LAYER_WASM },
  { folder: 'src/chambers/lines', entry: 'lines', constant: 'LINES_WASM', stands: LINES_WASM },
  { folder: 'src/chambers/last-layer', entry: 'parts', constant: 'PARTS_WASM', stands: PARTS_WASM },
  { folder: 'src/verify/arithmetic', entry: 'search', constant: 'SEARCH_WASM', stands: SEARCH_WASM },
  { folder: 'src/analysis/geometry/measure', entry: 'measure', constant: 'VOLUME_WASM', stands: VOLUME_WASM },
];

describe('the module in the repository', () => {
  const named = MODULES.map((module) => [`${module.folder}/assembly/${module.entry}.ts`, module] as const);
  it.each(named)('is what AssemblyScript makes of %s', (_, module) => expectCompiled(module));
});
