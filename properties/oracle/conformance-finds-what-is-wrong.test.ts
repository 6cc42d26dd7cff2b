/**
 * The conformance suite tells right from wrong: relu-atlas answers everything, a sampling counter and an enumerator with a
 * tolerance are convicted of what they really miss, and of nothing else.
 *
 * What they miss is known beforehand: a tolerance of 1e-6 keeps strips that are wider and loses those that are narrower.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examinedImplementations } from '../../src/cli/conformance/score-cards.js';
import { parseRational } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { certifiedPartition } from '../../src/oracle/conformance/cells.js';
import { judgeAnswers } from '../../src/oracle/conformance/judge.js';
import { runConformance } from '../../src/oracle/conformance/run.js';
import {
  findingsOf,
  type Judgement,
  type ScoreCard,
  scoreCardJson,
  scoreCardsMarkdown,
  scoreCardText,
  scoreTable,
  tallyOf,
} from '../../src/oracle/conformance/score-card.js';
import { type LoadedCase, readCase, readSuite, selectCases } from '../../src/oracle/conformance/suite.js';
import { ROOT } from '../support/setup/command.js';

const suite = await readSuite();
function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const [SELF, ENUMERATOR, COUNTER] = examinedImplementations();
const cards: ScoreCard[] = [];

/** The score card of an implementation. */
async function examined({ name, command }: { readonly name: string; readonly command: string }): Promise<ScoreCard> {
  const entries = selectCases(suite, []);
  const card = await runConformance({ suite, entries, command, name, stream: true, jobs: 1, timeout: 60_000 });
  cards.push(card);
  return card;
}

function judgement(card: ScoreCard, id: string, question: string): Judgement {
  return card.cases.find((score) => score.id === id)!.judgements.find((other) => other.question === question)!;
}

const verdict = (card: ScoreCard, id: string, question: string) => judgement(card, id, question).verdict;

/** The coordinates of the point "around (x, y)" that a finding names for a pattern. */
function witnessNamed(finding: string, pattern: string): number[] {
  const start = finding.indexOf(`${pattern} around (`);
  expect(start).toBeGreaterThanOrEqual(0);
  const inside = finding.slice(finding.indexOf('(', start) + 1, finding.indexOf(')', start));
  return inside.split(', ').map((x) => (x.startsWith('~') ? Number(x.slice(1)) : toDouble(parseRational(x))));
}

describe('relu-atlas as an implementation', () => {
  let card: ScoreCard;
  beforeAll(async () => {
    card = await examined(SELF!);
  });

  it('answers every question of every case, and agrees', () => {
    expect(findingsOf(card)).toEqual([]);
    const { agree, unsupported } = tallyOf(card.cases);
    expect(unsupported).toBe(0);
    expect(agree).toBe(card.cases.reduce((sum, { judgements }) => sum + judgements.length, 0));
    expect(card).toMatchObject({ complete: true, suite: suite.manifest.suite });
    expect(card.cases.map(({ id }) => id)).toEqual(suite.manifest.cases.map(({ id }) => id));
  });
});

describe('an enumerator with tolerance 1e-6', () => {
  let card: ScoreCard;
  beforeAll(async () => {
    card = await examined(ENUMERATOR!);
  });

  it.each([3, 4, 5])('finds the strip of width 1e-%i', (exponent) => {
    for (const question of ['cells', 'patterns']) {
      expect(judgement(card, `strip-1e-${exponent}`, question).finding).toBe('');
    }
  });

  it.each([7, 8, 9, 10, 12, 14, 16, 20, 40, 100, 300])('loses the strip of width 1e-%i', (exponent) => {
    const id = `strip-1e-${exponent}`;
    expect(judgement(card, id, 'cells').finding).toBe('4 cells instead of 6');
    const { finding } = judgement(card, id, 'patterns');
    expect(finding).toMatch(/^missing 2 of 6 cells/);
    for (const pattern of ['+--', '+-+']) {
      const [x] = witnessNamed(finding, pattern);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(Number(`1e-${exponent}`));
    }
  });

  it('is right in generic position on boxes and at kinks: nothing there is near its tolerance', () => {
    const blameless = findingsOf(card).filter(({ id }) => /^(generic|kink)-/.test(id));
    expect(blameless).toEqual([]);
  });

  it('loses what a box of half side 1000 does not hold', () => {
    expect(judgement(card, 'far-away-crossing-whole-plane', 'cells').finding).toBe('3 cells instead of 4');
    expect(judgement(card, 'one-line-in-the-plane', 'cells').finding).toBe('1 cell instead of 2');
  });

  it('loses everything behind a strip', () => {
    expect(judgement(card, 'cells-behind-a-strip', 'cells').finding).toBe('6 cells instead of 10');
  });

  it('what it cannot do is not held against it', () => {
    const pieces = card.cases.flatMap(({ judgements }) => judgements.filter(({ question }) => question === 'pieces'));
    expect(new Set(pieces.map((one) => one.verdict))).toEqual(new Set(['unsupported']));
  });

  it('overflow is told as such', () => {
    const { verdict, finding } = judgement(card, 'row-beyond-the-range', 'evaluate');
    expect(verdict).toBe('failed');
    expect(finding).toMatch(/answers\.evaluate\[0\]\[0\]: expected a number/);
  });
});

