/**
 * What `npm run mutation` mutates together, and the tests that these mutants must survive.
 *
 * A mutant is tried against the tests of its group that reach it until one fails. Tests of one group are few and quick on
 * purpose: a survivor costs all of them. A mutant that only a test of another group would catch counts as survived, so scores
 * are lower bounds.
 */

import { readdirSync } from 'node:fs';

export interface MutationGroup {
  /** The files of src/exact and src/partition that are mutated, as `folder/name` without `.ts`. */
  readonly files: RegExp;
  /** Names of files of properties/, without `.test.ts`. */
  readonly tests: readonly string[];
  /** The part of the generated cases to try for each mutant. */
  readonly part: number;
  /** Names of tests that take too long. */
  readonly except?: RegExp;
}

export const GROUPS: Readonly<Record<string, MutationGroup>> = {
  exact: {
    files: /^exact\//,
    tests: [
      'exact-rationals-form-a-field',
      'exact-elimination-solves-linear-systems',
      'exact-doubles-are-dyadic-rationals',
      'exact-greatest-common-divisors-are-euclids',
      'exact-packed-vectors-add-entry-by-entry',
      'exact-slots-tell-all-signs-at-once',
      'exact-signs-never-err',
      'values-within-their-bound-have-no-sign',
      'rounded-weights-are-told-from-subnormal-ones',
    ],
    part: 0.25,
  },
  walk: {
    files: /^partition\/(traverse|tree|count|engine|certificate-positions)$/,
    tests: [
      'walks-can-be-cut-anywhere',
      'proportional-neurons-share-a-crease',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'polytopes-cut-the-partition',
    ],
    part: 0.4,
  },
  problem: {
    files: /^partition\/(problem|exact-decision|points|proportional|row-space)$/,
    tests: [
      'problems-are-networks-on-their-domains',
      'exact-decisions-need-no-honest-proposals',
      'interior-points-are-short-and-inside',
      'proportional-neurons-share-a-crease',
      'polytopes-cut-the-partition',
      'images-are-seen-through-the-first-layer',
      'pivot-inputs-stand-for-all',
    ],
    part: 0.2,
  },
  rows: {
    files: /^partition\/(rows|exact-rows|layer-arithmetic|layer-memory)$/,
    tests: [
      'rows-stay-within-their-bounds',
      'rows-fit-into-reserved-memory',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'layer-arithmetic-is-equal-to-the-bit',
    ],
    part: 0.2,
    // What AssemblyScript compiles is no mutant.
    except: /AssemblyScript/,
  },
  polytopes: {
    files: /^partition\/(polytope-.*|checker-polytope|checker-network)$/,
    tests: [
      'empty-domains-name-what-contradicts',
      'polytope-boxes-fit',
      'polytope-certificates-are-checked',
      'polytopes-cut-the-partition',
    ],
    part: 0.2,
  },
  checker: {
    files: /^partition\/(checker|checker-(file|rows|path|domain|exact|rounding)|certificate|certificate-format)$/,
    tests: [
      'checker-takes-what-is-true-of-a-box',
      'rounded-rows-enclose-the-exact-ones',
      'checker-names-every-fault',
      'checker-rows-are-judged-all-at-once',
      'certificate-bytes-are-as-documented',
      'certificate-files-are-distrusted',
      'checker-refuses-every-mutation',
      'polytope-certificates-are-checked',
    ],
    part: 0.1,
  },
  lp: {
    files: /^partition\/lp-/,
    tests: [
      'lp-engine-finds-every-cell',
      'boxes-and-points-spare-programs',
      'bounds-in-doubles-never-hide-a-cell',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'walks-can-be-cut-anywhere',
      'rows-within-their-bounds-change-no-result',
    ],
    part: 0.3,
    except: /deletion-restriction|glpk/,
  },
  planar: {
    files: /^partition\/(planar-.*|proven-box)$/,
    tests: [
      'planar-kernel-finds-every-cell',
      'lines-make-as-many-cells-as-euler-says',
      'planar-vertices-are-within-their-radius',
      'planar-verdicts-are-those-of-exact-polygons',
      'planar-certificates-are-short-and-proved',
      'creases-without-bias-meet-in-the-origin',
      'boxes-and-points-spare-programs',
      'bounds-in-doubles-never-hide-a-cell',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'walks-can-be-cut-anywhere',
      'rows-within-their-bounds-change-no-result',
    ],
    part: 0.4,
    // They take more than a second, which every survivor would cost.
    except: /bench networks/,
  },
  vertexParts: {
    files: /^partition\/vertex-(values|error|pool|path|laws|sharpen|exact)$/,
    tests: [
      'vertex-pools-keep-what-they-hold',
      'vertex-spreads-are-what-the-lemmas-say',
      'sharpened-vertices-are-near',
      'exact-vertices-are-where-constraints-meet',
      'vertex-laws-name-every-fault',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'vertex-engine-finds-every-cell',
    ],
    part: 0.2,
    // The engine's long tests are for the kernel.
    except: /degenerate case|low dimension|64 facets|central ones|5-D|4-D|all of R|closed forms|lp, |planar/,
  },
  vertexCells: {
    files: /^partition\/vertex-(edges|tight|words|signs|bounds|crossing)$/,
    tests: [
      'tight-sets-tell-edges-and-facets',
      'sign-words-tell-verdicts',
      'signs-at-vertices-are-certain',
      'vertices-are-where-creases-cross-edges',
      'generic-networks-need-no-exact-numbers',
      'vertex-engine-finds-every-cell',
    ],
    part: 0.3,
    // Of the engine's tests those of small networks of few kinds are enough.
    except:
      /every pattern|all of R|low dimension|more than|generic, |generic on|lp, |planar|one program|dyadic|4-D|5-D|rational|all slopes|tiny angles|shared|by itself/,
  },
  vertex: {
    files: /^partition\/vertex-(kernel|frame)$/,
    tests: [
      'vertex-engine-finds-every-cell',
      'generic-networks-need-no-exact-numbers',
      'powers-of-two-change-no-decision',
      'walks-can-be-cut-anywhere',
    ],
    part: 0.1,
    // They take more than half a second, which every survivor would cost, or are about other engines.
    except:
      /low dimension|more than 64|central ones|4-D|5-D|generic, |generic on|general position|shared|lp, |planar|"vertex"/,
  },
  vertexProofs: {
    files: /^partition\/vertex-(evidence|multipliers|witness|facets)$/,
    tests: [
      'evidence-is-what-vertices-show',
      'generic-networks-need-no-exact-numbers',
      'vertex-engine-finds-every-cell',
      'walks-can-be-cut-anywhere',
    ],
    part: 0.2,
    // The engine's long tests are for the kernel.
    except: /low dimension|more than|central ones|4-D|5-D|generic, |generic on|all of R|shared|by itself|lp, |planar/,
  },
};

