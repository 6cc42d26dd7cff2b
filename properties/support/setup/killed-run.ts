/**
 * A count through a queue by processes of its own - coordinator, two workers, the server - of which one is killed without a word now and
 * then, at random moments, and started again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CountReport } from '../../../src/run/count.js';
import { COMMAND } from './command.js';

/** What keeps the queue: killed, it has what it had stored. */
export interface KilledServer {
  readonly url: string;
  kill(): Promise<void>;
  begin(): Promise<void>;
}

export interface KilledRunOptions {
  readonly net: string;
  readonly server: KilledServer;
  /** Where its files go. */
  readonly folder: string;
  /** Milliseconds between two kills: the least, and the most. */
  readonly every: readonly [number, number];
}

/** A count by processes, one of which is killed now and then. */
export class KilledRun {
  readonly certificate: string;
  /** How often either worker, the coordinator and the server were. */
  readonly killed = [0, 0, 0, 0];
  private readonly workers: (ChildProcess | undefined)[] = [undefined, undefined];
  private state = 1605;

  constructor(private readonly options: KilledRunOptions) {
    this.certificate = join(options.folder, 'killed.cert');
  }

  private random(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 2147483647;
  }

  private start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  private hire(k: number) {
    const queue = [`--queue=${this.options.server.url}`, '--queue-space=killed', '--workers=1', '--lock=1', '-q'];
    this.workers[k] = this.start(['worker', ...queue]);
    this.workers[k].stderr!.resume();
  }

  /** @param kills how many before it may end in peace */
  async finish(kills: number): Promise<CountReport> {
    const { net, server, folder, every } = this.options;
    for (const k of this.workers.keys()) this.hire(k);
    try {
      for (let killed = 0; ; ) {
        const coordinator = this.start([
          'count',
          net,
          '--whole',
          '--json',
          `--certificate=${this.certificate}`,
          `--checkpoint=${join(folder, 'killed run')}`,
          '--checkpoint-every=0.05',
          `--queue=${server.url}`,
          '--queue-space=killed',
          '--job-seconds=0.1',
        ]);
        let stdout = '';
        coordinator.stdout!.on('data', (text) => {
          stdout += text;
        });
        let stderr = '';
        coordinator.stderr!.on('data', (text) => {
          stderr += text;
        });
        const ended = new Promise<number | null>((resolve) => coordinator.once('close', resolve));
        while (killed < kills && coordinator.exitCode === null) {
          const wait = new Promise((resolve) => setTimeout(resolve, every[0] + (every[1] - every[0]) * this.random()));
          await Promise.race([wait, ended]);
          if (coordinator.exitCode !== null) break;
          killed++;
          const victim = Math.floor(4 * this.random());
          this.killed[victim]!++;
          if (victim === 3) {
            await server.kill();
            await server.begin();
          } else if (victim === 2) {
            coordinator.kill('SIGKILL');
            break;
          } else {
            this.workers[victim]!.kill('SIGKILL');
            this.hire(victim);
          }
        }
        const code = await ended;
        if (code === 0) return JSON.parse(stdout) as CountReport;
        // One that starts in the moment when the server goes away or is down says so, and is started again.
        const away =
          /expected a server at \S+, got (ECONN|Connection terminated|Client has encountered|.*(starting up|shutting down))/;
        const isTooEarly = code === 1 && away.test(stderr);
        if (code !== null && !isTooEarly) throw new Error(`count: exit ${code}: ${stdout}${stderr}`);
      }
    } finally {
      for (const worker of this.workers) worker?.kill('SIGKILL');
    }
  }
}
