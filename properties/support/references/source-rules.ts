/**
 * Rules about source code, read from the syntax tree: what a file imports, and whether it compares with a tolerance.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The project's directory. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** All TypeScript files below a directory of the project, as paths from the project's root with forward slashes. */
export function sourceFiles(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Computes f once for every argument. */
function remembered<T>(f: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = f(text);
    known.set(text, value);
    return value;
  };
}

const parse = remembered((text) => ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022, true));

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** What a text imports, statically, dynamically, by re-export or as a type. */
export const importsOf = remembered((text): readonly string[] => {
  const found: string[] = [];
  visit(parse(text), (node) => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text);
  });
  return found;
});

/** What a text loads before it runs: its static imports and re-exports that are no types. */
export const eagerImportsOf = remembered((text): readonly string[] => {
  const statements = parse(text).statements.filter((node) =>
    ts.isImportDeclaration(node)
      ? node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword
      : ts.isExportDeclaration(node) && !node.isTypeOnly,
  );
  return statements.flatMap((node) => importsOf(node.getText()));
});

interface Dependencies {
  readonly files: string[];
  readonly packages: string[];
}

/** The project files and the packages that a file imports directly. @param imports what counts as an import */
export function dependencies(file: string, imports = importsOf): Dependencies {
  const specifiers = imports(textOf(file));
  const local = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    files: local.map((specifier) => join(dirname(file), specifier).replaceAll('\\', '/').replace(/\.js$/, '.ts')),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}

/** Everything that the given files import, directly or not, themselves included. */
export function importClosure(files: readonly string[], imports = importsOf): Dependencies {
  const reached = new Set<string>();
  const packages = new Set<string>();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    // A file that is missing has a test of its own.
    if (!existsSync(join(ROOT, file))) continue;
    const direct = dependencies(file, imports);
    open.push(...direct.files);
    for (const name of direct.packages) packages.add(name);
  }
  return { files: [...reached].sort(), packages: [...packages].sort() };
}

/** An import or re-export of a file of the project: which names it takes from there; undefined for all of them. */
interface TakenNames {
  readonly from: string;
  readonly names: readonly string[] | undefined;
}

function namesOf(clause: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] | undefined {
  if (clause === undefined || !('elements' in clause)) return undefined;
  return clause.elements.map((element) => (element.propertyName ?? element.name).text);
}

/** What a file takes from other files of the project, name by name where it names them. */
function takenBy(file: string): TakenNames[] {
  const target = (specifier: string) => join(dirname(file), specifier).replaceAll('\\', '/').replace(/\.js$/, '.ts');
  const taken: TakenNames[] = [];
  const named = new Set<string>();
  for (const node of parse(textOf(file)).statements) {
    const isImport = ts.isImportDeclaration(node);
    if (!isImport && !ts.isExportDeclaration(node)) continue;
    const specifier = node.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) continue;
    named.add(specifier.text);
    taken.push({
      from: target(specifier.text),
      names: namesOf(isImport ? node.importClause?.namedBindings : node.exportClause),
    });
  }
  const others = importsOf(textOf(file)).filter((text) => text.startsWith('.') && !named.has(text));
  return [...taken, ...others.map((text) => ({ from: target(text), names: undefined }))];
}

/** Where a name that a face passes on is defined, and under which name there; undefined if the file defines it itself. */
function passedOn(face: string, name: string): { readonly file: string; readonly name: string } | undefined {
  for (const node of parse(textOf(face)).statements) {
    if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined) continue;
    if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) continue;
    const found = node.exportClause.elements.find((element) => element.name.text === name);
    if (found === undefined) continue;
    const [file] = dependencies(face, () => [(node.moduleSpecifier as ts.StringLiteral).text]).files;
    return { file: file!, name: (found.propertyName ?? found.name).text };
  }
  return undefined;
}

/** The file that defines a name, through any number of faces. */
function definedIn(file: string, name: string): string {
  const next = passedOn(file, name);
  return next === undefined ? file : definedIn(next.file, next.name);
}

/** Whether a file does nothing but pass names on. */
export function onlyPassesOn(text: string): boolean {
  return parse(text).statements.every((node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined);
}

/**
 * The files whose definitions the given files use, directly or not, themselves included: faces count only for the names that
 * are taken from them, since they do nothing but pass names on.
 */
export function definitionsUsedBy(files: readonly string[]): string[] {
  const reached = new Set<string>();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { from, names } of takenBy(file)) {
      open.push(...(names === undefined ? [from] : names.map((name) => definedIn(from, name))));
    }
  }
  return [...reached].sort();
}

