/**
 * Talks to `relu-atlas oracle` as a client does: another process, lines in and out.
 */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { COMMAND, ROOT } from './command.js';

/** A message from the server: an answer, or a notification. */
export interface Message {
  readonly jsonrpc: string;
  readonly id?: string | number | null;
  // biome-ignore lint/suspicious/noExplicitAny: what the server answers is what the tests look at
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly params?: any;
}

/** A conversation. */
export interface RpcClient {
  /** Everything that was received, in order; a batch is one entry. */
  readonly received: (Message | readonly Message[])[];
  /** Sends bytes as they are. */
  send(text: string | Uint8Array): void;
  /** Sends one message as a line. */
  say(message: unknown): void;
  /** Asks and waits for the answer; errors are answers, too. */
  ask(method: string, params?: object, id?: string | number): Promise<Message>;
  /** Waits for a message that fits. */
  until(fits: (message: Message | readonly Message[]) => boolean): Promise<Message | readonly Message[]>;
}

/** A client over a pair of streams. */
export function rpcClient(input: Writable, output: Readable): RpcClient {
  const received: (Message | readonly Message[])[] = [];
  const waiting = new Set<() => void>();
  const refusals = new Set<(error: Error) => void>();
  let rest = '';
  let next = 1;
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) received.push(JSON.parse(line) as Message);
    for (const look of waiting) look();
  });
  output.once('close', () => {
    for (const refuse of refusals)
      refuse(new Error(`the server has left; it said ${JSON.stringify(received.slice(-3))}`));
  });
  const until: RpcClient['until'] = (fits) =>
    new Promise((resolve, reject) => {
      let seen = 0;
      const look = () => {
        for (; seen < received.length; seen++) {
          const message = received[seen]!;
          if (!fits(message)) continue;
          waiting.delete(look);
          refusals.delete(reject);
          resolve(message);
          return;
        }
      };
      refusals.add(reject);
      waiting.add(look);
      look();
    });
  const send = (text: string | Uint8Array) => void input.write(text);
  const say = (message: unknown) => send(`${JSON.stringify(message)}\n`);
  return {
    received,
    send,
    say,
    until,
    async ask(method, params, id = `ask ${next++}`) {
      say({ jsonrpc: '2.0', id, method, ...(params && { params }) });
      return (await until((message) => !Array.isArray(message) && (message as Message).id === id)) as Message;
    },
  };
}

/** A server process with one client on its standard streams. */
export interface OracleProcess extends RpcClient {
  /** Ends the input. */
  end(): void;
  interrupt(): void;
  /** The exit code. */
  readonly exit: Promise<number | null>;
  /** What was written to standard error. */
  readonly errors: () => string;
}

/** Starts `relu-atlas oracle ARGS`. */
export function startOracle(args: readonly string[] = []): OracleProcess {
  const child = spawn(process.execPath, [COMMAND, 'oracle', ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  // A server that has left takes no more input; the test learns that from its exit code.
  child.stdin.on('error', () => {});
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    ...rpcClient(child.stdin, child.stdout),
    end: () => void child.stdin.end(),
    interrupt: () => void child.kill('SIGINT'),
    exit,
    errors: () => errors,
  };
}
