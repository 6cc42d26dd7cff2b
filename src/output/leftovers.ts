/**
 * Temporary names beside an output, and what killed runs left under such names.
 *
 * A name says which process on which machine writes there: process number, its start, the machine with its space of process
 * numbers. Only what is certain to be nobody's is removed; a run that still writes keeps its file.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Where process numbers have their meaning: this machine, and on Linux this container. */
function placeOfProcesses(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // No such thing on this system.
  }
  return createHash('sha256').update(`${hostname()} ${space}`).digest('hex').slice(0, 6);
}

/** When a process started, in ticks since the machine did; '0' if the system does not tell: numbers are used again. */
function startOf(pid: number): string {
  try {
    // The second field, in parentheses, may hold anything; the start is the 20th after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return Number(fields[19]).toString(36);
  } catch {
    return '0';
  }
}

/** Which process this is, among all that ever ran: "number-start-machine". */
export function runMark(): string {
  return [process.pid, startOf(process.pid), placeOfProcesses()].join('-');
}

/** Whether the process of a mark may still run: what cannot be judged may. */
export function isRunning(mark: string): boolean {
  const [, pid, start, place] = /^(\d{1,10})-([0-9a-z]+)-([0-9a-f]{6})$/.exec(mark) ?? [];
  return pid === undefined || place !== placeOfProcesses() || isAlive(Number(pid), start);
}

/** A name beside the file that no other run uses. */
export function partialName(path: string): string {
  return `${path}.partial-${runMark()}-${randomBytes(3).toString('hex')}`;
}

function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs for another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return start === undefined || start === '0' || now === '0' || start === now;
}

/** Removes what runs that are no more left beside a file. What cannot be removed or judged stays. */
export function removeLeftovers(path: string): void {
  const directory = dirname(path);
  const prefix = `${basename(path)}.partial-`;
  const here = placeOfProcesses();
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix)) continue;
    const match = /^(\d{1,10})(?:-([0-9a-z]+)-([0-9a-f]{6})-[0-9a-f]{6})?$/.exec(name.slice(prefix.length));
    if (match === null) continue;
    const [, pid, start, place = here] = match;
    if (place !== here || isAlive(Number(pid), start)) continue;
    try {
      rmSync(join(directory, name), { force: true });
    } catch {
      // Another user's, perhaps.
    }
  }
}
