/**
 * `relu-atlas count`
 */
import { extname } from 'node:path';
import type { WidthReport } from '../../analysis/geometry/index.js';
import type { RegionCounts } from '../../analysis/regions/index.js';
import type { SurveyRequest } from '../../analysis/threads/index.js';
import { jsonOfCount, jsonOfWidths, stamp } from '../../answers/index.js';
import { FormatError, jsonOfInputMap } from '../../formats/index.js';
import { type Domain, networkDigest, neuronCount, shapeOf } from '../../network/index.js';
import { dimensionOfHull } from '../../problem/index.js';
import {
  AS_ASKED_FOR,
  arrangementKind,
  type CountReport,
  type CountRequest,
  type FoldedReport,
  runCount,
  runCountFolding,
  runImages,
  type StepProgress,
  whyChambers,
} from '../../run/index.js';
import { decisionsByArithmetic, SymmetryError } from '../../walk/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type CheckpointOptions, checkpointOf, type LimitOptions } from '../options/checkpoint.js';
import { type ChosenDomain, type DomainOptions, type Finding, onDomains } from '../options/domain.js';
import { type CoordinatorOptions, placeOf } from '../options/queue.js';
import { isSymmetryFile } from '../options/shared.js';
import { onSlice, readSubject, type Subject, type SubjectOptions, subjectArguments } from '../options/subject.js';
import { type WidthChoice, wantsWidths } from '../options/widths.js';
import { isWatched, type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, inputsOf, requireFree, type Target, weightsOf } from '../output/targets.js';
import { counted, grouped, quotedArgument, showDomain, showSeconds, table } from '../output/text.js';
import { warn } from '../output/warnings.js';
import { surveyed } from '../progress/survey.js';

interface CountOptions
  extends DomainOptions,
    SubjectOptions,
    ForceOption,
    ProgressOptions,
    LimitOptions,
    CheckpointOptions,
    CoordinatorOptions,
    WidthChoice {
  readonly engine: NonNullable<CountRequest['engine']> | 'chambers' | 'images';
  readonly lp?: NonNullable<CountRequest['lp']>;
  readonly workers?: number;
  readonly certificate?: string;
  readonly pieces?: boolean;
  readonly symmetry: string;
  readonly format: 'text' | 'json';
}

/** Whether a count has a limit, or is kept or shared out while it runs. */
const isLimited = ({ timeout, limitCells, checkpoint, queue }: CountOptions) =>
  [timeout, limitCells, checkpoint, queue].some((it) => it !== undefined);

/** Whether nothing is asked but the numbers of cells, in whatever way they are found, and maybe their proof. */
function wantsNumbers(options: CountOptions): boolean {
  const { engine, lp, pieces } = options;
  const wantsMore = pieces === true || wantsWidths(options);
  return engine === 'auto' && lp === undefined && !wantsMore && !isLimited(options);
}

/** @throws UsageError where more is asked than an engine tells that visits no cells */
function requireNumbersOnly(engine: 'chambers' | 'images', options: CountOptions) {
  if (options.lp !== undefined) engineOf(options);
  if (wantsWidths(options))
    throw new UsageError(`--widths, --wider-than: engine ${engine} visits no cells; drop them, or use --engine auto`);
  if (isLimited(options)) {
    throw new UsageError(
      `--timeout, --limit-cells, --checkpoint, --queue: engine ${engine} walks no tree that could be stopped; drop them, or use --engine auto`,
    );
  }
  if (engine === 'images' && !['auto', 'none'].includes(options.symmetry))
    throw new UsageError('--symmetry: engine images uses no symmetries; drop it, or use --engine auto');
  if (options.pieces === true)
    throw new UsageError(`--pieces: engine ${engine} visits no cells; drop it, or use --engine auto`);
}

