(** Affine functions at points: sums, multiples, integers; and what is near a point. *)

From Coq Require Import ZArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker.
Import ListNotations.

Section Linear.

Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Implicit Types (a b r : row) (x y w : list F) (e t : F).

(** ** Integers and rows *)

Lemma of_Z_scaled_list (q : F) x a : dot a (map (fun v => v / q) x) = dot a (map (fun v => v * inv q) x).
Proof.
  f_equal. apply map_ext. intro v. pose proof (Fdiv_def (is_field F)) as D. apply D.
Qed.

Lemma dot_map_mul a x (q : F) : dot a (map (fun v => v * q) x) = dot a x * q.
Proof. revert x. induction a as [|c a IH]; intros [|v x]; cbn; try ring. rewrite IH. ring. Qed.

Lemma dot_nil_r a : dot a [] = (0 : F).
Proof. now destruct a. Qed.

Lemma dot_add_scaled m r s x : dot (add_scaled m r s) x = of_Z m * dot r x + dot s x.
Proof.
  revert s x. induction r as [|c r IH]; intros s x; cbn [add_scaled].
  - cbn. ring.
  - destruct s as [|b s], x as [|v x]; cbn; try ring.
    + rewrite IH, of_Z_mul. cbn. ring.
    + rewrite IH, of_Z_add, of_Z_mul. ring.
Qed.

Lemma dot_scaled m r x : dot (scaled m r) x = of_Z m * dot r x.
Proof.
  unfold scaled. revert x. induction r as [|c r IH]; intros [|v x]; cbn [map dot]; try ring. rewrite IH, of_Z_mul. ring.
Qed.

Lemma dot_opp r x : dot (map Z.opp r) x = - dot r x.
Proof. revert x. induction r as [|c r IH]; intros [|v x]; cbn; try ring. rewrite IH, of_Z_opp. ring. Qed.

Lemma dot_integers a (x : list Z) : dot a (map (@of_Z F) x) = of_Z (integer_dot a x).
Proof. revert x. induction a as [|c a IH]; intros [|v x]; cbn; auto. now rewrite IH, of_Z_add, of_Z_mul. Qed.

Lemma dot_combined u (rs : list row) x : dot (combined u rs) x = dot u (map (fun r => dot r x) rs).
Proof.
  revert rs. induction u as [|c u IH]; intros [|r rs]; cbn; auto.
  destruct (Z.eqb_spec c 0) as [->|N]; [|rewrite dot_add_scaled]; rewrite IH; [|reflexivity].
  rewrite of_Z_0. ring.
Qed.

Definition point_of (p : list Z * positive) : list F := map (fun v => of_Z v / of_Z (Zpos (snd p))) (fst p).

Lemma positive_of_Z (q : positive) : 0 < @of_Z F (Zpos q).
Proof. apply of_Z_positive. lia. Qed.

Lemma nonzero_of_Z (q : positive) : @of_Z F (Zpos q) <> 0.
Proof. apply positive_is_not_0, positive_of_Z. Qed.

Lemma value_at_point r u q :
  of_Z (Zpos q) * value r (point_of (u, q)) = of_Z (integer_dot r (Zpos q :: u)).
Proof.
  rewrite <- dot_integers. unfold value, point_of. cbn [fst snd map].
  replace (1 :: map (fun v => of_Z v / of_Z (Zpos q)) u)
    with (map (fun v => v * inv (of_Z (Zpos q))) (@of_Z F (Zpos q) :: map of_Z u)).
  - rewrite dot_map_mul. field. apply nonzero_of_Z.
  - cbn. f_equal.
    + field. apply nonzero_of_Z.
    + rewrite map_map. apply map_ext. intro v. field. apply nonzero_of_Z.
Qed.

Lemma value_oriented s r x : value (oriented s r) x = match s with Plus => value r x | Minus => - value r x end.
Proof. destruct s; cbn [oriented]; auto. apply dot_opp. Qed.

Lemma value_scaled m r x : value (scaled m r) x = of_Z m * value r x.
Proof. apply dot_scaled. Qed.

