/**
 * `relu-atlas explore`: the explorer as one HTML file.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { stamp } from '../../answers/index.js';
import { explorerHtml } from '../../explorer/page/index.js';
import { writeNetworkJson } from '../../formats/index.js';
import { shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT, UsageError } from '../exit.js';
import { networkCommand, type Runner } from '../options/shared.js';
import {
  readSubjectSparing,
  type Subject,
  type SubjectOptions,
  subjectArguments,
  withSlice,
} from '../options/subject.js';
import { type ForceOption, requireFree, withForce } from '../output/targets.js';
import { table } from '../output/text.js';

interface ExploreOptions extends SubjectOptions, ForceOption {
  readonly out: string;
  readonly format: 'text' | 'json';
}

/** Browsers open larger pages slowly, if at all. */
const MOST_BYTES = 64 * 2 ** 20;

/** The files of a network, its own first, in base64. */
async function filesOf(net: string, beside: readonly string[]): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const [name, path] of [
    [basename(net), net] as const,
    ...beside.map((other) => [other, join(dirname(net), other)] as const),
  ]) {
    const content = await readFile(path);
    bytes += content.length;
    if (bytes > MOST_BYTES) {
      throw new UsageError(
        `${net}: expected at most 64 MiB to put into a page, got more; drop the file on the page instead`,
      );
    }
    files[name] = content.toString('base64');
  }
  return files;
}

/** What the page opens at the start: the files themselves, or what the options made of them. */
async function openedIn(net: string, subject: Subject, options: ExploreOptions) {
  if (subjectArguments(options) === '') return { name: basename(net), files: await filesOf(net, subject.files ?? []) };
  const name = `${basename(net)}.json`;
  return { name, files: { [name]: Buffer.from(writeNetworkJson(subject.network)).toString('base64') } };
}

export async function explore(net: string | undefined, options: ExploreOptions): Promise<number> {
  const { out, format } = options;
  const targets = [{ option: '--out', file: out, kind: 'report' } as const];
  if (net === undefined) requireFree(targets, [], options);
  const read = net === undefined ? undefined : await readSubjectSparing(net, options, targets);
  if (net !== undefined && read!.network.inputs < 2) {
    throw new UsageError(`${net}: expected two inputs or more, got one; draw its graph with relu-atlas report`);
  }
  const network = net === undefined ? undefined : await openedIn(net, read!, options);
  const html = await explorerHtml(network);
  writeOutput(out, html);
  const shape = read && shapeOf(read.network);
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ ...(net !== undefined && { network: net, shape }), file: out, bytes: Buffer.byteLength(html), ...stamp('explore') })}\n`
      : table([
          ...(net === undefined ? [] : [['network', `${net}: ${shape}`] as [string, string]]),
          ['written', `${out} (open it in a browser; it needs no network)`],
        ]),
  );
  return EXIT.ok;
}

export function exploreCommand(run: Runner): Command {
  const description = 'an HTML page in which networks train, and their exact partition is seen as they do';
  const command = networkCommand('explore', description, { optional: true });
  return withForce(withSlice(command).option('--out <file.html>', 'the page', 'explorer.html'))
    .addHelpText(
      'after',
      `
The page opens from disk and needs nothing else: the library itself runs in it, and the same exact code decides. A network
that is given is opened at the start; others are dropped on the page. (docs/explorer.md)

Examples:
  relu-atlas explore
  relu-atlas explore net.onnx --out net.html
  relu-atlas explore images.onnx --through three.npy`,
    )
    .action(run(explore));
}
