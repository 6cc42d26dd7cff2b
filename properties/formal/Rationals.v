(** The rationals are an ordered field, so there is one: without any axiom. *)

From Coq Require Import QArith Qcanon Field.
From ReluAtlas Require Import OrderedField Network Checker Linear Theorems.

Local Open Scope Qc_scope.

Lemma Qc_compare_is x y : CompareSpec (x = y) (x < y) (y < x) (x ?= y).
Proof.
  destruct (x ?= y) eqn:E; constructor.
  - now apply Qceq_alt.
  - now apply Qclt_alt.
  - now apply Qcgt_alt.
Qed.

Lemma Qc_add_increases x y z : x < y -> z + x < z + y.
Proof.
  unfold Qclt. intro H. unfold Qcplus. cbn [this Q2Qc]. rewrite !Qred_correct. now apply Qplus_lt_r.
Qed.

Lemma Qc_mul_keeps_positive x y : 0 < x -> 0 < y -> 0 < x * y.
Proof.
  intros H G. replace 0 with (0 * y) by ring. now apply Qcmult_lt_compat_r.
Qed.

Definition rationals : ordered_field :=
  OrderedField Qc 0 1 Qcplus Qcmult Qcminus Qcopp Qcdiv Qcinv Qclt Qccompare Qcft Qc_compare_is
    (fun x H => Qclt_not_eq x x H eq_refl) Qclt_trans Qc_add_increases Qc_mul_keeps_positive.
