/**
 * Who answers what: short questions at once, long ones in a thread, with progress, pages and a time limit.
 */
import { stat } from 'node:fs/promises';
import { ANSWER_VERSION, domainJson } from '../answers/index.js';
import { needsDomain } from '../formula/index.js';
import { networkDigest, neuronCount, shapeOf } from '../network/index.js';
import { OccupiedError, requireFree, type Target } from '../output/index.js';
import { arrangementKind, symmetriesOfNoUse } from '../run/index.js';
import { answerEvaluate, answerGradient, answerLocate, answerPattern, domainOf } from './answers.js';
import { rpcError } from './errors.js';
import type { JobTask, LoadedNetwork } from './job.js';
import { LIMITS, type Limits } from './limits.js';
import type { Budget, KeptNetwork, OracleNetworks } from './networks.js';
import type { MethodName, Params, Result } from './schemas.js';
import type { OracleThreads, RunningJob } from './threads.js';

/** A request whose answer is outstanding. */
export interface Asked {
  readonly id: string | number | null | undefined;
  /** The thread that works on it, if one does. */
  job?: RunningJob;
  cancelled: boolean;
}

/** What a session is started with. */
export interface SessionSetting {
  readonly limits: Limits;
  readonly threads: OracleThreads;
  readonly budget: Budget;
  /** Whether the client may name files. */
  readonly files: boolean;
  /** Resolves when the client has taken in what was written; undefined while it keeps up. */
  readonly congested: () => Promise<void> | undefined;
}

/** Pages under way to a client that sets no window. */
const PAGES_AHEAD = 8;

type Token = string | number;

/** Questions about a network on a domain, and nothing else. */
const ON_DOMAINS: ReadonlySet<MethodName> = new Set([
  'facts',
  'boundary',
  'regions',
  'estimate',
  'integrals',
  'topology',
  'sample',
]);

/** How files are read. */
const READING = ['units', 'head', 'input', 'output', 'inputShape', 'batch', 'layers'] as const;

/** @throws RpcError for members that mean nothing beside the source of the network */
function requireMeaning(params: Params<'load'>) {
  const idle = READING.find((member) => params.network !== undefined && params[member] !== undefined);
  if (idle !== undefined) {
    throw rpcError('invalidParams', `load: ${idle} says how a file is read, and network is none; drop it`);
  }
  if (params.files !== undefined && params.base64 === undefined) {
    throw rpcError('invalidParams', 'load: files belong to base64; drop them, they are found beside path');
  }
}

type Tensors = NonNullable<Result<'load'>['tensors']>;

function shownTensors({ inputs, outputs }: NonNullable<LoadedNetwork['about']['tensors']>): Tensors {
  const shown = (list: typeof inputs) => list.map(({ name, shape }) => ({ name, shape: [...shape] }));
  return { inputs: shown(inputs), outputs: shown(outputs) };
}

/** Parameters whose network has been found. */
type About<Name extends MethodName> = Params<Name> & { readonly network: string };

/** Answers the methods of one client. */
export class Questions {
  /** Partitions under way that wait for acknowledgements. */
  private readonly windows = new Map<Token, RunningJob>();
  private readonly loads = new Set<Promise<unknown>>();

  constructor(
    private readonly setting: SessionSetting,
    private readonly networks: OracleNetworks,
    private readonly write: (line: string) => void,
  ) {}

  /** The answer to a method whose parameters have been checked. */
  answer(method: MethodName, params: unknown, asked: Asked): Promise<unknown> | unknown {
    if (method === 'load') return this.loading(params as Params<'load'>, asked);
    if (method === 'arrangement') return this.arrangement(params as Params<'arrangement'>, asked);
    const { network } = params as Params<'pattern'>;
    const about = (handle: string) => this.answerAbout(method, { ...(params as object), network: handle }, asked);
    // A question may follow a load on the spot: the client knows the handle to come.
    if (typeof network === 'string' && (this.networks.has(network) || this.loads.size === 0)) return about(network);
    const isReady = this.loads.size === 0;
    if (network === undefined && isReady) return about(this.networks.only);
    const settled = isReady ? Promise.resolve([]) : Promise.allSettled(this.loads);
    const found = settled.then(() => {
      if (network === undefined) return this.networks.only;
      return typeof network === 'string' ? network : this.handleFor(network, asked);
    });
    // Questions that come behind may be about a network that this one names.
    return (typeof network === 'object' ? this.pending(found) : found).then(about);
  }

