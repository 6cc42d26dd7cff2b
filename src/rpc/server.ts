/**
 * The oracle as a server: on standard input and output, or on a port of this machine.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Limits } from './limits.js';
import { type Line, linesOf } from './lines.js';
import type { Budget } from './networks.js';
import { Session } from './session.js';
import { OracleThreads } from './threads.js';

/** Bytes that may wait to be read by a client before nothing more is read from it. */
const HIGH_WATER = 4 * 1024 * 1024;

/**
 * How often a client that says no more is sent a space, which means nothing before a line of JSON, in milliseconds: one that has gone
 * without a word looks like one that waits for its answers, until it is written to.
 */
const FEEL = 1000;

/** What a server needs to know. */
export interface OracleOptions {
  readonly limits: Limits;
  /** Whether clients may name files to read and write. */
  readonly files: boolean;
}

/** Where the lines of one client come from and go to. */
interface Connection {
  readonly input: Readable;
  readonly output: Writable;
  /** Whether the first line must be JSON: a web page that posts to the port sends something else first. */
  readonly strict: boolean;
}

/** Answers one client after the other or all at once; threads and memory are shared. */
export class OracleServer {
  private readonly threads: OracleThreads;
  private readonly budget: Budget = { numbers: 0, loaded: 0 };

  constructor(private readonly options: OracleOptions) {
    this.threads = new OracleThreads(options.limits);
  }

  /** Talks with one client until its input ends and everything it asked is answered. */
  async serve({ input, output, strict }: Connection): Promise<void> {
    const { limits, files } = this.options;
    let gone = false;
    const session = new Session(
      { limits, files, threads: this.threads, budget: this.budget, congested: () => roomIn(output) },
      (line) => {
        if (!gone) output.write(line);
      },
    );
    const leave = () => {
      gone = true;
      session.close();
    };
    output.once('error', leave).once('close', leave);
    let first = strict;
    let feeler: NodeJS.Timeout | undefined;
    try {
      // Who has read to the end of a connection may still write to it.
      for await (const line of linesOf(input.iterator({ destroyOnReturn: false }), limits.requestBytes)) {
        if (first && !isJson(line)) return;
        first = false;
        await session.accept(line);
        await roomIn(output);
        if (gone) return;
      }
      // From here on only writing tells whether a client on a connection still listens.
      if (strict) feeler = setInterval(() => output.write(' '), FEEL);
      await session.finish();
    } finally {
      clearInterval(feeler);
      session.close();
    }
  }

  /** Listens on a port of the loopback interface; 0 takes a free one. */
  async listen(port: number): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.on('error', () => socket.destroy());
      const talk = this.serve({ input: socket, output: socket, strict: true });
      talk.then(
        () => socket.destroySoon(),
        () => socket.destroy(),
      );
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  /** Ends all threads; what is running is lost. */
  async close(): Promise<void> {
    await this.threads.close();
  }
}

function isJson(line: Line): boolean {
  return line.kind === 'text' && /^\s*[[{]/.test(line.text);
}

/** Resolves when a client has read most of what was written to it; undefined while it keeps up. */
function roomIn(output: Writable): Promise<void> | undefined {
  if (output.writableLength <= HIGH_WATER || output.destroyed) return undefined;
  return new Promise((resolve) => {
    const done = () => {
      for (const event of EVENTS) output.off(event, done);
      resolve();
    };
    for (const event of EVENTS) output.once(event, done);
  });
}

const EVENTS = ['drain', 'close', 'error'] as const;
