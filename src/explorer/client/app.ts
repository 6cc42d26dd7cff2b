/**
 * The page: its state, the engine behind it, and the panels that show it.
 */
import { layersHtml, legendHtml } from '../../report/client/index.js';
import {
  type ActivationName,
  type Answer,
  type CellsPicture,
  type ExactCell,
  FIRST_STATE,
  type FileFacts,
  type Homology,
  hashOf,
  isRegression,
  LESSONS,
  type NeuronAddress,
  type PageState,
  type Plane,
  type View,
  type ViewState,
  type Window2,
} from '../model/index.js';
import { Counts, isDead } from './counts.js';
import { Curves } from './curves.js';
import { download, make } from './element.js';
import { type Engine, Latest } from './engine.js';
import { FilePanel, firstPlane } from './file-panel.js';
import { Film, pngOf, zipOf } from './film.js';
import { Inspector } from './inspector.js';
import { Lessons } from './lessons.js';
import { Neurons } from './neurons.js';
import { packed, unpacked } from './pack.js';
import { ACTIVATION_TEXTS, PlanPanel } from './plan-panel.js';
import { type Shown, Stage } from './stage.js';
import { TakeAway } from './take-away.js';
import { themeButton } from './theme.js';
import { Transport } from './transport.js';
import { ViewPanel } from './view-panel.js';

type Views = Extract<Answer, { kind: 'views' }>;
/** Requests that change what is seen. */
type Move = Extract<Parameters<Engine['ask']>[0], { kind: 'plan' | 'seek' | 'window' | 'plane' }>;

