/**
 * `relu-atlas report`: one HTML file, report.json and a summary about a network on a domain.
 */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fixedInputs } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { packageFile, packageVersion } from '../../package/index.js';
import { type Collected, collect, composeReport, type Report, reportJson } from '../../report/content/index.js';
import {
  type Drawing,
  pointsFacts,
  reportHtml,
  reportPictures,
  reportSvg,
  summaryMarkdown,
  summaryText,
} from '../../report/network/index.js';
import type { Colouring } from '../../report/picture/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ChosenDomain, chooseDomain, type DomainOptions } from '../options/domain.js';
import { readSubjectSparing, type SubjectOptions, subjectArguments } from '../options/subject.js';
import { isWatched, type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, optionalTarget, type Target } from '../output/targets.js';
import { quotedArgument, showDomain, table } from '../output/text.js';
import { type PictureFiles, writePictureFiles } from './picture-files.js';
import { seenPoints } from './points.js';

export interface ReportOptions extends DomainOptions, SubjectOptions, ForceOption, ProgressOptions, PictureFiles {
  readonly out?: string;
  readonly json?: string;
  /** Data points to draw. */
  readonly points?: string;
  /** False with --no-certificate, undefined for one beside the report. */
  readonly certificate?: string | false;
  readonly colour: Colouring;
  readonly redundant?: boolean;
  readonly workers?: number;
  readonly format: 'text' | 'markdown' | 'json';
}

/** Where everything goes. */
interface Targets extends PictureFiles {
  readonly html: string;
  readonly json: string;
  readonly certificate: string | undefined;
}

/** Where everything goes, and the same as what must not be lost. */
function targetsOf(file: string, options: ReportOptions): readonly [Targets, Target[]] {
  const stem = basename(file)
    .replace(/(\.gz)?$/, '')
    .replace(/\.[^.]*$/, '');
  const html = options.out ?? `${stem}.report.html`;
  if (!/\.html?$/.test(html)) throw new UsageError(`--out: expected a name ending in .html, got ${html}; rename it`);
  const beside = (extension: string) => html.replace(/\.html?$/, extension);
  const { certificate } = options;
  const targets = {
    html,
    json: options.json ?? beside('.json'),
    certificate: certificate === false ? undefined : (certificate ?? beside('.cert')),
    svg: options.svg,
    png: options.png,
    pdf: options.pdf,
  };
  const written = [
    ...optionalTarget('--out', targets.html, 'report'),
    ...optionalTarget(
      options.json === undefined ? '--out, with its data beside it' : '--json',
      targets.json,
      'report data',
    ),
    ...optionalTarget(
      typeof certificate === 'string' ? '--certificate' : '--out, with its certificate beside it',
      targets.certificate,
      'certificate',
    ),
    ...optionalTarget('--svg', targets.svg, 'SVG'),
    ...optionalTarget('--png', targets.png, 'PNG'),
    ...optionalTarget('--pdf', targets.pdf, 'PDF'),
  ];
  return [targets, written];
}

export async function report(file: string, options: ReportOptions): Promise<number> {
  const [targets, written] = targetsOf(file, options);
  const net = await readSubjectSparing(file, options, written);
  const chosen = await chooseDomain(file, net, options);
  const fixed = fixedInputs(chosen.domain);
  const free = Array.from({ length: net.network.inputs }, (_, i) => i).filter((i) => !fixed.includes(i));
  const points = await seenPoints(options.points, net, free.length);
  const collected = await collectWithProgress(net.network, chosen, options, targets);
  if (collected === undefined) {
    process.stdout.write('interrupted: no report was written\n');
    return EXIT.interrupted;
  }
  // The picture shows the first two inputs that vary.
  const facts = pointsFacts(points, free.slice(0, 2), chosen.domain);
  const content = composeReport(collected, {
    version: packageVersion(),
    file,
    slice: sliceText(options),
    ...(net.slice && { own: net.own }),
    domainText: showDomain(chosen.domain),
    domainSource: chosen.source,
    certificateFile: targets.certificate ?? null,
    ...(facts && { points: facts }),
    commands: commandsOf(file, options, targets),
  });
  await writeFiles(content, collected, { colouring: options.colour, points }, targets);
  print(content, options, targets);
  return collected.certificate?.accepted === false ? EXIT.refused : EXIT.ok;
}

async function collectWithProgress(
  network: Parameters<typeof collect>[0]['network'],
  { domain }: ChosenDomain,
  options: ReportOptions,
  { certificate }: Targets,
): Promise<Collected | undefined> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  try {
    return await collect({
      network,
      domain,
      signal,
      ...(options.workers !== undefined && { workers: options.workers }),
      ...(certificate !== undefined && { certificate }),
      ...(options.redundant === true && { redundant: true }),
      ...(isWatched(options) && { onProgress: (stage, progress) => bar.walk(progress, stage) }),
    });
  } finally {
    bar.stop();
    release();
  }
}

async function writeFiles(content: Report, collected: Collected, drawing: Drawing, targets: Targets) {
  const script = await clientScript();
  const pictures = reportPictures(content, collected, drawing);
  writeOutput(targets.html, reportHtml({ report: content, pictures, script }));
  writeOutput(targets.json, reportJson(content));
  await writePictureFiles(targets, () => reportSvg(content, collected, drawing));
}

function print(content: Report, { format }: ReportOptions, targets: Targets) {
  if (format === 'json') process.stdout.write(reportJson(content));
  else if (format === 'markdown') process.stdout.write(summaryMarkdown(content));
  else {
    const written = [targets.html, targets.json, targets.svg, targets.png, targets.pdf].filter(
      (name) => name !== undefined,
    );
    process.stdout.write(summaryText(content) + table([['written', written.join(', ')]]));
  }
}

/** The script of the pictures, bundled by `npm run build`. */
function clientScript(): Promise<string> {
  return readFile(packageFile('dist/report-client.js'), 'utf8');
}

function sliceText({ plane, through }: SubjectOptions): string | null {
  if (plane !== undefined) return `--plane=${plane}`;
  return through === undefined ? null : `--through=${through}`;
}

/** What a reader types to do all of it again. */
function commandsOf(file: string, options: ReportOptions, targets: Targets): Report['commands'] {
  const net = quotedArgument(file);
  const subject = subjectArguments(options);
  const domain = [
    options.box === undefined ? '' : ` --box=${quotedArgument(options.box)}`,
    options.asDoubles === true ? ' --as-doubles' : '',
    options.domain === undefined ? '' : ` --domain ${quotedArgument(options.domain)}`,
    options.whole === true ? ' --whole' : '',
  ].join('');
  const points = options.points === undefined ? '' : ` --points ${quotedArgument(options.points)}`;
  const certificate = quotedArgument(targets.certificate ?? targets.html.replace(/\.html?$/, '.cert'));
  const redundant = options.redundant === true ? ' --redundant' : '';
  return {
    report: `relu-atlas report ${net}${domain}${subject}${points}${redundant} --out ${quotedArgument(targets.html)}`,
    certificate: `relu-atlas count ${net}${domain}${subject} --certificate ${certificate}`,
    check: `relu-atlas check ${net} ${certificate}${subject}`,
  };
}
