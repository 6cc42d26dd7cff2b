/**
 * The threads in which long questions are answered, so that short ones need not wait for them.
 */
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { threadFile, threadFlags } from '../package/index.js';
import { type RpcError, rpcError } from './errors.js';
import { CREDIT, type JobMessage, type JobTask, STOP } from './job.js';
import type { Limits } from './limits.js';

/** How long a stopped question may take to say what it has, before its thread is ended, in milliseconds. */
const GRACE = 1000;
/** How long an idle thread is kept, in milliseconds. */
const IDLE = 10_000;

/** Why a question was stopped. */
export type StopReason = 'cancelled' | 'timeout';

/** The work of a question that its asker can steer. */
export interface RunningJob {
  readonly result: Promise<unknown>;
  /** Ends it soon; `result` then rejects with the error for the reason. */
  stop(reason: StopReason, message: string): void;
  /** Lets it send so many more pages. */
  grant(pages: number): void;
}

/** What is told while a question is worked on. */
export interface JobListener {
  readonly onProgress?: (value: object) => void;
  /** @param cells JSON text */
  readonly onPage?: (page: number, cells: string) => void;
}

/** The pool of a server. */
export class OracleThreads {
  private readonly pool: Piscina<JobTask, void>;

  constructor({ running, waiting }: Limits) {
    this.pool = new Piscina<JobTask, void>({
      filename: threadFile('oracle-worker'),
      execArgv: threadFlags(),
      name: 'work',
      minThreads: 0,
      maxThreads: running,
      maxQueue: waiting,
      idleTimeout: IDLE,
    });
  }

  /** Starts a question. */
  run(task: Omit<JobTask, 'control' | 'port'>, pages: number, listener: JobListener = {}): RunningJob {
    const control = new Int32Array(new SharedArrayBuffer(8));
    Atomics.store(control, CREDIT, pages);
    const { port1, port2 } = new MessageChannel();
    const kill = new AbortController();
    let started = false;
    let stopped: RpcError | undefined;
    const result = new Promise<unknown>((resolve, reject) => {
      const fail = (error: unknown) => {
        port1.close();
        reject(stopped ?? (error instanceof Error && QUEUE_FULL.test(error.message) ? busy() : error));
      };
      port1.on('message', (message: JobMessage) => {
        if (message.kind === 'started') started = true;
        else if (message.kind === 'progress') listener.onProgress?.(message.value);
        else if (message.kind === 'page') listener.onPage?.(message.page, message.cells);
        else {
          port1.close();
          if (message.kind === 'end') resolve(message.result);
          else reject(failure(message, stopped));
        }
      });
      this.pool
        .run({ ...task, control, port: port2 }, { transferList: [port2], signal: kill.signal })
        .then(undefined, fail);
    });
    return {
      result,
      grant(more) {
        Atomics.add(control, CREDIT, more);
        Atomics.notify(control, CREDIT);
      },
      stop(reason, message) {
        if (stopped !== undefined) return;
        stopped = rpcError(reason, message);
        Atomics.store(control, STOP, 1);
        Atomics.notify(control, CREDIT);
        if (!started) kill.abort();
        else setTimeout(() => kill.abort(), GRACE).unref();
      },
    };
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

const QUEUE_FULL = /queue is at limit|No task queue/i;

function busy(): RpcError {
  return rpcError('busy', 'too many long requests are waiting; try again when some are answered');
}

/** The error of a question that did not end well: the reason it was stopped for, with what it had. */
function failure({ code, message, data }: JobMessage & { kind: 'failed' }, stopped: RpcError | undefined): Error {
  if (code === 0 && stopped !== undefined) {
    return data === undefined ? stopped : Object.assign(stopped, { data });
  }
  return Object.assign(rpcError('internal', message, data), { code });
}
