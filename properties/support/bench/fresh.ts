/**
 * What a fresh process costs: the whole command against `node -e 0`, in seconds of processor time, because other work on the machine
 * changes those least.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the project stands. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The command, as it was built. */
export const COMMAND = join(ROOT, 'dist/cli.js');
const BENCH = join(ROOT, '../shared/data/bench');

/** Runs with a command and prints what processor time (microseconds) and memory (kilobytes) it took: its own process reports it when it exits. */
export const METER = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); " +
    "process.stderr.write('\\nCPU ' + (user + system) + ' RSS ' + process.resourceUsage().maxRSS); });",
)}`;

/** What a process took, and its standard output. */
export interface Spent {
  readonly seconds: number;
  /** Its largest resident set. */
  readonly megabytes: number;
  readonly output: string;
}

/** Runs a process of Node to its end. @throws Error if it fails */
export function spentBy(args: readonly string[]): Spent {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', METER, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`bench: ${args.join(' ')} failed: ${stderr}`);
  const [, microseconds, kilobytes] = /CPU (\d+) RSS (\d+)/.exec(stderr)!;
  return { seconds: Number(microseconds) / 1e6, megabytes: Number(kilobytes) / 1024, output: stdout };
}

/** @param output a file for what the process writes */
export function processorSeconds(args: readonly string[], output = ''): number {
  const { seconds, output: text } = spentBy(args);
  if (output !== '') writeFileSync(output, text);
  return seconds;
}

/** Medians of so many runs, in turn. */
const RUNS = 7;

/** Rows: what is run, its processor seconds, and how many times `node -e 0` that is. */
export function freshRows(): string[][] {
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', ['-e', '0']],
    ['--version', [COMMAND, '--version']],
    ['count 2-16-16-1 (369 cells)', [COMMAND, 'count', join(BENCH, 'net_2-16-16-1.json'), '--box=-1,1', '-q']],
    ['count 2-64-64-64-1 (14,260 cells)', [COMMAND, 'count', join(BENCH, 'net_2-64-64-64-1.json'), '--box=-1,1', '-q']],
  ];
  const seconds = commands.map((): number[] => []);
  for (let run = 0; run < RUNS; run++) {
    commands.forEach(([, args], k) => {
      seconds[k]!.push(processorSeconds(args));
    });
  }
  const medians = seconds.map((list) => list.sort((a, b) => a - b)[RUNS >> 1]!);
  return commands.map(([name], k) => [name, medians[k]!.toFixed(3), `${(medians[k]! / medians[0]!).toFixed(1)}x`]);
}
