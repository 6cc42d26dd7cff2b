/**
 * The progress bar on stderr, when that is a terminal.
 */
import { MultiBar, Presets } from 'cli-progress';
import { grouped } from './text.js';

export interface ProgressBar {
  /** @param done the part that is finished, 0 to 1, as far as it can be told */
  update(done: number, text: string): void;
  stop(): void;
}

/** A bar, or nothing when stderr is no terminal or `quiet`. */
export function progressBar(quiet: boolean): ProgressBar {
  if (quiet || !process.stderr.isTTY) return { update() {}, stop() {} };
  const bars = new MultiBar(
    { format: '{bar} {percentage}% | {text} | {duration_formatted}', clearOnComplete: true, hideCursor: true },
    Presets.shades_grey,
  );
  const bar = bars.create(1000, 0, { text: '' });
  return {
    update: (done, text) => bar.update(Math.floor(1000 * done), { text }),
    stop: () => bars.stop(),
  };
}

/** "12,345 cells, 5,400/s" */
export function rateText(cells: number, seconds: number): string {
  return `${grouped(cells)} cells, ${grouped(seconds > 0 ? Math.round(cells / seconds) : 0)}/s`;
}
