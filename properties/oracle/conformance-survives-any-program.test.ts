/**
 * Whatever a foreign program does - crash, hang, print garbage, print without end, leave its input unread - is told as what
 * it is, and no process of it stays behind.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerRequest } from '../../src/oracle/conformance/answer.js';
import { requestSchema, responseSchema } from '../../src/oracle/conformance/case.js';
import { ClientError, runConformance } from '../../src/oracle/conformance/run.js';
import type { CaseScore } from '../../src/oracle/conformance/score-card.js';
import { readSuite, selectCases } from '../../src/oracle/conformance/suite.js';
import { atlas, COMMAND, ROOT, scratch } from '../support/setup/command.js';

const suite = await readSuite();
const files = scratch();
afterAll(() => files.dispose());

const NODE = JSON.stringify(process.execPath);
const [FIRST, SECOND, THIRD] = ['strip-1e-3', 'strip-1e-4', 'strip-1e-5'];

/** A program for the shell, from the text of an ES module. */
let programs = 0;
function program(text: string): string {
  return `${NODE} ${JSON.stringify(files.file(`client-${programs++}.mjs`, text))}`;
}

function run(command: string, more: { stream?: boolean; timeout?: number; only?: string[]; jobs?: number } = {}) {
  const { stream = false, timeout = 60_000, only = [FIRST!], jobs = 1 } = more;
  const entries = selectCases(suite, only);
  return runConformance({ suite, entries, command, name: 'client', stream, jobs, timeout });
}

const verdicts = ({ judgements }: CaseScore) => new Set(judgements.map(({ verdict }) => verdict));
const reasons = ({ judgements }: CaseScore) => [...new Set(judgements.map(({ finding }) => finding))];

/** Answers as relu-atlas does; `extra` is done with each line before. */
const honest = (extra = '') => `
import { createInterface } from 'node:readline';
import { answerRequest } from ${JSON.stringify(join(ROOT, 'dist/index.js'))};
for await (const line of createInterface({ input: process.stdin })) { ${extra}; console.log(answerRequest(line)); }`;

