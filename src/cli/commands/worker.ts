/**
 * `relu-atlas worker`: walks jobs that coordinators put into a queue, until it is told to end.
 */
import { cpus } from 'node:os';
import { Command, Option } from 'commander';
import { publicUrl, QueueWorker } from '../../queue/index.js';
import { EXIT, UsageError } from '../exit.js';
import { onInterruption } from '../interruption.js';
import { placeOf, type QueueOptions, withQueue } from '../options/queue.js';
import { type Runner, seconds, workersOption } from '../options/shared.js';
import { counted, grouped, showSeconds } from '../output/text.js';
import { warn } from '../output/warnings.js';

interface WorkerCommandOptions extends QueueOptions {
  readonly workers?: number;
  /** Seconds. */
  readonly lock?: number;
  readonly quiet?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

export async function work(options: WorkerCommandOptions): Promise<number> {
  const queue = options.queue ?? (process.env.RELU_ATLAS_QUEUE === undefined ? undefined : true);
  const place = queue === undefined ? undefined : await placeOf({ ...options, queue });
  if (place === undefined) throw new UsageError('worker: expected a queue; add --queue=redis://HOST');
  const threads = options.workers ?? cpus().length;
  const tell = options.quiet === true ? () => {} : say;
  const worker = await QueueWorker.start({
    ...place,
    threads,
    ...(options.lock !== undefined && { lockSeconds: options.lock }),
    onRemark: (text) => warn(`worker: ${text}`),
  });
  tell(`worker: ${counted(threads, 'thread')}, jobs of ${publicUrl(place.url)}; Ctrl-C ends it`);
  await new Promise<void>((resolve) => {
    let isTold = false;
    onInterruption(() => {
      if (isTold) process.exit(EXIT.interrupted);
      isTold = true;
      resolve();
    });
  });
  await worker.close();
  const { jobs, cells, seconds: walked, failed } = worker.report;
  tell(
    `worker: ${counted(jobs, 'job')}, ${counted(cells, 'cell')} in ${showSeconds(walked)} of walking; ${grouped(failed)} failed`,
  );
  return EXIT.ok;
}

export function workerCommand(run: Runner): Command {
  return withQueue(new Command('worker'))
    .description('walk jobs of count --queue or check --queue, here, until Ctrl-C')
    .addOption(workersOption())
    .addOption(
      new Option(
        '--lock <seconds>',
        'a job whose worker is silent for so long goes to another (default: 30)',
      ).argParser(seconds),
    )
    .addOption(new Option('-q, --quiet', 'say nothing'))
    .addHelpText(
      'after',
      `
Any number of workers, on any machines that reach the queue, of the same version as the coordinator (docs/runs.md). Ctrl-C,
SIGTERM: the jobs that run say what they have, and exit 0; a second one ends at once. A worker that dies loses nothing.

Examples:
  relu-atlas worker --queue redis://127.0.0.1
  relu-atlas worker --queue rediss://atlas:secret@queue.example:6380 --workers=8 --shared /shared/pieces`,
    )
    .action(run(work));
}