  /** Later questions wait for this, as far as they do not know their network. */
  private pending<T>(load: Promise<T>): Promise<T> {
    this.loads.add(load);
    const done = () => void this.loads.delete(load);
    load.then(done, done);
    return load;
  }

  /** The handle of a network that a question names by its file or its content: loaded once, as long as neither changes. */
  private async handleFor(network: object, asked: Asked): Promise<string> {
    const path = 'path' in network && typeof network.path === 'string' ? network.path : undefined;
    if (path !== undefined) this.requireFiles('network.path', 'a handle or the network itself');
    const status = path === undefined ? undefined : await stat(path).catch(() => undefined);
    const name = JSON.stringify([network, status?.mtimeMs, status?.size]);
    const known = this.networks.handleOf(name);
    if (known !== undefined) return known;
    const { network: handle } = await this.loading(
      path === undefined ? { network: network as { layers: unknown[] } } : { path },
      asked,
    );
    this.networks.call(name, handle);
    return handle;
  }

  private answerAbout(method: MethodName, params: unknown, asked: Asked): Promise<unknown> | unknown {
    switch (method) {
      case 'unload':
        return this.unload(params as Params<'unload'>);
      case 'evaluate':
      case 'pattern':
      case 'gradient':
      case 'locate':
        return this.short(method, params, asked) ?? this.long(method, params, asked);
      default:
        return this.long(method, params, asked);
    }
  }

  /** So many more pages of a partition were taken in. */
  acknowledge(token: Token, pages: number): void {
    this.windows.get(token)?.grant(pages);
  }

  private loading(params: Params<'load'>, asked: Asked): Promise<Result<'load'>> {
    return this.pending(this.load(params, asked));
  }

  private async load(params: Params<'load'>, asked: Asked): Promise<Result<'load'>> {
    const { path, network: inline, base64, format } = params;
    if ([path, inline, base64].filter((source) => source !== undefined).length !== 1) {
      throw rpcError('invalidParams', 'load: expected one of path, network and base64; give exactly one');
    }
    if ((base64 === undefined) !== (format === undefined)) {
      throw rpcError('invalidParams', 'load: base64 needs a format, and nothing else does; give both or neither');
    }
    requireMeaning(params);
    if (path !== undefined) this.requireFiles('path', 'network or base64');
    const handle = this.networks.reserve();
    const loaded = (await this.run(
      { method: 'load', params, limits: this.setting.limits },
      params,
      asked,
    )) as LoadedNetwork;
    const { network, closed } = this.networks.add(handle, loaded, path);
    return {
      network: handle,
      shape: shapeOf(network),
      inputs: network.inputs,
      outputs: network.outputs,
      neurons: neuronCount(network),
      digest: networkDigest(network),
      version: ANSWER_VERSION,
      ...(closed.length > 0 && { closed: [...closed] }),
      ...(loaded.domain && { domain: domainJson(loaded.domain) }),
      ...(loaded.about.tensors && { tensors: shownTensors(loaded.about.tensors) }),
      ...(loaded.about.heads && { heads: loaded.about.heads.map(({ kind }) => kind) }),
      warnings: [...loaded.warnings],
    };
  }

  private unload({ network }: Params<'unload'>): Result<'unload'> {
    this.networks.remove(network);
    return { unloaded: network };
  }

  /** Refuses to write over what is read, or what something else has made. */
  private requireFree(
    file: string,
    kinds: Pick<Target, 'kind' | 'orElse'>,
    force: boolean | undefined,
    inputs: readonly string[] = [],
  ): void {
    try {
      requireFree([{ option: 'certificate', file, ...kinds }], [...this.networks.paths, ...inputs], force);
    } catch (error) {
      if (!(error instanceof OccupiedError)) throw error;
      const name = error.problem.includes(error.file) ? '' : `${error.file}: `;
      throw rpcError('invalidParams', `${name}${error.problem}${error.about === 'content' ? '"force":true' : ''}`);
    }
  }

