/**
 * What a thread of the oracle does: the questions that may take long, one at a time.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import {
  analysisProblem,
  type Cell,
  forEachCell,
  mapOf,
  patternOf,
  patternText,
  WalkMeter,
  witnessOf,
} from '../analysis/cells/index.js';
import { cellBodies } from '../analysis/files/cells.js';
import { decisionBoundaries, functionFacts, type Level, levelSet, simplify } from '../analysis/function/index.js';
import {
  cellGeometry,
  cellWidths,
  fVector,
  VERTEX_DIMENSION,
  WIDTH_THRESHOLDS,
  WidthPrograms,
} from '../analysis/geometry/index.js';
import { countPatterns, countRegions, regionBounds } from '../analysis/regions/index.js';
import {
  domainJson,
  exactMatrix,
  jsonOfArrangementCheck,
  jsonOfBoundary,
  jsonOfCheck,
  jsonOfCount,
  jsonOfCycle,
  jsonOfDistribution,
  jsonOfEstimate,
  jsonOfFacts,
  jsonOfImages,
  jsonOfImagesCheck,
  jsonOfIntegrals,
  jsonOfInterval,
  jsonOfPairs,
  jsonOfRegions,
  jsonOfTopology,
  jsonOfWidths,
} from '../answers/index.js';
import { CellEstimator, type EstimateOptions } from '../engines/index.js';
import { ZERO } from '../exact/index.js';
import {
  FormatError,
  jsonOfDomain,
  queryOfVnnlib,
  type ReadOptions,
  readNetwork,
  readQuery,
} from '../formats/index.js';
import { networkOfJsonValue } from '../formats/json/index.js';
import { formulaOf } from '../formula/index.js';
import { integrals, type Region, samplePoints } from '../integral/index.js';
import type { Domain, Network } from '../network/index.js';
import { dataOfNetwork, type NetworkData, networkOfData } from '../network/index.js';
import { claimOfJson, readClaim } from '../oracle/claims/index.js';
import { compareClaim, jsonOfVerdict } from '../oracle/compare/index.js';
import { bodyDetails, facetsOfLocated, inequalitiesOf, Oracle } from '../oracle/questions/index.js';
import { kindOf } from '../output/index.js';
import { dimensionOfHull } from '../problem/index.js';
import { answerQuery, bindQuery, type GivenNetwork, jsonOfAnswer } from '../property/index.js';
import {
  AS_ASKED_FOR,
  type CountReport,
  type CountRequest,
  checkOfArrangement,
  checkOfImages,
  checkWithWorkers,
  type FoldedReport,
  isOfArrangement,
  type LineCheck,
  runCount,
  runCountFolding,
  runImages,
  type StepProgress,
  suitsChambers,
  symmetriesOfNoUse,
  type UnfinishedCheck,
  whyChambers,
} from '../run/index.js';
import { type DecisionSet, sublevelPersistence, topology } from '../topology/index.js';
import {
  answerEvaluate,
  answerGradient,
  answerLocate,
  answerPattern,
  answerSegment,
  exactNumber,
  jsonOfLocated,
} from './answers.js';
import { chambersOf, generatorsOf, hyperplanesOf } from './chambers.js';
import { asRpcError, rpcError } from './errors.js';
import type { Limits } from './limits.js';
import type { MethodName, Params, Result } from './schemas.js';

/** A network as a thread gets it; `key` lets it keep what it has prepared. */
export interface JobNetwork {
  readonly key: number;
  readonly data: NetworkData;
  readonly about: AboutNetwork;
}

/** What a query wants to know of a network beside its numbers. */
export type AboutNetwork = Omit<GivenNetwork, 'network'>;

/** What one method gets beside its parameters. */
export interface JobTask {
  readonly method: MethodName;
  readonly params: unknown;
  readonly network?: JobNetwork;
  /** Further networks by the names that a query gives them. */
  readonly others?: readonly (readonly [name: string, network: JobNetwork])[];
  /** Where a count or partition takes place. */
  readonly domain?: Domain;
  readonly limits: Limits;
  /** [stop, pages that may be sent] in shared memory. */
  readonly control: Int32Array;
  /** Takes `JobMessage`s. */
  readonly port: MessagePort;
}

