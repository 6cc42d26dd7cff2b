/**
 * The engine's side of the conversation: what is open, and the answer to each request.
 */
import { analysisProblem, type Cell, forEachCell, mapOf, witnessOf } from '../../analysis/cells/index.js';
import { PolytopePath } from '../../analysis/geometry/index.js';
import { formatRational } from '../../exact/index.js';
import { bytesOfOnnx, FormatError, writeNetworkJson } from '../../formats/index.js';
import { DomainError, neuronCount } from '../../network/index.js';
import { type Colouring, planarPicture, planarSvg } from '../../report/picture/index.js';
import type { Answer, CellsPicture, ExactCell, NeuronAddress, Plane, Request, View, Window2 } from '../model/index.js';
import { type ExplorerPlan, isRegression, shapeOf } from '../model/index.js';
import { checkedCertificate } from './certificate.js';
import { completePicture, homologyOf } from './complete.js';
import { type OpenedFile, openNetwork, subjectOnPlane } from './file.js';
import { livePicture } from './live.js';
import { upToNeuron } from './neuron.js';
import { examplesOf, Run } from './run.js';
import { planeBox, type Subject, trainedNetwork } from './subject.js';

/** Pictures of more cells are drawn first, and their pieces and corners counted when the page is at rest. */
const LIVE_CELLS = 2500;
/** Networks of more neurons are taken for large before their cells have been counted. */
const LIVE_NEURONS = 48;

interface Runs {
  readonly plan: ExplorerPlan;
  readonly main: Run;
  readonly beside: Run | undefined;
  readonly points: Float64Array;
}

const NO_PLAN = 'nothing is open: expected a plan or a file first';

/** The points of a plan as x, y, target, .. */
function pointsOf(plan: ExplorerPlan): Float64Array {
  return Float64Array.from(examplesOf(plan).flatMap(({ input, target }) => [input[0]!, input[1]!, target]));
}

/** What is kept of a picture whose arrays move to the page. */
function keptOf(picture: CellsPicture): CellsPicture {
  const { header } = picture.data;
  const none = {} as CellsPicture['data']['arrays'];
  return { ...picture, data: { header, arrays: none }, corners: picture.corners?.slice() };
}

export class Session {
  private runs: Runs | undefined;
  private file: OpenedFile | undefined;
  private subject: Subject | undefined;
  private live: CellsPicture | undefined;
  private window: Window2 = { x: [-6, 6], y: [-6, 6] };
  private aborting = new AbortController();

  /** The answer to a request; errors of the reader's making become sentences. */
  async answer(request: Request): Promise<Answer> {
    // What is under way for the picture before is of no interest any more.
    if (request.kind !== 'cell' && request.kind !== 'neuron') this.aborting.abort();
    try {
      return await this.respond(request);
    } catch (error) {
      if (error instanceof FormatError || error instanceof DomainError || error instanceof RangeError) {
        return { kind: 'refusal', reason: error.message };
      }
      throw error;
    }
  }

  private respond(request: Request): Answer | Promise<Answer> {
    switch (request.kind) {
      case 'plan':
        return this.plan(request);
      case 'advance':
        return this.trained((run, runs) => run.seek(runs.main.epoch + request.epochs));
      case 'seek':
        return this.trained((run) => run.seek(request.epoch));
      case 'window':
        this.window = request.window;
        return this.trained(() => {});
      case 'file':
        return this.open(request);
      case 'plane':
        return this.onPlane(request.plane, request.window);
      case 'complete':
        return this.complete();
      case 'neuron':
        return this.neuron(request.at);
      case 'cell':
        return { kind: 'cell', exact: this.exactCell(request.cell) };
      case 'export':
        return this.export(request.what, request.colouring);
      case 'certificate':
        return this.certificate();
    }
  }

  private plan({ plan, beside, epoch, window }: Request & { readonly kind: 'plan' }): Answer {
    this.file = undefined;
    this.window = window;
    this.runs = {
      plan,
      main: new Run(plan, plan.activation),
      beside: beside === undefined ? undefined : new Run(plan, beside),
      points: pointsOf(plan),
    };
    return this.trained((run) => run.seek(epoch));
  }

  /** Moves the runs, the one beside to the same epoch, and shows them. */
  private trained(move: (run: Run, runs: Runs) => void): Answer {
    const { runs } = this;
    if (runs === undefined || this.file !== undefined) return { kind: 'refusal', reason: NO_PLAN };
    move(runs.main, runs);
    runs.beside?.seek(runs.main.epoch);
    const main = this.viewOf(runs, runs.main);
    this.live = main.picture.kind === 'cells' ? keptOf(main.picture) : undefined;
    this.subject = this.live && this.subjectOf(runs, runs.main);
    const beside = runs.beside && this.viewOf(runs, runs.beside);
    return { kind: 'views', main, beside, points: runs.points.slice() };
  }

  private subjectOf({ plan }: Runs, run: Run): Subject {
    return {
      network: trainedNetwork(run.plan, run.layers()),
      domain: planeBox(this.window),
      names: ['x0', 'x1'],
      window: this.window,
      label: `${run.activation} ${shapeOf(plan)}, epoch ${run.epoch}`,
    };
  }