/** Why cells are counted without visiting them; undefined if they are walked. @throws UsageError where more is asked than is told so */
function whyUnvisited({ network }: Subject, { domain }: ChosenDomain, options: CountOptions): string | undefined {
  const { engine, symmetry, certificate } = options;
  const isPlain = wantsNumbers(options) && certificate === undefined;
  const why = whyChambers(network, domain, { engine, isStated: isSymmetryFile(symmetry), isPlain, wanted: 'cells' });
  if (why === AS_ASKED_FOR) requireNumbersOnly('chambers', options);
  return why;
}

/** The symmetries of a walk, which verifies them. @throws FormatError */
async function symmetryOf({ symmetry }: CountOptions) {
  if (symmetry === 'auto') return undefined;
  if (symmetry === 'none' || symmetry === 'orbits') return symmetry;
  const { generatorsOf } = await import('../options/arrangement.js');
  return { generators: await generatorsOf(symmetry) };
}

/** What a count met, naming the file of symmetries where that is wrong. */
function namingFile(error: unknown, { symmetry }: CountOptions): unknown {
  if (!(error instanceof SymmetryError)) return error;
  const { generator, problem } = error;
  return new FormatError(generator === undefined ? '' : `generator ${generator}`, problem, symmetry);
}

/** The engine that walks. */
function walkingEngine(options: CountOptions): NonNullable<CountRequest['engine']> {
  const engine = engineOf(options);
  return engine === 'chambers' || engine === 'images' ? 'auto' : engine;
}

/** Naming a solver asks for the engine that uses one. */
function engineOf({ engine, lp }: CountOptions): CountOptions['engine'] {
  if (lp === undefined || engine === 'lp') return engine;
  if (engine === 'auto') return 'lp';
  throw new UsageError(`--lp: engine ${engine} asks no solver; drop --lp=${lp}, or use --engine=lp`);
}

export async function count(file: string, options: CountOptions): Promise<number> {
  const net = await readSubject(file, options);
  return onDomains(
    file,
    net,
    options,
    (chosen) => countOn(file, net, chosen, options),
    (domains) => checkTargets(file, net, domains, options),
  );
}

/** Complains before a long count about certificates that could not be put in their places after it. */
function checkTargets(file: string, net: Subject, domains: readonly ChosenDomain[], options: CountOptions) {
  const { certificate } = options;
  if (certificate === undefined) return;
  const targets = domains.map((chosen): Target => {
    const { domain, number } = chosen;
    const target = { option: '--certificate', file: certificateName(certificate, number) };
    if (whyUnvisited(net, chosen, options) !== undefined) return { ...target, kind: arrangementKind(domain) };
    return { ...target, ...kindOfCount(options) };
  });
  requireFree(targets, [...inputsOf([file], options), ...weightsOf(file, net)], options);
}

/** What a count of cells that are walked, or have images, writes. */
function kindOfCount({ engine, symmetry }: CountOptions): Pick<Target, 'kind' | 'orElse'> {
  if (engine === 'images') return { kind: 'certificate by images' };
  if (!['auto', 'none'].includes(symmetry)) return { kind: 'certificate by orbits' };
  return engine === 'auto' ? { kind: 'certificate', orElse: 'certificate by images' } : { kind: 'certificate' };
}