/** A network that was read. */
export interface LoadedNetwork {
  readonly network: NetworkData;
  readonly about: AboutNetwork;
  readonly domain?: Domain;
  readonly warnings: readonly string[];
  /** The files beside its own that hold its weights, as it calls them. */
  readonly files?: readonly string[];
}

/** What a thread sends; `end` comes last. */
export type JobMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'progress'; readonly value: object }
  | { readonly kind: 'page'; readonly page: number; readonly cells: string }
  | { readonly kind: 'end'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string; readonly data?: unknown };

export const STOP = 0;
export const CREDIT = 1;

/** How often a thread looks whether it shall stop, in milliseconds. */
const LOOK_EVERY = 20;

/** Networks that a thread keeps prepared. */
const KEPT = 4;
const kept = new Map<number, Oracle>();

function oracleOf({ key, data }: JobNetwork): Oracle {
  const known = kept.get(key);
  kept.delete(key);
  const oracle = known ?? new Oracle(networkOfData(data));
  kept.set(key, oracle);
  for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
  return oracle;
}

/** Ends a question whose answer nobody waits for. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(readonly completed: object = {}) {
    super('stopped');
  }
}

/** The state of one question. */
class Job {
  constructor(readonly task: JobTask) {}

  readonly stopped = (): boolean => Atomics.load(this.task.control, STOP) !== 0;

  send(message: JobMessage): void {
    this.task.port.postMessage(message);
  }

  params<Name extends MethodName>(): Params<Name> {
    return this.task.params as Params<Name>;
  }

  oracle(): Oracle {
    return oracleOf(this.task.network!);
  }

  network(): Network {
    return networkOfData(this.task.network!.data);
  }

  /** A controller that aborts when the question is stopped. */
  abortable(): { readonly controller: AbortController; readonly release: () => void } {
    const controller = new AbortController();
    const timer = setInterval(() => this.stopped() && controller.abort(), LOOK_EVERY);
    return { controller, release: () => clearInterval(timer) };
  }

  /** Waits until one more page may be sent; the thread sleeps. */
  takeCredit(): void {
    const { control } = this.task;
    while (Atomics.load(control, CREDIT) <= 0) {
      if (this.stopped()) return;
      Atomics.wait(control, CREDIT, 0, 10 * LOOK_EVERY);
    }
    Atomics.sub(control, CREDIT, 1);
  }
}

/** Tells how far walks are. */
function meterOf(job: Job): WalkMeter {
  return new WalkMeter((value) => job.send({ kind: 'progress', value }));
}

/** Answers that are whole or not at all: what was found until the stop is no answer. */
function whole<Answer>(job: Job, answer: (stop: () => boolean) => Answer): Answer {
  let result: Answer;
  try {
    result = answer(job.stopped);
  } catch (error) {
    // Some of the cells may make no sense: what is thrown then is of no interest either.
    throw job.stopped() ? new Stopped() : error;
  }
  if (job.stopped()) throw new Stopped();
  return result;
}

/** The options of the readers. */
function readingOf({ units, head, input, output, inputShape, batch, layers }: Params<'load'>): ReadOptions {
  const shapes = Array.isArray(inputShape) ? { '': inputShape } : inputShape;
  return {
    ...(units !== undefined && { units }),
    ...(head !== undefined && { head }),
    ...(input !== undefined && { inputs: input.map((one) => (typeof one === 'string' ? { name: one } : one)) }),
    ...(output !== undefined && { outputs: output }),
    ...(shapes !== undefined && { inputShapes: new Map(Object.entries(shapes)) }),
    ...(batch !== undefined && { batch }),
    ...(layers !== undefined && { layers }),
  };
}

function aboutOf({ tensors, layered, heads }: AboutNetwork): AboutNetwork {
  return { ...(tensors && { tensors }), ...(layered !== undefined && { layered }), ...(heads && { heads }) };
}

async function load(job: Job): Promise<LoadedNetwork> {
  const params = job.params<'load'>();
  const { path, network, base64, format, files = {} } = params;
  const options = readingOf(params);
  const read = async () => {
    if (network !== undefined) return { ...networkOfJsonValue(network), warnings: [], files: undefined };
    if (path !== undefined) return readNetwork(path, options);
    // As bytes: a stranger's model must not find files beside it.
    return complainingOf('base64', () =>
      readNetwork(Buffer.from(base64!, 'base64'), {
        ...options,
        name: `network.${format!}`,
        files: new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content, 'base64')])),
      }),
    );
  };
  const file = await read();
  return {
    network: dataOfNetwork(file.network),
    about: aboutOf(file),
    ...(file.domain && { domain: file.domain }),
    warnings: [...file.network.notes],
    ...(path !== undefined && file.files && { files: file.files }),
  };
}