  private viewOf(runs: Runs, run: Run): View {
    const training = run.facts();
    if (run.activation === 'tanh') return { picture: run.field(this.window), training };
    return { picture: this.draw(this.subjectOf(runs, run)), training };
  }

  private draw(subject: Subject): CellsPicture {
    const before = this.live?.data.header.cells;
    const isSmall = neuronCount(subject.network) <= LIVE_NEURONS;
    return livePicture(subject, { thorough: before === undefined ? isSmall : before <= LIVE_CELLS });
  }

  private async open({ name, bytes, files }: Request & { readonly kind: 'file' }): Promise<Answer> {
    const file = await openNetwork(name, bytes, files);
    this.file = file;
    this.live = undefined;
    return { kind: 'file', facts: file.facts };
  }

  private onPlane(plane: Plane, window: Window2): Answer {
    if (this.file === undefined) return { kind: 'refusal', reason: NO_PLAN };
    const subject = subjectOnPlane(this.file, plane, window);
    const picture = this.draw(subject);
    this.live = keptOf(picture);
    this.subject = subject;
    this.window = window;
    const main: View = { picture, training: undefined };
    return { kind: 'views', main, beside: undefined, points: new Float64Array(0) };
  }

  private async complete(): Promise<Answer> {
    const { subject, live } = this;
    if (subject === undefined || live === undefined) return { kind: 'nothing' };
    this.aborting = new AbortController();
    const { signal } = this.aborting;
    // Corners, pieces and maps of a large picture have not been counted yet.
    const counted = live.pieces === undefined ? livePicture(subject, { thorough: true }) : live;
    const picture = await completePicture(subject, counted, signal);
    if (picture === undefined || signal.aborted) return { kind: 'nothing' };
    const homology = picture.homology ?? homologyOf(subject, picture.data.header.cells);
    return { kind: 'complete', picture: { ...picture, homology } };
  }

  private neuron(at: NeuronAddress): Answer {
    const { subject } = this;
    const network = subject && upToNeuron(subject.network, at);
    if (subject === undefined || network === undefined) return { kind: 'neuron', at, picture: undefined };
    const label = `pre-activation of ${at.layer}:${at.neuron}`;
    return { kind: 'neuron', at, picture: livePicture({ ...subject, network, label }, { thorough: true }) };
  }

  /** A cell of the present picture in exact numbers. Cost: a walk. */
  private exactCell(id: number): ExactCell | undefined {
    const { subject } = this;
    if (subject === undefined) return undefined;
    const problem = analysisProblem(subject.network, subject.domain);
    const path = new PolytopePath(problem);
    let found: ExactCell | undefined;
    const take = (cell: Cell) => {
      const { jacobian, constant } = mapOf(cell);
      const free = problem.freeInputNumbers;
      const shown = (point: readonly Parameters<typeof formatRational>[0][]) =>
        free.map((i) => formatRational(point[i]!));
      found = {
        cell: id,
        maps: jacobian.map((row, k) => [...free.map((i) => row[i]!), constant[k]!].map(formatRational)),
        witness: shown(witnessOf(cell)),
        vertices: path.polytope(cell).vertices.map(({ point }) => shown(problem.lift(point))),
      };
    };
    forEachCell(problem, (cell) => (cell.id === id ? take(cell) : undefined));
    return found;
  }

  private async export(what: 'json' | 'onnx' | 'svg' | 'whole', colouring: string): Promise<Answer> {
    const { subject } = this;
    if (subject === undefined)
      return { kind: 'refusal', reason: 'tanh has no cells and no exact network; choose another activation' };
    const { network, domain, label } = subject;
    const text = (content: string) => new TextEncoder().encode(content);
    if (what === 'json') {
      return {
        kind: 'export',
        name: 'network.json',
        type: 'application/json',
        bytes: text(writeNetworkJson(network, domain)),
      };
    }
    if (what === 'whole') {
      // The network of the file, not on its plane: for a link.
      const whole = writeNetworkJson(this.file?.network ?? network);
      return { kind: 'export', name: 'network.json', type: 'application/json', bytes: text(whole) };
    }
    if (what === 'onnx') {
      return {
        kind: 'export',
        name: 'network.onnx',
        type: 'application/octet-stream',
        bytes: await bytesOfOnnx(network),
      };
    }
    const picture = (await planarPicture(network, domain))!;
    const points = this.shownPoints();
    const request = {
      picture,
      title: label,
      names: subject.names,
      colouring: colouring as Colouring,
      ...(points && { points }),
    };
    return { kind: 'export', name: 'partition.svg', type: 'image/svg+xml', bytes: text(planarSvg(request)) };
  }

  /** The data of a classification, for pictures that are written. */
  private shownPoints() {
    const { runs } = this;
    if (runs === undefined || this.file !== undefined || isRegression(runs.plan)) return undefined;
    const examples = examplesOf(runs.plan);
    return {
      places: examples.flatMap(({ input }) => input),
      kinds: examples.map(({ target }) => (target > 0 ? 1 : 0)),
      names: ['0', '1'],
      given: [],
    };
  }

  private async certificate(): Promise<Answer> {
    const { subject } = this;
    if (subject === undefined)
      return { kind: 'refusal', reason: 'tanh has no cells to prove; choose another activation' };
    return { kind: 'certificate', file: await checkedCertificate(subject.network, subject.domain) };
  }
}
