/**
 * The score card of an implementation that was run through the conformance suite: pure functions, the same bytes from the
 * same verdicts.
 */

/** `failed`: the program crashed, ran out of time, or wrote something that is no answer. */
export const VERDICTS = ['agree', 'disagree', 'unsupported', 'failed'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One question of one case. */
export interface Judgement {
  readonly question: string;
  readonly verdict: Verdict;
  /** What is wrong, and where; empty where nothing is. */
  readonly finding: string;
}

export interface CaseScore {
  readonly id: string;
  readonly category: string;
  readonly why: string;
  readonly judgements: readonly Judgement[];
}

export interface ScoreCard {
  /** The implementation, as people know it. */
  readonly name: string;
  /** Version of the suite. */
  readonly suite: string;
  /** False if the run was interrupted: `cases` then holds those that were judged. */
  readonly complete: boolean;
  readonly cases: readonly CaseScore[];
}

export type Tally = Readonly<Record<Verdict, number>>;

/** How many questions got each verdict. */
export function tallyOf(scores: readonly CaseScore[]): Tally {
  const tally = { agree: 0, disagree: 0, unsupported: 0, failed: 0 };
  for (const { judgements } of scores) for (const { verdict } of judgements) tally[verdict]++;
  return tally;
}

/** The scores by a key, in the order in which the keys first come. */
function grouped(scores: readonly CaseScore[], key: (score: CaseScore) => string): Map<string, CaseScore[]> {
  const groups = new Map<string, CaseScore[]>();
  for (const score of scores) groups.set(key(score), [...(groups.get(key(score)) ?? []), score]);
  return groups;
}

/** Tallies by category, then the sum. */
function categoryRows({ cases }: ScoreCard): (readonly [string, Tally])[] {
  const groups = grouped(cases, ({ category }) => category);
  return [
    ...[...groups].map(([name, scores]): [string, Tally] => [name, tallyOf(scores)]),
    ['all', tallyOf(cases)] as const,
  ];
}

/** One thing that is wrong with the answers to a case. */
export interface Finding {
  readonly id: string;
  /** The questions of which it is said. */
  readonly questions: readonly string[];
  /** No answer came, or none that can be read. */
  readonly failed: boolean;
  readonly finding: string;
}

/** Everything that is neither right nor unsupported, in the order of the suite. */
export function findingsOf({ cases }: ScoreCard): Finding[] {
  return cases.flatMap(({ id, judgements }) => {
    const wrong = judgements.filter(({ verdict }) => verdict === 'disagree' || verdict === 'failed');
    return [...new Set(wrong.map(({ finding }) => finding))].map((finding) => {
      const same = wrong.filter((other) => other.finding === finding);
      const failed = same.every(({ verdict }) => verdict === 'failed');
      return { id, questions: same.map(({ question }) => question), failed, finding };
    });
  });
}

/** Cases that are named of those in which a program failed in one way. */
const NAMED = 3;

/** What is wrong, by the case or cases; a way to fail, which is mostly that of every case, is said once. */
function linesOf(card: ScoreCard): (readonly [cases: string, questions: string, finding: string])[] {
  const ways = new Map<string, Finding[]>();
  for (const one of findingsOf(card)) {
    const key = one.failed ? one.finding : `${one.id}: ${one.finding}`;
    ways.set(key, [...(ways.get(key) ?? []), one]);
  }
  return [...ways.values()].map((same) => {
    const ids = same.map(({ id }) => id);
    const cases = ids.length <= NAMED ? ids.join(', ') : `${ids.length} cases (${ids.slice(0, NAMED).join(', ')}, ..)`;
    return [cases, [...new Set(same.flatMap(({ questions }) => questions))].join(', '), same[0]!.finding];
  });
}

function headline(card: ScoreCard): string {
  const { agree, disagree, unsupported, failed } = tallyOf(card.cases);
  const answered = agree + disagree + failed;
  const share = answered === 0 ? 'nothing was answered' : `${agree} of ${answered} answers agree`;
  const rest = unsupported === 0 ? '' : `, ${unsupported} questions unsupported`;
  const part = card.complete ? '' : '; interrupted, the suite has more';
  return `${share}${rest}; ${card.cases.length} cases of suite ${card.suite}${part}`;
}

/** As people read it in a terminal. */
export function scoreCardText(card: ScoreCard): string {
  const rows = categoryRows(card);
  const width = Math.max(...rows.map(([name]) => name.length), 'category'.length);
  const cell = (value: string | number) => String(value).padStart(12);
  const lines = [
    `${card.name}: ${headline(card)}`,
    '',
    `${'category'.padEnd(width)}${VERDICTS.map(cell).join('')}`,
    ...rows.map(([name, tally]) => `${name.padEnd(width)}${VERDICTS.map((verdict) => cell(tally[verdict])).join('')}`),
  ];
  const findings = linesOf(card);
  if (findings.length > 0) lines.push('');
  for (const parts of findings) lines.push(parts.join(': '));
  return `${lines.join('\n')}\n`;
}

/** A versioned JSON document. */
export function scoreCardJson(cards: readonly ScoreCard[]): string {
  const content = {
    schema: 'relu-atlas-score-cards',
    version: 1,
    cards: cards.map((card) => ({ ...card, tally: tallyOf(card.cases), cases: card.cases.map(jsonOfCase) })),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** Verdicts by question, and what was found where something was. */
function jsonOfCase({ id, category, judgements }: CaseScore) {
  const wrong = judgements.filter(({ finding }) => finding !== '');
  return {
    id,
    category,
    verdicts: Object.fromEntries(judgements.map(({ question, verdict }) => [question, verdict])),
    ...(wrong.length > 0 && {
      findings: Object.fromEntries(wrong.map(({ question, finding }) => [question, finding])),
    }),
  };
}

/** Text that no Markdown takes for markup. */
function escaped(text: string): string {
  return text.replace(/[|<>*_`[\]\\]/g, '\\$&');
}

const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** One card as a Markdown section. */
export function scoreCardMarkdown(card: ScoreCard): string {
  const findings = linesOf(card);
  return [
    `## ${card.name}`,
    '',
    `${headline(card)}.`,
    '',
    line(['category', ...VERDICTS]),
    line(['---', ...VERDICTS.map(() => '---:')]),
    ...categoryRows(card).map(([name, tally]) => line([name, ...VERDICTS.map((verdict) => tally[verdict])])),
    '',
    ...(findings.length === 0
      ? []
      : [
          line(['case', 'questions', 'finding']),
          line(['---', '---', '---']),
          ...findings.map(([cases, questions, finding]) => line([cases, questions, escaped(finding)])),
          '',
        ]),
  ].join('\n');
}

/** "41 of 48": what agrees of what was answered; a dash if nothing was. */
function share(tally: Tally): string {
  const answered = tally.agree + tally.disagree + tally.failed;
  return answered === 0 ? '-' : `${tally.agree} of ${answered}`;
}

/** A table of implementations by categories: answers that agree, of those that were given. */
export function scoreTable(cards: readonly ScoreCard[]): string {
  const columns = cards.map(categoryRows);
  const rows = columns[0]!.map(([name], i) => line([name, ...columns.map((column) => share(column[i]![1]))]));
  return [
    line(['answers that agree', ...cards.map(({ name }) => name)]),
    line(['---', ...cards.map(() => '---:')]),
    ...rows,
  ]
    .map((row) => `${row}\n`)
    .join('');
}

/** Several implementations, one beside the other and each for itself. */
export function scoreCardsMarkdown(cards: readonly ScoreCard[]): string {
  return [
    '# Score cards of the conformance suite',
    '',
    'Written by `npm run report`. Each implementation is a program that `relu-atlas conformance` ran through the same cases',
    '(`fixtures/conformance`). Two of them are test doubles, written as such programs often are (`fixtures/clients`), to show',
    'what the suite finds. Questions that a program leaves out are not counted.',
    '',
    scoreTable(cards),
    ...cards.map(scoreCardMarkdown),
  ].join('\n');
}
