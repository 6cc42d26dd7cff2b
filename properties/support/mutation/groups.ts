/**
 * What `npm run mutation` mutates together, and the tests that these mutants must survive.
 *
 * A mutant is tried against the tests of its group that reach it until one fails. Tests of one group are few and quick on
 * purpose: a survivor costs all of them. A mutant that only a test of another group would catch counts as survived, so scores
 * are lower bounds.
 */

import { readdirSync } from 'node:fs';

export interface MutationGroup {
  /** The files of the mutated rooms, as paths below src without `.ts`. */
  readonly files: RegExp;
  /** Paths of files below properties/, without `.test.ts`. */
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
      'exact/rationals-form-a-field',
      'exact/elimination-solves-linear-systems',
      'exact/doubles-are-dyadic-rationals',
      'exact/greatest-common-divisors-are-euclids',
      'exact/packed-vectors-add-entry-by-entry',
      'exact/signs-never-err',
      'exact/values-within-their-bound-have-no-sign',
      'exact/rounded-weights-are-told-from-subnormal-ones',
    ],
    part: 0.25,
  },
  walk: {
    files: /^(walk\/(traverse|parts|tree|count|positions|space)|engines\/(choice|count))$/,
    tests: [
      'walk/walks-can-be-cut-anywhere',
      'checker/charts-cover-the-space',
      'problem/proportional-neurons-share-a-crease',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'engines/polytopes-cut-the-partition',
    ],
    part: 0.4,
  },
  problem: {
    files:
      /^(problem\/(lowering|layer|charts|proportional|row-space)|engines\/evidence\/(exact-decision|interior-points))$/,
    tests: [
      'problem/problems-are-networks-on-their-domains',
      'engines/exact-decisions-need-no-honest-proposals',
      'engines/interior-points-are-short-and-inside',
      'problem/proportional-neurons-share-a-crease',
      'engines/polytopes-cut-the-partition',
      'problem/images-are-seen-through-the-first-layer',
      'problem/pivot-inputs-stand-for-all',
      'checker/charts-cover-the-space',
    ],
    part: 0.2,
  },
  rows: {
    files: /^(walk\/(rows|exact-rows|row-table|ahead|layer\/(arithmetic|memory|planar|scattered))|wasm\/memory)$/,
    tests: [
      'walk/rows-stay-within-their-bounds',
      'walk/rows-fit-into-reserved-memory',
      'walk/sparse-networks-are-walked-like-dense-ones',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'walk/layer-arithmetic-is-equal-to-the-bit',
    ],
    part: 0.2,
    // What AssemblyScript compiles is no mutant.
    except: /AssemblyScript/,
  },
  symmetries: {
    files:
      /^(problem\/symmetry\/.*|walk\/orbits|network\/(creases|input-map)|checker\/orbits(-file)?|run\/orbit-certificate)$/,
    tests: [
      'walk/parts-that-symmetries-exchange-have-as-many-cells',
      'walk/symmetries-of-boxes-are-found',
      'run/symmetric-walks-count-all-cells',
      'checker/orbits-are-proved-by-their-elements',
    ],
    part: 0.2,
  },
  images: {
    files:
      /^(checker\/(cone|images|images-file|walls)|run\/(images-certificate|lines|paced|check-images|check-lines))$/,
    tests: ['checker/images-are-proved-by-their-parts', 'folding/cells-with-equal-images-have-equal-subtrees'],
    part: 0.2,
  },
  polytopes: {
    files: /^(problem\/polytope\/.*|checker\/(polytope|network))$/,
    tests: [
      'problem/empty-domains-name-what-contradicts',
      'problem/polytope-boxes-fit',
      'checker/polytope-certificates-are-checked',
      'engines/polytopes-cut-the-partition',
    ],
    part: 0.2,
  },
  checker: {
    files:
      /^(checker\/(tree|file|gzip-content|charts|share|follower|evidence|path|domain|double-path|double-rows|exact-path|exact-rows|layer-rows|settled-neurons)|run\/certificate|certificate\/.*)$/,
    tests: [
      'checker/what-is-true-of-a-box-is-taken',
      'checker/double-rows-enclose-the-exact-ones',
      'checker/every-fault-is-named',
      'checker/charts-cover-the-space',
      'checker/certificate-bytes-are-as-documented',
      'checker/certificate-files-are-distrusted',
      'checker/every-mutation-is-refused',
      'checker/polytope-certificates-are-checked',
    ],
    part: 0.1,
  },
  arrangements: {
    files:
      /^(checker\/(arrangement|inside)(-file)?|checker\/(json-lines|stated-domain)|run\/(arrangement-certificate|check-arrangement))$/,
    tests: [
      'checker/arrangements-are-proved-by-ranks',
      'checker/domains-are-cut-as-points-and-combinations-prove',
      'chambers/closed-forms-are-counted',
    ],
    part: 0.2,
  },
  verification: {
    files: /^checker\/(arithmetic|closing|enclosure|relaxation|settled|unsafe|verification|verification-file)$/,
    tests: [
      'verify/proofs-of-safety-are-distrusted',
      'verify/slivers-and-equalities-are-decided',
      'verify/verdicts-are-those-of-every-pattern',
    ],
    part: 0.1,
  },
  lp: {
    files: /^engines\/lp\//,
    tests: [
      'engines/lp-engine-finds-every-cell',
      'engines/boxes-and-points-spare-programs',
      'engines/bounds-in-doubles-never-hide-a-cell',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'walk/walks-can-be-cut-anywhere',
      'walk/rows-within-their-bounds-change-no-result',
    ],
    part: 0.3,
    except: /deletion-restriction|glpk/,
  },
  planar: {
    files: /^engines\/(planar\/.*|evidence\/proven-box)$/,
    tests: [
      'engines/planar/kernel-finds-every-cell',
      'counting/lines-make-as-many-cells-as-euler-says',
      'engines/planar/vertices-are-within-their-radius',
      'engines/planar/verdicts-are-those-of-exact-polygons',
      'engines/planar/certificates-are-short-and-proved',
      'engines/planar/creases-without-bias-meet-in-the-origin',
      'engines/boxes-and-points-spare-programs',
      'engines/bounds-in-doubles-never-hide-a-cell',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'walk/walks-can-be-cut-anywhere',
      'walk/rows-within-their-bounds-change-no-result',
    ],
    part: 0.4,
    // They take more than a second, which every survivor would cost.
    except: /bench networks/,
  },
  vertexParts: {
    files: /^engines\/(vertex\/(values|pool|path|laws|refinement|exact|common-divisor)|evidence\/vertex-error)$/,
    tests: [
      'engines/vertex/pools-keep-what-they-hold',
      'engines/vertex/radii-are-what-the-lemmas-say',
      'engines/vertex/refined-vertices-are-near',
      'engines/vertex/exact-vertices-are-where-constraints-meet',
      'engines/vertex/laws-name-every-fault',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'engines/vertex/engine-finds-every-cell',
    ],
    part: 0.2,
    // The engine's long tests are for the kernel.
    except: /degenerate case|low dimension|64 facets|central ones|5-D|4-D|all of R|closed forms|lp, |planar/,
  },
  vertexCells: {
    files: /^engines\/vertex\/(edges|tight|sign-bitsets|signs|bounds|crossing)$/,
    tests: [
      'engines/vertex/tight-sets-tell-edges-and-facets',
      'engines/vertex/sign-bitsets-tell-verdicts',
      'engines/vertex/signs-at-vertices-are-certain',
      'engines/vertex/vertices-are-where-creases-cross-edges',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/vertex/engine-finds-every-cell',
    ],
    part: 0.3,
    // Of the engine's tests those of small networks of few kinds are enough.
    except:
      /every pattern|all of R|low dimension|more than|generic, |generic on|lp, |planar|one program|dyadic|4-D|5-D|rational|all slopes|tiny angles|shared|by itself/,
  },
  vertex: {
    files: /^engines\/vertex\/(kernel|frame|shape|size|whole-numbers)$/,
    tests: [
      'engines/vertex/whole-numbers-count-what-is-there',
      'engines/vertex/engine-finds-every-cell',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/powers-of-two-change-no-decision',
      'walk/walks-can-be-cut-anywhere',
    ],
    part: 0.1,
    // They take more than half a second, which every survivor would cost, or are about other engines.
    except:
      /low dimension|more than 64|central ones|4-D|5-D|generic, |generic on|general position|shared|lp, |planar|"vertex"/,
  },
  vertexProofs: {
    files: /^engines\/vertex\/(evidence|multipliers|witness|facets)$/,
    tests: [
      'engines/vertex/evidence-is-what-vertices-show',
      'engines/generic-networks-need-no-exact-numbers',
      'engines/vertex/engine-finds-every-cell',
      'walk/walks-can-be-cut-anywhere',
    ],
    part: 0.2,
    // The engine's long tests are for the kernel.
    except: /low dimension|more than|central ones|4-D|5-D|generic, |generic on|all of R|shared|by itself|lp, |planar/,
  },
};

