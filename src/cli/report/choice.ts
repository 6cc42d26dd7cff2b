/**
 * Which report is meant: of a network, of a table, or the article's.
 */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stamp } from '../../answers/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT, UsageError } from '../exit.js';
import { requireFree } from '../output/targets.js';
import { grouped, table } from '../output/text.js';
import type { ReportOptions } from './network.js';
import type { TableOptions } from './table/report.js';
import type { VerificationReportOptions } from './verification.js';

interface OtherReports {
  readonly theory?: boolean;
  readonly table?: string;
  readonly budget?: string;
  /** False with --no-pieces. */
  readonly pieces: boolean;
}

/** Where the article report goes unless told: where `npm run report` keeps it. */
const THEORY = 'reports/theory.html';

async function theory({ out, format, force }: ReportOptions): Promise<number> {
  const { theoryHtml } = await import('./theory-files.js');
  const file = out ?? THEORY;
  if (out === undefined) await mkdir(dirname(file), { recursive: true });
  requireFree([{ option: '--out', file, kind: 'report' }], [], { ...(force !== undefined && { force }) });
  const html = await theoryHtml();
  writeOutput(file, html);
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ file, characters: html.length, ...stamp('report') })}\n`
      : table([['written', `${file}: ${grouped(html.length)} characters`]]),
  );
  return EXIT.ok;
}

async function tableOf(source: string, options: ReportOptions & OtherReports): Promise<number> {
  const [{ tableReport }, { parseBudget }] = await Promise.all([import('./table/report.js'), import('./table/row.js')]);
  const { box, asDoubles, domain, whole, out, workers, quiet, progress, format, budget, pieces, force } = options;
  const chosen: TableOptions = {
    pieces,
    format: format === 'json' ? 'json' : 'text',
    ...(box !== undefined && { box }),
    ...(domain !== undefined && { domain }),
    ...(whole !== undefined && { whole }),
    ...(asDoubles !== undefined && { asDoubles }),
    ...(out !== undefined && { out }),
    ...(workers !== undefined && { workers }),
    ...(quiet !== undefined && { quiet }),
    ...(progress !== undefined && { progress }),
    ...(force !== undefined && { force }),
    ...(budget !== undefined && { budget: parseBudget(budget) }),
  };
  return tableReport(source, chosen);
}

type Choice = Omit<ReportOptions, 'json'> &
  OtherReports &
  Partial<VerificationReportOptions> & {
    /** A file, or true: what other commands mean by --json. */
    readonly json?: string | true;
  };

/** The options with --json as one thing: a file for report.json. @throws UsageError where no report.json is written */
function withoutBareJson({ json, ...options }: Choice): Omit<Choice, 'json'> & { readonly json?: string } {
  if (json === true) return { ...options, format: 'json' };
  if (json === undefined) return options;
  const other = (['table', 'verify', 'theory'] as const).find((name) => options[name] !== undefined);
  if (other === undefined) return { ...options, json };
  throw new UsageError(`--json: expected no file with --${other}, which writes no report.json, got ${json}; drop it`);
}

/** Runs the report that the options ask for. @throws UsageError if they ask for none or two */
export async function chosenReport(net: string | undefined, choice: Choice): Promise<number> {
  const options = withoutBareJson(choice);
  const { verify } = options;
  if (verify !== undefined) {
    if (net === undefined) throw new UsageError('report: expected a network for --verify, got none; name one');
    return (await import('./verification.js')).verificationReport(net, { ...options, verify });
  }
  const alone = (['network', 'timeout', 'overReals'] as const).find((option) => options[option] !== undefined);
  if (alone !== undefined) throw new UsageError(`--${alone}: means something only with --verify; add it`);
  if (options.table === undefined && (options.budget !== undefined || !options.pieces)) {
    throw new UsageError(
      'report: expected --budget and --no-pieces with --table, got them alone; add --table DIR|LIST',
    );
  }
  const other = options.theory === true ? '--theory' : options.table === undefined ? undefined : '--table';
  if (other !== undefined && net !== undefined) {
    throw new UsageError(`report: expected a network or ${other}, got both; drop ${net} or ${other}`);
  }
  if (options.theory === true) return theory(options);
  if (options.table !== undefined) return tableOf(options.table, options);
  if (net === undefined)
    throw new UsageError('report: expected a network, --table DIR|LIST or --theory, got none; name one');
  return (await import('./network.js')).report(net, options);
}
