/**
 * What a program costs, as the system counts it. Needs python3, as what is measured by `npm run formal` alone.
 */
import { run } from '../setup/command.js';

const SCRIPT = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, round(used.ru_maxrss / 1000))
`;

/** Seconds of processor time, and the most memory at once. */
export async function costOf(
  program: string,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number }> {
  const { code, stdout, stderr } = await run('python3', ['-c', SCRIPT, program, ...args]);
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  const [seconds, megabytes] = stdout.trim().split(' ').map(Number) as [number, number];
  return { seconds, megabytes };
}
