/**
 * `relu-atlas verify --largest` and `--margin`: exact optima, with a proof if a file is named for it.
 */
import { stamp } from '../../answers/index.js';
import { formatRational, negate, type Rational, rational } from '../../exact/index.js';
import { jsonOfRational, queryOfVnnlib } from '../../formats/index.js';
import type { Network } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import {
  answerQuery,
  bindQuery,
  type Extremum,
  marginProblem,
  maximum,
  NAMELESS,
  type PropertyReport,
  radiusProblem,
  unsafeText,
} from '../../property/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { readingArguments } from '../options/subject.js';
import { briefRational, counted, grouped, quotedArgument, showRational, showSeconds, table } from '../output/text.js';
import { tellNotes } from '../output/warnings.js';
import type { VerifyOptions } from './options.js';
import { type Question, robustnessSubject } from './question.js';
import { spareWeights } from './targets.js';

/** Balls are doubled so often before a class is said to be kept. */
const DOUBLINGS = 24;

interface Proved {
  readonly certificate: PropertyReport['certificate'];
  readonly property: string | undefined;
}

/** Writes the query whose `unsat` is the proof, and the proof. */
async function prove(network: Network, text: string, options: VerifyOptions): Promise<Proved> {
  const { writeQuery, certificate } = options;
  if (writeQuery !== undefined) writeOutput(writeQuery, text);
  if (certificate === undefined) return { certificate: undefined, property: writeQuery };
  const bound = bindQuery(queryOfVnnlib(text), new Map([[NAMELESS, { network }]]));
  const report = await answerQuery(bound, { certificate });
  return { certificate: report.certificate, property: writeQuery };
}

function requireQuery({ certificate, writeQuery }: VerifyOptions) {
  if (certificate === undefined || writeQuery !== undefined) return;
  throw new UsageError(
    '--certificate: the proof is about a query of its own; add --write-query FILE.vnnlib to check it with',
  );
}

interface Told {
  readonly net: string;
  /** "largest radius", "margin" */
  readonly name: string;
  readonly key: 'radius' | 'margin';
  readonly value: Rational;
  readonly meaning: string;
  readonly seconds: number;
}

function tell(found: Extremum & { kind: 'attained' }, proved: Proved, told: Told, options: VerifyOptions) {
  const { input, output, steps } = found;
  const { certificate, property } = proved;
  if (options.format === 'json') {
    const content = {
      [told.key]: jsonOfRational(told.value),
      at: { input: input.map(jsonOfRational), output: output.map(jsonOfRational) },
      steps,
      seconds: told.seconds,
      ...(certificate && {
        certificate: { file: certificate.path, bytes: certificate.bytes, sha256: certificate.sha256 },
      }),
      ...(property !== undefined && { property }),
      ...stamp('verify'),
    };
    process.stdout.write(`${JSON.stringify(content)}\n`);
    return;
  }
  const rows: [string, string][] = [
    [told.name, `${showRational(told.value)} (exact)`],
    ['that is', told.meaning],
    ['at', input.map(briefRational).join(', ')],
    ['outputs', output.map(briefRational).join(', ')],
    ['search', `${counted(steps, 'point')} improved, then proved`],
    ['time', showSeconds(told.seconds)],
  ];
  if (certificate !== undefined) {
    rows.push(['certificate', `${certificate.path}: ${grouped(certificate.bytes)} bytes`]);
    const names = [told.net, certificate.path].map(quotedArgument).join(' ');
    rows.push([
      'check it',
      `relu-atlas check ${names} --property ${quotedArgument(property ?? '')}${readingArguments(options)}`,
    ]);
  }
  process.stdout.write(table(rows));
}

/** The outcome that is no optimum. */
function tellOther(found: Exclude<Extremum, { kind: 'attained' }>, empty: string, options: VerifyOptions): number {
  const text =
    found.kind === 'empty' ? empty : found.kind === 'unbounded' ? 'it has no end' : `unknown: ${found.reason}`;
  const best = found.kind === 'unknown' && found.best !== undefined ? formatRational(found.best) : undefined;
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ outcome: found.kind, text, ...(best !== undefined && { best }), ...stamp('verify') })}\n`
      : `${text}\n`,
  );
  return found.kind === 'unknown' ? EXIT.unknown : EXIT.ok;
}

/** Runs a search with Ctrl-C and a clock. */
async function timed<T>(run: (signal: AbortSignal) => Promise<T>): Promise<readonly [T, number]> {
  const { signal, release } = interruption();
  const started = performance.now();
  try {
    return [await run(signal), (performance.now() - started) / 1000];
  } finally {
    release();
  }
}

const searchOptions = ({ workers, timeout }: VerifyOptions, signal: AbortSignal) => ({
  signal,
  ...(workers !== undefined && { workers }),
  ...(timeout !== undefined && { timeout }),
});

/** `verify NET --around x --largest` */
export async function largest(file: string, options: VerifyOptions): Promise<number> {
  requireQuery(options);
  const subject = await robustnessSubject(file, options);
  const { net, center, class: kept, within } = subject;
  tellNotes(net.warnings.map((warning) => `${file}: ${warning}`));
  const question = { network: net.network, center, class: kept, ...(within && { within }) };
  const [found, seconds] = await timed(async (signal) => {
    let radius = rational(1n, 16n);
    for (let k = 0; ; k++, radius = rational(2n * radius.numerator, radius.denominator)) {
      const extremum = await maximum(radiusProblem(question, radius), searchOptions(options, signal));
      if (extremum.kind !== 'empty' || k === DOUBLINGS) return { extremum, radius };
    }
  });
  const { extremum } = found;
  if (extremum.kind !== 'attained') {
    return tellOther(
      extremum,
      `output ${kept} is kept within ${formatRational(found.radius)} and maybe further`,
      options,
    );
  }
  const proved = await prove(
    net.network,
    unsafeText(radiusProblem(question, found.radius).better(extremum.value)),
    options,
  );
  const value = negate(extremum.value);
  const meaning = `output ${kept} is strictly the greatest at every smaller distance, and not at this one`;
  tell(extremum, proved, { net: file, name: 'largest radius', key: 'radius', value, meaning, seconds }, options);
  return EXIT.ok;
}

/** What a margin says. */
export function marginMeaning({ numerator }: Rational): string {
  if (numerator > 0n) return 'the conditions on outputs fail by at least so much, everywhere';
  if (numerator < 0n) return 'the conditions on outputs hold somewhere, by at most so much';
  return 'the conditions on outputs hold somewhere with equality, and nowhere by more';
}

/** `verify NET QUERY --margin` */
export async function margin({ bound, notes, paths, weights }: Question, options: VerifyOptions): Promise<number> {
  requireQuery(options);
  spareWeights(weights, options);
  tellNotes(notes);
  if (paths.size > 1 && options.certificate !== undefined) {
    throw new UsageError('--certificate: expected one network for --margin, got several; drop it');
  }
  const problem = marginProblem(bound.network, bound.unsafe);
  const [found, seconds] = await timed((signal) => maximum(problem, searchOptions(options, signal)));
  if (found.kind !== 'attained') return tellOther(found, 'no input satisfies the query', options);
  const proved = await prove(bound.network, unsafeText(problem.better(found.value)), options);
  const value = negate(found.value);
  const meaning = marginMeaning(value);
  tell(
    found,
    proved,
    { net: [...paths.values()][0]!, name: 'margin', key: 'margin', value, meaning, seconds },
    options,
  );
  return EXIT.ok;
}