/** Files that are not mutated, and why. */
export const NOT_MUTATED: readonly (readonly [RegExp, string])[] = [
  [
    /^(walk\/(size-estimate|generic-parts)|engines\/estimate)$/,
    'estimates, which say so, and where to cut: no count depends on them',
  ],
  [/^checker\/content$/, 'hands bytes in memory to the checker of files'],
  [/^walk\/(kernel|layer\/wasm)$/, 'types, and bytes as text: there is nothing to mutate'],
  [
    /^run\/(channel|control|frontier|job|worker|worker-file|count|check|check-worker|share-checker|check-shares|checkpoint|stopping|chambers|last-layer|folding)$/,
    'start worker threads, which run the built program without mutants, or talk to them: run/counts-are-the-same-however-they-are-cut, run/checkpoints-lose-nothing, chambers/chambers-are-the-cells-walked folding/cells-with-equal-images-have-equal-subtrees and checker/certificates-prove-the-count hold them against a walk in one thread',
  ],
];

/** Faces only pass names on, and AssemblyScript is compiled to bytes. */
const NO_SOURCE = /(^|[\\/])(index\.ts$|assembly[\\/])/;

/** The rooms that are mutated: what counts, proves and checks. */
export const MUTATED_ROOMS = ['exact', 'certificate', 'checker', 'problem', 'walk', 'wasm', 'engines', 'run'];

/** All files that could be mutated, as paths below src without `.ts`. */
export function candidates(): string[] {
  return MUTATED_ROOMS.flatMap((room) =>
    readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !NO_SOURCE.test(file))
      .map((file) => `${room}/${file.replaceAll('\\', '/').replace(/\.ts$/, '')}`),
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