/** What is read from a member of the request: complaints name that, not a file. */
async function complainingOf<T>(member: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(error.place, error.problem, member) : error;
  }
}

/** Calls `use` with a file of the given content, for readers that want one. */
async function withFile<T>(base64: string, extension: string, use: (file: string) => Promise<T>): Promise<T> {
  const file = join(tmpdir(), `relu-atlas-${randomUUID()}.${extension}`);
  try {
    writeFileSync(file, Buffer.from(base64, 'base64'), { mode: 0o600 });
    return await complainingOf('base64', () => use(file));
  } finally {
    rmSync(file, { force: true });
  }
}

function tellStep(job: Job, { done, step, seconds }: StepProgress) {
  job.send({ kind: 'progress', value: { cells: 0, done, walk: step + 1, seconds } });
}

/** Counts by chambers what is asked of a network on a domain. */
async function byChambers(job: Job, subject: Parameters<typeof chambersOf>[0]) {
  const { controller, release } = job.abortable();
  try {
    const answer = await chambersOf(subject, { signal: controller.signal, onProgress: (step) => tellStep(job, step) });
    if (answer === undefined) throw new Stopped();
    return answer;
  } finally {
    release();
  }
}

async function arrangement(job: Job): Promise<Result<'arrangement'>> {
  const params = job.params<'arrangement'>();
  const { symmetry, certificate } = params;
  return (await byChambers(job, { ...hyperplanesOf(params), symmetry, certificate })) as Result<'arrangement'>;
}

/** Why a count visits no cells, if it does not; by the rules of the command. */
function whyUnvisited(job: Job): string | undefined {
  const { engine = 'auto', symmetry, certificate, widths, widerThan, cells } = job.params<'count'>();
  const walked = Object.entries({ widths, widerThan, cells }).find(([, value]) => value !== undefined);
  const isPlain = certificate === undefined && walked === undefined;
  const choice = { engine, isStated: typeof symmetry === 'object', isPlain };
  const why = whyChambers(job.network(), job.task.domain!, choice);
  if (why === AS_ASKED_FOR && walked !== undefined)
    throw rpcError('invalidParams', `${walked[0]}: engine chambers visits no cells; drop it, or use engine auto`);
  return why;
}

async function count(job: Job): Promise<Result<'count'>> {
  const { limits } = job.task;
  const why = whyUnvisited(job);
  if (why !== undefined) {
    const { symmetry, certificate: file } = job.params<'count'>();
    const subject = { network: job.network(), domain: job.task.domain!, symmetry, certificate: file };
    return { ...(await byChambers(job, subject)), engineChosen: why } as Result<'count'>;
  }
  const { engine, workers, certificate, cells: own, symmetry } = job.params<'count'>();
  if (engine === 'images') requireNumbersOnly(job);
  const most = Math.min(own ?? limits.cells, limits.cells);
  const { controller, release } = job.abortable();
  let met: string | undefined;
  try {
    const request: CountRequest = {
      network: job.network(),
      domain: job.task.domain!,
      ...(engine && engine !== 'chambers' && engine !== 'images' && { engine }),
      ...(workers && { workers }),
      ...(certificate && { certificate }),
      ...(typeof symmetry === 'object' && { symmetry: { generators: generatorsOf(symmetry) } }),
      ...(typeof symmetry === 'string' && symmetry !== 'auto' && { symmetry }),
      signal: controller.signal,
      onProgress: (value) => {
        job.send({ kind: 'progress', value });
        if (value.cells > most) met ??= `${most} cells`;
        else if (value.open > limits.open) met ??= `${limits.open} open subtrees`;
        if (met !== undefined) controller.abort();
      },
    };
    const report = await countedOf(job, request);
    if ('why' in report) {
      if (report.count === undefined) throw new Stopped();
      return {
        ...jsonOfImages(report.count, report.why, request.domain, report.seconds),
        ...(report.certificate && { certificate: { file: certificate, ...report.certificate } }),
      } as Result<'count'>;
    }
    const { cells, cellsPerLayer, seconds, open, complete } = report;
    if (!complete) {
      const completed = { cells, cellsPerLayer, open: open.length, seconds };
      if (met === undefined) throw new Stopped(completed);
      throw rpcError('limit', `count: more than ${met}; raise the limit or take a smaller domain`, completed);
    }
    return { ...jsonOfCount(report, job.task.domain!, certificate), ...widthsOf(job) };
  } finally {
    release();
  }
}

