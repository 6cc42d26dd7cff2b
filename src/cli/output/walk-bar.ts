/**
 * The progress of analyses, which walk over the cells in this thread.
 */
import { WalkMeter } from '../../analysis/cells/index.js';
import { isWatched, type ProgressBar, type ProgressOptions, progressBar } from './progress.js';

/** A bar, and what tells it how far walks over cells have come; undefined if nobody watches. */
export interface WatchedBar extends ProgressBar {
  readonly meter: WalkMeter | undefined;
}

/** A bar for commands that walk over cells. @param stages what each of their walks is called, if there are several */
export function walkBar(options: ProgressOptions, stages: readonly string[] = []): WatchedBar {
  const bar = progressBar(options);
  const stage = (walk: number) => stages[Math.min(walk, stages.length) - 1] ?? '';
  const meter = isWatched(options) ? new WalkMeter((progress) => bar.walk(progress, stage(progress.walk))) : undefined;
  return { ...bar, meter };
}
