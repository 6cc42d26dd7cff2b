/**
 * What `npm run mutation` mutates together, and the tests that these mutants must survive.
 *
 * A mutant is tried against every test of its group that reaches it, in this order, until one fails: quick and direct tests
 * come first. Tests of one group are few on purpose. A mutant that only a test of another folder would catch counts as
 * survived, so scores are lower bounds.
 */

import { readdirSync } from 'node:fs';

export interface MutationGroup {
  /** The files of src/exact and src/partition that are mutated, as `folder/name` without `.ts`. */
  readonly files: RegExp;
  /** Names of files of properties/, without `.test.ts`. */
  readonly tests: readonly string[];
  /** The part of the generated cases to try for each mutant. */
  readonly part: number;
}

export const GROUPS: Readonly<Record<string, MutationGroup>> = {
  exact: {
    files: /^exact\//,
    tests: [
      'exact-rationals',
      'exact-elimination',
      'exact-doubles',
      'exact-greatest-common-divisors-are-euclids',
      'exact-signs',
    ],
    part: 0.25,
  },
  checker: {
    files: /^partition\/(checker|certificate)/,
    tests: [
      'checker-names-every-fault',
      'certificate-bytes-are-as-documented',
      'certificate-files-are-distrusted',
      'checker-refuses-every-mutation',
    ],
    part: 0.1,
  },
  decisions: {
    // Whatever is in no other group.
    files: /^partition\/(?!checker|certificate|lp-kernel|rows|points|planar-|vertex-|pool-|worker|run|check-)/,
    tests: [
      'exact-decisions-need-no-honest-proposals',
      'problems-are-networks-on-their-domains',
      'walks-can-be-cut-anywhere',
      'checker-refuses-every-mutation',
      'engine-lp',
    ],
    part: 0.2,
  },
  lp: {
    files: /^partition\/(lp-kernel|rows|points)/,
    tests: ['checker-refuses-every-mutation', 'engine-lp'],
    part: 0.2,
  },
  planar: { files: /^partition\/planar-/, tests: ['engine-planar'], part: 0.2 },
  vertex: { files: /^partition\/vertex-/, tests: ['engine-vertex'], part: 0.2 },
};

/** Files that are not mutated, and why. */
export const NOT_MUTATED: readonly (readonly [RegExp, string])[] = [
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