describe('a sampling counter', () => {
  if (!hasPython()) {
    it.skip('python3 is not installed: the sampling counter cannot be run', () => {});
    return;
  }
  let card: ScoreCard;
  beforeAll(async () => {
    card = await examined(COUNTER!);
  });

  it('never finds a strip that a few thousand points miss', () => {
    for (const exponent of [7, 8, 9, 300]) {
      const { finding } = judgement(card, `strip-1e-${exponent}`, 'cells');
      expect(finding).toMatch(/^[234] cells instead of 6$/);
    }
  });

  it('finds the large cells: orthants, coincident creases', () => {
    for (const id of ['boolean-6', 'duplicate-lines', 'opposite-neurons', 'braid-3']) {
      expect(verdict(card, id, 'cells')).toBe('agree');
      expect(verdict(card, id, 'patterns')).toBe('agree');
    }
  });

  it('takes a neuron that does not bend for one that does', () => {
    expect(judgement(card, 'leaky-slope-1', 'cells').finding).toBe('4 cells instead of 2');
    expect(judgement(card, 'leaky-slope-1', 'patterns').finding).toMatch(/^repeated 2: /);
  });

  it('sees one cell where several meet', () => {
    expect(judgement(card, 'concurrent-lines', 'locate').finding).toMatch(
      /^at \(0, 0\): missing 15 of the 16 cells there/,
    );
  });

  it("knows relu'(0) = 0", () => {
    const gradients = card.cases.filter(({ category }) => category === 'kinks');
    expect(gradients.map(({ id }) => verdict(card, id, 'gradient'))).toEqual(gradients.map(() => 'agree'));
  });

  it('its card names the suite, the tally and each finding', () => {
    const text = scoreCardText(card);
    expect(text).toContain(`cases of suite ${suite.manifest.suite}`);
    expect(text).toContain('strip-1e-8: cells: ');
    expect(text.trimEnd().split('\n').length).toBeGreaterThan(findingsOf(card).length);
  });
});

it('a program that fails alike in every case is told so once, with their number; JSON has each', () => {
  const finding = 'the output is not JSON: it begins with "hello"';
  const failed = (question: string) => ({ question, verdict: 'failed' as const, finding });
  const cases = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
    id,
    category: 'all',
    why: '',
    judgements: [failed('cells'), failed('maps')],
  }));
  const card = { name: 'hello', suite: '1', complete: true, cases };
  const three = { ...card, cases: cases.slice(2) };
  expect(scoreCardText(card)).toContain(`\n5 cases (a, b, c, ..): cells, maps: ${finding}\n`);
  expect(scoreCardText(three)).toContain(`\nc, d, e: cells, maps: ${finding}\n`);
  expect(scoreCardText(card).split(finding)).toHaveLength(2);
  expect(scoreCardJson([card]).split(JSON.stringify(finding))).toHaveLength(11);
});

describe('the score cards of all three', () => {
  const file = (path: string) => readFileSync(join(ROOT, path), 'utf8');

  it.skipIf(!hasPython())('are those in reports/, to the byte: npm run report writes them', () => {
    expect(cards.map(({ name }) => name)).toEqual(examinedImplementations().map(({ name }) => name));
    expect(file('reports/conformance.json')).toBe(scoreCardJson(cards));
    expect(file('reports/conformance.md')).toBe(scoreCardsMarkdown(cards));
  });

  it.skipIf(!hasPython())('are summed up in the documentation', () => {
    expect(file('docs/oracle.md')).toContain(scoreTable(cards));
  });
});

/** The judge's finding on one question of a case, '' if it agrees. */
async function finding(subject: LoadedCase, question: string, answer: unknown): Promise<string> {
  const cells = async () => (await certifiedPartition(subject.network, subject.certificate)).cells;
  const judged = await judgeAnswers({ [question]: answer }, { subject, cells });
  const one = judged.find((other) => other.question === question)!;
  return one.verdict === 'agree' ? '' : `${one.verdict}: ${one.finding}`;
}

async function load(id: string): Promise<LoadedCase> {
  return readCase(suite, selectCases(suite, [id])[0]!);
}

