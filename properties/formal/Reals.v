(** Coq's real numbers are an ordered field, too: the theorems hold in R^n. This file alone rests on axioms: those by which Coq's
    standard library introduces the reals. *)

From Coq Require Import Reals Lra.
From ReluAtlas Require Import OrderedField Network Checker Theorems.

Local Open Scope R_scope.

Definition R_compare (x y : R) : comparison :=
  match total_order_T x y with inleft (left _) => Lt | inleft (right _) => Eq | inright _ => Gt end.

Lemma R_compare_is x y : CompareSpec (x = y) (x < y) (y < x) (R_compare x y).
Proof. unfold R_compare. destruct (total_order_T x y) as [[L|E]|G]; now constructor. Qed.

Definition reals : ordered_field :=
  OrderedField R 0 1 Rplus Rmult Rminus Ropp Rdiv Rinv Rlt R_compare Rfield R_compare_is Rlt_irrefl Rlt_trans
    (fun x y z H => Rplus_lt_compat_l z x y H) Rmult_lt_0_compat.

Theorem cells_of_the_reals n d c : check n d c = true -> number_of_cells reals n d (N.to_nat (cells c)).
Proof. apply check_counts. Qed.