Lemma dot_unit i q x : dot (repeat 0%Z i ++ [q]) x = of_Z q * nth i x 0.
Proof.
  revert x. induction i as [|i IH]; intros [|v x]; cbn [repeat app dot nth]; try (rewrite of_Z_0); try ring.
  rewrite IH. ring.
Qed.

(** ** Nonnegative combinations *)

Fixpoint in_box (grid : positive) (ends : list interval) x : Prop :=
  match ends, x with
  | (low, high) :: ends, v :: x =>
      match low with Some l => of_Z l <= of_Z (Zpos grid) * v | None => True end /\
      match high with Some h => of_Z (Zpos grid) * v <= of_Z h | None => True end /\
      in_box grid ends x
  | _, _ => True
  end.

Lemma least_is_least grid a ends x total bound :
  length ends = length x -> in_box grid ends x -> least total a ends = Some bound ->
  of_Z bound <= of_Z total + of_Z (Zpos grid) * dot a x.
Proof.
  revert ends x total. induction a as [|c a IH]; intros ends x total L B E; cbn in E.
  - injection E as ->. replace (of_Z bound + of_Z (Z.pos grid) * dot [] x) with (of_Z bound : F) by (cbn; ring). apply le_refl.
  - destruct ends as [|[low high] ends], x as [|v x]; cbn in L; try lia.
    + cbn in E. destruct c; try discriminate. rewrite dot_nil_r.
      specialize (IH [] [] total eq_refl I E). now rewrite dot_nil_r in IH.
    + cbn in B, E. destruct B as (Bl & Bh & B). injection L as L. destruct c as [|c|c].
      * specialize (IH ends x total L B E). cbn [dot]. rewrite of_Z_0.
        now replace (of_Z total + of_Z (Z.pos grid) * (0 * v + dot a x)) with (of_Z total + of_Z (Z.pos grid) * dot a x) by ring.
      * destruct low as [l|]; try discriminate. specialize (IH _ _ _ L B E). rewrite of_Z_add, of_Z_mul in IH.
        apply le_of_sub. apply sub_of_le in IH. cbn [dot].
        replace (of_Z total + of_Z (Z.pos grid) * (of_Z (Z.pos c) * v + dot a x) - of_Z bound)
          with ((of_Z total + of_Z (Z.pos c) * of_Z l + of_Z (Z.pos grid) * dot a x - of_Z bound)
            + of_Z (Z.pos c) * (of_Z (Z.pos grid) * v - of_Z l)) by ring.
        apply add_nonnegative; auto. apply mul_nonnegative; [apply lt_le, positive_of_Z|now apply sub_of_le].
      * destruct high as [h|]; try discriminate. specialize (IH _ _ _ L B E). rewrite of_Z_add, of_Z_mul in IH.
        apply le_of_sub. apply sub_of_le in IH. cbn [dot].
        assert (N : @of_Z F (Z.neg c) = - of_Z (Z.pos c)) by (rewrite <- of_Z_opp; reflexivity).
        rewrite N in *.
        replace (of_Z total + of_Z (Z.pos grid) * (- of_Z (Z.pos c) * v + dot a x) - of_Z bound)
          with ((of_Z total + - of_Z (Z.pos c) * of_Z h + of_Z (Z.pos grid) * dot a x - of_Z bound)
            + of_Z (Z.pos c) * (of_Z h - of_Z (Z.pos grid) * v)) by ring.
        apply add_nonnegative; auto. apply mul_nonnegative; [apply lt_le, positive_of_Z|now apply sub_of_le].
Qed.

Lemma least_without_a_box grid a x total bound :
  least total a [] = Some bound -> of_Z bound <= of_Z total + of_Z (Zpos grid) * dot a x.
Proof.
  revert x total. induction a as [|c a IH]; intros x total G; cbn in G.
  - injection G as ->. replace (of_Z bound + of_Z (Z.pos grid) * dot [] x) with (of_Z bound : F) by (cbn; ring). apply le_refl.
  - destruct c; try discriminate. destruct x as [|v x]; [specialize (IH [] total G); rewrite dot_nil_r in IH; now rewrite dot_nil_r|].
    specialize (IH x total G). cbn [dot]. rewrite of_Z_0.
    now replace (of_Z total + of_Z (Z.pos grid) * (0 * v + dot a x)) with (of_Z total + of_Z (Z.pos grid) * dot a x) by ring.
