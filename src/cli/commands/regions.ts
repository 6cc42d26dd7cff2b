/**
 * `relu-atlas regions`: linear regions by every definition, beside published bounds.
 */

import { cpus } from 'node:os';
import type { Command } from 'commander';
import { VERTEX_DIMENSION } from '../../analysis/geometry/index.js';
import {
  type PatternCounts,
  type RegionBounds,
  type RegionCounts,
  regionBounds,
} from '../../analysis/regions/index.js';
import { facesInThreads, patternsInThreads, type SurveyRequest } from '../../analysis/threads/index.js';
import { jsonOfArrangement, jsonOfRegions, jsonOfWidths, stamp } from '../../answers/index.js';
import { arrangementOf, type ChamberCount, type Symmetry } from '../../chambers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import type { Domain, Network } from '../../network/index.js';
import { dimensionOfHull, partitionProblem } from '../../problem/index.js';
import { runChambers, suitsChambers, symmetriesOfNoUse } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import {
  type CheckpointOptions,
  checkpointOf,
  type LimitOptions,
  withCheckpoint,
  withLimits,
} from '../options/checkpoint.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import {
  type AnalysisOptions,
  isSymmetryFile,
  networkCommand,
  type Runner,
  symmetryOption,
  withDomain,
  workersOption,
} from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { type WidthChoice, wantsWidths, withWidths } from '../options/widths.js';
import { arrangementRows } from '../output/arrangement.js';
import { isWatched, progressBar } from '../output/progress.js';
import { briefRational, grouped, quotedArgument, showDomain, table } from '../output/text.js';
import { measuredWidths, widthRows } from '../progress/widths.js';
import { regionsInStages, type UnfinishedRegions } from '../regions/stages.js';

interface RegionsOptions extends AnalysisOptions, LimitOptions, CheckpointOptions, WidthChoice {
  readonly patterns?: boolean;
  readonly faces?: boolean;
  readonly workers?: number;
  readonly symmetry: string;
}

export async function regions(file: string, options: RegionsOptions): Promise<number> {
  const net = await readSubject(file, options);
  return onDomains(file, net, options, async (chosen) => regionsOn(net, chosen, options));
}

async function regionsOn(
  { network }: NetworkFile,
  { domain, source, number }: ChosenDomain,
  options: RegionsOptions,
): Promise<Finding> {
  const free = dimensionOfHull(domain);
  if ((options.patterns === true || options.faces === true) && free > VERTEX_DIMENSION) {
    throw new UsageError(`--patterns and --faces: expected at most ${VERTEX_DIMENSION} free inputs, got ${free}`);
  }
  const symmetries = await symmetriesIn(network, domain, options.symmetry);
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const workers = options.workers ?? cpus().length;
  const checkpoint = checkpointOf(options, number);
  const told = (stage: string): SurveyRequest => ({
    workers,
    signal,
    ...(isWatched(options) && { onProgress: (progress) => bar.walk(progress, stage) }),
  });
  try {
    const counts = await regionsInStages(network, domain, {
      signal,
      workers,
      ...(isWatched(options) && {
        onProgress: (progress, walk) => bar.walk(progress, walk === 1 ? 'comparing maps' : 'joining cells'),
      }),
      ...(options.timeout !== undefined && { timeout: options.timeout }),
      ...(options.limitCells !== undefined && { limitCells: options.limitCells }),
      ...(checkpoint !== undefined && { checkpoint: checkpoint.folder }),
    });
    if ('stopped' in counts) return unfinished(counts, options);
    const interrupted = () => unfinished({ stopped: 'interrupted', cells: counts.cells }, options);
    const patterns = options.patterns === true ? await patternsInThreads(network, domain, told('patterns')) : undefined;
    if (options.patterns === true && patterns === undefined) return interrupted();
    const faces = options.faces === true ? await facesInThreads(network, domain, told('faces')) : undefined;
    if (options.faces === true && faces === undefined) return interrupted();
    bar.stop();
    return await reported({ network, domain, source, counts, patterns, faces, symmetries }, options);
  } finally {
    bar.stop();
    release();
  }
}

/** The symmetries of the hyperplanes, which the polynomial alone needs; undefined for those that are looked for. @throws UsageError where there is none */
async function symmetriesIn(network: Network, domain: Domain, symmetry: string): Promise<Symmetry[] | undefined> {
  if (!isSymmetryFile(symmetry)) return symmetry === 'none' ? [] : undefined;
  const reason = symmetriesOfNoUse(network, domain);
  if (reason !== undefined) throw new UsageError(`--symmetry: ${reason}; drop it, or use relu-atlas count`);
  const { symmetriesOf } = await import('../options/arrangement.js');
  return symmetriesOf(arrangementOf(partitionProblem(network, domain)).arrangement, symmetry);
}

interface Counted {
  readonly network: Network;
  readonly domain: Domain;
  readonly source: string;
  readonly counts: RegionCounts;
  readonly patterns: PatternCounts | undefined;
  readonly faces: readonly number[] | undefined;
  readonly symmetries: readonly Symmetry[] | undefined;
}