/** By images of cells where nothing speaks against it. */
function countedOf(job: Job, request: CountRequest): Promise<CountReport | FoldedReport> {
  const { engine, widths, widerThan, cells } = job.params<'count'>();
  const { network, domain, signal, certificate } = request;
  const onStep = (step: StepProgress) => tellStep(job, step);
  if (engine === 'images') {
    const kept = { ...(signal && { signal }), ...(certificate !== undefined && { certificate }) };
    return runImages({ network, domain, ...kept, onProgress: onStep });
  }
  const isPlain = [widths, widerThan, cells].every((it) => it === undefined);
  return isPlain ? runCountFolding(request, onStep) : runCount(request);
}

/** @throws RpcError where more is asked than images tell */
function requireNumbersOnly(job: Job) {
  const { widths, widerThan, cells, symmetry } = job.params<'count'>();
  if (typeof symmetry === 'object' || symmetry === 'orbits')
    throw rpcError('invalidParams', 'symmetry: engine images uses no symmetries; drop it, or use engine auto');
  const walked = Object.entries({ widths, widerThan, cells }).find(([, value]) => value !== undefined);
  if (walked !== undefined)
    throw rpcError('invalidParams', `${walked[0]}: engine images visits no cells; drop it, or use engine auto`);
}

/** How wide the cells are, if that is asked for: another walk. */
function widthsOf(job: Job): { widths?: ReturnType<typeof jsonOfWidths> } {
  const { widths, widerThan } = job.params<'count'>();
  if (widths !== true && widerThan === undefined) return {};
  const thresholds = widerThan?.map((width) => exactNumber(width, 'widerThan')) ?? WIDTH_THRESHOLDS;
  const report = whole(job, (stop) =>
    cellWidths(job.network(), job.task.domain!, { thresholds, stop, meter: meterOf(job) }),
  );
  return { widths: jsonOfWidths(report) };
}

function estimate(job: Job): Result<'estimate'> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const estimator = new CellEstimator(job.network(), job.task.domain!, job.params<'estimate'>() as EstimateOptions);
  let told = 0;
  while (!estimator.isOver && !job.stopped()) {
    estimator.step();
    if (elapsed() - told < 0.1) continue;
    told = elapsed();
    job.send({ kind: 'progress', value: { cells: estimator.walked, done: estimator.part, seconds: told } });
  }
  if (job.stopped()) {
    const report = estimator.report();
    throw new Stopped(report === undefined ? {} : jsonOfEstimate(report, job.task.domain!, elapsed()));
  }
  return jsonOfEstimate(estimator.report()!, job.task.domain!, elapsed()) as Result<'estimate'>;
}

function partition(job: Job): Result<'partition'> {
  const { details = [], page: size, cells: own } = job.params<'partition'>();
  const most = Math.min(own ?? job.task.limits.cells, job.task.limits.cells);
  const meter = meterOf(job);
  const problem = analysisProblem(job.network(), job.task.domain!);
  const geometry = cellGeometry(problem);
  const bodyOf = cellBodies(problem, geometry, details.includes('faces'));
  const widths = details.includes('width') ? new WidthPrograms(problem) : undefined;
  let cells = 0;
  let pages = 0;
  let open = 0;
  let page: string[] = [];
  const flush = () => {
    if (page.length === 0) return;
    job.takeCredit();
    job.send({ kind: 'page', page: pages++, cells: `[${page.join(',')}]` });
    page = [];
  };
  forEachCell(
    problem,
    (cell: Cell) => {
      cells++;
      const located = {
        pattern: patternText(patternOf(cell)),
        inside: witnessOf(cell),
        ...(details.includes('map') && { map: mapOf(cell) }),
        ...(details.includes('inequalities') && { inequalities: inequalitiesOf(cell) }),
        ...(details.includes('facets') && { facets: facetsOfLocated(cell, geometry) }),
        ...bodyDetails(cell, details, bodyOf),
        ...(widths && { width: widths.widthOf(cell)?.width ?? null }),
      };
      page.push(JSON.stringify(jsonOfLocated(located)));
      if (page.length >= size!) flush();
    },
    { meter, stop: () => job.stopped() || cells >= most, onOpen: () => open++ },
  );
  if (!job.stopped()) flush();
  if (job.stopped()) throw new Stopped({ cells, pages });
  return { cells, pages, complete: open === 0 };
}

