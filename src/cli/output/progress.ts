/**
 * How far a long command has come, on the standard error: one line that is written over when that is a terminal, lines
 * further and further apart with --progress, else nothing.
 */
import type { Estimate, WalkProgress } from '../../walk/index.js';
import { grouped } from './text.js';

export interface ProgressOptions {
  readonly quiet?: boolean;
  /** Also where the standard error is no terminal. */
  readonly progress?: boolean;
}

export interface ProgressBar {
  /** A walk over cells, and the memory of the process. @param stage which of several @param noun what is found, in the plural */
  walk(progress: WalkProgress, stage?: string, noun?: string): void;
  /** Something whose whole is known, or that tells how much of it is done. @param done 0 to 1 */
  part(done: number | undefined, text: string, seconds?: number): void;
  stop(): void;
}

/** How often the line of a terminal is written again, and the gaps between lines elsewhere, in milliseconds. */
const REDRAW = 100;
const FIRST_GAP = 500;
const LONGEST_GAP = 10_000;
const WIDTH = 20;

/** "0:09", "1:02:03" */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${grouped(h)}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How far away an end is: minutes and seconds, or days and years where these say nothing. */
function duration(seconds: number): string {
  const days = seconds / 86_400;
  if (days < 3) return clock(seconds);
  return days < 1000 ? `${Math.round(days)} days` : `${magnitude(days / 365.25)} years`;
}

/** "5.3 million", "120,000", "10^12": no more digits than an estimate has. */
export function magnitude(count: number): string {
  if (count >= 1e15) return `10^${Math.round(Math.log10(count))}`;
  for (const [unit, name] of [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const) {
    if (count >= 0.9995 * unit) return `${Number((count / unit).toPrecision(2))} ${name}`;
  }
  return grouped(Number(Math.round(count).toPrecision(count < 100 ? 2 : 3)));
}

/** Two ends, or the middle if they look alike. */
function between(low: string, high: string): string {
  return low === high ? `about ${low}` : `${low} to ${high}`;
}

/** Per cent, never 0 of what has begun, nor 100 of what has not ended. */
function percent(done: number): string {
  const value = 100 * done;
  if (value === 100) return '100';
  if (value >= 1) return String(Math.min(99, Math.floor(value)));
  return value >= 0.1 ? value.toFixed(1) : '<0.1';
}

function bar(done: number | undefined): string {
  const full = done === undefined ? 0 : Math.min(WIDTH, Math.floor(WIDTH * done));
  return `[${'='.repeat(full)}${' '.repeat(WIDTH - full)}]`;
}

/** An estimate whose ends are further apart than this is an order of magnitude. */
const VAGUE = 8;
const isVague = ({ low, high }: Estimate) => high > VAGUE * low;

/** What is known of a walk, in a line: "[====   ] 23 % | 1,234,567 cells, 456,000/s | about 5.3 million in all, 0:09 left". */
export function progressText(progress: WalkProgress, stage = '', noun = 'cells'): string {
  const { cells, atLeast, done, total, seconds } = progress;
  const rate = seconds > 0 ? cells / seconds : 0;
  const found = `${grouped(cells)} ${noun}, ${grouped(Math.round(rate))}/s`;
  const begin = stage === '' ? '' : `${stage} `;
  if (total === undefined || done === undefined)
    return `${begin}${bar(done)} ${found} | at least ${grouped(atLeast)} in all`;
  const left = (end: number) => (rate > 0 ? (end - cells) / rate : Number.POSITIVE_INFINITY);
  if (total.low === total.high) {
    return `${begin}${bar(done)} ${percent(done)} % | ${found} of ${grouped(total.likely)}, ${duration(left(total.likely))} left`;
  }
  if (isVague(total)) {
    const size = `at least ${grouped(atLeast)} in all, perhaps ${magnitude(total.likely)}`;
    return `${begin}${bar(done)} ${percent(done)} %? | ${found} | ${size}, ${duration(left(total.likely))}?`;
  }
  const share = between(percent(cells / total.high), percent(cells / total.low)).replace('about ', '');
  const size = between(magnitude(total.low), magnitude(total.high));
  return `${begin}${bar(done)} ${share} % | ${found} | ${size} in all, ${between(duration(left(total.low)), duration(left(total.high))).replace('about ', '')} left`;
}

/** The same of what is no walk. @param seconds since it began, if it goes on evenly */
export function partText(done: number | undefined, text: string, seconds?: number): string {
  if (done === undefined) return `${bar(done)} ${text}`;
  const left = seconds === undefined || done < 0.01 ? '' : `, ${duration((seconds * (1 - done)) / done)} left`;
  return `${bar(done)} ${percent(done)} % | ${text}${left}`;
}

/** Takes lines: the newest is shown. */
interface Display {
  show(text: () => string): void;
  stop(): void;
}

/** One line of a terminal. */
function terminalLine(stream: NodeJS.WriteStream): Display {
  let last = Number.NEGATIVE_INFINITY;
  let isShown = false;
  const clear = () => {
    if (isShown) stream.write('\r\x1b[K\x1b[?25h');
    isShown = false;
    process.off('exit', clear);
  };
  return {
    show(text) {
      const now = performance.now();
      if (now - last < REDRAW / 2) return;
      last = now;
      if (!isShown) process.once('exit', clear);
      // A line that is wrapped could not be written over.
      stream.write(`${isShown ? '' : '\x1b[?25l'}\r${text().slice(0, (stream.columns || 80) - 1)}\x1b[K`);
      isShown = true;
    },
    stop: clear,
  };
}

/** Lines, for logs. */
function logLines(stream: NodeJS.WriteStream): Display {
  let gap = FIRST_GAP;
  let next = performance.now() + gap;
  return {
    show(text) {
      const now = performance.now();
      if (now < next) return;
      gap = Math.min(2 * gap, LONGEST_GAP);
      next = now + gap;
      stream.write(`relu-atlas: ${text()}\n`);
    },
    stop() {},
  };
}

/** What the process has in memory: "192 MB". */
const memoryText = () => `${Math.round(process.memoryUsage.rss() / 1e6)} MB`;

/** Whether anybody sees progress: commands that nobody watches estimate nothing. */
export function isWatched({ quiet, progress }: ProgressOptions): boolean {
  return quiet !== true && (progress === true || process.stderr.isTTY === true);
}

/** A bar, or nothing when nobody watches. */
export function progressBar(options: ProgressOptions): ProgressBar {
  if (!isWatched(options)) return { walk() {}, part() {}, stop() {} };
  const display = process.stderr.isTTY ? terminalLine(process.stderr) : logLines(process.stderr);
  return {
    walk: (progress, stage, noun) => display.show(() => `${progressText(progress, stage, noun)} | ${memoryText()}`),
    part: (done, text, seconds) => display.show(() => partText(done, text, seconds)),
    stop: () => display.stop(),
  };
}
