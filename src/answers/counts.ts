/**
 * Answers about numbers: of cells, of regions, and their proofs.
 */
import type { WidthReport } from '../analysis/geometry/index.js';
import type { PatternCounts, RegionBounds, RegionCounts } from '../analysis/regions/index.js';
import type { CheckReport } from '../checker/index.js';
import type { SizeReport } from '../engines/index.js';
import { jsonOfInputMap, jsonOfRational } from '../formats/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import type { CountReport } from '../run/index.js';
import { decisionsByArithmetic } from '../walk/index.js';
import { domainJson } from './form.js';

/** The number of cells; of counts that were interrupted what was completed. @param file where its certificate is, if it has one */
export function jsonOfCount(report: CountReport, domain: Domain, file?: string) {
  const { cells, cellsPerLayer, complete, stopped, stuck, open, engine, lp, decisions, certificate, seconds } = report;
  const { orbits, symmetries } = report;
  return {
    cells,
    cellsPerLayer: [...cellsPerLayer],
    domain: domainJson(domain),
    engine: engine.engine,
    ...(engine.usesLp && { lp }),
    // What was counted is certain even if the count is not complete: every cell was proved to be one.
    exact: complete,
    complete,
    // Every open subtree holds a cell.
    ...(!complete && { stopped, atLeast: cells + open.length, open, ...(stuck && { stuck: [...stuck] }) }),
    engineChosen: engine.why,
    ...(orbits && jsonOfOrbits(orbits, symmetries ?? [])),
    decisions: { ...decisions, ...decisionsByArithmetic(decisions) },
    ...(certificate && {
      certificate: { ...(file !== undefined && { file }), ...certificate, bytesPerCell: certificate.bytes / cells },
    }),
    seconds,
  };
}

/** The parts that were walked, those that are like them and by which symmetries, and the symmetries as `--symmetry` takes them. */
function jsonOfOrbits(orbits: NonNullable<CountReport['orbits']>, symmetries: NonNullable<CountReport['symmetries']>) {
  return {
    orbits: orbits.map(({ path, weight, images = [] }) => ({
      path,
      weight,
      images: images.map((image) => ({ path: image.path, by: [...image.by] })),
    })),
    symmetries: symmetries.map((map) => (map === undefined ? null : jsonOfInputMap(map))),
  };
}

/** How wide cells are. */
export function jsonOfWidths({ thinnest, unlimited, wider }: WidthReport) {
  return {
    ...(thinnest && {
      thinnest: {
        width: jsonOfRational(thinnest.width),
        cells: thinnest.cells,
        center: thinnest.center.map(jsonOfRational),
        pattern: thinnest.pattern,
      },
    }),
    unlimited,
    widerThan: wider.map(({ than, cells }) => ({ width: jsonOfRational(than), cells })),
  };
}

/** An estimate of the number of cells; numbers beyond the doubles are null, their logarithms are not. */
export function jsonOfEstimate(report: SizeReport, domain: Domain, seconds: number) {
  const { engine, ...rest } = report;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const { cells, low, high, atLeast } = report;
  return {
    ...rest,
    cells: finite(cells),
    low: finite(low),
    high: finite(high),
    atLeast: finite(atLeast),
    exact: false,
    domain: domainJson(domain),
    engine: engine.engine,
    seconds,
  };
}

/** What a checker says about a certificate. */
export function jsonOfCheck(report: CheckReport, network: Network, seconds: number) {
  const content = report.accepted
    ? { ...report, cellsPerLayer: [...report.cellsPerLayer], domain: domainJson(report.domain) }
    : report;
  return { ...content, network: networkDigest(network), seconds };
}

/** Integers beyond 2^53 are texts. */
export function jsonOfBounds({ haninRolnick, ...integers }: RegionBounds) {
  const entries = Object.entries(integers).map(([name, value]) => [name, String(value)] as const);
  return { ...Object.fromEntries(entries), haninRolnick: jsonOfRational(haninRolnick) };
}

/** The numbers of linear regions by every definition. */
export function jsonOfRegions(
  counts: RegionCounts,
  {
    patterns,
    faces,
    bounds,
  }: {
    readonly patterns?: PatternCounts | undefined;
    readonly faces?: readonly number[] | undefined;
    readonly bounds: RegionBounds;
  },
  domain: Domain,
) {
  return {
    ...counts,
    ...patterns,
    ...(faces && { fVector: [...faces] }),
    bounds: jsonOfBounds(bounds),
    domain: domainJson(domain),
  };
}