async function isGone(pidFile: string): Promise<boolean> {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  for (let k = 0; k < 100; k++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

describe.each([
  ['one process per case', false],
  ['line by line', true],
])('%s', (_, stream) => {
  it('an honest program agrees, several at a time, in the order of the suite', async () => {
    const only = [THIRD!, FIRST!, SECOND!];
    const card = await run(program(honest()), { stream, only, jobs: 2 });
    expect(card.cases.map(({ id }) => id)).toEqual([FIRST, SECOND, THIRD]);
    for (const score of card.cases) expect(verdicts(score)).toEqual(new Set(['agree']));
  });

  it('a crash is told with the exit code and the last words', async () => {
    const { cases } = await run(program(`console.error('it was a\\nbad day'); process.exitCode = 7;`), { stream });
    expect(reasons(cases[0]!)).toEqual(['the program ended with exit code 7: bad day']);
    expect(verdicts(cases[0]!)).toEqual(new Set(['failed']));
  });

  it('a program that hangs is ended after its time, with whatever it started', async () => {
    const pid = join(files.path, `pid-${stream}`);
    const hang = `sleep 1000 & echo $! > ${JSON.stringify(pid)}; wait`;
    // On a busy machine the time may be over before it has started anything.
    for (let timeout = 250; !existsSync(pid) || readFileSync(pid, 'utf8') === ''; timeout *= 2) {
      const { cases } = await run(hang, { stream, timeout });
      expect(reasons(cases[0]!)).toEqual([`no answer within ${timeout / 1000} s`]);
    }
    expect(await isGone(pid)).toBe(true);
  });

  it.each([
    ['garbage', `console.log('six cells, I think');`, /^the output is not JSON: it begins with "six cells, I think/],
    ['NaN', `console.log('{"id":"${FIRST}","answers":{"cells":NaN}}');`, /^the output is not JSON/],
    ['another frame', `console.log('{"cells":6}');`, /^the output is not \{"id":.*begins with "\{\\"cells\\":6\}/],
    ['another case', `console.log('{"id":"x","answers":{}}');`, /^the answer is to case "x"/],
    ['nothing', stream ? `console.log('');` : '', /^the program wrote nothing/],
  ])('%s is no answer', async (_name, text, reason) => {
    const [score] = (await run(program(text), { stream })).cases;
    expect(verdicts(score!)).toEqual(new Set(['failed']));
    for (const found of reasons(score!)) expect(found).toMatch(reason);
  });

  it('output without end is cut off', async () => {
    const { cases } = await run(`${NODE} -e "const s='x'.repeat(1<<20);for(;;)require('fs').writeSync(1,s)"`, {
      stream,
    });
    expect(reasons(cases[0]!)).toEqual(['more than 64 MiB of output']);
  });

  it('a program that does not exist is an error of the command', async () => {
    await expect(run('no-such-program-anywhere', { stream })).rejects.toThrow(ClientError);
  });

  it('partial answers are judged one by one', async () => {
    const text = `console.log(JSON.stringify({ id: '${FIRST}', answers: { cells: 6, patterns: 'unsupported', maps: 'many', evaluate: [] } }));`;
    const [score] = (await run(program(text), { stream })).cases;
    expect(Object.fromEntries(score!.judgements.map(({ question, verdict }) => [question, verdict]))).toEqual({
      cells: 'agree',
      cellsPerLayer: 'unsupported',
      patterns: 'unsupported',
      pieces: 'unsupported',
      maps: 'failed',
      evaluate: 'disagree',
      gradient: 'unsupported',
      locate: 'unsupported',
    });
  });
});

it('a line-by-line program that crashes in one case answers the next', async () => {
  const crash = honest(`if (line.includes('"${SECOND}"')) process.exit(1)`);
  const { cases } = await run(program(crash), { stream: true, only: [FIRST!, SECOND!, THIRD!] });
  expect(cases.map((score) => [...verdicts(score)])).toEqual([['agree'], ['failed'], ['agree']]);
});

it('a line-by-line program that says more than it was asked does not shift the answers', async () => {
  const chatty = honest(`if (line.includes('"${FIRST}"')) console.log('thinking')`);
  const { cases } = await run(program(chatty), { stream: true, only: [FIRST!, SECOND!] });
  expect(cases.map((score) => [...verdicts(score)])).toEqual([['failed'], ['agree']]);
});

it('what is sent fits the schema of requests and holds no answer; what relu-atlas sends back fits that of responses', async () => {
  const seen = join(files.path, 'request.json');
  const spy = honest(`(await import('node:fs')).writeFileSync(${JSON.stringify(seen)}, line)`);
  await run(program(spy));
  const request = JSON.parse(readFileSync(seen, 'utf8')) as object;
  expect(requestSchema.safeParse(request).error).toBeUndefined();
  expect(Object.keys(request).sort()).toEqual(['domain', 'id', 'network', 'protocol', 'questions', 'version']);
  expect(responseSchema.safeParse(JSON.parse(answerRequest(JSON.stringify(request)))).error).toBeUndefined();
});

describe('the command', () => {
  const self = `${NODE} ${JSON.stringify(COMMAND)} conformance --answer`;
  const liar = () => program(`console.log('{"id":"${FIRST}","answers":{"cells":4}}');`);

  it('exits 0 if all answers agree, 3 if any disagrees or fails', async () => {
    const good = await atlas(['conformance', '--only', FIRST!, '--command', self]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/8 of 8 answers agree; 1 cases? of suite/);
    const bad = await atlas(['conformance', `--only=${FIRST}`, '--command', liar(), '--format=json', '--name=liar']);
    expect(bad).toMatchObject({ code: 3, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({
      schema: 'relu-atlas-score-cards',
      cards: [{ name: 'liar', complete: true, tally: { agree: 0, disagree: 1, unsupported: 7, failed: 0 } }],
    });
    expect((await atlas(['conformance', `--only=${FIRST}`, '--command', 'exit 1'])).code).toBe(3);
  });

  it('prints Markdown', async () => {
    const { stdout } = await atlas(['conformance', `--only=${FIRST}`, '--command', liar(), '--format=markdown']);
    expect(stdout).toContain('| margins | 0 | 1 | 7 | 0 |');
    expect(stdout).toContain(`| ${FIRST} | cells | 4 cells instead of 6 |`);
  });

  it('lists the cases of a category', async () => {
    const { code, stdout } = await atlas(['conformance', '--list', '--only=flat', '--format=json']);
    expect(code).toBe(0);
    const flat = suite.manifest.cases.filter(({ category }) => category === 'flat').map(({ id }) => id);
    expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id)).toEqual(flat);
  });

  it('exports requests, and what is expected beside them', async () => {
    const out = join(files.path, 'exported');
    expect((await atlas(['conformance', '--only=kinks', '--export', out])).code).toBe(0);
    const kinks = suite.manifest.cases.filter(({ category }) => category === 'kinks').map(({ id }) => `${id}.json`);
    expect(readdirSync(join(out, 'expected')).sort()).toEqual([...kinks].sort());
    const request = readFileSync(join(out, kinks[0]!), 'utf8');
    expect(requestSchema.safeParse(JSON.parse(request)).error).toBeUndefined();
  });

  it.each([
    [
      'a case that does not exist',
      ['--list', '--only=nothing'],
      2,
      /--only: expected a case or a category .*"nothing"/,
    ],
    ['no command', [], 2, /nothing to examine; give --command/],
    ['a program that does not exist', ['--only=strip-1e-3', '--command=no-such-program'], 2, /--command: .*127/],
    ['a suite that does not exist', ['--list', '--suite=/no/where'], 1, /manifest\.json: no such file/],
    ['a timeout of 0', ['--timeout=0'], 2, /Expected a number of seconds/],
  ])('%s is one line', async (_, args, code, line) => {
    const outcome = await atlas(['conformance', ...args]);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(line);
    expect(outcome.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('a case that was changed is refused', async () => {
    const directory = join(files.path, 'damaged');
    const { cpSync, writeFileSync } = await import('node:fs');
    cpSync(suite.directory, directory, { recursive: true });
    const file = join(directory, `cases/${FIRST}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"cells": 6', '"cells": 4'));
    const outcome = await atlas(['conformance', '--suite', directory, `--only=${FIRST}`, '--command', self]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/strip-1e-3\.json: is not the file that manifest\.json names/);
  });

  it('Ctrl-C ends the programs and prints what was judged', async () => {
    const slow = honest(`if (line.includes('"${SECOND}"')) await new Promise((resolve) => setTimeout(resolve, 60000))`);
    const args = [
      'conformance',
      '--stream',
      '--jobs=1',
      `--only=${FIRST}`,
      `--only=${SECOND}`,
      '--command',
      program(slow),
    ];
    const { code, stdout } = await atlas([...args, '--format=json'], { interruptAfter: 1000 });
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ cards: [{ complete: false }] });
  });
});