  private requireFiles(member: string, instead: string): void {
    if (this.setting.files) return;
    throw rpcError('notAllowed', `${member}: this server touches no files; start it with --files, or use ${instead}`);
  }

  /** The answer to a question that takes about a millisecond, or undefined if it may take longer. */
  private short(method: 'evaluate' | 'pattern' | 'gradient' | 'locate', params: unknown, _: Asked): unknown {
    const { network: handle, point } = params as About<'pattern'>;
    const oracle = this.networks.get(handle).oracle?.();
    if (oracle === undefined) return undefined;
    if (method === 'evaluate') return answerEvaluate(oracle, params as Params<'evaluate'>);
    const pattern = answerPattern(oracle, { point });
    if (method === 'pattern') return pattern;
    // The cells around a point on creases may be many.
    if (pattern.onCrease.length > 0) return undefined;
    if (method === 'gradient') return answerGradient(oracle, params as Params<'gradient'>);
    const locate = params as Params<'locate'>;
    if (locate.details?.includes('facets') === true || locate.domain !== undefined) return undefined;
    return answerLocate(oracle, locate);
  }

  private long(method: MethodName, params: unknown, asked: Asked): Promise<unknown> {
    const { network: handle } = params as About<'pattern'>;
    const kept = this.networks.get(handle);
    const task = { method, params, network: kept.job, limits: this.setting.limits };
    if (method === 'check') return this.check(task, asked);
    if (method === 'count') return this.count(task, kept, asked);
    if (method === 'compare') return this.compare(task, kept, asked);
    if (method === 'verify') return this.verify(task, asked);
    if (method === 'partition') return this.partition(task, kept, asked);
    if (method === 'formula') return this.formula(task, kept, asked);
    if (ON_DOMAINS.has(method)) {
      const { domain } = params as Params<'facts'>;
      const place = domainOf(domain, kept.domain, kept.network.inputs);
      return this.run({ ...task, domain: place }, params as Params<'facts'>, asked);
    }
    return this.run(task, params as Params<'segment'>, asked);
  }

  private count(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'count'>;
    const domain = domainOf(params.domain, kept.domain, kept.network.inputs);
    if (params.certificate !== undefined) {
      this.requireFiles('certificate', 'the command `relu-atlas count`');
      const { engine = 'auto', symmetry } = params;
      const isByOrbits = typeof symmetry === 'object' || symmetry === 'orbits';
      const isOfLayer =
        typeof symmetry === 'object' && engine === 'auto' && symmetriesOfNoUse(kept.network, domain) === undefined;
      const walked = isByOrbits ? 'certificate by orbits' : 'certificate';
      const unvisited = engine === 'images' ? 'certificate by images' : walked;
      const kind = engine === 'chambers' || isOfLayer ? arrangementKind(domain) : unvisited;
      const orElse = engine === 'auto' && kind === 'certificate' ? 'certificate by images' : undefined;
      this.requireFree(params.certificate, { kind, ...(orElse && { orElse }) }, params.force);
    }
    return this.run({ ...task, params: { ...params, workers: params.workers ?? 1 }, domain }, params, asked);
  }

  /** About hyperplanes, and no network. */
  private async arrangement(params: Params<'arrangement'>, asked: Asked): Promise<unknown> {
    const { certificate, domain } = params;
    if (certificate !== undefined) {
      this.requireFiles('certificate', 'the command `relu-atlas arrangement`');
      const isWhole = domain === undefined || 'whole' in domain;
      this.requireFree(certificate, { kind: arrangementKind({ kind: isWhole ? 'whole' : 'box' }) }, params.force);
    }
    return this.run({ method: 'arrangement', params, limits: this.setting.limits }, params, asked);
  }

  /** Some languages say the function everywhere: a domain is asked for where it is needed. */
  private formula(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'formula'>;
    const isNeeded = needsDomain(params.language) || params.simplified === true;
    const given = params.domain !== undefined || kept.domain !== undefined || isNeeded;
    const place = given ? domainOf(params.domain, kept.domain, kept.network.inputs) : undefined;
    return this.run({ ...task, ...(place && { domain: place }) }, params, asked);
  }