async function reported(
  { network, domain, source, counts, patterns, faces, symmetries }: Counted,
  options: RegionsOptions,
): Promise<Finding> {
  const bounds = regionBounds(network, dimensionOfHull(domain));
  const widths = wantsWidths(options) ? await measuredWidths(network, domain, options) : undefined;
  const arrangement = await arrangementIn(network, domain, symmetries);
  const isStated = isSymmetryFile(options.symmetry);
  const told = widths && widthRows(widths, options);
  const report = { counts, patterns, faces, bounds, arrangement, isStated, widths: told };
  const json = {
    ...jsonOfRegions(counts, { patterns, faces, bounds }, domain),
    ...(arrangement && { arrangement: jsonOfArrangement(arrangement) }),
    ...(widths && { widths: jsonOfWidths(widths) }),
    ...stamp('regions'),
  };
  return { code: EXIT.ok, json, text: textReport(report, `${showDomain(domain)} (${source})`) };
}

/** The hyperplanes of a network with one layer, where they are counted in no time beside its cells. */
async function arrangementIn(
  network: Network,
  domain: Domain,
  symmetries: readonly Symmetry[] | undefined,
): Promise<ChamberCount | undefined> {
  if (suitsChambers(network, domain) === undefined) return undefined;
  return (await runChambers({ network, domain, symmetries })).count;
}

/** Says how far it came. */
function unfinished({ stopped, cells }: UnfinishedRegions, { checkpoint }: RegionsOptions): Finding {
  const why = { interrupted: 'interrupted', timeout: 'time is up', cells: 'enough cells' }[stopped];
  const next =
    checkpoint === undefined ? '' : `; go on with: relu-atlas regions --resume ${quotedArgument(checkpoint)}`;
  return {
    code: stopped === 'interrupted' ? EXIT.interrupted : EXIT.unknown,
    json: { complete: false, stopped, atLeast: cells, ...stamp('regions') },
    text: `${why}: at least ${grouped(cells)} cells; maps and pieces are known when all are seen${next}\n`,
  };
}

interface Report {
  readonly arrangement: ChamberCount | undefined;
  /** Whether symmetries of it were stated. */
  readonly isStated: boolean;
  readonly counts: RegionCounts;
  readonly patterns: PatternCounts | undefined;
  readonly faces: readonly number[] | undefined;
  readonly bounds: RegionBounds;
  readonly widths: [string, string][] | undefined;
}

function textReport(
  { counts, patterns, faces, bounds, arrangement, isStated, widths }: Report,
  domain: string,
): string {
  const rows: [string, string][] = [
    ['domain', domain],
    ['maps', `${grouped(counts.maps)} distinct affine maps`],
    ['closed pieces', `${grouped(counts.closedPieces!)} sets of cells with one map, connected through any face`],
    ['pieces', `${grouped(counts.pieces)} sets of cells with one map, connected through facets`],
    ['cells', `${grouped(counts.cells)} full-dimensional patterns (exact, as are all counts here)`],
  ];
  if (patterns !== undefined) {
    rows.push(['patterns', `${grouped(patterns.patterns)} sets of active neurons at any point of the domain`]);
    rows.push(['sign vectors', `${grouped(patterns.signVectors)} with neurons at 0 told apart`]);
  }
  if (faces !== undefined) rows.push(['faces', `${faces.map(grouped).join(', ')} of dimension 0, 1, ...`]);
  if (widths !== undefined) rows.push(...widths);
  if (arrangement !== undefined) rows.push(...arrangementRows(arrangement, isStated));
  const bound = (label: string, value: bigint | undefined, text: string) => {
    if (value !== undefined) rows.push([label, `${value.toLocaleString('en-US')} (${text})`]);
  };
  bound('at most', bounds.zaslavsky, 'Zaslavsky 1975, on all of R^d');
  bound('at most', bounds.serra2018Upper, 'Serra, Tjandraatmadja, Ramalingam 2018, theorem 1');
  bound('at most', bounds.montufar2017Upper, 'Montufar 2017');
  bound('attainable', bounds.montufar2014Lower, 'by some network of this shape, Montufar et al. 2014');
  rows.push(['scale', `${briefRational(bounds.haninRolnick)} = n^d / d! (Hanin and Rolnick 2019; no bound)`]);
  return table(rows);
}

export function regionsCommand(run: Runner): Command {
  return withWidths(
    withSlice(
      withDomain(
        withCheckpoint(
          withLimits(
            networkCommand('regions', 'count linear regions by every definition: maps, pieces, cells, patterns'),
          ),
        ),
      ),
    ),
  )
    .option('--patterns', 'also the patterns of lower-dimensional faces (up to dimension 6)')
    .option('--faces', 'also the faces of the complex by dimension (up to dimension 6)')
    .addOption(workersOption())
    .addOption(symmetryOption())
    .addHelpText('after', '\nExample:\n  relu-atlas regions net.json --box=-1,1 --faces')
    .action(run(regions));
}
