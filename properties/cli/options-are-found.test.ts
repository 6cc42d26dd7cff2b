/**
 * Theorem. What a user may type is what help, completion and the manual say: every command has an example, its exit codes and
 * the same order of options; shells accept their scripts and complete what help lists; and what is nearly right is told.
 *
 * Expected: the help is read back, the scripts are run by the shells themselves where they are installed.
 *
 * Source: definition; bash(1), programmable completion; man(7).
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, run, scratch } from '../support/setup/command.js';
import { offeredByFish, offeredByZsh } from '../support/setup/shells.js';

const NET = 'fixtures/networks/demo_2-8-8-1.json';

const files = scratch();
afterAll(() => files.dispose());

const help = async (name: string) => (await atlas([name, '--help'])).stdout;
const commandsOf = (text: string) =>
  [...text.slice(text.indexOf('Commands:'), text.indexOf('\nExamples:')).matchAll(/^ {2}([a-z]+)/gm)]
    .map(([, name]) => name!)
    .filter((n) => n !== 'help');
const COMMANDS = commandsOf((await atlas(['--help'])).stdout);
const longOptions = (text: string) => [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name!);
const has = (program: string) => spawnSync('which', [program]).status === 0;

describe('the help of a command', () => {
  it.each(COMMANDS)('%s has an example and exit codes', async (name) => {
    const text = await help(name);
    expect(text).toMatch(/^Examples?:\n {2}.*relu-atlas/m);
    expect(text).toMatch(/^Exit codes: 0 done/m);
  });

  it('is summed up by that of the program, with examples and exit codes', async () => {
    const text = (await atlas(['--help'])).stdout;
    expect(text).toMatch(/^Examples?:\n {2}relu-atlas/m);
    expect(text).toMatch(/^Exit codes: 0 done/m);
  });

  it('lists options that commands share in one order', async () => {
    const order = ['--box', '--domain', '--whole', '--plane', '--through', '--units', '--batch', '--input-shape'];
    for (const name of COMMANDS) {
      const shared = longOptions(await help(name)).filter((option) => order.includes(option));
      expect(shared, name).toEqual(order.filter((option) => shared.includes(option)));
    }
  });

  it('ends with --help', async () => {
    for (const name of COMMANDS) {
      const text = await help(name);
      expect(longOptions(text).at(-1), name).toBe('--help');
    }
  });

  it('offers a slice to every command that reads a network', async () => {
    // A query of verify is about the tensors of the file: its help says how to ask about a slice.
    for (const name of COMMANDS.filter((command) => command !== 'verify')) {
      const options = longOptions(await help(name));
      if (options.includes('--head')) expect(options, name).toEqual(expect.arrayContaining(['--plane', '--through']));
    }
    expect(await help('verify')).toContain('slice.json --through');
  });
});

describe('completion', () => {
  it('of bash completes commands, options and choices', async () => {
    const { stdout: script } = await atlas(['completion', 'bash']);
    const complete = async (...words: readonly string[]) => {
      const ask = `${script}\nCOMP_WORDS=(${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _relu_atlas; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await run('bash', ['-c', ask])).stdout.trim().split('\n').sort();
    };
    expect(await complete('relu-atlas', 'co')).toEqual(COMMANDS.filter((name) => name.startsWith('co')).sort());
    expect(await complete('relu-atlas', 'count', '--')).toEqual([...new Set(longOptions(await help('count')))].sort());
    expect(await complete('relu-atlas', 'count', 'net.json', '--engine', 'v')).toEqual(['vertex']);
    expect(await complete('relu-atlas', 'completion', 'z')).toEqual(['zsh']);
    expect(await complete('relu-atlas', 'help', 'arr')).toEqual(['arrangement']);
  });

  it.each(['zsh', 'fish'])('of %s has every command, and is accepted where the shell is installed', async (shell) => {
    const { stdout } = await atlas(['completion', shell]);
    for (const name of COMMANDS) expect(stdout).toContain(name);
    if (has(shell)) expect(spawnSync(shell, ['-n', '-c', stdout]).stderr.toString()).toBe('');
  });

  const SHELLS = [
    ['zsh', offeredByZsh],
    ['fish', offeredByFish],
  ] as const;
  it.each(SHELLS)('of %s completes in the shell itself', async (shell, offered) => {
    if (!has(shell)) {
      console.warn(`properties: no ${shell} here; its completion was not run`);
      return;
    }
    const { stdout: script } = await atlas(['completion', shell]);
    const complete = (line: string) => offered(script, `relu-atlas ${line}`, files.path);
    const equals = (word: string) => word.replace(/^--engine=/, '');
    expect(complete('co')).toEqual(COMMANDS.filter((name) => name.startsWith('co')).sort());
    expect(complete('count --')).toEqual(
      expect.arrayContaining(longOptions(await help('count')).filter((o) => o !== '--help')),
    );
    expect(complete('count --en')).toEqual(['--engine']);
    expect(complete('count net.json --engine=v').map(equals)).toEqual(['vertex']);
    expect(complete('completion z')).toEqual(['zsh']);
    expect(complete('help arr')).toEqual(['arrangement']);
  });

  it('of an unknown shell is refused', async () => {
    expect(await atlas(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/bash, zsh, fish/),
    });
  });
});

describe('the manual', () => {
  it('has every command and option of the help, and is formatted without complaint', async () => {
    const { stdout: page } = await atlas(['man']);
    const plain = page.replaceAll('\\-', '-');
    for (const name of COMMANDS) {
      expect(plain).toContain(`.SS relu-atlas ${name}`);
      for (const option of longOptions(await help(name)))
        if (option !== '--help') expect(plain, name).toContain(option);
    }
    if (has('groff')) expect(spawnSync('groff', ['-man', '-ww', '-z'], { input: page }).stderr.toString()).toBe('');
  });
});

describe('what is typed otherwise', () => {
  const cells = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await atlas(['count', NET, ...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout).cells as number;
  };

  it('is the same box', async () => {
    const expected = await cells('--box=-1,1x0,2/3');
    expect(await cells('--box', '-1', '1', '0', '2/3')).toBe(expected);
    expect(await cells('--domain', '{"box":[[-1,1],[0,"2/3"]]}')).toBe(expected);
    expect(await cells('--box', '-1', '1')).toBe(await cells('--box=-1,1'));
  });

  it('is a version', async () => {
    const { stdout } = await atlas(['-v']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await atlas(['--version'])).stdout).toBe(stdout);
  });

  it.each([
    [['count', NET, '--bx=1'], /unknown option '--bx' *\n?\(Did you mean --box\?\)/],
    [['count', NET, '--work=2'], /Did you mean --workers/],
    [['facts', NET, '--pl=0,0;1,0'], /unknown option '--pl'/],
    [['count', NET, '--box', '-1', '1', '2'], /expected pairs of numbers, got -1 1 2/],
    [['count', NET, '--box=-inf,inf'], /expected finite bounds, got "-inf,inf"; use --whole/],
    [['count', NET, '--box', '-inf', '1'], /expected finite bounds, got "-inf,1"; use --whole/],
    [['report', NET, '--verify', 'q.vnnlib', '--json', 'a.json'], /--json: expected no file with --verify/],
    [['count', NET, '--domain', '{"box":[[0,1]]}'], /./],
  ])('is told what is near: %j', async (args, message) => {
    const { code, stdout, stderr } = await atlas(args);
    expect(stdout).toBe('');
    expect([1, 2]).toContain(code);
    expect(stderr).toMatch(message);
  });

  it('report --json without a file is --format=json, and with one names report.json', async () => {
    const [page, content] = [join(files.path, 'r.html'), join(files.path, 'other.json')];
    const report = ['report', NET, '--box=0,1/8', '-q', '--no-certificate', '--out', page, '--json'];
    const { stdout } = await atlas(report);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'relu-atlas-report', answer: 'report' });
    expect((await atlas([...report, content])).stdout).toMatch(/written +\S*r\.html, \S*other\.json\n$/);
  });

  it.each([['foo', '--help'], ['cuont', '--help'], ['cuont', '-h', '--box=-1,1'], ['foo']])(
    'a command that there is not is no help: %j',
    async (...args) => {
      const { code, stdout, stderr } = await atlas(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`unknown command '${args[0]}'`);
      if (args[0] === 'cuont') expect(stderr).toContain('Did you mean count?');
    },
  );

  it('is wrong with the command line where it is typed there, and with the file where it is in one', async () => {
    const wrong = [
      '{"box":[[1]]}',
      '{"box":',
      '{"box":[[0,1]]}',
      '{"box":[[1,0],[0,1]]}',
      '{"inequalities":[{"a":[0,0],"b":-1}]}',
    ];
    for (const [k, text] of wrong.entries()) {
      const file = join(files.path, `domain-${k}.json`);
      writeFileSync(file, text);
      const [typed, inFile] = await Promise.all(
        [text, file].map((domain) => atlas(['count', NET, '--domain', domain])),
      );
      expect(typed, text).toMatchObject({ code: 2, stdout: '' });
      expect(typed!.stderr).toMatch(/^relu-atlas: --domain: .*\n$/);
      expect([1, 2], text).toContain(inFile!.code);
      expect(inFile!.stderr).toContain(file);
    }
    expect((await atlas(['count', NET, '--box=1,0'])).code).toBe(2);
  });
});