/** Files that are not mutated, and why. */
export const NOT_MUTATED: readonly (readonly [RegExp, string])[] = [
  [/^partition\/(kernel|layer-wasm)$/, 'types, and bytes as text: there is nothing to mutate'],
  [
    /^partition\/(pool-|worker|run|check-)/,
    'start worker threads, which run the built program without mutants, or talk to them: run-is-the-same-however-it-is-cut and certificates-prove-the-count hold them against a walk in one thread',
  ],
];

/** All files that could be mutated, as `folder/name`. */
export function candidates(): string[] {
  return ['exact', 'partition'].flatMap((folder) =>
    readdirSync(`src/${folder}`).map((file) => `${folder}/${file.replace(/\.ts$/, '')}`),
  );
}

/**
 * Where Stryker accumulates the results of a group. Each has a file of its own: what is known of tests that did not run would
 * be lost in a common one, and with it whether a result still stands.
 */
export function resultsFile(group: string): string {
  return `build/mutation/${group}.json`;
}

/** The group that this process runs, by the environment. @throws RangeError if there is none of that name */
export function currentGroup(): MutationGroup {
  const name = process.env.RELU_ATLAS_MUTATION_GROUP ?? 'exact';
  const group = GROUPS[name];
  if (group === undefined) throw new RangeError(`mutation: expected one of ${Object.keys(GROUPS)}, got ${name}`);
  return group;
}
