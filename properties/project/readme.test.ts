/**
 * The README shows what the program prints: every line of its `console` blocks that begins with "$ " is run, and what
 * follows is compared with the output.
 *
 * RELU_ATLAS_WRITE_README=1 npx vitest run properties/project/readme.test.ts    writes the outputs into the README.
 *
 * Not compared: times and rates; the sizes and digests of certificate files, whose compression belongs to Node's zlib; and how
 * the work was divided among the stages of a decision, which every improvement of an engine changes.
 */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMAND, ROOT, run, scratch } from '../support/setup/command.js';

const README = join(ROOT, 'README.md');
const text = readFileSync(README, 'utf8');

// The commands run in a copy of the checkout that holds only what they read, so that nothing is written into this one.
const files = scratch();
symlinkSync(join(ROOT, 'fixtures'), join(files.path, 'fixtures'));
afterAll(() => files.dispose());

interface Example {
  readonly command: string;
  readonly output: string;
}

const BLOCK = /```console\n([\s\S]*?)```/g;

function examplesOf(block: string): Example[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** What a reader types in a checkout, as it runs from anywhere, without waiting for npm. */
function runnable(command: string): string {
  return command
    .replaceAll('npx relu-atlas', `"${process.execPath}" "${COMMAND}"`)
    .replaceAll('npm start --silent', `"${process.execPath}" "${join(ROOT, 'dist/cli/start.js')}"`);
}

async function outputOf({ command }: Example): Promise<string> {
  const { stdout } = await run('bash', ['-c', `{ ${runnable(command)}; } 2>&1`], { cwd: files.path });
  return stdout;
}

/** The text without what differs from run to run or machine to machine. */
function comparable(output: string): string {
  return output
    .replace(/[\d.]+ s\b/g, '# s')
    .replace(/[\d,]+ cells\/s/g, '# cells/s')
    .replace(/("seconds":)[\d.e-]+/g, '$1#')
    .replace(/[\d,]+ bytes(, [\d.]+ per cell)?/g, '# bytes')
    .replace(/^(?:decisions|verified) .*$/gm, (line) => line.replace(/[\d,]+/g, '#'))
    .replace(/[\d,]+( questions settled| in integers,| one-sided neurons)/g, '#$1')
    .replace(/^((?:certificate|accepted) .*sha256 )[0-9a-f]{64}/gm, '$1#');
}

const examples = [...text.matchAll(BLOCK)].flatMap(([, block]) => examplesOf(block!));

if (process.env.RELU_ATLAS_WRITE_README === undefined) {
  describe('every example of the README', () => {
    it.each(examples)('$command', async (example) => {
      expect(comparable(await outputOf(example))).toBe(comparable(example.output));
    });
  });
} else {
  it('is written anew', async () => {
    const outputs = new Map<string, string>();
    for (const example of examples) outputs.set(example.command, await outputOf(example));
    const written = text.replace(BLOCK, (_, block: string) => {
      const parts = examplesOf(block).map(({ command }) => `$ ${command}\n${outputs.get(command)}`);
      return `\`\`\`console\n${parts.join('')}\`\`\``;
    });
    writeFileSync(README, written);
  });
}

it('there are examples, of every command', () => {
  for (const command of ['npm start', 'count', 'check', 'eval', 'info']) {
    expect(examples.some((example) => example.command.includes(command))).toBe(true);
  }
});

it('the README names every command that the program has', async () => {
  const { stdout } = await run(process.execPath, [COMMAND, '--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, command]) => command!);
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) expect(text).toMatch(new RegExp(`relu-atlas ${command} (NET|A|--|\\[)`));
});

it('the README names every option of the commands that count and check', async () => {
  const commands = ['count', 'check', 'eval', 'info'];
  const helps = await Promise.all(commands.map((command) => run(process.execPath, [COMMAND, command, '--help'])));
  helps.forEach(({ stdout }, i) => {
    expect(text).toContain(`relu-atlas ${commands[i]} NET`);
    const options = [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z]+)/gm)].map(([, option]) => option!);
    expect(options.length).toBeGreaterThan(2);
    for (const option of options) if (!/--(help|quiet)/.test(option)) expect(text).toContain(option);
  });
});

it('CI runs the test command that the README names', () => {
  expect(text).toContain('npm ci && npm test');
  const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect(script).toMatch(/^npm ci/m);
  expect(script).toMatch(/^npm test$/m);
});