  private check(task: Omit<JobTask, 'control' | 'port'>, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'check'>;
    if ((params.path === undefined) === (params.base64 === undefined)) {
      throw rpcError('invalidParams', 'check: expected either path or base64; give one');
    }
    if (params.path !== undefined) this.requireFiles('path', 'base64');
    return this.run(task, params, asked);
  }

  private compare(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'compare'>;
    if ((params.path === undefined) === (params.claim === undefined)) {
      throw rpcError('invalidParams', 'compare: expected either claim or path; give one');
    }
    if (params.path !== undefined) this.requireFiles('path', 'claim');
    const domain = domainOf(params.domain, kept.domain, kept.network.inputs);
    return this.run({ ...task, domain }, params, asked);
  }

  private verify(task: Omit<JobTask, 'control' | 'port'>, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'verify'>;
    if ((params.query === undefined) === (params.path === undefined)) {
      throw rpcError('invalidParams', 'verify: expected either query or path; give one');
    }
    if (params.path !== undefined) this.requireFiles('path', 'query');
    if (params.certificate !== undefined) {
      this.requireFiles('certificate', 'the command `relu-atlas verify`');
      this.requireFree(
        params.certificate,
        { kind: 'proof' },
        params.force,
        params.path === undefined ? [] : [params.path],
      );
    }
    const others = Object.entries(params.networks ?? {}).map(
      ([name, handle]) => [name, this.networks.get(handle).job] as const,
    );
    return this.run({ ...task, others }, params, asked);
  }

  private async partition(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'partition'>;
    const { window } = params;
    const token = params.token ?? asked.id ?? '';
    if (this.windows.has(token)) {
      throw rpcError('invalidParams', `token: ${JSON.stringify(token)} names a partition under way; choose another`);
    }
    const domain = domainOf(params.domain, kept.domain, kept.network.inputs);
    const page = params.page ?? LIMITS.page.default;
    const onPage = (number: number, cells: string) => {
      const head = `{"jsonrpc":"2.0","method":"$/partition","params":{"token":${JSON.stringify(token)},"page":${number}`;
      this.write(`${head},"cells":${cells}}}\n`);
      if (window !== undefined) return;
      // Who sets no window is sent pages as fast as it reads them.
      const room = this.setting.congested();
      if (room === undefined) asked.job?.grant(1);
      else void room.then(() => asked.job?.grant(1));
    };
    const ready = { ...task, params: { ...params, page }, domain };
    try {
      const running = this.run(ready, params, asked, { pages: window ?? PAGES_AHEAD, onPage });
      this.windows.set(token, asked.job!);
      return await running;
    } finally {
      this.windows.delete(token);
    }
  }

  /** Runs a task in a thread until it ends or its time has passed. */
  private async run(
    task: Omit<JobTask, 'control' | 'port'>,
    { timeout, token }: { readonly timeout?: number | undefined; readonly token?: Token | undefined },
    asked: Asked,
    stream?: { readonly pages: number; readonly onPage: (page: number, cells: string) => void },
  ): Promise<unknown> {
    const { seconds } = this.setting.limits;
    const allowed = Math.min(timeout ?? seconds, seconds);
    const onProgress = (value: object) => {
      this.write(`${JSON.stringify({ jsonrpc: '2.0', method: '$/progress', params: { token, value } })}\n`);
    };
    const listener = { ...(token !== undefined && { onProgress }), ...(stream && { onPage: stream.onPage }) };
    const job = this.setting.threads.run(task, stream?.pages ?? 0, listener);
    asked.job = job;
    if (asked.cancelled) job.stop('cancelled', 'the request was cancelled');
    const why = timeout !== undefined && timeout <= seconds ? 'its timeout' : "the server's limit";
    const timer = setTimeout(
      () =>
        job.stop('timeout', `${task.method}: not finished within ${allowed} s, ${why}; allow more, or ask for less`),
      1000 * allowed,
    );
    try {
      return await job.result;
    } finally {
      clearTimeout(timer);
    }
  }
}
