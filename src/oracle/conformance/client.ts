/**
 * Foreign programs that answer cases: one process per case, or one process that answers line after line.
 *
 * A program may crash, hang, print garbage or print without end. Each of these is an outcome, never an error of ours, and
 * no process outlives its question: it runs in a group of its own, which is ended as a whole.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** What became of one question. */
export type Outcome =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The shell knows no such program. */
  | { readonly kind: 'absent'; readonly reason: string };

export interface Client {
  /** Sends one line of JSON; never throws. One question at a time. */
  ask(line: string): Promise<Outcome>;
  /** Ends whatever is still running. */
  close(): void;
}

export interface ClientOptions {
  /** For the shell, as a user types it. */
  readonly command: string;
  /** Milliseconds per case. */
  readonly timeout: number;
}

/** Longer answers are garbage; the longest honest one has some megabytes. */
const MOST_OUTPUT = 64 * 2 ** 20;
/** How much is kept of what a program says about its own end. */
const LONGEST_COMPLAINT = 2000;
const COMMAND_NOT_FOUND = 127;

function start(command: string): ChildProcessWithoutNullStreams {
  const child = spawn(command, { shell: true, detached: process.platform !== 'win32', stdio: 'pipe' });
  // A program that does not read its input is no error of ours.
  child.stdin.on('error', () => {});
  return child;
}

/** Ends a program and everything it started. */
function end(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** The last line of a text that says something, cut to a readable length. */
function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

function crash(code: number | null, signal: NodeJS.Signals | null, complaint: string): Outcome {
  const last = lastLine(complaint);
  const what = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const reason = `the program ${what}${last === '' ? '' : `: ${last}`}`;
  return { kind: code === COMMAND_NOT_FOUND ? 'absent' : 'failed', reason };
}

const timedOut = (timeout: number): Outcome => ({ kind: 'failed', reason: `no answer within ${timeout / 1000} s` });
const tooLong: Outcome = { kind: 'failed', reason: `more than ${MOST_OUTPUT / 2 ** 20} MiB of output` };

/** A program with its output collected, until it ends or is ended. */
class Run {
  readonly child: ChildProcessWithoutNullStreams;
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private complaint = '';
  private over: Outcome | undefined;
  private settle: ((outcome: Outcome) => void) | undefined;

  /** @param whole whether the answer is all output until the program ends, or its next line */
  constructor(
    command: string,
    private readonly whole: boolean,
  ) {
    this.child = start(command);
    this.child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk.toString('utf8')).slice(-LONGEST_COMPLAINT);
    });
    this.child.on('error', (error) => this.finish({ kind: 'failed', reason: error.message }));
    this.child.on('close', (code, signal) => {
      const answered = this.whole && code === 0;
      this.finish(answered ? { kind: 'answered', text: this.text() } : crash(code, signal, this.complaint));
    });
  }

  get ended(): boolean {
    return this.over !== undefined;
  }

  private text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  private take(chunk: Buffer) {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length > MOST_OUTPUT) this.abandon(tooLong);
    else if (!this.whole && chunk.includes(10)) this.line();
  }

  /** Answers with the first line that has come. Further lines would be answers to nothing: they are dropped. */
  private line() {
    const [text = ''] = this.text().split('\n', 1);
    this.chunks.length = 0;
    this.length = 0;
    this.answer({ kind: 'answered', text });
  }

  private answer(outcome: Outcome) {
    this.settle?.(outcome);
    this.settle = undefined;
  }

  private finish(outcome: Outcome) {
    this.over ??= outcome;
    this.answer(this.over);
  }

  private abandon(outcome: Outcome) {
    this.finish(outcome);
    end(this.child);
  }

  ask(line: string, timeout: number): Promise<Outcome> {
    return new Promise((resolve) => {
      if (this.over !== undefined) {
        resolve(this.over);
        return;
      }
      const timer = setTimeout(() => this.abandon(timedOut(timeout)), timeout);
      this.settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      if (this.whole) this.child.stdin.end(`${line}\n`);
      else this.child.stdin.write(`${line}\n`);
    });
  }

  close() {
    this.abandon({ kind: 'failed', reason: 'interrupted' });
  }
}

/** A program that is started anew for every case: it reads its standard input to the end, answers and exits. */
export function processPerCase({ command, timeout }: ClientOptions): Client {
  let run: Run | undefined;
  return {
    async ask(line) {
      run = new Run(command, true);
      const outcome = await run.ask(line, timeout);
      run.close();
      return outcome;
    },
    close: () => run?.close(),
  };
}

/** A program that is started once and answers each line with a line; it is started again after it failed. */
export function lineByLine({ command, timeout }: ClientOptions): Client {
  let run: Run | undefined;
  return {
    async ask(line) {
      if (run === undefined || run.ended) run = new Run(command, false);
      const outcome = await run.ask(line, timeout);
      if (outcome.kind !== 'answered') run.close();
      return outcome;
    },
    close: () => run?.close(),
  };
}
