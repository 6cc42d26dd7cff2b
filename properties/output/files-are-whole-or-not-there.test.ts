/**
 * Outputs: a regular file is replaced as a whole or not at all, with its permissions; symbolic links are followed and stay;
 * devices, pipes and open descriptors are written through; what killed runs left is removed and what live ones write is not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openOutput, writeOutput } from '../../src/output/index.js';
import { atlas, COMMAND, ROOT, run } from '../support/setup/command.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const base = mkdtempSync(join(tmpdir(), 'atlas-output-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(base, 'case-'));
});
const at = (name: string) => join(directory, name);
const quoted = (text: string) => `'${text}'`;

/** A command line of the shell, with `relu-atlas` in it. */
const shell = (line: string) =>
  run('bash', ['-c', line.replaceAll('relu-atlas', `${quoted(process.execPath)} ${quoted(COMMAND)}`)], { cwd: ROOT });

/** Every command that writes one file, with the option that names it last. */
const WRITERS: readonly (readonly [string, readonly string[], string])[] = [
  ['count --certificate', ['count', DEMO, '--box=-1,1', '-q', '--certificate'], 'out.cert'],
  ['segment --certificate', ['segment', DEMO, '--from=-1,-1', '--to=1,1', '--certificate'], 'out.cert'],
  [
    'verify --certificate',
    ['verify', DEMO, DEMO, '--equal', '--within=100', '--box=-1,1', '-q', '--certificate'],
    'out.cert',
  ],
  ['partition --out, JSON Lines', ['partition', DEMO, '--box=-1,1', '-q', '--out'], 'out.jsonl'],
  ['partition --out, Parquet', ['partition', DEMO, '--box=-1,1', '-q', '--out'], 'out.parquet'],
  ['adjacency --out', ['adjacency', DEMO, '--box=-1,1', '--out'], 'out.graphml'],
  ['boundary --out', ['boundary', DEMO, '--box=-1,1', '--out'], 'out.json'],
  ['simplify --out', ['simplify', DEMO, '--box=-1,1', '--out'], 'out.json'],
  ['convert', ['convert', DEMO], 'out.json'],
  ['report --out', ['report', DEMO, '--box=-1,1', '-q', '--no-certificate', '--out'], 'out.html'],
];

describe('a regular file is whole or not there', () => {
  it('it has its name only after the commit, and the old content until then', () => {
    writeFileSync(at('a'), 'old');
    const output = openOutput(at('a'));
    output.write('new ');
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
    output.write(Buffer.from('content'));
    output.commit();
    expect(output.bytes).toBe(11);
    expect(readFileSync(at('a'), 'utf8')).toBe('new content');
    expect(readdirSync(directory)).toEqual(['a']);
  });

  it('a discarded one leaves nothing and changes nothing', () => {
    writeFileSync(at('a'), 'old');
    for (const name of ['a', 'b']) {
      const output = openOutput(at(name));
      output.write('new');
      output.discard();
      output.discard();
    }
    expect(readdirSync(directory)).toEqual(['a']);
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
  });

  it('the permissions of a replaced file stay', () => {
    writeFileSync(at('a'), 'old');
    chmodSync(at('a'), 0o640);
    writeOutput(at('a'), 'new');
    expect(statSync(at('a')).mode & 0o777).toBe(0o640);
  });

  it('two runs that write the same file at once do not meet', () => {
    const outputs = [openOutput(at('a')), openOutput(at('a'))] as const;
    outputs[0].write('first');
    outputs[1].write('second');
    outputs[1].commit();
    expect(readFileSync(at('a'), 'utf8')).toBe('second');
    outputs[0].commit();
    expect(readFileSync(at('a'), 'utf8')).toBe('first');
    expect(readdirSync(directory)).toEqual(['a']);
  });
});

describe('symbolic links are followed and stay', () => {
  it.each(['there', 'to be'])('a link through directories to a file that is %s', (state) => {
    mkdirSync(at('real'));
    symlinkSync('real', at('linked'));
    symlinkSync('../b', at('real/a'));
    if (state === 'there') writeFileSync(at('b'), 'old');
    writeOutput(at('linked/a'), 'new');
    expect(lstatSync(at('real/a')).isSymbolicLink()).toBe(true);
    expect(lstatSync(at('b')).isFile()).toBe(true);
    expect(readFileSync(at('b'), 'utf8')).toBe('new');
    expect(readdirSync(directory).sort()).toEqual(['b', 'linked', 'real']);
    expect(readdirSync(at('real'))).toEqual(['a']);
  });

  it('a circle of links is an error that names the file', () => {
    symlinkSync('b', at('a'));
    symlinkSync('a', at('b'));
    expect(() => writeOutput(at('a'), 'x')).toThrowError(expect.objectContaining({ code: 'ELOOP', path: at('a') }));
  });
});

