(** Ordered fields, and the integers inside of them.

    Everything is stated for points over any ordered field: the rationals (Rationals.v), the reals (Reals.v), or another one.
    Equality is Coq's own, and an element can be compared with another one. *)

From Coq Require Import ZArith List Field Ring_theory InitialRing Lia.

Record ordered_field := OrderedField {
  carrier :> Type;
  zero : carrier;
  one : carrier;
  add : carrier -> carrier -> carrier;
  mul : carrier -> carrier -> carrier;
  sub : carrier -> carrier -> carrier;
  opp : carrier -> carrier;
  div : carrier -> carrier -> carrier;
  inv : carrier -> carrier;
  lt : carrier -> carrier -> Prop;
  compare : carrier -> carrier -> comparison;
  is_field : field_theory zero one add mul sub opp div inv (@eq carrier);
  compare_is : forall x y, CompareSpec (x = y) (lt x y) (lt y x) (compare x y);
  lt_irreflexive : forall x, ~ lt x x;
  lt_transitive : forall x y z, lt x y -> lt y z -> lt x z;
  add_increases : forall x y z, lt x y -> lt (add z x) (add z y);
  mul_keeps_positive : forall x y, lt zero x -> lt zero y -> lt zero (mul x y)
}.

Arguments zero {_}.
Arguments one {_}.
Arguments add {_}.
Arguments mul {_}.
Arguments sub {_}.
Arguments opp {_}.
Arguments div {_}.
Arguments inv {_}.
Arguments lt {_}.
Arguments compare {_}.

Declare Scope field_scope.
Delimit Scope field_scope with F.
Notation "0" := zero : field_scope.
Notation "1" := one : field_scope.
Infix "+" := add : field_scope.
Infix "*" := mul : field_scope.
Infix "-" := sub : field_scope.
Notation "- x" := (opp x) : field_scope.
Infix "/" := div : field_scope.
Infix "<" := lt : field_scope.
Notation "x <= y" := (~ lt y x) : field_scope.

(** The integer z as an element. *)
Definition of_Z {F : ordered_field} (z : Z) : F := gen_phiZ zero one add mul opp z.

Section Facts.

Variable F : ordered_field.
Local Open Scope field_scope.
Implicit Types x y z t : F.

Let F_ring := F_R (is_field F).
Add Field F_field : (is_field F).

(** ** The integers *)

Lemma of_Z_is_morphism : ring_morph 0 1 (@add F) mul sub opp eq 0%Z 1%Z Z.add Z.mul Z.sub Z.opp Zeq_bool of_Z.
Proof. exact (gen_phiZ_morph (Eqsth F) (Eq_ext add mul opp) F_ring). Qed.

Lemma of_Z_0 : @of_Z F 0 = 0.
Proof. reflexivity. Qed.
Lemma of_Z_1 : @of_Z F 1 = 1.
Proof. reflexivity. Qed.
Lemma of_Z_add a b : @of_Z F (a + b) = of_Z a + of_Z b.
Proof. exact (morph_add of_Z_is_morphism a b). Qed.
Lemma of_Z_mul a b : @of_Z F (a * b) = of_Z a * of_Z b.
Proof. exact (morph_mul of_Z_is_morphism a b). Qed.
Lemma of_Z_opp a : @of_Z F (- a) = - of_Z a.
Proof. exact (morph_opp of_Z_is_morphism a). Qed.

(** ** The order *)

Lemma lt_or_le x y : x < y \/ y <= x.
Proof.
  destruct (compare_is F x y) as [E|L|G]; [right|left|right]; auto.
  - subst. apply lt_irreflexive.
  - intro L. apply (lt_irreflexive F x). eapply lt_transitive; eauto.
Qed.

Lemma lt_le x y : x < y -> x <= y.
Proof. intros L G. apply (lt_irreflexive F x). eapply lt_transitive; eauto. Qed.

Lemma le_refl x : x <= x.
Proof. apply lt_irreflexive. Qed.

Lemma le_cases x y : x <= y -> x < y \/ x = y.
Proof. intro H. destruct (compare_is F x y); auto. contradiction. Qed.

Lemma le_antisymmetric x y : x <= y -> y <= x -> x = y.
Proof. intros H G. destruct (compare_is F x y); auto; contradiction. Qed.

Lemma lt_of_sub x y : 0 < y - x -> x < y.
Proof. intro H. apply (add_increases F _ _ x) in H. replace (x + 0) with x in H by ring. now replace (x + (y - x)) with y in H by ring. Qed.

Lemma sub_of_lt x y : x < y -> 0 < y - x.
Proof. intro H. apply (add_increases F _ _ (- x)) in H. replace (- x + x) with (@zero F) in H by ring. now replace (- x + y) with (y - x) in H by ring. Qed.

Lemma le_of_sub x y : 0 <= y - x -> x <= y.
Proof. intros H G. apply H. apply lt_of_sub. replace (0 - (y - x)) with (x - y) by ring. now apply sub_of_lt. Qed.

Lemma sub_of_le x y : x <= y -> 0 <= y - x.
Proof. intros H G. apply H. apply lt_of_sub. apply sub_of_lt in G. now replace (0 - (y - x)) with (x - y) in G by ring. Qed.

Lemma add_positive x y : 0 < x -> 0 <= y -> 0 < x + y.
Proof.
  intros H G. destruct (le_cases _ _ G) as [L|<-].
  - apply lt_transitive with x; auto. replace x with (x + 0) at 1 by ring. now apply add_increases.
  - now replace (x + 0) with x by ring.
Qed.

Lemma add_nonnegative x y : 0 <= x -> 0 <= y -> 0 <= x + y.
Proof.
  intros H G. destruct (le_cases _ _ H) as [L|<-].
  - apply lt_le. now apply add_positive.
  - now replace (0 + y) with y by ring.
Qed.

Lemma mul_nonnegative x y : 0 <= x -> 0 <= y -> 0 <= x * y.
Proof.
  intros H G. destruct (le_cases _ _ H) as [L|<-].
  - destruct (le_cases _ _ G) as [L'|<-].
    + apply lt_le. now apply mul_keeps_positive.
    + replace (x * 0) with (@zero F) by ring. apply le_refl.
  - replace (0 * y) with (@zero F) by ring. apply le_refl.
Qed.

Lemma negative_is_not_positive x : 0 < - x <-> x < 0.
Proof.
  split; intro H.
  - apply lt_of_sub. now replace (0 - x) with (- x) by ring.
  - apply sub_of_lt in H. now replace (0 - x) with (- x) in H by ring.
Qed.

Lemma opp_nonnegative x : 0 <= - x <-> x <= 0.
Proof.
  split; intros H G; apply H.
  - apply negative_is_not_positive. now replace (- - x) with x by ring.
  - apply negative_is_not_positive in G. now replace (- - x) with x in G by ring.
Qed.

Lemma one_is_positive : @lt F 0 1.
Proof.
  destruct (compare_is F 0 1) as [E|L|G]; auto.
  - exfalso. apply (F_1_neq_0 (is_field F)). now symmetry.
  - apply negative_is_not_positive in G.
    pose proof (mul_keeps_positive F _ _ G G) as H. now replace (- (1) * - (1)) with (@one F) in H by ring.
Qed.

Lemma positive_is_not_0 x : 0 < x -> x <> 0.
Proof. intros H ->. now apply (lt_irreflexive F 0). Qed.

Lemma inv_positive x : 0 < x -> 0 < inv x.
Proof.
  intro H. pose proof (positive_is_not_0 _ H) as N. destruct (lt_or_le 0 (inv x)) as [L|G]; auto.
  destruct (le_cases _ _ G) as [L|E].
  - apply negative_is_not_positive in L. pose proof (mul_keeps_positive F _ _ H L) as P.
    replace (x * - inv x) with (- (1) : F) in P by now field.
    exfalso. apply (lt_irreflexive F 0). apply lt_transitive with 1; [apply one_is_positive|].
    now apply negative_is_not_positive.
  - exfalso. apply (F_1_neq_0 (is_field F)). replace 1 with (x * inv x) by now field. rewrite E. ring.
Qed.

Lemma div_positive x y : 0 < x -> 0 < y -> 0 < x / y.
Proof.
  intros H G. replace (x / y) with (x * inv y) by (field; now apply positive_is_not_0).
  apply mul_keeps_positive; auto. now apply inv_positive.
Qed.

(** A factor that is positive changes no sign. *)
Lemma mul_positive_iff x y : 0 < x -> (0 < x * y <-> 0 < y).
Proof.
  intro H. split; intro G; [|now apply mul_keeps_positive].
  replace y with (inv x * (x * y)) by (field; now apply positive_is_not_0).
  apply mul_keeps_positive; auto. now apply inv_positive.
Qed.

Lemma mul_nonnegative_iff x y : 0 < x -> (0 <= x * y <-> 0 <= y).
Proof.
  intro H. split; intro G.
  - intro L. apply G. apply negative_is_not_positive. replace (- (x * y)) with (x * - y) by ring.
    apply mul_keeps_positive; auto. now apply negative_is_not_positive.
  - apply mul_nonnegative; auto. now apply lt_le.
Qed.

Lemma compare_positive x : compare x 0 = Gt <-> 0 < x.
Proof. destruct (compare_is F x 0) as [->|L|G]; split; intro H; auto; try discriminate; exfalso.
  - now apply (lt_irreflexive F 0).
  - apply (lt_irreflexive F x). now apply lt_transitive with 0.
Qed.
Lemma compare_negative x : compare x 0 = Lt <-> x < 0.
Proof. destruct (compare_is F x 0) as [->|L|G]; split; intro H; auto; try discriminate; exfalso.
  - now apply (lt_irreflexive F 0).
  - apply (lt_irreflexive F x). now apply lt_transitive with 0.
Qed.
Lemma compare_zero x : compare x 0 = Eq <-> x = 0.
Proof. destruct (compare_is F x 0) as [->|L|G]; split; intro H; auto; try discriminate; subst; exfalso; now apply (lt_irreflexive F 0). Qed.

Lemma compare_opp x : compare (- x) 0 = CompOpp (compare x 0).
Proof.
  destruct (compare_is F x 0) as [->|L|G]; cbn.
  - apply compare_zero. ring.
  - apply compare_positive. now apply negative_is_not_positive.
  - apply compare_negative. apply negative_is_not_positive. now replace (- - x) with x by ring.
Qed.

Lemma compare_scaled x y : 0 < x -> compare (x * y) 0 = compare y 0.
Proof.
  intro H. destruct (compare_is F y 0) as [->|L|G].
  - apply compare_zero. ring.
  - apply compare_negative, negative_is_not_positive. replace (- (x * y)) with (x * - y) by ring.
    apply mul_keeps_positive; auto. now apply negative_is_not_positive.
  - apply compare_positive. now apply mul_keeps_positive.
Qed.

Lemma of_Z_positive a : (0 < a)%Z -> @lt F 0 (of_Z a).
Proof.
  intro H. rewrite <- (Z2Nat.id a) in * by lia. induction (Z.to_nat a) as [|k IH]; [lia|].
  rewrite Nat2Z.inj_succ. unfold Z.succ. rewrite of_Z_add, of_Z_1.
  replace (of_Z (Z.of_nat k) + 1) with (1 + @of_Z F (Z.of_nat k)) by ring.
  apply add_positive; [apply one_is_positive|]. destruct k as [|k]; [apply le_refl|]. apply lt_le. apply IH. lia.
Qed.

Lemma of_Z_nonnegative a : (0 <= a)%Z -> @zero F <= of_Z a.
Proof. intro H. destruct (Z.eq_dec a 0) as [->|N]; [apply le_refl|]. apply lt_le, of_Z_positive. lia. Qed.

(** There is a number below two positive ones. *)
Lemma smaller_than_both x y : 0 < x -> 0 < y -> exists z, 0 < z /\ z <= x /\ z <= y.
Proof.
  intros H G. destruct (lt_or_le x y) as [L|L].
  - exists x. repeat split; auto; [apply le_refl|now apply lt_le].
  - exists y. repeat split; auto. apply le_refl.
Qed.

Lemma lt_le_trans x y z : x < y -> y <= z -> x < z.
Proof. intros H G. destruct (le_cases _ _ G) as [L|<-]; auto. now apply lt_transitive with y. Qed.

Lemma le_transitive x y z : x <= y -> y <= z -> x <= z.
Proof. intros H G L. apply H. destruct (le_cases _ _ G) as [M|<-]; auto. now apply lt_transitive with z. Qed.

End Facts.