Qed.

Lemma remainder_is_smaller by_ (known : list row) r rest x :
  Forall (fun h => 0 <= value h x) known -> remainder by_ known r = Some rest -> 0 <= value rest x -> 0 <= value r x.
Proof.
  intros K. revert r. induction by_ as [|[k m] by_ IH]; intros r E P; cbn in E.
  - now injection E as ->.
  - destruct (Z.ltb_spec m 0) as [|M]; try discriminate. destruct (nth_error known k) as [h|] eqn:N; try discriminate.
    specialize (IH _ E P). unfold value in IH at 1. rewrite dot_add_scaled, of_Z_opp in IH.
    assert (H : 0 <= value h x) by (rewrite Forall_forall in K; apply K; eapply nth_error_In; eauto).
    change (dot h (1 :: x)) with (value h x) in IH. change (dot r (1 :: x)) with (value r x) in IH.
    replace (value r x) with ((- of_Z m * value h x + value r x) + of_Z m * value h x) by ring.
    apply add_nonnegative; auto. apply mul_nonnegative; auto. now apply of_Z_nonnegative.
Qed.

(** The lemma behind every implied neuron: what evidence proves holds wherever the known rows are >= 0, within the box. *)
Theorem nonnegative_combination grid (known : list row) ends r ev x :
  proved grid known ends r ev = true -> Forall (fun h => 0 <= value h x) known ->
  (ends = [] \/ length ends = length x) -> in_box grid ends x -> 0 <= value r x.
Proof.
  destruct ev as [c by_]. unfold proved. intros E K L B. apply andb_true_iff in E as [C E]. apply Z.ltb_lt in C.
  destruct (remainder by_ known (scaled c r)) as [rest|] eqn:R; try discriminate.
  assert (P : 0 <= value rest x).
  { destruct rest as [|constant a]; [apply le_refl|].
    destruct (least (Z.pos grid * constant) a ends) as [bound|] eqn:G; try discriminate. apply Z.leb_le in E.
    assert (H : of_Z bound <= of_Z (Z.pos grid * constant) + of_Z (Z.pos grid) * dot a x).
    { destruct L as [->|L]; [now apply least_without_a_box|now apply least_is_least with ends]. }
    apply (mul_nonnegative_iff F (of_Z (Z.pos grid))); [apply positive_of_Z|].
    unfold value. cbn [dot]. apply sub_of_le in H. rewrite of_Z_mul in H.
    replace (of_Z (Z.pos grid) * (of_Z constant * 1 + dot a x))
      with ((of_Z (Z.pos grid) * of_Z constant + of_Z (Z.pos grid) * dot a x - of_Z bound) + of_Z bound) by ring.
    apply add_nonnegative; auto. now apply of_Z_nonnegative. }
  apply (mul_nonnegative_iff F (of_Z c)); [now apply of_Z_positive|]. rewrite <- value_scaled.
  now apply remainder_is_smaller with by_ known rest.
Qed.

(** ** From a point towards another one *)

Definition toward t x w : list F := zip_with (fun p q => p + t * (q - p)) x w.

Lemma length_toward t x w : length x = length w -> length (toward t x w) = length x.
Proof. unfold toward. revert w. induction x as [|v x IH]; intros [|u w] L; cbn in *; try lia. now rewrite IH by lia. Qed.

Lemma dot_toward a t x w : length x = length w -> dot a (toward t x w) = dot a x + t * (dot a w - dot a x).
Proof.
  unfold toward. revert x w. induction a as [|c a IH]; intros [|v x] [|u w] L; cbn in *; try lia; try ring.
  rewrite IH by lia. ring.
Qed.

Lemma value_toward r t x w : length x = length w -> value r (toward t x w) = value r x + t * (value r w - value r x).
Proof.
  intro L. unfold value. destruct r as [|c r]; cbn; [ring|]. rewrite dot_toward by auto. ring.
Qed.

Lemma value_toward_nonnegative r t x w : length x = length w -> 0 <= t -> t <= 1 ->
  0 <= value r x -> 0 <= value r w -> 0 <= value r (toward t x w).