async function check(job: Job): Promise<Result<'check'>> {
  const { path, base64, workers } = job.params<'check'>();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const verify = async (file: string) => {
    const kind = kindOf(file);
    const network = job.network();
    if (isOfArrangement(kind))
      return jsonOfArrangementCheck(
        await unstopped((request) => checkOfArrangement(network, file, request)),
        network,
        elapsed(),
      );
    if (kind === 'certificate by images')
      return jsonOfImagesCheck(await unstopped((request) => checkOfImages(network, file, request)), network, elapsed());
    return jsonOfCheck(await verifyTree(file), network, elapsed());
  };
  const unstopped = async <T extends object>(checked: (request: LineCheck) => Promise<T | UnfinishedCheck>) => {
    const { controller, release } = job.abortable();
    const found = await checked({ signal: controller.signal }).finally(release);
    if ('stopped' in found) throw new Stopped();
    return found;
  };
  const verifyTree = (file: string) =>
    checkWithWorkers(job.network(), file, {
      workers: workers ?? 1,
      onProgress: (cells, done) => {
        job.send({ kind: 'progress', value: { cells, ...(done !== undefined && { done }), seconds: elapsed() } });
      },
    });
  return path !== undefined ? verify(path) : withFile(base64!, 'cert', verify);
}

async function compare(job: Job): Promise<object> {
  const { claim, path, list } = job.params<'compare'>();
  const network = job.network();
  const { controller, release } = job.abortable();
  try {
    const claimed = path !== undefined ? await readClaim(path, network) : claimOfJson(claim, network);
    const verdict = await compareClaim(network, job.task.domain!, claimed, {
      ...(list !== undefined && { list }),
      signal: controller.signal,
      onProgress: (value) => job.send({ kind: 'progress', value }),
    });
    return { ...jsonOfVerdict(verdict), domain: jsonOfDomain(job.task.domain!) };
  } catch (error) {
    throw job.stopped() ? new Stopped() : error;
  } finally {
    release();
  }
}

async function facts(job: Job): Promise<Result<'facts'>> {
  const { controller, release } = job.abortable();
  try {
    const { signal } = controller;
    const result = await functionFacts(job.network(), job.task.domain!, { signal, meter: meterOf(job) });
    if (result === undefined) throw new Stopped();
    return jsonOfFacts(result, job.task.domain!) as unknown as Result<'facts'>;
  } finally {
    release();
  }
}

function boundary(job: Job): Result<'boundary'> {
  const { output = 0, minus, threshold, classes } = job.params<'boundary'>();
  if (minus !== undefined && threshold !== undefined) {
    throw rpcError('invalidParams', 'boundary: expected minus or threshold, got both; give one');
  }
  const network = job.network();
  const domain = job.task.domain!;
  const planar = dimensionOfHull(domain) === 2;
  if (classes === true) {
    const { output: own } = job.params<'boundary'>();
    if (own !== undefined || minus !== undefined || threshold !== undefined) {
      throw rpcError(
        'invalidParams',
        'boundary: expected classes alone, got output, minus or threshold beside it; drop these',
      );
    }
    const pairs = whole(job, (stop) => decisionBoundaries(network, domain, { stop, meter: meterOf(job) }));
    return jsonOfPairs(pairs, domain, planar) as unknown as Result<'boundary'>;
  }
  const level: Level =
    minus === undefined
      ? { output, threshold: threshold === undefined ? ZERO : exactNumber(threshold, 'threshold') }
      : { output, minus };
  const found = whole(job, (stop) => levelSet(network, domain, level, { stop, meter: meterOf(job) }));
  return jsonOfBoundary(found, domain, planar) as unknown as Result<'boundary'>;
}

