/**
 * How a walk uses symmetries: it cuts the domain first by creases of the first layer that the symmetries permute, to parts, which they then permute as well.
 */
import type { InputMap, SignAction } from '../../network/index.js';
import type { PartitionCharts, PartitionProblem } from '../lowering.js';

export interface CutSymmetry {
  /** The change of the inputs; undefined where it is one of other coordinates only. */
  readonly map: () => InputMap | undefined;
  /** What it does to the neurons that the walk is cut by. */
  readonly action: SignAction;
}

export interface CutPlan {
  /** Neurons of the first layer with different creases. */
  readonly cuts: readonly number[];
  readonly symmetries: readonly CutSymmetry[];
}

/** The problem whose split tree begins with some neurons of the first layer, where they cut. */
export function withCuts(problem: PartitionProblem, neurons: readonly number[]): PartitionProblem {
  const { charts } = problem;
  const cuts = Uint8Array.from({ length: problem.layers[0]!.width }, (_, k) => (neurons.includes(k) ? 1 : 0));
  return { ...problem, cuts, ...(charts && { charts: chartsWithCuts(charts, cuts) }) };
}

function chartsWithCuts(charts: PartitionCharts, cuts: Uint8Array): PartitionCharts {
  if (charts.basis.neurons.length === cuts.reduce((sum, cut) => sum + cut, 0)) return charts;
  // One object for each part: what walks over it prepare is found by it.
  const made = new Map<PartitionProblem, PartitionProblem>();
  return {
    ...charts,
    part(sides) {
      const own = charts.part(sides);
      const known = made.get(own) ?? { ...own, cuts };
      made.set(own, known);
      return known;
    },
  };
}

/** A part between creases: the signs of the neurons that cut, and its path in the split tree. */
export interface Part {
  readonly path: string;
  readonly signs: string;
}

/** A part that symmetries take another one to: they do, one after the other, by number. */
export interface PartImage extends Part {
  readonly by: readonly number[];
}

/** A subtree of the split tree, and how many there are like it, itself included. */
export interface OrbitRoot {
  readonly path: string;
  readonly weight: number;
  /** Where symmetries cut it: its signs, and the parts that are like it. */
  readonly signs?: string;
  readonly images?: readonly PartImage[];
}

/** The whole tree, without symmetries. */
export const WHOLE_TREE: readonly OrbitRoot[] = [{ path: '', weight: 1 }];

/** How often cells below a path count; 0 where no root is above it. */
export function weightOf(roots: readonly OrbitRoot[], path: string): number {
  return roots.find((root) => path.startsWith(root.path))?.weight ?? 0;
}

/** The signs of the image of a part. */
export function imageOf(signs: string, action: SignAction): string {
  return action.map(({ to, sign }) => (sign > 0 === (signs[to] === '+') ? '+' : '-')).join('');
}

/** One part of each orbit, the first in tree order. @param parts all of them, in tree order */
export function orbitsOf(parts: readonly Part[], symmetries: readonly CutSymmetry[]): OrbitRoot[] {
  const paths = new Map(parts.map(({ signs, path }) => [signs, path]));
  const seen = new Set<string>();
  const roots: OrbitRoot[] = [];
  for (const { path, signs } of parts) {
    if (seen.has(signs)) continue;
    seen.add(signs);
    const orbit: PartImage[] = [{ path, signs, by: [] }];
    for (const one of orbit)
      symmetries.forEach(({ action }, g) => {
        const image = imageOf(one.signs, action);
        if (seen.has(image)) return;
        seen.add(image);
        orbit.push({ path: paths.get(image)!, signs: image, by: [...one.by, g] });
      });
    roots.push({ path, weight: orbit.length, signs, images: orbit.slice(1) });
  }
  return roots;
}
