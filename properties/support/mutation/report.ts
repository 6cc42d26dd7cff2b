/**
 * reports/mutation.md: scores by file, and every survivor with its explanation or without.
 */
import { candidates, GROUPS, NOT_MUTATED } from './groups.js';
import {
  type Explanation,
  explanationOf,
  type FileResult,
  idleExplanations,
  interval,
  type Survivor,
  tally,
} from './results.js';

const percent = (detected: number, tried: number) => (tried === 0 ? '' : `${((100 * detected) / tried).toFixed(1)} %`);
const cellOf = (text: string) => text.replaceAll('|', '\\|').replaceAll('`', "'");

function shortened(text: string): string {
  return text.length > 90 ? `${text.slice(0, 87)}...` : text;
}

function scoreRow(name: string, results: readonly FileResult[], explanations: readonly Explanation[]): string {
  const sum = (count: (result: FileResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const { detected, tried } = tally(results);
  const unexplained = sum(
    ({ file, survivors }) => survivors.filter((s) => explanationOf(file, s, explanations) === undefined).length,
  );
  const columns = [
    percent(detected, tried),
    sum(({ killed }) => killed),
    sum(({ timedOut }) => timedOut),
    sum(({ survivors }) => survivors.length),
    unexplained,
    sum(({ ignored }) => ignored),
  ];
  return `| ${name} | ${columns.join(' | ')} |`;
}

/** "12: `a < b` becomes `a <= b`" */
function survivorLine({ line, code, replacement }: Survivor): string {
  return `- ${line}: \`${cellOf(shortened(code))}\` becomes \`${cellOf(shortened(replacement))}\``;
}

/** The survivors of one file: unexplained ones first, then by explanation. */
function survivorsOf({ file, survivors }: FileResult, explanations: readonly Explanation[]): string[] {
  if (survivors.length === 0) return [];
  const groups = new Map<Explanation | undefined, Survivor[]>([[undefined, []]]);
  for (const survivor of survivors) {
    const explanation = explanationOf(file, survivor, explanations);
    groups.set(explanation, [...(groups.get(explanation) ?? []), survivor]);
  }
  const sections = [...groups].flatMap(([explanation, group]) => {
    if (group.length === 0) return [];
    const title = explanation === undefined ? 'Not explained:' : `*${explanation.kind}.* ${explanation.why}`;
    return [title, '', ...group.map(survivorLine), ''];
  });
  return [`### ${file}`, '', ...sections];
}

/** What is known of files of which only a sample of the mutants was tried. */
function samplesOf(results: readonly FileResult[]): string[] {
  const samples = results.filter(({ untried }) => untried !== undefined);
  if (samples.length === 0) return [];
  const lines = samples.map((result) => {
    const { tried } = tally([result]);
    const ends = interval(result).map((end) => `${(100 * end).toFixed(1)} %`);
    return `- ${result.file}: ${tried} of ${tried + result.untried!} mutants; of all, ${ends.join(' to ')} are detected (95 %)`;
  });
  const all = results.map((result) => {
    const { detected, tried } = tally([result]);
    const mutants = tried + (result.untried ?? 0);
    return { mutants, detected: (detected / Math.max(1, tried)) * mutants };
  });
  const sum = (of: 'mutants' | 'detected') => all.reduce((total, result) => total + result[of], 0);
  lines.push(`- all files, if the rest is like its sample: ${percent(sum('detected'), sum('mutants'))}`);
  return ['## Samples', '', 'Which mutants are tried was decided by a digest of their place.', '', ...lines, ''];
}

/** Files of the groups of which there are no results. */
function notRun(results: readonly FileResult[]): string[] {
  const groups = Object.values(GROUPS);
  const files = candidates().filter((file) => groups.some((group) => group.files.test(file)));
  return files.map((file) => `src/${file}.ts`).filter((file) => !results.some((result) => result.file === file));
}

/**
 * The whole report; it has no date, so that equal results make equal files.
 *
 * @param current the digest of a file as it is now
 */
export function reportOf(
  results: readonly FileResult[],
  explanations: readonly Explanation[],
  current: (file: string) => string,
): string {
  const folders = [...new Set(results.map(({ file }) => file.split('/').slice(0, -1).join('/')))];
  const idle = idleExplanations(results, explanations);
  const missing = notRun(results);
  const rows = (name: string, of: readonly FileResult[]) => scoreRow(name, of, explanations);
  const isOld = ({ file, source }: FileResult) => source !== current(file);
  return [
    '# Mutation testing',
    '',
    'Written by `npm run mutation` from properties/support/mutation/results.json, which keeps what Stryker found. A mutant is detected',
    'when a test fails or does not end in time. Mutants of text are left out (they change messages; that a message names the',
    'right place is tested all the same), and those in code that runs only while a module is loaded.',
    '',
    ...(results.some(isOld)
      ? [
          'Files marked † have changed since their mutants were tried: line numbers and scores are those of the source before.',
        ]
      : ['All files are as they were when their mutants were tried.']),
    '',
    '| file | score | killed | timed out | survived | of these not explained | ignored |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...results.map((result) => rows(`${result.file}${isOld(result) ? ' †' : ''}`, [result])),
    ...folders.map((folder) =>
      rows(
        `**${folder}**`,
        results.filter(({ file }) => file.startsWith(`${folder}/`)),
      ),
    ),
    rows('**all**', results),
    '',
    ...samplesOf(results),
    '## Tests',
    '',
    ...Object.entries(GROUPS).map(
      ([name, { tests, part }]) => `- ${name}: ${tests.join(', ')}, with ${part} of their generated cases`,
    ),
    '',
    '## Not mutated',
    '',
    ...NOT_MUTATED.map(([files, why]) => `- src/ \`${files.source}\`: ${why}`),
    '',
    ...(missing.length === 0 ? [] : ['## Not run, or without mutants', '', ...missing.map((file) => `- ${file}`), '']),
    '## Survivors',
    '',
    ...results.flatMap((result) => survivorsOf(result, explanations)),
    ...(idle.length === 0
      ? []
      : ['## Explanations without survivors', '', ...idle.map(({ file, code }) => `- ${file}: ${code}`), '']),
  ].join('\n');
}