async function regions(job: Job): Promise<Result<'regions'>> {
  const wanted = job.params<'regions'>();
  const network = job.network();
  const domain = job.task.domain!;
  const free = dimensionOfHull(domain);
  if ((wanted.patterns === true || wanted.faces === true) && free > VERTEX_DIMENSION) {
    throw rpcError(
      'invalidParams',
      `regions: expected at most ${VERTEX_DIMENSION} free inputs for patterns and faces, got ${free}`,
    );
  }
  const reason = typeof wanted.symmetry === 'object' ? symmetriesOfNoUse(network, domain) : undefined;
  if (reason !== undefined) throw rpcError('invalidParams', `symmetry: ${reason}; leave it out, or ask count`);
  const answer = whole(job, (stop) => {
    const options = { stop, meter: meterOf(job) };
    const counts = countRegions(network, domain, { ...options, closed: true });
    const patterns = wanted.patterns === true && !stop() ? countPatterns(network, domain, options) : undefined;
    const faces = wanted.faces === true && !stop() ? fVector(network, domain, options) : undefined;
    return jsonOfRegions(counts, { patterns, faces, bounds: regionBounds(network, free) }, domain);
  });
  // In no time beside the cells.
  const { symmetry } = wanted;
  const flats = suitsChambers(network, domain) && (await byChambers(job, { network, domain, symmetry }));
  return { ...answer, ...(flats && { arrangement: flats.arrangement }) } as unknown as Result<'regions'>;
}

/** What a question names that the network has not is a mistake of the question. */
function asked<Answer>(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof RangeError) throw rpcError('invalidParams', error.message);
    throw error;
  }
}

function integralsOn(job: Job): Result<'integrals'> {
  const { below, distributions = false } = job.params<'integrals'>();
  const domain = job.task.domain!;
  const levels = below?.map((level, i) => exactNumber(level, `below[${i}]`));
  const found = whole(job, (stop) =>
    integrals(job.network(), domain, {
      distributions: distributions || levels !== undefined,
      walk: { stop, meter: meterOf(job) },
    }),
  );
  return {
    ...jsonOfIntegrals(found, levels),
    ...(distributions && { distributions: found.distributions!.map(jsonOfDistribution) }),
    domain: domainJson(domain),
  } as unknown as Result<'integrals'>;
}

function setOf({ set }: Params<'topology'>): DecisionSet {
  if (set.kind === 'all' || set.kind === 'class') return set;
  const { kind, output = 0, level = 0 } = set;
  return { kind, output, level: exactNumber(level, 'set.level') };
}

function topologyOn(job: Job): Result<'topology'> {
  const params = job.params<'topology'>();
  const { field = 'Q', borelMoore = false, generators = false, evidence = false, persistence = false } = params;
  const network = job.network();
  const domain = job.task.domain!;
  const set = setOf(params);
  const output = 'output' in set ? set.output : 0;
  const ends = borelMoore ? 'borel-moore' : 'singular';
  const found = asked(() =>
    whole(job, (stop) =>
      topology(network, domain, { set, field, ends, generators, evidence, walk: { stop, meter: meterOf(job) } }),
    ),
  );
  const walk = { stop: job.stopped, meter: meterOf(job) };
  const intervals = persistence ? whole(job, () => sublevelPersistence(network, domain, output, walk)) : undefined;
  return {
    ...jsonOfTopology(found, set, domain),
    ...(found.generators && { generators: found.generators.map(jsonOfCycle) }),
    ...(intervals && { persistence: intervals.map(jsonOfInterval) }),
    ...(found.evidence && { evidence: found.evidence }),
  } as unknown as Result<'topology'>;
}

function regionOf({ region }: Params<'sample'>): Region {
  if (region === undefined) return { kind: 'all' };
  if ('cell' in region) return { kind: 'cell', cell: region.cell };
  if ('piece' in region) return { kind: 'piece', cell: region.piece };
  if ('class' in region) return { kind: 'class', class: region.class };
  const { side, output = 0, level = 0 } = region;
  return { kind: side, output, level: exactNumber(level, 'region.level') };
}

