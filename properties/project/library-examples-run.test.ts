/**
 * The examples of the library's documentation are right: each `ts` block in a docstring below src/ and in the README's section
 * on the library runs as it stands, and prints what its comments behind `console.log` say.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { sourceFiles, textOf } from '../support/references/source-rules.js';
import { ROOT, run, scratch } from '../support/setup/command.js';

interface Example {
  /** Where it stands. */
  readonly place: string;
  readonly code: string;
}

const BLOCK = /```ts\n([\s\S]*?)```/g;

/** The blocks of the comments of a source file, without the comments' stars. */
function examplesOfSource(file: string): Example[] {
  const comments = [...textOf(file).matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) =>
    comment.replaceAll(/^ *\* ?/gm, ''),
  );
  return comments.flatMap((comment) => [...comment.matchAll(BLOCK)].map(([, code]) => ({ place: file, code: code! })));
}

const examples = [
  ...sourceFiles('src').flatMap(examplesOfSource),
  ...[...readFileSync(join(ROOT, 'docs/library.md'), 'utf8').matchAll(BLOCK)].map(([, code]) => ({
    place: 'docs/library.md',
    code: code!,
  })),
];

/** The exported functions, and the functions among the members of exported types, whose declaration has no comment. */
function undocumented(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const face = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('dist/types/index.d.ts'))!;
  const isSilent = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length === 0;
  const isOurs = (symbol: ts.Symbol) =>
    symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName.includes('dist/types/')) === true;
  const isCalled = (symbol: ts.Symbol) =>
    checker.getTypeOfSymbol(symbol).getNonNullableType().getCallSignatures().length > 0;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(face)!).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & ts.SymbolFlags.Function) return isSilent(symbol) ? [symbol.name] : [];
    if ((symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) === 0) return [];
    return checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
      .filter((member) => isOurs(member) && isCalled(member) && isSilent(member))
      .map((member) => `${symbol.name}.${member.name}`);
  });
}

const files = scratch();
afterAll(() => files.dispose());
mkdirSync(join(files.path, 'node_modules'));
symlinkSync(ROOT, join(files.path, 'node_modules/relu-atlas'));
symlinkSync(join(ROOT, 'fixtures'), join(files.path, 'fixtures'));
writeFileSync(join(files.path, 'package.json'), '{"type":"module"}');
// The file that examples name as the user's own.
symlinkSync(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'), join(files.path, 'net.json'));
// And the property: can the output reach 100 on the box?
const bounds = [0, 1].map((i) => `(declare-const X_${i} Real)(assert (>= X_${i} -1))(assert (<= X_${i} 1))`);
writeFileSync(
  join(files.path, 'property.vnnlib'),
  `${bounds.join('\n')}\n(declare-const Y_0 Real)\n(assert (>= Y_0 100))\n`,
);

/** What the comments behind `console.log(...);` say will be printed. */
function promised(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text!);
}

/** Users have networks of their own; here the demo stands for them. */
const runnable = (code: string) => code.replaceAll("'net.onnx'", "'net.json'");

it('there are examples, also with promised output', () => {
  expect(examples.map(({ place }) => place)).toContain('docs/library.md');
  expect(examples.flatMap(({ code }) => promised(code)).length).toBeGreaterThan(3);
});

describe('every example', () => {
  it.each(examples.map((example, k) => ({ ...example, k })))(
    '$place, $k: runs and prints what it promises',
    async ({ code, k }) => {
      const { outputText, diagnostics } = ts.transpileModule(runnable(code), {
        compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
        reportDiagnostics: true,
      });
      expect(diagnostics).toEqual([]);
      const file = files.file(`example-${k}.js`, outputText);
      const { code: exit, stdout, stderr } = await run(process.execPath, [file], { cwd: files.path });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      const lines = promised(code);
      if (lines.length > 0) expect(stdout.trim().split('\n')).toEqual(lines);
    },
  );

  it('names only what the library exports, with the right types', () => {
    const sources = examples.map(({ code }, k) => files.file(`typed-${k}.mts`, runnable(code)));
    const program = ts.createProgram(sources, {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText, file }) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(problems).toEqual([]);
    // `npm run docs` refuses names without a word on what they mean.
    expect(undocumented(program)).toEqual([]);
  });
});
