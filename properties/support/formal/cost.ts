/**
 * What programs, this process and Coq's kernel cost.
 */
import { run, type scratch } from '../setup/command.js';
import { compile } from './theory.js';

const SCRIPT = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, round(used.ru_maxrss / 1000))
`;

/** Seconds of processor time, and the most memory at once, as the system counts it. Needs python3, as what is measured by `npm run formal` alone. */
export async function costOf(
  program: string,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number }> {
  const { code, stdout, stderr } = await run('python3', ['-c', SCRIPT, program, ...args]);
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  const [seconds, megabytes] = stdout.trim().split(' ').map(Number) as [number, number];
  return { seconds, megabytes };
}

/** Seconds of processor time in this process. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  return { seconds: process.cpuUsage(before).user / 1e6, result };
}

/** Has the kernel prove a file that we wrote. @returns what Coq says of its assumptions, and the kernel's own seconds, as Coq tells them */
export function provedByKernel(
  files: ReturnType<typeof scratch>,
  identifier: string,
  text: string,
): { readonly said: string; readonly kernel: number } {
  const file = files.file(`${identifier}.v`, text.replace('(eq_refl true). Qed.', '(eq_refl true). Time Qed.'));
  const said = compile(file);
  const [, kernel] = /Finished transaction in [\d.]+ secs \(([\d.]+)u/.exec(said) ?? [];
  return { said: said.trim().split('\n').at(-1)!, kernel: Number(kernel) };
}
