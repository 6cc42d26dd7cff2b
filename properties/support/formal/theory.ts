/**
 * The theory in properties/formal, compiled by Coq into build/formal, and the program that is extracted from it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../setup/command.js';

export const SOURCES = join(ROOT, 'properties/formal');
export const BUILT = join(ROOT, 'build/formal');

/** In the order in which they need each other. */
export const THEORY = [
  'OrderedField',
  'Network',
  'Checker',
  'Linear',
  'Soundness',
  'Theorems',
  'Safety',
  'Verification',
  'Rationals',
  'Reals',
] as const;
const PROGRAM = ['integer.ml', 'checker.mli', 'checker.ml', 'main.ml'];

const succeeds = (program: string, args: readonly string[]) =>
  run(program, args).then(
    ({ code }) => code === 0,
    () => false,
  );

/** Whether Coq 8.16 or newer is installed. */
export const hasCoq = await run('coqc', ['--print-version']).then(
  ({ code, stdout }) => {
    const [major, minor] = stdout.split(/[. ]/).map(Number);
    return code === 0 && (major! > 8 || (major === 8 && minor! >= 16));
  },
  () => false,
);
/** Whether the extracted program can be built, too. */
export const hasOcaml = hasCoq && (await succeeds('ocamlfind', ['ocamlopt', '-package', 'zarith', '-version']));

/** Why tests are skipped, or nothing. */
export function sayWhatIsMissing(): void {
  if (!hasCoq)
    console.warn('properties: no coqc (8.16 or newer) here; the checker proved in Coq is not compiled or tried');
  else if (!hasOcaml) console.warn('properties: no ocamlfind with zarith here; the extracted checker is not tried');
}

/** Copies a source if it has changed. @returns whether it has */
function refreshed(name: string): boolean {
  const [from, to] = [join(SOURCES, name), join(BUILT, name)];
  const content = readFileSync(from);
  if (existsSync(to) && readFileSync(to).equals(content)) return false;
  writeFileSync(to, content);
  return true;
}

const isOlder = (file: string, than: string) => !existsSync(file) || statSync(file).mtimeMs < statSync(than).mtimeMs;

/** Compiles a file of Coq that stands anywhere. @returns what Coq says */
export function compile(file: string): string {
  return execFileSync('coqc', ['-q', '-Q', BUILT, 'ReluAtlas', file], { cwd: BUILT, maxBuffer: 1 << 26 }).toString();
}

const LOCK = join(BUILT, 'lock');
/** A lock that is older was left by a process that was ended, in milliseconds. Nothing in the theory takes as long. */
const STALE = 300_000;
const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** One process at a time writes into the folder: files of tests run beside each other. */
function alone<T>(work: () => T): T {
  mkdirSync(BUILT, { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch {
      const age = existsSync(LOCK) ? Date.now() - statSync(LOCK, { throwIfNoEntry: false })!.mtimeMs : 0;
      if (age > STALE) rmdirSync(LOCK);
      else pause(100);
    }
  }
  try {
    return work();
  } finally {
    rmdirSync(LOCK);
  }
}

function compileStale(names: readonly string[]): void {
  let stale = false;
  for (const name of names) {
    const [source, object] = [`${name}.v`, join(BUILT, `${name}.vo`)];
    stale = refreshed(source) || stale || isOlder(object, join(BUILT, source));
    if (stale) compile(source);
    const now = new Date();
    utimesSync(LOCK, now, now);
  }
}

/** Compiles files of the theory, in this order, those that are not compiled since they or earlier ones changed. */
export function compileTheory(names: readonly string[] = THEORY): void {
  alone(() => compileStale(names));
}

/** The extracted program, compiled. @returns its path */
export function extractedProgram(): string {
  const program = join(BUILT, 'check-plain');
  alone(() => {
    compileStale(['OrderedField', 'Network', 'Checker', 'Safety', 'Extract']);
    const stale = ['integer.ml', 'main.ml'].filter(refreshed).length > 0;
    if (!stale && !PROGRAM.some((source) => isOlder(program, join(BUILT, source)))) return;
    const options = ['ocamlopt', '-O3', '-w', '-a', '-package', 'zarith', '-linkpkg', ...PROGRAM, '-o', program];
    execFileSync('ocamlfind', options, { cwd: BUILT, stdio: ['ignore', 'ignore', 'pipe'] });
  });
  return program;
}

/** The number of cells of a certificate that is accepted, or that a proof is. */
export type Verdict = number | 'safe' | 'refused' | 'unreadable';

/** What the program says of plain certificates and proofs. */
export async function verdictsOf(program: string, files: readonly string[]): Promise<Verdict[]> {
  const { stdout, stderr } = await run(program, files);
  const said = new Map<string, Verdict>();
  for (const line of stdout.split('\n')) {
    const accepted = /^accepted: (.*), (?:(\d+) cells|no unsafe input) of network/.exec(line);
    const refused = /^refused: ([^:]*)/.exec(line);
    if (accepted !== null) said.set(accepted[1]!, accepted[2] === undefined ? 'safe' : Number(accepted[2]));
    else if (refused !== null) said.set(refused[1]!, 'refused');
  }
  for (const line of stderr.split('\n')) {
    const unreadable = /^([^:]*): line \d+: /.exec(line);
    if (unreadable !== null) said.set(unreadable[1]!, 'unreadable');
  }
  return files.map((file) => {
    const verdict = said.get(file);
    if (verdict === undefined) throw new Error(`the extracted program said nothing of ${file}: ${stderr}`);
    return verdict;
  });
}