describe('the judge', () => {
  it('patterns are a set: any order, but nothing twice', async () => {
    const subject = await load('strip-1e-3');
    const list = subject.content.expected.patterns!.list!;
    expect(await finding(subject, 'patterns', [...list].reverse())).toBe('');
    expect(await finding(subject, 'patterns', [...list, list[0]])).toBe(`disagree: repeated 1: ${list[0]}`);
    expect(await finding(subject, 'patterns', [...list, '-+-'])).toBe('disagree: phantom 1, no cell has it: -+-');
    expect(await finding(subject, 'patterns', list.slice(1))).toMatch(/^disagree: missing 1 of 6 cells: \+\+\+ around/);
  });

  it('any sign will do where a pre-activation is identically zero, and only there', async () => {
    const subject = await load('zero-on-a-cell');
    // Behind relu(x): on x < 0 the first neuron of the second layer is identically zero.
    expect(subject.content.expected.patterns!.list).toEqual(['+|++', '+|+-', '-|0-']);
    for (const sign of '+-0') expect(await finding(subject, 'patterns', ['+|++', '+|+-', `-|${sign}-`])).toBe('');
    expect(await finding(subject, 'patterns', ['+|++', '+|+-', '-|00'])).toMatch(/missing 1 .*phantom 1/);
    expect(await finding(subject, 'patterns', ['+|0+', '+|+-', '-|--'])).toMatch(/missing 1 .*phantom 1/);
    expect(await finding(subject, 'patterns', ['+++', '++-', '---'])).toMatch(/missing 3 of 3 .*; 3 with other layers/);
  });

  it('a text is exact, a number may be rounded as doubles round', async () => {
    const subject = await load('rational-weights');
    const exact = subject.content.expected.evaluate!;
    const numbers = exact.map((row) => row.map((x) => toDouble(parseRational(String(x)))));
    expect(await finding(subject, 'evaluate', exact)).toBe('');
    expect(await finding(subject, 'evaluate', numbers)).toBe('');
    expect(
      await finding(
        subject,
        'evaluate',
        numbers.map((row) => row.map(String)),
      ),
    ).toMatch(/^disagree: at/);
    const shifted = (by: number) => numbers.map((row) => row.map((x) => x + by));
    expect(await finding(subject, 'evaluate', shifted(2 ** -53))).toBe('');
    expect(await finding(subject, 'evaluate', shifted(2 ** -40))).toMatch(
      /^disagree: at .* instead of .*, off by 9\.\d+e-13/,
    );
    const single = numbers.map((row) => row.map(Math.fround));
    expect(await finding(subject, 'evaluate', single)).toMatch(/^disagree/);
  });

  it('answers of the wrong shape are failures or faults, never accepted', async () => {
    const subject = await load('kink-relu');
    expect(await finding(subject, 'cells', '2')).toMatch(/^failed: answers\.cells/);
    expect(await finding(subject, 'cells', 2.5)).toMatch(/^failed/);
    expect(await finding(subject, 'evaluate', [[null]])).toMatch(/^failed: answers\.evaluate\[0\]\[0\]/);
    expect(await finding(subject, 'evaluate', [['a third'], [0], [0]])).toMatch(/^failed: answers\.evaluate: number/);
    expect(await finding(subject, 'evaluate', [])).toBe('disagree: 0 answers for 3 points');
    expect(await finding(subject, 'gradient', [[[1]], [[1]], [[1]]])).toMatch(/expected 1 x 2 numbers/);
    expect(await finding(subject, 'cellsPerLayer', [2, 2])).toBe('disagree: 2 layers instead of 1');
    expect(await finding(subject, 'patterns', ['x'])).toMatch(/^failed: answers\.patterns\[0\]/);
    expect(await finding(subject, 'cells', undefined)).toBe('unsupported: ');
  });

  it('Jacobians around a kink are a set, and each must belong to a cell', async () => {
    const subject = await load('kink-absolute-value');
    expect(await finding(subject, 'clarke', [[[[1, 0]], [['-1', '0']]]])).toBe('');
    expect(await finding(subject, 'clarke', [[[[1, 0]], [[-1, 0]], [[1, 0]]]])).toBe('');
    expect(await finding(subject, 'clarke', [[[[1, 0]]]])).toBe(
      'disagree: at (0, 0): missing 1 of 2 Jacobians: [[-1, 0]]',
    );
    expect(await finding(subject, 'clarke', [[[[1, 0]], [[-1, 0]], [[0, 0]]]])).toBe(
      'disagree: at (0, 0): no cell around it has the Jacobian [[0, 0]]',
    );
  });

  it('the convention at a kink is asked for, not a Clarke gradient', async () => {
    const subject = await load('kink-of-the-identity');
    const away = [[[1, 0]], [[1, 0]]];
    expect(await finding(subject, 'gradient', [...away, [[0, 0]]])).toBe('');
    expect(await finding(subject, 'gradient', [...away, [[1, 0]]])).toBe(
      'disagree: at (0, 0): d output 0 / d input 0 is 1 instead of 0, off by 1',
    );
  });

  it('a point on a crease is in all cells around it', async () => {
    const subject = await load('opposite-neurons');
    const [below, above] = subject.content.expected.locate!;
    expect(await finding(subject, 'locate', [below, above, ['-+', '+-']])).toBe('');
    expect(await finding(subject, 'locate', [below, above, ['-+']])).toMatch(/missing 1 of the 2 cells there: \+-/);
    expect(await finding(subject, 'locate', [below, above, ['-+', '+-', '++']])).toMatch(/not there: \+\+/);
  });
});