/** Lines of a text that hold code: neither blank nor only comment. */
export function linesOfCode(text: string): number {
  const source = parse(text);
  const lines = new Set<number>();
  visit(source, (node) => {
    if (ts.isJSDoc(node) || node.getChildCount() > 0) return;
    if (node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const from = source.getLineAndCharacterOfPosition(node.getStart()).line;
    const to = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = from; line <= to; line++) lines.add(line);
  });
  // Punctuation is no node of its own.
  source.forEachChild(function tokens(node) {
    for (const child of node.getChildren(source)) {
      if (child.getChildCount(source) > 0 || ts.isJSDoc(child)) continue;
      lines.add(source.getLineAndCharacterOfPosition(child.getStart()).line);
    }
    ts.forEachChild(node, tokens);
  });
  return lines.size;
}

/** Circles of a graph: its strongly connected components of more than one node (Tarjan 1972), each sorted. */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) enter(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1 || graph.get(node)?.includes(node) === true) circles.push(circle.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) enter(node);
  return circles;
}

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => number> = new Map([
  [ts.SyntaxKind.PlusToken, (a: number, b: number) => a + b],
  [ts.SyntaxKind.MinusToken, (a: number, b: number) => a - b],
  [ts.SyntaxKind.AsteriskToken, (a: number, b: number) => a * b],
  [ts.SyntaxKind.SlashToken, (a: number, b: number) => a / b],
  [ts.SyntaxKind.AsteriskAsteriskToken, (a: number, b: number) => a ** b],
]);

/** The value of an expression made of numeric literals, or undefined. */
function constantValue(node: ts.Node): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isParenthesizedExpression(node)) return constantValue(node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = constantValue(node.operand);
    return value === undefined ? undefined : -value;
  }
  const called = ts.isCallExpression(node) ? node.expression.getText() : '';
  // Number('1e-9') hides a constant in a string.
  if (ts.isCallExpression(node) && ['Number', 'parseFloat', 'Number.parseFloat'].includes(called)) {
    const [text] = node.arguments;
    return text !== undefined && ts.isStringLiteralLike(text) ? Number(text.text) : undefined;
  }
  const pow = ts.isCallExpression(node) && called === 'Math.pow';
  const [left, right] = ts.isBinaryExpression(node) ? [node.left, node.right] : pow ? node.arguments : [];
  if (left === undefined || right === undefined) return undefined;
  const a = constantValue(left);
  const b = constantValue(right);
  const operator = ts.isBinaryExpression(node) ? node.operatorToken.kind : ts.SyntaxKind.AsteriskAsteriskToken;
  return a === undefined || b === undefined ? undefined : ARITHMETIC.get(operator)?.(a, b);
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** Constants below this size are taken for tolerances; 0.01, a customary leaky slope, is not. */
const SMALL = 2 ** -7;

function isSmall(node: ts.Node): boolean {
  const value = Math.abs(constantValue(node) ?? 0);
  return value > 0 && value < SMALL;
}

function roundsToText(node: ts.Node): boolean {
  const call = ts.isCallExpression(node) ? node.expression : undefined;
  const name = call !== undefined && ts.isPropertyAccessExpression(call) ? call.name.text : '';
  return ['toFixed', 'toPrecision', 'toExponential'].includes(name);
}

function isTolerance(node: ts.Node): boolean {
  if (isSmall(node)) return node.parent === undefined || !isSmall(node.parent);
  if (ts.isPropertyAccessExpression(node)) return ['EPSILON', 'MIN_VALUE'].includes(node.name.text);
  if (ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind)) {
    return roundsToText(node.left) || roundsToText(node.right);
  }
  return false;
}

/**
 * The places of a text that look like a tolerance: a small constant however it is written (1e-9, 2 ** -40, 1 / 1e6,
 * 0.001, Number('1e-9')), EPSILON, or a comparison of rounded texts. Comments and strings are no code and do not count.
 */
export function tolerancesIn(text: string): string[] {
  const source = parse(text);
  const found: string[] = [];
  visit(source, (node) => {
    if (!isTolerance(node)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`line ${line + 1}: ${node.getText()}`);
  });
  return found;
}

/** Whether a text has a default export. */
export function hasDefaultExport(text: string): boolean {
  // Each has the word; few files do, and to parse them all takes seconds.
  if (!text.includes('default')) return false;
  let found = false;
  visit(parse(text), (node) => {
    if (ts.isExportAssignment(node)) found = true;
    if (ts.isExportSpecifier(node) && node.name.text === 'default') found = true;
    if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) found = true;
  });
  return found;
}

/** Names of variables at the top level of a module that can be assigned again. */
export function mutableModuleState(text: string): string[] {
  return parse(text).statements.flatMap((statement) =>
    ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0
      ? statement.declarationList.declarations.map((declaration) => declaration.name.getText())
      : [],
  );
}
