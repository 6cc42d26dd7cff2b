/**
 * BullMQ on Redis or PostgreSQL: loaded when a queue is asked for, never before.
 *
 * Only its public classes are used, so that both back ends do the same.
 */
import { readFileSync } from 'node:fs';
import type { BackendFactory, ConnectionOptions, Job, QueueEvents, Worker } from 'bullmq';
import { QueueError } from './error.js';
import { type Asked, patient } from './patience.js';

export type { Job, QueueEvents, Worker };
/** A queue, by what is asked of it. */
export type Queue = Asked;

/** Where a queue is. */
export interface QueuePlace {
  /** redis://[[user][:password]@]host[:port][/number], rediss:// with TLS, postgres://... */
  readonly url: string;
  /** Further options of the client (ioredis, node-postgres), such as tls; given on as they are. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What the names of all keys begin with (Redis), or the schema (PostgreSQL). Default: relu-atlas. */
  readonly space?: string;
}

const SPACE = 'relu-atlas';
const JOBS = 'jobs';
/** Events tell that a job is over, and nothing else that is needed: old ones are dropped. */
const MOST_EVENTS = 1000;
/** How long the first answer may take, in milliseconds. */
const CONNECT = 10_000;
/** How long goodbyes may take. */
const CLOSE = 2000;

/** Client options from a file: JSON, in which { "file": name } stands for the content of a file (certificates, keys). */
export function clientOptions(file: string): Record<string, unknown> {
  const value = JSON.parse(readFileSync(file, 'utf8'), (_, member: unknown) => {
    const isFile = typeof member === 'object' && member !== null && Object.keys(member).join() === 'file';
    return isFile ? readFileSync((member as { file: string }).file, 'utf8') : member;
  }) as unknown;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new QueueError(`${file}: expected an object with options of the client, got something else; correct the file`);
}

/** The address without what is secret. */
export function publicUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'the queue';
  }
}

interface Parts {
  readonly connection: ConnectionOptions;
  readonly factory: BackendFactory | undefined;
}

type Bull = typeof import('bullmq') & typeof import('./connector.js');

function partsOf(
  { createPostgresBackend, WatchfulConnector }: Bull,
  { url, options = {}, space = SPACE }: QueuePlace,
): Parts {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'redis:' || protocol === 'rediss:') {
    const { hostname, port, username, password, pathname } = new URL(url);
    const connection: ConnectionOptions = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 6379 : Number(port),
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(/^\/\d+$/.test(pathname) && { db: Number(pathname.slice(1)) }),
      ...(protocol === 'rediss:' && { tls: {} }),
      ...options,
      ...(!('sentinels' in options) && { Connector: WatchfulConnector }),
      // Commands wait for a server that is away: a restart is no failure.
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(100 * times, 2000),
    };
    return { connection, factory: undefined };
  }
  if (protocol === 'postgres:' || protocol === 'postgresql:') {
    // The tables are made where there are none; who may not make them says so in the options.
    const schema = space.replaceAll('-', '_');
    // A connection that ends while somebody uses it fails what is asked; an error of its own that nobody hears would end the process.
    const onConnect = (client: { on(event: 'error', listener: () => void): unknown }) =>
      void client.on('error', () => {});
    const connection = { connectionString: url, schema, migrate: true, onConnect, ...options };
    return {
      connection: connection as unknown as ConnectionOptions,
      factory: createPostgresBackend as unknown as BackendFactory,
    };
  }
  throw new QueueError(
    `--queue: expected redis://HOST, rediss://HOST (TLS) or postgres://HOST/DATABASE, got ${publicUrl(url)}; correct the address`,
  );
}

/** What is opened at a server. */
interface Opened {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** A connection to the queues of a place. */
export class Bulls {
  private readonly opened: Opened[] = [];
  /** What was heard before the server answered. */
  private readonly failures: Error[] = [];
  private state: 'opening' | 'open' | 'closed' = 'opening';
  /** Told when the connection is lost. */
  onTrouble: (reason: string) => void = () => {};

  private constructor(
    private readonly bull: Bull,
    private readonly place: QueuePlace,
    private readonly parts: Parts,
  ) {}

  /** Loads the client. @throws QueueError for an address that is none */
  static async at(place: QueuePlace): Promise<Bulls> {
    const bull = { ...(await import('bullmq')), ...(await import('./connector.js')) };
    return new Bulls(bull, place, partsOf(bull, place));
  }

  private get options() {
    const { space = SPACE } = this.place;
    return { connection: this.parts.connection, prefix: space };
  }

  private watched<One extends Opened>(one: One): One {
    one.on('error', (error) => {
      if (this.state === 'opening') this.failures.push(error);
      this.onTrouble(reasonOf(error));
    });
    this.opened.push(one);
    return one;
  }

  /** Undefined: Redis. Its type says nothing of other back ends, which have the same methods. */
  private get factory(): undefined {
    return this.parts.factory as unknown as undefined;
  }

  /** `jobs`: what is to be walked. `subjects`, `pieces`: what is only kept there; nobody works on it. */
  queue(name: 'jobs' | 'subjects' | 'pieces'): Queue {
    const options = { ...this.options, streams: { events: { maxLen: MOST_EVENTS } } };
    const queue = this.watched(new this.bull.Queue(name, options, this.factory));
    if (this.parts.factory === undefined) return queue;
    return patient(queue, {
      isPatient: () => this.state === 'open',
      onTrouble: (error) => this.onTrouble(reasonOf(error)),
    });
  }

  events(): QueueEvents {
    return this.watched(new this.bull.QueueEvents(JOBS, this.options, this.factory));
  }

  worker(process: (job: Job) => Promise<unknown>, more: object): Worker {
    return this.watched(new this.bull.Worker(JOBS, process, { ...this.options, ...more }, this.factory));
  }

  /** Waits for what was opened. From then on a server that is away is waited for. @throws QueueError if it does not answer */
  async ready(queue: Queue): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), CONNECT);
    });
    const refused = new Promise<'late'>((resolve) => {
      for (const one of this.opened) one.on('error', () => resolve('late'));
    });
    try {
      const all = [queue.getJobCounts('active'), ...this.opened.map((one) => one.waitUntilReady())];
      const answered = Promise.all(all).then(() => 'ready' as const);
      answered.catch(() => {});
      if ((await Promise.race([answered, patience, refused])) === 'ready') {
        this.state = 'open';
        return;
      }
    } catch (error) {
      this.failures.push(error as Error);
    } finally {
      clearTimeout(timer);
    }
    const reason = this.failures.map(reasonOf).find((text) => text !== '') ?? 'it does not answer';
    throw new QueueError(
      `--queue: expected a server at ${publicUrl(this.place.url)}, got ${reason}; start it, or correct the address`,
    );
  }

  /** Says goodbye, if the server still listens. */
  async close(): Promise<void> {
    this.state = 'closed';
    const all = Promise.allSettled(this.opened.map((one) => one.close()));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      all,
      new Promise((resolve) => {
        timer = setTimeout(resolve, CLOSE);
      }),
    ]);
    clearTimeout(timer);
  }
}

function reasonOf(error: Error): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : undefined;
  // Codes of the operating system are words, those of SQL are five letters and digits that nobody knows.
  const word = [code, inner?.code].find((one) => one !== undefined && /^[A-Z_]{6,}$/.test(one));
  return (word ?? message ?? '').split('\n')[0]!;
}
