/**
 * Runs the compiled command as a user does: another process, its output and its exit code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const COMMAND = join(ROOT, 'dist/cli.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Sends SIGINT after so many milliseconds; where that was before the program had begun, again after twice as many. */
  readonly interruptAfter?: number;
  /** What the standard input holds; otherwise there is none. */
  readonly input?: string | Uint8Array;
  /** Of the environment, what is not as here. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    // Who does not read it may have gone.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
    }
    const timer =
      options.interruptAfter === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), options.interruptAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGINT') resolve(run(program, args, { ...options, interruptAfter: 2 * options.interruptAfter! }));
      else resolve({ code, ...text });
    });
  });
}

/** Runs `relu-atlas ARGS` in a process of its own. */
export function fresh(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return run(process.execPath, [COMMAND, ...args], options);
}

/** One process that runs commands one after the other. */
class WarmProcess {
  private readonly mark = randomUUID();
  private readonly child: ChildProcess;
  private readonly text = { stdout: '', stderr: '' };
  private readonly ended: Promise<number | null>;

  /** @param cwd where it runs */
  constructor(cwd: string) {
    const server = join(ROOT, 'properties/support/setup/warm-process.mjs');
    this.child = spawn(process.execPath, [server, pathToFileURL(COMMAND).href, this.mark], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]!.setEncoding('utf8').on('data', (chunk: string) => {
        this.text[name] += chunk;
        this.child.emit('said');
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on('close', resolve);
    });
    // It ends with whoever started it.
    this.child.unref();
    this.child.channel?.unref();
    for (const name of ['stdout', 'stderr'] as const) (this.child[name] as unknown as { unref(): void }).unref();
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.connected;
  }

  /** Until it has answered, or is no more: then its exit code is the command's. */
  async run(args: readonly string[]): Promise<Outcome> {
    const { child, mark, text } = this;
    const answered = new Promise<number>((resolve) => child.once('message', (code) => resolve(code as number)));
    child.send(args);
    const code = await Promise.race([answered, this.ended]);
    const isWhole = () => text.stdout.endsWith(mark) && text.stderr.endsWith(mark);
    while (this.alive && !isWhole()) {
      await Promise.race([new Promise((resolve) => child.once('said', resolve)), this.ended]);
    }
    const outcome = { code, stdout: text.stdout.replace(mark, ''), stderr: text.stderr.replace(mark, '') };
    text.stdout = '';
    text.stderr = '';
    return outcome;
  }
}

/**
 * Runs `relu-atlas ARGS` in a process that has run others before, in a directory of its own. It answers as a fresh one does (a
 * property of its own), ten times as fast.
 */
export function warmIn(cwd: string): (args: readonly string[]) => Promise<Outcome> {
  let process: WarmProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (args) => {
    const next = last.then(() => {
      if (process?.alive !== true) process = new WarmProcess(cwd);
      return process.run(args);
    });
    last = next;
    return next;
  };
}

const warm = warmIn(ROOT);

/**
 * Runs `relu-atlas ARGS`, in a process that has run others before. Where the process itself is the matter (its directory, signals,
 * descriptors, the standard input), it is a fresh one.
 */
export function atlas(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  if (options !== undefined || args.some((arg) => /(^|=)-$|\/dev\//.test(arg))) return fresh(args, options);
  return warm(args);
}

/** A directory for the files of one test file; `dispose` removes it. */
export function scratch(): {
  readonly path: string;
  file(name: string, content: string | Uint8Array): string;
  dispose(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'relu-atlas-test-'));
  return {
    path,
    file(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    dispose: () => rmSync(path, { recursive: true, force: true }),
  };
}