/** "net.2.cert" for the second domain of a list. */
function certificateName(name: string, number: number | undefined): string {
  if (number === undefined) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}.${number}${extension}`;
}

async function countOn(file: string, net: Subject, chosen: ChosenDomain, asked: CountOptions): Promise<Finding> {
  const why = whyUnvisited(net, chosen, asked);
  if (why !== undefined) {
    const named =
      asked.certificate === undefined ? {} : { certificate: certificateName(asked.certificate, chosen.number) };
    return (await import('./count-chambers.js')).countChambersOn(file, net, { chosen, why }, { ...asked, ...named });
  }
  if (asked.engine === 'images') requireNumbersOnly('images', asked);
  const options = {
    ...asked,
    ...(asked.certificate !== undefined && { certificate: certificateName(asked.certificate, chosen.number) }),
  };
  const checkpoint = checkpointOf(options, chosen.number);
  const crew = await crewOf(options);
  const engine = walkingEngine(options);
  const symmetry = await symmetryOf(options);
  // After all that may refuse: it is to be released.
  const { signal, release } = interruption();
  const bar = progressBar(options);
  const request: CountRequest = {
    network: net.network,
    domain: chosen.domain,
    engine,
    ...(options.lp !== undefined && { lp: options.lp }),
    signal,
    ...(symmetry && { symmetry }),
    ...(isWatched(options) && { onProgress: (progress) => bar.walk(progress) }),
    ...(options.workers !== undefined && { workers: options.workers }),
    ...(options.certificate !== undefined && { certificate: options.certificate }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.limitCells !== undefined && { limitCells: options.limitCells }),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(crew !== undefined && { crew }),
  };
  let result: CountReport | FoldedReport;
  const hint = planeHint(file, chosen, options);
  const remark = setTimeout(() => {
    if (hint !== undefined) warn(hint);
  }, HINT_AFTER);
  try {
    result = await resultOf(request, options, ({ done, step, steps, seconds }) =>
      bar.part(done, `layer ${step + 1} of ${steps}`, seconds),
    );
  } catch (error) {
    throw namingFile(error, options);
  } finally {
    clearTimeout(remark);
    bar.stop();
    release();
  }
  if ('why' in result) {
    const { findingOfImages } = await import('./count-images.js');
    return findingOfImages(file, net, { chosen, report: result }, options);
  }
  const regions =
    options.pieces === true && result.complete ? await regionsOf(net.network, chosen, options) : undefined;
  const widths =
    result.complete && wantsWidths(options) ? await widthsOf(net.network, chosen.domain, options) : undefined;
  const subject = { file, options, chosen, network: net.network, own: net.own, result, regions, widths };
  return {
    code: result.complete && options.pieces === true && regions === undefined ? EXIT.interrupted : exitOf(result),
    get json() {
      return jsonReport(subject);
    },
    text: textReport(subject),
  };
}

/** The count by images of cells where that is asked for, or nothing against it and quicker. */
function resultOf(
  request: CountRequest,
  options: CountOptions,
  onStep: (progress: StepProgress) => void,
): Promise<CountReport | FoldedReport> {
  if (options.engine === 'images') {
    const { network, domain, signal, certificate } = request;
    const kept = { ...(signal && { signal }), ...(certificate !== undefined && { certificate }) };
    return runImages({ network, domain, ...kept, onProgress: onStep });
  }
  return wantsNumbers(options) ? runCountFolding(request, onStep) : runCount(request);
}

/** Workers elsewhere, if the options name a queue. */
async function crewOf(options: CountOptions): Promise<CountRequest['crew']> {
  const place = await placeOf(options);
  if (place === undefined) return undefined;
  const { QueueCrew } = await import('../../queue/index.js');
  const { jobSeconds } = options;
  return (setting, layers, signal) =>
    QueueCrew.open(setting, {
      ...place,
      layers,
      signal,
      ...(jobSeconds !== undefined && { jobSeconds }),
      onRemark: (text) => warn(`--queue: ${text}`),
    });
}

function exitOf({ complete, stopped }: CountReport): number {
  if (complete) return EXIT.ok;
  return stopped === 'interrupted' ? EXIT.interrupted : EXIT.unknown;
}

/** With so many free inputs few networks have a number of cells that can be counted. */
const MANY_INPUTS = 100;
/** After so long, in milliseconds, that is said. */
const HINT_AFTER = 3000;

/** What to do instead of a count that may never end; undefined of others. */
export function planeHint(file: string, { domain }: ChosenDomain, options: SubjectOptions): string | undefined {
  const free = dimensionOfHull(domain);
  if (free < MANY_INPUTS || options.plane !== undefined || options.through !== undefined) return undefined;
  return `${file}: ${free} free inputs; most networks have more cells there than can be counted: --plane or --through counts those on a slice`;
}

/** The other counts of linear regions: walks of their own; undefined if they were interrupted. */
async function regionsOf(
  network: CountRequest['network'],
  { domain }: ChosenDomain,
  options: CountOptions,
): Promise<RegionCounts | undefined> {
  const { countRegionsInThreads } = await import('../../analysis/threads/index.js');
  const survey = (request: SurveyRequest) => countRegionsInThreads(network, domain, { ...request, closed: true });
  return surveyed(options, survey, 'pieces and maps');
}

interface Widths {
  readonly report: WidthReport;
  readonly rows: readonly [string, string][];
}

/** Another walk; undefined if it was interrupted. */
async function widthsOf(
  network: Counted['network'],
  domain: Domain,
  options: CountOptions,
): Promise<Widths | undefined> {
  const { measuredWidths, widthRows } = await import('../progress/widths.js');
  const report = await measuredWidths(network, domain, options);
  return report && { report, rows: widthRows(report, options) };
}

/** So many parts, and images of each, are told in text. */
const MOST_TOLD = 8;

/** Which parts were walked, and what carries each to which others: symmetries by number, one after the other. */
function orbitRows(
  orbits: NonNullable<CountReport['orbits']>,
  symmetries: NonNullable<CountReport['symmetries']>,
): [string, string][] {
  const more = (count: number) => (count > MOST_TOLD ? `, ${grouped(count - MOST_TOLD)} more` : '');
  const rows = orbits.slice(0, MOST_TOLD).map(({ path, images = [] }): [string, string] => {
    const told = images.slice(0, MOST_TOLD).map((image) => `${image.path} by ${image.by.join(' ')}`);
    return ['orbit', told.length === 0 ? `${path} alone` : `${path}, ${told.join(', ')}${more(images.length)}`];
  });
  const used = new Set(
    orbits.slice(0, MOST_TOLD).flatMap(({ images = [] }) => images.slice(0, MOST_TOLD).flatMap(({ by }) => by)),
  );
  const named = [...used]
    .sort((a, b) => a - b)
    .map((g): [string, string] => {
      const map = symmetries[g];
      return [
        `by ${g}`,
        map === undefined ? 'of the coordinates on a flat domain' : JSON.stringify(jsonOfInputMap(map)),
      ];
    });
  const rest: [string, string][] = [['orbits', `${grouped(orbits.length - MOST_TOLD)} more: --json`]];
  return [...rows, ...(orbits.length > MOST_TOLD ? rest : []), ...named];
}

interface Counted {
  readonly file: string;
  readonly options: CountOptions;
  readonly chosen: ChosenDomain;
  readonly network: CountRequest['network'];
  /** The network of the file, of which the other may be a slice. */
  readonly own: CountRequest['network'];
  readonly result: CountReport;
  readonly regions: RegionCounts | undefined;
  readonly widths: Widths | undefined;
}

function certificateOf({ options, result }: Counted) {
  return options.certificate === undefined || result.certificate === undefined
    ? undefined
    : { file: options.certificate, ...result.certificate, bytesPerCell: result.certificate.bytes / result.cells };
}

function jsonReport({ file, options, chosen, network, own, result, regions, widths }: Counted): object {
  const { cells, cellsPerLayer, ...rest } = jsonOfCount(result, chosen.domain, options.certificate);
  return {
    cells,
    cellsPerLayer,
    ...(regions && { pieces: regions.pieces, closedPieces: regions.closedPieces, maps: regions.maps }),
    ...(widths && { widths: jsonOfWidths(widths.report) }),
    ...rest,
    network: { file, shape: shapeOf(own), digest: networkDigest(network) },
    ...(own !== network && { slice: { inputs: network.inputs, shape: shapeOf(network) } }),
    ...stamp('count'),
  };
}

function showDecisions({ result: { decisions } }: Counted): string {
  const { double, exact } = decisionsByArithmetic(decisions);
  const { interval, points, program, exactSign, exactBasis, exactSimplex } = decisions;
  const inDoubles = `${grouped(interval)} by bounds, ${grouped(points)} by points, ${grouped(program)} by programs`;
  const exactly = `${grouped(exactSign)} by signs, ${grouped(exactBasis)} by bases, ${grouped(exactSimplex)} by simplex`;
  return `${grouped(double)} in doubles (${inDoubles}); ${grouped(exact)} exactly${exact === 0 ? '' : ` (${exactly})`}`;
}

const STOPPED = { interrupted: 'interrupted', timeout: 'time is up', cells: 'enough cells', stuck: 'workers gave up' };

/** Every open leaf holds a cell. */
function showIncomplete({ cells, open, stopped }: CountReport): string {
  const least = grouped(cells + open.length);
  return `at least ${least}: ${counted(cells, 'cell')} found, ${grouped(open.length)} ${open.length === 1 ? 'leaf' : 'leaves'} open (${STOPPED[stopped ?? 'interrupted']})`;
}

function textReport(subject: Counted): string {
  const { file, options, chosen, network, own, result, regions, widths } = subject;
  const { cells, cellsPerLayer, complete, engine, lp, orbits, symmetries = [], seconds } = result;
  const certificate = certificateOf(subject);
  const neurons = counted(neuronCount(network), 'neuron');
  const rows: [string, string][] = [
    ['network', `${file}: ${shapeOf(own)}, ${neurons} that bend${onSlice(options, network)}`],
    ['domain', `${showDomain(chosen.domain)} (${chosen.source})`],
    ['cells', complete ? `${grouped(cells)} (exact)` : showIncomplete(result)],
    ['per layer', cellsPerLayer.map(grouped).join(' ')],
    ['engine', `${engine.engine}${engine.usesLp ? ` with ${lp}` : ''} (${engine.why})`],
    ['decisions', showDecisions(subject)],
    ['time', `${showSeconds(seconds)}, ${grouped(Math.round(cells / seconds))} cells/s`],
  ];
  if (orbits !== undefined) {
    const parts = orbits.reduce((sum, { weight }) => sum + weight, 0);
    rows.push(['symmetry', `${grouped(orbits.length)} of ${grouped(parts)} parts walked, the others are like them`]);
    if (options.symmetry !== 'auto') rows.push(...orbitRows(orbits, symmetries));
  } else if (options.symmetry !== 'auto' && options.symmetry !== 'none') {
    rows.push(['symmetry', 'of no use here: every part is walked']);
  }
  for (const { path, reason } of result.stuck ?? [])
    rows.push(['given up', `${path === '' ? 'the root' : path}: ${reason}`]);
  if (!complete && options.checkpoint !== undefined) {
    rows.push(['go on', `relu-atlas count --resume ${quotedArgument(options.checkpoint)}`]);
  }
  if (regions !== undefined) {
    const { pieces, closedPieces = pieces, maps } = regions;
    rows.push(['pieces', `${grouped(pieces)}, ${grouped(closedPieces)} if touching counts as connected (exact)`]);
    rows.push(['maps', `${grouped(maps)} (exact)`]);
  }
  if (widths !== undefined) rows.push(...widths.rows);
  if (certificate !== undefined) {
    const size = `${grouped(certificate.bytes)} bytes, ${certificate.bytesPerCell.toFixed(1)} per cell`;
    rows.push(['certificate', `${certificate.file}: ${size}, sha256 ${certificate.sha256}`]);
    const names = [file, certificate.file].map(quotedArgument).join(' ');
    rows.push(['check it', `relu-atlas check ${names}${subjectArguments(options)}`]);
  } else if (options.certificate !== undefined) {
    rows.push(['certificate', 'none: only a complete count has one']);
  }
  return table(rows);
}