/** How often numbers, tables and curves are written anew while pictures come, in milliseconds. */
const PANELS = 200;
/** How long the page rests before everything about the picture is asked for, in milliseconds. */
const REST = 160;
/** Pictures of a film of PNGs. */
const FRAMES = 60;
/** Characters of a link that browsers and mail still take. */
const LONGEST_LINK = 60_000;

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export class App {
  private state: PageState = FIRST_STATE;
  private views: Views | undefined;
  private facts: FileFacts | undefined;
  private homology: Homology | undefined;
  private exact: ExactCell | undefined;
  private over: CellsPicture | undefined;
  private looking: NeuronAddress | undefined;
  private running = false;
  private resting = 0;
  /** When the panels were drawn last. */
  private told = 0;
  private readonly film = new Film();
  private readonly moves: Latest<Move>;
  private readonly looks: Latest<{ at: NeuronAddress | undefined }>;

  private readonly main = new Stage('main-stage', {
    hover: () => this.tellCell(),
    keep: (cell) => this.keptCell(cell),
  });
  private readonly beside = new Stage('beside-stage', { hover: () => {}, keep: () => {} });
  private readonly mainTitle = make('h2', { class: 'stage-title', name: 'main-title' });
  private readonly besideTitle = make('h2', { class: 'stage-title', name: 'beside-title' });
  private readonly besideFacts = make('p', { class: 'note', name: 'beside-facts' });
  private readonly besideColumn = make(
    'div',
    { class: 'stage-column', hidden: true },
    this.besideTitle,
    this.beside.element,
    this.besideFacts,
  );
  private readonly legend = make('div', { class: 'legend', name: 'legend' });
  private readonly message = make('p', { class: 'message', role: 'alert', hidden: true, name: 'message' });
  private readonly counts = new Counts();
  private readonly curves = new Curves((epoch) => this.seek(epoch));
  private readonly inspector = new Inspector((cell) => this.main.keep(cell));
  private readonly neurons = new Neurons((at) => void this.looks.push({ at }));
  private readonly lessons = new Lessons((lesson) => this.goToLesson(lesson));
  private readonly plan = new PlanPanel(
    (plan) => this.begin({ ...this.state, plan, epoch: 0 }),
    (beside) => this.begin({ ...this.state, beside }),
  );
  private readonly transport = new Transport({
    run: () => void this.run(),
    pause: () => this.pause(),
    restart: () => this.seek(0),
    seek: (epoch) => this.seek(epoch),
  });
  private readonly viewPanel = new ViewPanel(
    (view) => this.look(view),
    (factor) => {
      this.main.zoomBy(factor);
      this.beside.zoomBy(factor);
    },
    (reach) => this.setWindow({ x: [-reach, reach], y: [-reach, reach] }),
  );
  private readonly filePanel = new FilePanel({
    open: (files) => void this.openFiles(files),
    plane: (plane, window) => this.onPlane(plane, window),
    close: () => this.begin({ ...this.state, file: undefined, window: FIRST_STATE.window }),
  });
  private readonly take = new TakeAway({
    export: (what) => void this.export(what),
    certificate: () => void this.certificate(),
    png: () => void this.png(),
    film: () => void this.toggleFilm(),
    frames: () => void this.frames(),
    link: () => void this.link(),
  });

  constructor(
    root: HTMLElement,
    private readonly engine: Engine,
  ) {
    this.moves = new Latest((move) => this.moved(move));
    this.looks = new Latest(({ at }) => this.lookAt(at));
    this.layOut(root);
    this.acceptDrops();
  }

  private layOut(root: HTMLElement) {
    const head = make(
      'header',
      { class: 'top' },
      make('h1', {}, 'relu-atlas ', make('span', { text: 'explorer' })),
      make('p', {
        class: 'tagline',
        text: 'A network folds the plane while it trains. Cells, creases and counts are exact: the library’s engine runs in this page, and no tolerance decides anything.',
      }),
      themeButton(() => this.draw()),
    );
    const stages = make(
      'div',
      { class: 'stages' },
      make('div', { class: 'stage-column' }, this.mainTitle, this.main.element),
      this.besideColumn,
    );
    root.replaceChildren(
      head,
      this.lessons.element,
      make(
        'main',
        { class: 'desk' },
        make(
          'div',
          { class: 'centre' },
          this.transport.element,
          this.message,
          this.viewPanel.element,
          stages,
          this.legend,
          this.neurons.element,
        ),
        make(
          'div',
          { class: 'side facts-side' },
          this.counts.element,
          this.inspector.element,
          this.curves.element,
          this.take.element,
        ),
        make('div', { class: 'side plan-side' }, this.plan.element, this.filePanel.element),
      ),
      make('footer', {
        html: 'Weights are doubles, and a double is a rational number: the partition of the window is a theorem about them. Corners are drawn at the nearest pixels; training and the smooth curve of tanh are computed in doubles. Written by <code>relu-atlas explore</code>.',
      }),
    );
  }

  /** Begins with what the address, or the command line, says. */
  async open(state: PageState, given: GivenFile | undefined): Promise<void> {
    this.state = state;
    if (given !== undefined) await this.openGiven(given);
    else if (state.file !== undefined) await this.openPacked(state);
    else this.begin(state);
  }

  // --- the state ---------------------------------------------------------------------------------------------------

  /** A plan from its beginning, or from an epoch. */
  private begin(state: PageState, runs = false) {
    this.running = false;
    this.state = state;
    this.facts = undefined;
    this.over = undefined;
    this.looking = undefined;
    this.exact = undefined;
    this.main.keep(undefined);
    this.neurons.release();
    this.curves.reset();
    this.transport.reset();
    this.filePanel.show(undefined);
    this.say('');
    const { plan, beside, epoch, window } = state;
    // The next change builds on this one, whether its picture is there or not.
    this.plan.show(plan, beside);
    this.lessons.show(state.lesson);
    void this.moves
      .push({ kind: 'plan', plan, epoch, window, ...(beside !== undefined && { beside }) })
      .then(() => (runs ? this.run() : undefined));
  }

  private goToLesson(lesson: number | undefined) {
    const own = lesson === undefined ? undefined : LESSONS[lesson];
    if (own === undefined) {
      this.state = { ...this.state, lesson: undefined };
      this.lessons.show(undefined);
      return;
    }
    const { plan, window, epoch, colour } = own;
    const view: ViewState = { ...FIRST_STATE.view, mode: colour };
    this.begin({ plan, beside: own.beside, epoch, window, view, lesson, file: undefined }, own.runs);
  }

  private seek(epoch: number) {
    this.pause();
    void this.moves.push({ kind: 'seek', epoch });
  }

  private setWindow(window: Window2) {
    this.state = { ...this.state, window };
    void this.moves.push({ kind: 'window', window });
  }

  private look(view: ViewState) {
    this.state = { ...this.state, view };
    this.draw();
  }

  // --- pictures ----------------------------------------------------------------------------------------------------

  private async moved(move: Move) {
    const answer = await this.engine.ask(move);
    if (answer.kind === 'refusal') this.say(answer.reason);
    else await this.takeViews(answer as Views);
  }

  /** New pictures. */
  private async takeViews(views: Views) {
    this.views = views;
    this.homology = undefined;
    this.exact = undefined;
    const { training } = views.main;
    if (training !== undefined) {
      this.state = { ...this.state, epoch: training.epoch };
      this.sample(views.main);
      if (training.diverged) {
        this.running = false;
        this.say(
          `Training diverged after epoch ${training.epoch}: the next weights are no finite numbers. This is the last picture; lower the learning rate.`,
        );
      } else this.say('');
    }
    if (this.looking !== undefined) await this.lookAt(this.looking);
    else if (this.running) this.drawLive();
    else this.draw();
    this.rest();
  }

  private sample({ picture, training }: View) {
    const { epoch, loss } = training!;
    if (picture.kind !== 'cells') return this.curves.add({ epoch, loss });
    const { activation } = this.state.plan;
    this.curves.add({
      epoch,
      loss,
      cells: picture.data.header.cells,
      dead: picture.neurons.flat().filter((state) => isDead(state, activation)).length,
      ...(picture.pieces !== undefined && { pieces: picture.pieces }),
      ...(picture.maps !== undefined && { maps: picture.maps }),
      ...(picture.corners !== undefined && !isRegression(this.state.plan) && { corners: picture.corners.length / 2 }),
    });
  }

  /** Once nothing moves, everything about the picture. */
  private rest() {
    clearTimeout(this.resting);
    if (this.running) return;
    this.resting = window.setTimeout(() => void this.complete(), REST);
  }

  private async complete() {
    const { views } = this;
    const answer = await this.engine.ask({ kind: 'complete' });
    if (answer.kind !== 'complete' || views === undefined || this.views !== views) return;
    this.homology = answer.homology;
    this.views = { ...views, main: { ...views.main, picture: answer.picture } };
    if (views.main.training !== undefined) this.sample(this.views.main);
    this.draw();
  }

  private async run() {
    if (this.running || this.views?.main.training === undefined) return;
    this.running = true;
    clearTimeout(this.resting);
    this.draw();
    let pending = this.engine.ask({ kind: 'advance', epochs: this.transport.speed });
    while (this.running) {
      const answer = await pending;
      if (answer.kind === 'refusal') {
        this.say(answer.reason);
        break;
      }
      // The engine goes on while the page draws.
      if (this.running) pending = this.engine.ask({ kind: 'advance', epochs: this.transport.speed });
      await nextFrame();
      if (!this.running) break;
      await this.takeViews(answer as Views);
    }
    this.running = false;
    // What was under way is where the engine stands.
    const last = await pending;
    if (last.kind !== 'refusal' && !this.moves.isBusy) await this.takeViews(last as Views);
    this.draw();
    this.rest();
  }

  private pause() {
    this.running = false;
  }

  private async lookAt(at: NeuronAddress | undefined) {
    this.looking = at;
    if (at === undefined) this.over = undefined;
    else {
      const answer = await this.engine.ask({ kind: 'neuron', at });
      if (this.looking !== at) return;
      this.over = answer.kind === 'neuron' ? answer.picture : undefined;
    }
    this.draw();
  }

  // --- drawing -----------------------------------------------------------------------------------------------------

  private draw() {
    this.drawPictures(false);
    this.drawPanels();
  }

  /** While pictures come one after another, numbers and curves follow a few times a second. */
  private drawLive() {
    this.drawPictures(true);
    this.transport.tell(this.state.epoch);
    if (performance.now() - this.told > PANELS) this.drawPanels();
  }

  private get meaning(): Shown['meaning'] {
    return this.facts !== undefined ? 'file' : isRegression(this.state.plan) ? 'number' : 'class';
  }

  private drawPictures(live: boolean) {
    const { views, state } = this;
    if (views === undefined) return;
    const { main, beside, points } = views;
    const look = { points, view: state.view, meaning: this.meaning } as const;
    this.besideColumn.hidden = beside === undefined;
    this.main.show({ ...look, picture: main.picture, over: this.over }, live);
    if (beside !== undefined) this.beside.show({ ...look, picture: beside.picture, over: undefined }, live);
  }

  private drawPanels() {
    const { views, state } = this;
    if (views === undefined) return;
    const { main } = views;
    this.titles(views);
    const { legend } = this.main;
    const { picture } = main;
    const depth = picture.kind === 'cells' ? picture.data.header.widths.length : 0;
    this.legend.innerHTML = legend === undefined ? layersHtml(depth) : legendHtml(legend);
    const cells = picture.kind === 'cells' ? picture : undefined;
    const { x, y } = state.window;
    const isCentred = x[1] === -x[0] && y[1] === -y[0] && x[1] === y[1];
    const reach = this.facts !== undefined || !isCentred ? undefined : x[1];
    const outputs = cells?.data.header.outputs ?? 1;
    this.viewPanel.show(
      state.view,
      cells?.cellsPerLayer,
      outputs,
      reach,
      this.facts === undefined ? 'training' : 'file',
    );
    this.counts.show({
      view: main,
      homology: this.homology,
      isRegression: this.meaning === 'number',
      points: state.plan.points,
    });
    this.neurons.show(cells?.neurons ?? [], this.facts === undefined ? state.plan.activation : 'relu');
    this.transport.element.hidden = this.facts !== undefined;
    this.transport.show(state.epoch, this.running);
    this.plan.show(state.plan, state.beside);
    this.curves.element.hidden = this.facts !== undefined;
    if (this.facts === undefined) this.curves.show(state.epoch);
    this.lessons.show(state.lesson);
    this.tellCell();
    this.told = performance.now();
  }

  private titles({ beside }: Views) {
    const { plan } = this.state;
    const shape = `2-${plan.hidden.join('-')}-1`;
    const title = this.facts?.name ?? `${ACTIVATION_TEXTS[plan.activation]} ${shape}`;
    this.mainTitle.textContent =
      this.looking === undefined ? title : `${title}: neuron ${this.looking.layer}:${this.looking.neuron}`;
    const other = this.state.beside;
    if (beside === undefined || other === undefined) return;
    this.besideTitle.textContent = `${ACTIVATION_TEXTS[other]} ${shape}`;
    this.besideFacts.textContent = this.besideSaid(beside, other);
  }

  private besideSaid({ picture, training }: View, other: ActivationName): string {
    const wrong = training?.errors === undefined ? '' : `, ${training.errors} points wrong`;
    const diverged = training?.diverged === true ? ` Diverged after epoch ${training.epoch}.` : '';
    if (picture.kind === 'field') return `${other}: a smooth curve, no cells${wrong}.${diverged}`;
    const { cells } = picture.data.header;
    const corners = picture.corners === undefined ? '' : `, ${picture.corners.length / 2} corners`;
    return `${cells.toLocaleString('en-US')} ${cells === 1 ? 'cell' : 'cells'}${corners}${wrong}.${diverged}`;
  }

  private tellCell() {
    const { cell, told, layersShown } = this.main;
    const isGone = told === undefined || layersShown === undefined || cell === undefined || cell >= told.header.cells;
    this.main.element.dataset.cell = isGone ? '' : `${cell}`;
    if (isGone) return this.inspector.clear();
    const picture = this.views?.main.picture;
    const isComplete = this.over === undefined && picture?.kind === 'cells' && picture.isComplete;
    this.inspector.show(told, cell, layersShown, isComplete, this.over === undefined ? this.exact : undefined);
  }

  private async keptCell(cell: number | undefined) {
    this.tellCell();
    if (cell === undefined || this.running || this.over !== undefined) return;
    const { views } = this;
    const answer = await this.engine.ask({ kind: 'cell', cell });
    if (answer.kind !== 'cell' || this.views?.main.picture !== views?.main.picture) return;
    this.exact = answer.exact;
    this.tellCell();
  }

  /** A sentence above the picture; none takes it away. */
  private say(text: string) {
    if (this.message.textContent === text) return;
    this.message.textContent = text;
    this.message.hidden = text === '';
  }

  // --- files -------------------------------------------------------------------------------------------------------

  private acceptDrops() {
    const body = document.body;
    body.addEventListener('dragover', (event) => {
      event.preventDefault();
      body.classList.add('is-dropping');
    });
    body.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) body.classList.remove('is-dropping');
    });
    body.addEventListener('drop', (event) => {
      event.preventDefault();
      body.classList.remove('is-dropping');
      void this.openFiles([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** Files as they were chosen: the network, and what lies beside it. */
  private async openFiles(files: readonly File[]) {
    if (files.length === 0) return;
    const isNetwork = ({ name }: File) => /\.(onnx|nnet|json|npz|safetensors|rlv)(\.gz)?$/i.test(name);
    const network = files.find(isNetwork) ?? files[0]!;
    const contents = await Promise.all(
      files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
    );
    const others = new Map(contents.filter(([name]) => name !== network.name));
    const bytes = contents.find(([name]) => name === network.name)![1];
    await this.openGiven({ name: network.name, bytes, files: others });
  }

  private async openGiven({ name, bytes, files }: GivenFile, plane?: Plane) {
    this.pause();
    const answer = await this.engine.ask({ kind: 'file', name, bytes, files });
    if (answer.kind !== 'file') {
      if (this.views === undefined) this.begin(this.state);
      this.say(answer.kind === 'refusal' ? answer.reason : '');
      return;
    }
    const { facts } = answer;
    const first = firstPlane(facts);
    const fits =
      plane !== undefined &&
      (plane.kind === 'points'
        ? plane.points.every((point) => point.length === facts.inputs)
        : plane.values.length === facts.inputs);
    this.facts = facts;
    this.over = undefined;
    this.looking = undefined;
    this.neurons.release();
    this.main.keep(undefined);
    this.say('');
    const view: ViewState =
      plane === undefined
        ? { ...this.state.view, mode: facts.outputs > 1 ? 'class' : 'value', layers: 0, output: 0 }
        : this.state.view;
    this.state = { ...this.state, view, lesson: undefined, beside: undefined };
    const at = fits ? { plane, window: this.state.window } : first;
    this.filePanel.show(facts, at.plane, at.window);
    this.onPlane(at.plane, at.window);
  }

  private async openPacked(state: PageState) {
    const { name, content, plane } = state.file!;
    try {
      await this.openGiven(
        { name: `${name.replace(/\.[^.]*$/, '')}.json`, bytes: await unpacked(content), files: new Map() },
        plane,
      );
    } catch {
      this.begin({ ...state, file: undefined });
      this.say('The network in the link is damaged; ask for the link again.');
    }
  }

  private onPlane(plane: Plane, window: Window2) {
    this.state = { ...this.state, window, file: { name: this.facts!.name, content: '', plane } };
    void this.moves.push({ kind: 'plane', plane, window });
  }

  // --- taking away -------------------------------------------------------------------------------------------------

  private async export(what: 'json' | 'onnx' | 'svg') {
    const { mode } = this.state.view;
    const answer = await this.engine.ask({ kind: 'export', what, colouring: mode });
    if (answer.kind === 'refusal') return this.take.say(answer.reason);
    if (answer.kind !== 'export') return;
    download(answer.name, answer.type, answer.bytes as Uint8Array<ArrayBuffer>);
    this.take.say(`${answer.name}: ${answer.bytes.length.toLocaleString('en-US')} bytes.`);
  }

  private async certificate() {
    this.take.say('Proving and checking …');
    const answer = await this.engine.ask({ kind: 'certificate' });
    if (answer.kind === 'refusal') return this.take.say(answer.reason);
    if (answer.kind !== 'certificate') return;
    const { file } = answer;
    if (file.accepted) download('partition.cert', 'application/gzip', file.bytes as Uint8Array<ArrayBuffer>);
    this.take.sayCertificate(file);
  }

  private async png() {
    const bytes = await pngOf(this.main.film);
    download('partition.png', 'image/png', bytes);
    this.take.say(`partition.png: ${bytes.length.toLocaleString('en-US')} bytes.`);
  }

  private async toggleFilm() {
    if (this.film.isRecording) {
      const size = await this.film.stop();
      this.take.recording(false);
      this.take.say(`training.webm: ${size.toLocaleString('en-US')} bytes.`);
      return;
    }
    const began = this.film.start(this.main.film);
    this.take.recording(began);
    this.take.say(
      began ? 'Recording; run the training, then stop the film.' : 'This browser records no WebM; take the PNGs.',
    );
    if (began && !this.running) void this.run();
  }

  /** The next pictures of the run, one by one. */
  private async frames() {
    this.pause();
    if (this.views?.main.training === undefined)
      return this.take.say('A network from a file does not train: take the PNG.');
    const pictures: Uint8Array[] = [];
    for (let k = 0; k < FRAMES; k++) {
      pictures.push(await pngOf(this.main.film));
      this.take.say(`Picture ${k + 1} of ${FRAMES} …`);
      const answer = await this.engine.ask({ kind: 'advance', epochs: this.transport.speed });
      if (answer.kind === 'refusal') break;
      await this.takeViews(answer as Views);
    }
    const zip = zipOf(pictures);
    download('training.zip', 'application/zip', zip);
    this.take.say(`training.zip: ${pictures.length} pictures, ${zip.length.toLocaleString('en-US')} bytes.`);
  }

  private async link() {
    let { state } = this;
    if (this.facts !== undefined && state.file !== undefined) {
      const answer = await this.engine.ask({ kind: 'export', what: 'whole', colouring: '' });
      if (answer.kind !== 'export') return;
      const content = await packed(answer.bytes as Uint8Array<ArrayBuffer>);
      state = { ...state, file: { ...state.file, content } };
    }
    const hash = hashOf(state);
    if (hash.length > LONGEST_LINK) {
      return this.take.say(
        `The network is too large for a link (${hash.length.toLocaleString('en-US')} characters); take its JSON.`,
      );
    }
    history.replaceState(null, '', `#${hash}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.take.say('The link is in the address bar and on the clipboard.');
    } catch {
      this.take.say('The link is in the address bar.');
    }
  }
}