Proof.
  intros L T T' X W. rewrite value_toward by auto.
  replace (value r x + t * (value r w - value r x)) with ((1 - t) * value r x + t * value r w) by ring.
  apply add_nonnegative; apply mul_nonnegative; auto. now apply sub_of_le.
Qed.

Lemma value_toward_positive r t x w : length x = length w -> 0 < t -> t <= 1 ->
  0 <= value r x -> 0 < value r w -> 0 < value r (toward t x w).
Proof.
  intros L T T' X W. rewrite value_toward by auto.
  replace (value r x + t * (value r w - value r x)) with (t * value r w + (1 - t) * value r x) by ring.
  apply add_positive; [now apply mul_keeps_positive|]. apply mul_nonnegative; auto. now apply sub_of_le.
Qed.

(** ** Near points *)

Lemma small_factor (c e : F) : 0 < e -> exists d, 0 < d /\ forall v, - d < v -> v < d -> - e < c * v /\ c * v < e.
Proof.
  assert (P : forall c, 0 <= c -> 0 < e -> exists d, 0 < d /\ forall v, - d < v -> v < d -> - e < c * v /\ c * v < e).
  { clear c. intros c C E. assert (C1 : 0 < 1 + c) by (apply add_positive; auto; apply one_is_positive).
    exists (e / (1 + c)). assert (D : 0 < e / (1 + c)) by now apply div_positive. split; auto.
    set (d := e / (1 + c)) in *. assert (Ed : e = d + c * d) by (unfold d; field; now apply positive_is_not_0).
    intros v L U. apply sub_of_lt in L, U. split; apply lt_of_sub; rewrite Ed.
    - replace (c * v - - (d + c * d)) with (d + c * (v - - d)) by ring.
      apply add_positive; auto. apply mul_nonnegative; auto. now apply lt_le.
    - replace (d + c * d - c * v) with (d + c * (d - v)) by ring.
      apply add_positive; auto. apply mul_nonnegative; auto. now apply lt_le. }
  intros E. destruct (lt_or_le F c 0) as [N|C]; [|now apply P].
  destruct (P (- c)) as (d & D & H); auto; [apply opp_nonnegative; now apply lt_le|].
  exists d. split; auto. intros v L U. destruct (H (- v)) as [H1 H2].
  - apply lt_of_sub. replace (- v - - d) with (d - v) by ring. now apply sub_of_lt.
  - apply lt_of_sub. replace (d - - v) with (v - - d) by ring. now apply sub_of_lt.
  - now replace (- c * - v) with (c * v) in * by ring.
Qed.

Lemma half e : 0 < e -> 0 < e / (1 + 1).
Proof. intro E. apply div_positive; auto. apply add_positive; [|apply lt_le]; apply one_is_positive. Qed.

Lemma two_is_not_0 : (1 + 1 : F) <> 0.
Proof. apply positive_is_not_0. apply add_positive; [|apply lt_le]; apply one_is_positive. Qed.

Lemma near_smaller e e' x y : e <= e' -> near e x y -> near e' x y.
Proof.
  intros E N. induction N as [|a b x y [L U] N IH]; constructor; auto. split.
  - apply lt_of_sub. apply sub_of_lt in L. apply sub_of_le in E.
    replace (b - a - - e') with ((b - a - - e) + (e' - e)) by ring. now apply add_positive.
  - now apply lt_le_trans with e.
Qed.

Lemma length_near e x y : near e x y -> length x = length y.
Proof. induction 1; cbn; auto. Qed.

