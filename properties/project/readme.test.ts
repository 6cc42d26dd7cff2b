/**
 * The README and the pages in docs/ show what the program prints: every line of its `console` blocks that begins with "$ " is run, and what
 * follows is compared with the output.
 *
 * RELU_ATLAS_WRITE_README=1 npx vitest run properties/project/readme.test.ts    writes the outputs into them.
 *
 * Not compared: times and rates; the sizes and digests of certificate files, whose compression belongs to Node's zlib; and how
 * the work was divided among the stages of a decision, which every improvement of an engine changes.
 */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNetwork, svg } from '../../src/index.js';
import { COMMAND, ROOT, run, scratch, warmIn } from '../support/setup/command.js';

const PAGES = [
  'README.md',
  'docs/commands.md',
  'docs/oracle.md',
  'docs/reports.md',
  'docs/library.md',
  'docs/verify.md',
  'docs/topology.md',
  'docs/explorer.md',
  'docs/integrals.md',
  'docs/runs.md',
  'docs/arrangements.md',
];
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const README = textOf('README.md');
/** All of the documentation. */
const text = PAGES.map(textOf).join('\n');

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
    .replaceAll('npm start --silent', `"${process.execPath}" "${join(ROOT, 'dist/start.js')}"`);
}

const warm = warmIn(files.path);
/** One command of plain or quoted words, and perhaps a filter of its output: nothing else is left to a shell. */
const PLAIN =
  /^npx relu-atlas ((?:'[^']*'|[^\s'"`$;&|<>(){}*?\\])+(?: (?:'[^']*'|[^\s'"`$;&|<>(){}*?\\])+)*)( \| (?:grep|cut|head|tail) .*)?$/;

/** In a process that is warm; undefined where both streams speak, whose order nobody knows then. */
async function outputOfPlain(words: string, filter: string | undefined): Promise<string | undefined> {
  const { stdout, stderr } = await warm(words.match(/(?:'[^']*'|[^\s'])+/g)!.map((word) => word.replaceAll("'", '')));
  if (stderr !== '' && stdout !== '') return undefined;
  if (filter === undefined) return stdout + stderr;
  const file = files.file('output.txt', stdout);
  return stderr + (await run('bash', ['-c', `cat ${file}${filter}`])).stdout;
}

async function outputOf({ command }: Example): Promise<string> {
  const plain = PLAIN.exec(command);
  const output = plain === null ? undefined : await outputOfPlain(plain[1]!, plain[2]);
  if (output !== undefined) return output;
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
  describe('every example of the README and of docs/', () => {
    it.each(examples)('$command', async (example) => {
      expect(comparable(await outputOf(example))).toBe(comparable(example.output));
    });
  });
} else {
  it('is written anew', async () => {
    const outputs = new Map<string, string>();
    for (const example of examples) outputs.set(example.command, await outputOf(example));
    for (const page of PAGES) {
      const written = textOf(page).replace(BLOCK, (_, block: string) => {
        const parts = examplesOf(block).map(({ command }) => `$ ${command}\n${outputs.get(command)}`);
        return `\`\`\`console\n${parts.join('')}\`\`\``;
      });
      writeFileSync(join(ROOT, page), written);
    }
  });
}

it('there are examples, of every command', () => {
  for (const command of ['npm start', 'count', 'check', 'eval', 'info']) {
    expect(examples.some((example) => example.command.includes(command))).toBe(true);
  }
});

it('the documentation names every command that the program has', async () => {
  const { stdout } = await warm(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, command]) => command!);
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands)
    expect(text).toMatch(new RegExp(`relu-atlas ${command} (expand )?(NET|A|FILE|--|\\[)`));
});

it('the documentation names every option of the commands that count and check', async () => {
  const commands = ['count', 'check', 'eval', 'info'];
  const helps = await Promise.all(commands.map((command) => warm([command, '--help'])));
  helps.forEach(({ stdout }, i) => {
    expect(text).toContain(`relu-atlas ${commands[i]} NET`);
    const options = [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z]+)/gm)].map(([, option]) => option!);
    expect(options.length).toBeGreaterThan(2);
    for (const option of options) if (!/--(help|quiet)/.test(option)) expect(text).toContain(option);
  });
});

it('the README is short, begins with a picture and a question, and links every page', () => {
  expect(README.split('\n').length).toBeLessThan(200);
  const [picture, question, promise] = ['docs/demo.svg', 'relu-atlas count', '## Install'].map((part) =>
    README.indexOf(part),
  );
  expect([0 < picture!, picture! < question!, question! < promise!]).toEqual([true, true, true]);
  for (const page of PAGES.slice(1)) expect(README).toContain(`](${page})`);
});

it('the picture of the README is that of the network whose cells it counts', async () => {
  const { network } = await readNetwork(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'));
  expect(readFileSync(join(ROOT, 'docs/demo.svg'), 'utf8')).toBe(await svg(network, '-1,1'));
});

it('links between the pages lead to files', () => {
  for (const page of PAGES) {
    for (const [, target] of textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
      expect(existsSync(join(ROOT, dirname(page), target!)), `${page}: ${target}`).toBe(true);
    }
  }
});

it('CI runs the test command that the README names', () => {
  expect(text).toContain('npm ci && npm test');
  const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect(script).toMatch(/^npm ci/m);
  expect(script).toMatch(/^npm test$/m);
});