function sample(job: Job): Result<'sample'> {
  const params = job.params<'sample'>();
  const { count, seed = 1 } = params;
  const domain = job.task.domain!;
  const region = regionOf(params);
  const { points, cells } = asked(() =>
    whole(job, (stop) =>
      samplePoints(job.network(), domain, { region, count, seed, walk: { stop, meter: meterOf(job) } }),
    ),
  );
  return { points: exactMatrix(points), cells: [...cells], seed, domain: domainJson(domain) };
}

function formula(job: Job): Result<'formula'> {
  const { language, objective, simplified = false } = job.params<'formula'>();
  const { domain } = job.task;
  const network = simplified ? simplify(job.network(), domain!).network : job.network();
  const text = asked(() =>
    formulaOf(network, { language, ...(domain && { domain }), ...(objective && { objective }) }),
  );
  return { language, text };
}

/** The networks of a query: the one asked about is the first that is not named. */
function givenNetworks(job: Job, names: readonly string[]): ReadonlyMap<string, GivenNetwork> {
  const given = new Map<string, GivenNetwork>(
    (job.task.others ?? []).map(([name, { data, about }]) => [name, { network: networkOfData(data), ...about }]),
  );
  const own = names.find((name) => !given.has(name)) ?? '';
  return given.set(own, { network: job.network(), ...job.task.network?.about });
}

async function verify(job: Job): Promise<object> {
  const { query: text, path, overReals = false, seconds, certificate, workers } = job.params<'verify'>();
  const query = path === undefined ? queryOfVnnlib(text!) : (await readQuery(path)).query;
  const given = new Map(
    givenNetworks(
      job,
      query.networks.map(({ name }) => name),
    ),
  );
  for (const { name, equivalence } of query.networks) {
    const same = equivalence?.kind === 'equal' ? given.get(equivalence.to) : undefined;
    if (same !== undefined && !given.has(name)) given.set(name, same);
  }
  const { controller, release } = job.abortable();
  try {
    const report = await answerQuery(bindQuery(query, given, { overReals }), {
      signal: controller.signal,
      ...(workers !== undefined && { workers }),
      ...(seconds !== undefined && { timeout: seconds }),
      ...(certificate !== undefined && { certificate }),
      onProgress: ({ closed, done, seconds: passed }) =>
        job.send({ kind: 'progress', value: { cells: closed, done, seconds: passed } }),
    });
    if (job.stopped()) throw new Stopped({ nodes: report.nodes, cells: report.cells });
    return jsonOfAnswer(report);
  } finally {
    release();
  }
}

/** The answer to a task. */
async function answer(job: Job): Promise<unknown> {
  switch (job.task.method) {
    case 'load':
      return load(job);
    case 'count':
      return count(job);
    case 'arrangement':
      return arrangement(job);
    case 'estimate':
      return estimate(job);
    case 'partition':
      return partition(job);
    case 'facts':
      return facts(job);
    case 'boundary':
      return boundary(job);
    case 'regions':
      return regions(job);
    case 'integrals':
      return integralsOn(job);
    case 'topology':
      return topologyOn(job);
    case 'sample':
      return sample(job);
    case 'formula':
      return formula(job);
    case 'check':
      return check(job);
    case 'compare':
      return compare(job);
    case 'verify':
      return verify(job);
    case 'evaluate':
      return answerEvaluate(job.oracle(), job.params<'evaluate'>());
    case 'pattern':
      return answerPattern(job.oracle(), job.params<'pattern'>());
    case 'segment':
      return answerSegment(job.oracle(), job.params<'segment'>());
    case 'gradient':
      return whole(job, (stop) => answerGradient(job.oracle(), job.params<'gradient'>(), stop));
    case 'locate':
      return whole(job, (stop) => answerLocate(job.oracle(), job.params<'locate'>(), stop));
    default:
      throw new Error(`no job ${job.task.method}`);
  }
}

/** Piscina's entry. What there is to say is sent to the task's port. */
export async function work(task: JobTask): Promise<void> {
  const job = new Job(task);
  job.send({ kind: 'started' });
  try {
    job.send({ kind: 'end', result: await answer(job) });
  } catch (error) {
    if (error instanceof Stopped) job.send({ kind: 'failed', code: 0, message: '', data: error.completed });
    else {
      const { code, message, data } = asRpcError(error);
      job.send({ kind: 'failed', code, message, ...(data === undefined ? {} : { data }) });
    }
  } finally {
    task.port.close();
  }
}
