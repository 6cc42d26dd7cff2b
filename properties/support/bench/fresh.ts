/**
 * What a fresh process costs: the whole command against `node -e 0`, in seconds of processor time, because other work on the machine
 * changes those least.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the project stands. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The command, as it was built. */
export const COMMAND = join(ROOT, 'dist/cli.js');
const BENCH = join(ROOT, '../shared/data/bench');

/** Runs with a command and prints what processor time (microseconds) and memory (kilobytes) it took: its own process reports it when it exits. */
export const METER = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\nCPU ' + (user + system) + ' RSS ' + process.resourceUsage().maxRSS); });",
)}`;

/** @param output a file for what the process writes */
export function processorSeconds(args: readonly string[], output = ''): number {
  const text = execFileSync(process.execPath, ['-e', WATCH, output, process.execPath, '--import', METER, ...args], {
    encoding: 'utf8',
  });
  return Number(/CPU (\d+)/.exec(text)![1]) / 1e6;
}

/** Passes on the standard error of the process it watches. */
const WATCH =
  "const { spawnSync } = require('node:child_process'); const [output, file, ...args] = process.argv.slice(1); " +
  "const { stdout, stderr, status } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1e9 }); if (status !== 0) process.exit(1); " +
  "if (output !== '') require('node:fs').writeFileSync(output, stdout); console.log(stderr);";

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
