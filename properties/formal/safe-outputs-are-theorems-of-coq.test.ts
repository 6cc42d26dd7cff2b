/**
 * A tree of closed leaves proves that no input is unsafe: Coq's kernel computes that it is accepted, and verify_proves_safety says the rest.
 *
 * Source: |x| = relu(x) + relu(-x) on [-1, 1] is at most 1 and reaches it, so y >= 2 and y > 1 are unreachable and y >= 1 is reached; the
 * multipliers are those of the two sides. Skipped where there is no coqc.
 */
import { describe, expect, it, vi } from 'vitest';
import { compile, compileTheory, hasCoq, sayWhatIsMissing } from '../support/formal/theory.js';
import { scratch } from '../support/setup/command.js';

sayWhatIsMissing();
vi.setConfig({ testTimeout: 600_000 });

const PREAMBLE = `
From Coq Require Import ZArith List.
From ReluAtlas Require Import Network Checker Verification.
Import ListNotations.
Local Open Scope Z_scope.
Definition absolute : network := Network [Layer (AffineMap [[0; 1]; [0; -1]] 1) [(0, 1); (0, 1)] 1] (AffineMap [[0; 1; 1]] 1).
Definition interval := box 1 [(-1, 1)].
Definition at_least (bound : Z) (s : bool) : unsafe_set := [[Condition [- bound] [1] s]].
(* Known on the negative side: -x, 1 + x, 1 - x; on the positive one x, 1 + x, 1 - x. In front of them stands the condition. *)
Definition halves (left right : contradiction) : proof :=
  Branch 0 (Stable 1 Plus (1, [(0%nat, 1)]) (Closed [left])) (Stable 1 Minus (1, [(0%nat, 1)]) (Closed [right])).
Definition below_two := halves (None, (1, [(0%nat, 1); (2%nat, 1)])) (None, (1, [(0%nat, 1); (3%nat, 1)])).
Definition not_above_one := halves (Some 0%nat, (1, [(2%nat, 1)])) (Some 0%nat, (1, [(3%nat, 1)])).
`;

const THEOREM = `
Theorem absolute_values_stay_below_two F (x : point F) : inside interval x -> ~ unsafe F absolute (at_least 2 false) x.
Proof. apply verify_proves_safety with (grid := 1%positive) (t := below_two). vm_cast_no_check (eq_refl true). Qed.
Print Assumptions absolute_values_stay_below_two.
`;

/** What is asked, and whether it is to be accepted. */
const QUESTIONS: readonly (readonly [query: string, proof: string, isAccepted: boolean])[] = [
  ['(at_least 2 false)', 'below_two', true],
  ['(at_least 1 true)', 'not_above_one', true],
  ['(at_least 2 false)', '(Cut 0 0 below_two below_two)', false],
  ['(at_least 1 false)', 'below_two', false],
  ['(at_least 1 false)', 'not_above_one', false],
  ['(at_least 2 false)', '(Closed [(None, (1, []))])', false],
  [
    '(at_least 2 false)',
    '(halves (None, (1, [(0%nat, 1); (2%nat, -1)])) (None, (1, [(0%nat, 1); (3%nat, 1)])))',
    false,
  ],
  ['(at_least 2 false)', '(halves (None, (0, [])) (None, (0, [])))', false],
  ['(at_least 2 false ++ at_least 2 false)', 'below_two', false],
  // On inputs alone no neuron has to be settled, but all are here: a cut closes what the box excludes.
  [
    '[[Condition [-2; 1] [] false]]',
    '(Branch 0 (Stable 1 Plus (1, [(0%nat, 1)]) (Closed [(None, (1, [(0%nat, 1); (3%nat, 1)]))])) (Stable 1 Minus (1, [(0%nat, 1)]) (Closed [(None, (1, [(0%nat, 1); (3%nat, 1)]))])))',
    true,
  ],
];

describe('safe outputs are theorems of Coq', () => {
  it.runIf(hasCoq)('|x| stays below 2, not above 1, and nothing proves that it stays below 1', () => {
    compileTheory(['OrderedField', 'Network', 'Checker', 'Linear', 'Soundness', 'Verification']);
    const files = scratch();
    try {
      const questions = QUESTIONS.map(
        ([query, proof]) => `Eval vm_compute in verify absolute interval ${query} 1 ${proof}.`,
      );
      const said = compile(files.file('Safe.v', `${PREAMBLE}${THEOREM}${questions.join('\n')}\n`));
      expect(said).toContain('Closed under the global context');
      expect([...said.matchAll(/= (true|false)/g)].map(([, word]) => word === 'true')).toEqual(
        QUESTIONS.map(([, , isAccepted]) => isAccepted),
      );
    } finally {
      files.dispose();
    }
  });
});