Lemma dot_is_continuous a x e : 0 < e -> exists d, 0 < d /\ forall y, near d x y -> - e < dot a y - dot a x.
Proof.
  assert (M : forall e, 0 < e -> - e < 0) by (intros e0 H; apply negative_is_not_positive; now replace (- - e0) with e0 by ring).
  revert x e. induction a as [|c a IH]; intros x e E.
  - exists 1. split; [apply one_is_positive|]. intros y _. cbn. replace (0 - 0) with (@zero F) by ring. now apply M.
  - destruct x as [|v x].
    + exists 1. split; [apply one_is_positive|]. intros y N. inversion N. cbn. replace (0 - 0) with (@zero F) by ring. now apply M.
    + destruct (small_factor (of_Z c) _ (half _ E)) as (d1 & D1 & H1). destruct (IH x _ (half _ E)) as (d2 & D2 & H2).
      destruct (smaller_than_both F _ _ D1 D2) as (d & D & L1 & L2). exists d. split; auto.
      intros y N. inversion N as [|? u ? y' [L U] N' E1 E2]; subst. cbn [dot].
      assert (N1 : near d1 [v] [u]) by (apply near_smaller with d; auto; repeat constructor; auto).
      inversion N1 as [|? ? ? ? [L' U'] _]; subst.
      destruct (H1 (u - v) L' U') as [H1' _]. specialize (H2 y' (near_smaller _ _ _ _ L2 N')).
      apply sub_of_lt in H1', H2. apply lt_of_sub. pose proof two_is_not_0.
      replace (of_Z c * u + dot a y' - (of_Z c * v + dot a x) - - e)
        with ((of_Z c * (u - v) - - (e / (1 + 1))) + (dot a y' - dot a x - - (e / (1 + 1)))) by (field; auto).
      apply add_positive; auto. now apply lt_le.
Qed.

Lemma stays_positive r x : 0 < value r x -> exists d, 0 < d /\ forall y, near d x y -> 0 < value r y.
Proof.
  intro P. destruct (dot_is_continuous r (1 :: x) _ P) as (d & D & H). exists d. split; auto. intros y N.
  assert (N1 : near d (1 :: x) (1 :: y)).
  { constructor; auto. replace (1 - 1) with (@zero F) by ring. split; auto.
    apply negative_is_not_positive. now replace (- - d) with d by ring. }
  specialize (H _ N1). apply sub_of_lt in H. unfold value in *.
  now replace (dot r (1 :: y) - dot r (1 :: x) - - dot r (1 :: x)) with (dot r (1 :: y)) in H by ring.
Qed.

Lemma all_stay_positive (rs : list row) x :
  Forall (fun r => 0 < value r x) rs -> exists d, 0 < d /\ forall y, near d x y -> Forall (fun r => 0 < value r y) rs.
Proof.
  induction 1 as [|r rs P _ (d2 & D2 & H2)].
  - exists 1. split; [apply one_is_positive|]. constructor.
  - destruct (stays_positive _ _ P) as (d1 & D1 & H1). destruct (smaller_than_both F _ _ D1 D2) as (d & D & L1 & L2).
    exists d. split; auto. intros y N. constructor.
    + apply H1. now apply near_smaller with d.
    + apply H2. now apply near_smaller with d.
Qed.

(** On the way from x to w, the beginning is near x. *)
Lemma way_begins_near x w d : length x = length w -> 0 < d ->
  exists t0, 0 < t0 /\ t0 <= 1 /\ forall t, 0 < t -> t <= t0 -> near d x (toward t x w).
Proof.
  revert w. induction x as [|v x IH]; intros [|u w] L D; cbn in L; try lia.
  - exists 1. repeat split; [apply one_is_positive|apply le_refl|]. constructor.
  - destruct (IH w) as (t2 & T2 & O2 & H2); auto. destruct (small_factor (u - v) d D) as (t1 & T1 & H1).
    destruct (smaller_than_both F _ _ (half _ T1) T2) as (t0 & T0 & L1 & L2). exists t0. repeat split; auto.
    + now apply le_transitive with t2.
    + intros t T Tt. assert (Lt : t < t1).
      { pose proof two_is_not_0. apply lt_of_sub. apply sub_of_le in Tt, L1.
        replace (t1 - t) with (t1 / (1 + 1) + ((t1 / (1 + 1) - t0) + (t0 - t))) by (field; auto).
        apply add_positive; [now apply half|now apply add_nonnegative]. }
      assert (Gt : - t1 < t).
      { apply lt_of_sub. replace (t - - t1) with (t + t1) by ring. apply add_positive; auto. now apply lt_le. }
      destruct (H1 t Gt Lt) as [A B]. cbn. constructor.
      * replace (v + t * (u - v) - v) with ((u - v) * t) by ring. auto.
      * apply H2; auto. now apply le_transitive with t0.
Qed.

End Linear.

Arguments point_of {F}.
Arguments in_box {F}.
Arguments toward {F}.
