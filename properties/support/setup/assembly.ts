/**
 * WebAssembly modules of the repository, and what AssemblyScript makes of their sources.
 */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';
import { expect } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const OPTIONS = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--enable', 'simd', '--runtime', 'stub'];

interface Module {
  /** From the project's root: its sources stand in `assembly/`, its bytes in `wasm.ts`. */
  readonly folder: string;
  /** The source's name, without its extension. */
  readonly entry: string;
  /** The name of its bytes, and these in base 64. */
  readonly constant: string;
  readonly stands: string;
}

/** Expects the module to be what its source is compiled to; `npm run wasm` writes it instead. */
export async function expectCompiled({ folder, entry, constant, stands }: Module): Promise<void> {
  const sources = new URL(`${folder}/assembly/`, ROOT);
  const textOf = (name: string) => {
    const file = new URL(name, sources);
    return /^\w+\.ts$/.test(name) && existsSync(file) ? readFileSync(file, 'utf8') : null;
  };
  let binary = new Uint8Array();
  const { error } = await main(
    [`${entry}.ts`, '--outFile', `${entry}.wasm`, ...OPTIONS, '--noAssert', '--importMemory', '--use', 'abort='],
    {
      readFile: textOf,
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
      listFiles: () => [],
    },
  );
  expect(error).toBeNull();
  const text = Buffer.from(binary).toString('base64');
  if (process.env.RELU_ATLAS_WRITE_WASM === '1') {
    const said = `/** Generated from ${folder}/assembly/${entry}.ts by \`npm run wasm\`; a property compares the two. */`;
    writeFileSync(new URL(`${folder}/wasm.ts`, ROOT), `${said}\nexport const ${constant} =\n  '${text}';\n`);
    return;
  }
  expect(stands).toBe(text);
}
