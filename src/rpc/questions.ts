/**
 * Who answers what: short questions at once, long ones in a thread, with progress, pages and a time limit.
 */
import { networkDigest, neuronCount, shapeOf } from '../network/index.js';
import { answerEvaluate, answerGradient, answerLocate, answerPattern, domainOf, jsonOfDomain } from './answers.js';
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
    const { network } = params as Params<'pattern'>;
    // A question may follow a load on the spot: the client knows the handle to come.
    if (this.networks.has(network) || this.loads.size === 0) return this.answerAbout(method, params, asked);
    return Promise.allSettled(this.loads).then(() => this.answerAbout(method, params, asked));
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
    const load = this.load(params, asked);
    this.loads.add(load);
    const done = () => void this.loads.delete(load);
    load.then(done, done);
    return load;
  }

  private async load(params: Params<'load'>, asked: Asked): Promise<Result<'load'>> {
    const { path, network: inline, base64, format } = params;
    if ([path, inline, base64].filter((source) => source !== undefined).length !== 1) {
      throw rpcError('invalidParams', 'load: expected one of path, network and base64; give exactly one');
    }
    if ((base64 === undefined) !== (format === undefined)) {
      throw rpcError('invalidParams', 'load: base64 needs a format, and nothing else does; give both or neither');
    }
    if (path !== undefined) this.requireFiles('path', 'network or base64');
    const handle = this.networks.reserve();
    const loaded = (await this.run(
      { method: 'load', params, limits: this.setting.limits },
      params,
      asked,
    )) as LoadedNetwork;
    const network = this.networks.add(handle, loaded);
    return {
      network: handle,
      shape: shapeOf(network),
      inputs: network.inputs,
      outputs: network.outputs,
      neurons: neuronCount(network),
      digest: networkDigest(network),
      ...(loaded.domain && { domain: jsonOfDomain(loaded.domain) }),
      warnings: [...loaded.warnings],
    };
  }

  private unload({ network }: Params<'unload'>): Result<'unload'> {
    this.networks.remove(network);
    return { unloaded: network };
  }

  private requireFiles(member: string, instead: string): void {
    if (this.setting.files) return;
    throw rpcError('notAllowed', `${member}: this server touches no files; start it with --files, or use ${instead}`);
  }

  /** The answer to a question that takes about a millisecond, or undefined if it may take longer. */
  private short(method: 'evaluate' | 'pattern' | 'gradient' | 'locate', params: unknown, _: Asked): unknown {
    const { network: handle, point } = params as Params<'pattern'>;
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
    const { network: handle } = params as Params<'pattern'>;
    const kept = this.networks.get(handle);
    const task = { method, params, network: kept.job, limits: this.setting.limits };
    if (method === 'check') return this.check(task, asked);
    if (method === 'count') return this.count(task, kept, asked);
    if (method === 'compare') return this.compare(task, kept, asked);
    if (method === 'verify') return this.verify(task, asked);
    if (method === 'partition') return this.partition(task, kept, asked);
    return this.run(task, params as Params<'segment'>, asked);
  }

  private count(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'count'>;
    if (params.certificate !== undefined) this.requireFiles('certificate', 'the command `relu-atlas count`');
    const domain = domainOf(params.domain, kept.domain, kept.network.inputs);
    return this.run({ ...task, params: { ...params, workers: params.workers ?? 1 }, domain }, params, asked);
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
    if (params.certificate !== undefined) this.requireFiles('certificate', 'the command `relu-atlas verify`');
    const others = Object.entries(params.networks ?? {}).map(
      ([name, handle]) => [name, this.networks.get(handle).job] as const,
    );
    return this.run({ ...task, others }, params, asked);
  }

  private async partition(task: Omit<JobTask, 'control' | 'port'>, kept: KeptNetwork, asked: Asked): Promise<unknown> {
    const params = task.params as Params<'partition'>;
    const { token, window } = params;
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