describe('every command that writes', () => {
  it.each(WRITERS)('%s: follows a link, and leaves devices and pipes what they are', async (_, args, name) => {
    symlinkSync(`real-${name}`, at(name));
    const plain = await atlas([...args, at(name)]);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
    const content = readFileSync(at(`real-${name}`));
    expect(content.length).toBeGreaterThan(0);

    // The extension decides the format: a pipe under a name of its own has it, too.
    const pipe = at(`pipe-${name}`);
    execFileSync('mkfifo', [pipe]);
    const line = [...args, pipe].map(quoted).join(' ');
    const piped = await shell(`cat ${quoted(pipe)} > ${quoted(at('copy'))} & relu-atlas ${line} >/dev/null; wait`);
    expect(piped).toMatchObject({ code: 0, stderr: '' });
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    // A report tells the time and its own names.
    if (!name.endsWith('.html')) expect(readFileSync(at('copy')).equals(content)).toBe(true);
    else expect(readFileSync(at('copy'), 'utf8')).toMatch(/<\/html>\n?$/);
    expect(readdirSync(directory).filter((file) => file.includes('.partial-'))).toEqual([]);
  });
});

describe('descriptors and devices are written through', () => {
  const certificate = `relu-atlas count ${DEMO} --box=-1,1 -q --certificate`;

  it('process substitution, /dev/stdout into a pipe and into a file give the same bytes', async () => {
    await shell(`${certificate} ${quoted(at('plain'))}`);
    const plain = readFileSync(at('plain'));
    await shell(`${certificate} >(cat > ${quoted(at('substituted'))}) > /dev/null; sleep 0.2; wait`);
    await shell(`${certificate} /dev/fd/3 3>${quoted(at('descriptor'))} >/dev/null`);
    await shell(`${certificate} /dev/stdout | head -c ${plain.length} > ${quoted(at('piped'))}`);
    await shell(`${certificate} /dev/stdout > ${quoted(at('redirected'))}`);
    for (const name of ['substituted', 'descriptor', 'piped']) {
      expect(readFileSync(at(name)).equals(plain), name).toBe(true);
    }
    // What is said comes after what is written.
    const redirected = readFileSync(at('redirected'));
    expect(redirected.subarray(0, plain.length).equals(plain)).toBe(true);
    expect(redirected.subarray(plain.length).toString()).toContain('(exact)');
  });

  it('/dev/null stays a device', async () => {
    const { code } = await shell(`${certificate} /dev/null`);
    expect(code).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(readdirSync('/dev').filter((name) => name.startsWith('null.partial'))).toEqual([]);
  });

  it.runIf(existsSync('/dev/full'))('a full disk is named with the file, and nothing looks complete', async () => {
    for (const [, args, name] of WRITERS) {
      symlinkSync('/dev/full', at(name === 'out.cert' ? `${args[0]}.cert` : `${args[0]}-${name}`));
      const target = at(name === 'out.cert' ? `${args[0]}.cert` : `${args[0]}-${name}`);
      const outcome = await atlas([...args, target]);
      expect(outcome).toMatchObject({
        code: 1,
        stderr: `relu-atlas: ${target}: the disk is full; make room or choose another place\n`,
      });
    }
  });
});

/** The room as JavaScript, for a process of its own: the path of what opens outputs, which needs no other room. */
function transpiledRoom(): string {
  const folder = mkdtempSync(join(base, 'room-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(join(ROOT, 'src/output'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, 'src/output', file), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  return join(folder, 'output.js');
}

describe('what killed runs leave', () => {
  /** The number of a process that has ended. */
  const ended = () => spawnSync(process.execPath, ['-e', 'console.log(process.pid)']).stdout.toString().trim();

  it('is removed by the next run that writes the same file', async () => {
    // A run that dies while it writes.
    const script = `const { openOutput } = await import('${transpiledRoom()}');
      openOutput(${JSON.stringify(at('a'))}).write('half'); process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(readdirSync(directory)).toHaveLength(1);
    // As earlier versions named theirs.
    writeFileSync(at(`a.partial-${ended()}`), 'half');
    writeFileSync(at(`b.partial-${ended()}`), 'of another output');
    writeFileSync(at('a.partial-notes.txt'), "a user's");
    writeOutput(at('a'), 'whole');
    expect(readdirSync(directory).sort()).toEqual(['a', 'a.partial-notes.txt', expect.stringMatching(/^b\.partial-/)]);
  });

  it('but not what a live run or another machine writes', () => {
    const live = openOutput(at('a'));
    const parent = `a.partial-${process.ppid}`;
    const elsewhere = `a.partial-${ended()}-abc-000000-000000`;
    for (const name of [parent, elsewhere]) writeFileSync(at(name), 'half');
    const before = readdirSync(directory);
    writeOutput(at('a'), 'whole');
    expect(readdirSync(directory).sort()).toEqual([...before, 'a'].sort());
    live.write('mine');
    live.commit();
    expect(readFileSync(at('a'), 'utf8')).toBe('mine');
  });

  it.runIf(existsSync('/proc/self/stat'))('a process number that is used again protects nothing', () => {
    const output = openOutput(at('a'));
    const [own = ''] = readdirSync(directory);
    output.discard();
    // The same process and machine, started at another time.
    writeFileSync(at(own.replace(/^(a\.partial-\d+)-[0-9a-z]+-/, '$1-zzzz-')), 'half');
    writeOutput(at('a'), 'whole');
    expect(readdirSync(directory)).toEqual(['a']);
  });
});
