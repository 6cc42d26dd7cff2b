/**
 * Answers about numbers: of cells, of regions, and their proofs.
 */
import type { WidthReport } from '../analysis/geometry/index.js';
import type { PatternCounts, RegionBounds, RegionCounts } from '../analysis/regions/index.js';
import type { CheckReport } from '../checker/index.js';
import type { SizeReport } from '../engines/index.js';
import { rational } from '../exact/index.js';
import { jsonOfRational } from '../formats/index.js';
import { type Domain, type InputMap, type Network, networkDigest } from '../network/index.js';
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

/** A change of the inputs: where each goes, with its sign, scale and shift, or a matrix. What is left out is 1, 1 and 0. */
export function jsonOfInputMap({ rows, shift, denominator }: InputMap) {
  const exact = (numerator: bigint) => jsonOfRational(rational(numerator, denominator));
  const isMonomial = rows.every((row) => row.length === 1);
  // Of a matrix in the order of the outputs, of a permutation in that of the inputs.
  const sources = rows.map((row, j) => (isMonomial ? row[0]![0] : j));
  const places = sources.map((_, i) => sources.indexOf(i));
  const shifts = places.map((j) => shift[j]!);
  const shifted = shifts.some((entry) => entry !== 0n) ? { shifts: shifts.map(exact) } : {};
  if (!isMonomial) {
    const dense = rows.map((row) => {
      const full = new Array<bigint>(rows.length).fill(0n);
      for (const [column, entry] of row) full[column] = entry;
      return full.map(exact);
    });
    return { matrix: dense, ...shifted };
  }
  const entries = places.map((j) => rows[j]![0]![1]);
  const sizes = entries.map((entry) => (entry < 0n ? -entry : entry));
  return {
    inputs: places,
    ...(entries.some((entry) => entry < 0n) && { signs: entries.map((entry) => (entry < 0n ? -1 : 1)) }),
    ...(sizes.some((size) => size !== denominator) && { scales: sizes.map(exact) }),
    ...shifted,
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
