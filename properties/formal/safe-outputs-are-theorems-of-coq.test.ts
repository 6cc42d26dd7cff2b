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
From ReluAtlas Require Import Network Checker Safety Verification.
Import ListNotations.
Local Open Scope Z_scope.
Definition absolute : network := Network [Layer (AffineMap [[0; 1]; [0; -1]] 1) [(0, 1); (0, 1)] 1] (AffineMap [[0; 1; 1]] 1).
Definition interval := box 1 [(-1, 1)].
Definition at_least (bound : Z) (s : bool) : unsafe_set := [[Condition [- bound] [1] s]].
(* Facts, the newest first: the side of neuron 0, the condition as far as it is known, 1 + x, 1 - x. In front of them stands the condition. *)
Definition half (s other : side) (c : contradiction) : script :=
  Supposed 0 (Stable 0 s (1, [(0%nat, 1)]) (Stable 1 other (1, [(0%nat, 1)]) (Contradict c))).
Definition halves (left right : contradiction) : proof :=
  Suppose 0 0 Minus (Close 0 1 (half Minus Plus left) Proved) (Close 0 1 (half Plus Minus right) Proved).
Definition below_two := halves (None, (1, [(0%nat, 1); (3%nat, 1)])) (None, (1, [(0%nat, 1); (4%nat, 1)])).
Definition behind_a_cut := halves (None, (1, [(0%nat, 1); (4%nat, 1)])) (None, (1, [(0%nat, 1); (5%nat, 1)])).
Definition not_above_one := halves (Some 0%nat, (1, [(3%nat, 1)])) (Some 0%nat, (1, [(4%nat, 1)])).
(* Without cases: relu(x) = x / 2 + 1 / 4 + t / 4, relu(-x) = -x / 2 + 1 / 4 + u / 4, so |x| is at most 1, over the bounds of x. *)
Definition relaxed_by (radius low : Z) (c : contradiction) : proof :=
  Within 0 Plus (-1) (1, [(0%nat, 1)]) (Within 0 Minus 1 (1, [(1%nat, 1)])
    (Close 0 4 (Relax 0 2 1 radius low (1, []) 1 (1, []) (Relax 1 2 1 radius low (1, []) 1 (1, []) (Contradict c))) Proved)).
Definition relaxed := relaxed_by 1 (-1) (None, (1, [(0%nat, 1)])).
Definition relaxed_strictly := relaxed_by 1 (-1) (Some 0%nat, (1, [])).
(* relu(x) >= x says that t >= x - 1 / 2. *)
Definition never_negative := Within 0 Plus (-1) (1, [(0%nat, 1)]) (Within 0 Minus 1 (1, [(1%nat, 1)])
  (Close 0 4 (Relax 0 2 1 1 (-1) (1, []) 1 (1, []) (Above 0 Minus (Relax 1 2 1 1 (-1) (1, []) 1 (1, []) (Above 1 Minus
    (Contradict (None, (1, [(0%nat, 1); (1%nat, 1); (2%nat, 1)]))))))) Proved)).
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
  ['(at_least 2 false)', 'relaxed', true],
  ['(at_least 1 true)', 'relaxed_strictly', true],
  // y <= -1
  ['[[Condition [-1] [-1] false]]', 'never_negative', true],
  ['[[Condition [0] [-1] false]]', 'never_negative', false],
  ['(at_least 1 false)', 'relaxed', false],
  ['(at_least 1 false)', 'relaxed_strictly', false],
  // A smaller radius encloses nothing, a larger one is too much; x is not at least 0.
  ['(at_least 2 false)', '(relaxed_by 0 (-1) (None, (1, [(0%nat, 1)])))', false],
  ['(at_least 2 false)', '(relaxed_by 4 (-1) (None, (1, [(0%nat, 1)])))', false],
  ['(at_least 2 false)', '(relaxed_by 1 0 (None, (1, [(0%nat, 1)])))', false],
  // A cut is a fact in front of the domain's.
  ['(at_least 2 false)', '(Cut 0 0 below_two below_two)', false],
  ['(at_least 2 false)', '(Cut 0 0 behind_a_cut behind_a_cut)', true],
  ['(at_least 2 false)', '(Cut 0 0 below_two Proved)', false],
  ['(at_least 2 false)', 'Proved', false],
  ['[]', 'Proved', true],
  ['(at_least 1 false)', 'below_two', false],
  ['(at_least 1 false)', 'not_above_one', false],
  ['(at_least 2 false)', '(Close 0 1 (Contradict (None, (1, []))) Proved)', false],
  // What is not supposed is not known.
  ['(at_least 2 false)', '(Close 0 1 (half Plus Minus (None, (1, [(0%nat, 1); (4%nat, 1)]))) Proved)', false],
  [
    '(at_least 2 false)',
    '(halves (None, (1, [(0%nat, 1); (3%nat, -1)])) (None, (1, [(0%nat, 1); (4%nat, 1)])))',
    false,
  ],
  ['(at_least 2 false)', '(halves (None, (0, [])) (None, (0, [])))', false],
  // Two disjuncts: both have to be closed.
  ['(at_least 2 false ++ at_least 1 false)', 'relaxed', false],
  ['(at_least 2 false ++ at_least 1 true)', '(Part [true] relaxed relaxed_strictly)', true],
  ['(at_least 2 false ++ at_least 1 true)', '(Part [false; true] relaxed_strictly relaxed)', true],
  ['(at_least 2 false ++ at_least 1 true)', '(Part [false; true] relaxed relaxed_strictly)', false],
  ['(at_least 2 false ++ at_least 1 true)', '(Part [true] relaxed Proved)', false],
  // On inputs alone no neuron has to be known. Facts: the condition, twice, then the domain's.
  ['[[Condition [-2; 1] [] false]]', '(Close 0 1 (Contradict (None, (1, [(0%nat, 1); (3%nat, 1)]))) Proved)', true],
  ['[[Condition [-1; 1] [] false]]', '(Close 0 1 (Contradict (None, (1, [(0%nat, 1); (3%nat, 1)]))) Proved)', false],
  ['[[Condition [-1; 1] [] true]]', '(Close 0 1 (Contradict (Some 0%nat, (1, [(3%nat, 1)]))) Proved)', true],
];

describe('safe outputs are theorems of Coq', () => {
  it.runIf(hasCoq)('|x| stays below 2, not above 1, and nothing proves that it stays below 1', () => {
    compileTheory(['OrderedField', 'Network', 'Checker', 'Linear', 'Soundness', 'Safety', 'Verification']);
    const files = scratch();
    try {
      const questions = QUESTIONS.map(
        ([query, proof]) => `Eval vm_compute in verify absolute interval ${query} 1 ${proof}.`,
      );
      const said = compile(files.file('Safe.v', `${PREAMBLE}${THEOREM}${questions.join('\n')}\n`));
      expect(said).toContain('Closed under the global context');
      const verdicts = [...said.matchAll(/= (true|false)/g)].map(([, word], q) => `${QUESTIONS[q]?.[1]}: ${word}`);
      expect(verdicts).toEqual(QUESTIONS.map(([, proof, isAccepted]) => `${proof}: ${isAccepted}`));
    } finally {
      files.dispose();
    }
  });
});
