(** What is proved. The definitions are those of Network.v; `check` is the program of Checker.v. *)

From Coq Require Import ZArith NArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker Linear Soundness.
Import ListNotations.

Section Theorems.

Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Variable n : network.
Variable d : domain.
Variable c : certificate.
Hypothesis accepted : check n d c = true.

Local Notation witness := (@point_of F).
Local Notation the_leaves := (leaves (root c) (layers n) (initial n d)).
Local Notation nonnegative rs x := (Forall (fun r => 0 <= value r x) rs).

(** The points of the certificate. *)
Definition points : list (point F) := map witness (witnesses (root c)).
(** Their patterns. *)
Definition patterns : list pattern := map (pattern_at n) points.

Lemma check_parts :
  fits (dimension d) (layers n) (output n) = true /\
  forallb (fun re => proved 1 (conditions d) [] (oriented Minus (fst re)) (snd re)) (flat_ones (conditions d) (flat c)) = true /\
  check_tree d c (root c) (layers n) (initial n d) = true.
Proof. pose proof accepted as H. unfold check in H. rewrite !andb_true_iff in H. tauto. Qed.

Lemma slopes_do_fit : slopes_fit (layers n).
Proof. eapply fits_slopes. apply check_parts. Qed.

Lemma in_unbounded_box k (x : point F) : in_box (grid c) (repeat (None, None) k) x.
Proof. revert x. induction k as [|k IH]; intros [|v x]; cbn; auto. Qed.

Lemma valid_initial : valid F d c [] (fun x => x) (layers n) (initial n d).
Proof.
  pose proof slopes_do_fit as W. unfold initial. destruct (layers n) as [|l ls].
  - constructor; cbn [around known splits sides sums scale current]; auto; [apply repeat_length|].
    intros x [[L H] _]. split; auto. apply in_unbounded_box.
  - constructor; cbn [around known splits sides sums scale current]; auto.
    + apply repeat_length.
    + intros x [[L H] _]. split; auto. apply in_unbounded_box.
    + apply shaped_initial, W.
    + intros x R. apply matches_initial; [apply W|]. unfold pre_activations, apply. rewrite map_map.
      apply map_ext. intro r. field. apply nonzero_of_Z.
Qed.

(** ** Strictly inside the domain *)

Lemma condition_is_strict_or_flat r rs fl : In r rs -> In r (strict rs fl) \/ exists e, In (r, e) (flat_ones rs fl).
Proof.
  revert fl. induction rs as [|r' rs IH]; intros fl I; [contradiction|].
  destruct fl as [|[e|] fl]; cbn; [left; exact I| |]; destruct I as [->|I].
  - right. exists e. now left.
  - destruct (IH fl I) as [H|[e' H]]; eauto.
  - left. now left.
  - destruct (IH fl I) as [H|[e' H]]; eauto.
Qed.

Lemma flat_condition_vanishes r e x : In (r, e) (flat_ones (conditions d) (flat c)) -> inside d x -> value r x = (0 : F).
Proof.
  intros I [L H]. destruct check_parts as (_ & P & _). rewrite forallb_forall in P. specialize (P _ I). cbn [fst snd] in P.
  assert (R : In r (conditions d)).
  { clear - I. revert I. generalize (flat c). induction (conditions d) as [|r' rs IH]; intros [|[e'|] fl] I; cbn in I; try contradiction.
    - destruct I as [[= -> ->]|I]; [now left|right; eauto].
    - right. eauto. }
  apply le_antisymmetric.
  - apply opp_nonnegative. pose proof (nonnegative_combination F 1 (conditions d) [] _ _ x P H (or_introl eq_refl) Logic.I) as N.
    now rewrite value_oriented in N.
  - rewrite Forall_forall in H. now apply H.
Qed.

Lemma witness_is_inside S p : is_witness d c S (fst p) (snd p) = true -> inside d (witness p).
Proof.
  destruct p as [u q]. cbn [fst snd]. unfold is_witness. rewrite !andb_true_iff. intros [[[L Hs] Hf] _].
  apply Nat.eqb_eq in L. split; [unfold point_of; cbn; now rewrite map_length|].
  apply Forall_forall. intros r R. apply (mul_nonnegative_iff F (of_Z (Zpos q))); [apply positive_of_Z|].
  rewrite value_at_point. apply of_Z_nonnegative. destruct (condition_is_strict_or_flat r _ (flat c) R) as [H|[e H]].
  - rewrite forallb_forall in Hs. apply Hs, Z.ltb_lt in H. lia.
  - rewrite forallb_forall in Hf. assert (I : In r (map fst (flat_ones (conditions d) (flat c)))).
    { apply in_map_iff. exists (r, e). auto. }
    apply Hf, Z.eqb_eq in I. lia.
Qed.

Lemma witness_is_within S p r : is_witness d c S (fst p) (snd p) = true -> In r (conditions d) ->
  0 < value r (witness p) \/ forall x, inside d x -> value r x = (0 : F).
Proof.
  destruct p as [u q]. cbn [fst snd]. unfold is_witness. rewrite !andb_true_iff. intros [[[L Hs] Hf] _] R.
  destruct (condition_is_strict_or_flat r _ (flat c) R) as [H|[e H]].
  - left. rewrite forallb_forall in Hs. apply Hs, Z.ltb_lt in H.
    apply (mul_positive_iff F (of_Z (Zpos q))); [apply positive_of_Z|]. rewrite value_at_point. now apply of_Z_positive.
  - right. intros x I. now apply flat_condition_vanishes with e.
Qed.

(** ** The facts about a leaf *)

Section Leaf.

Variables (S : list row) (p : list Z * positive).
Hypothesis leaf : In (S, p) the_leaves.

Let w := witness p.

Lemma leaf_witness : is_witness d c S (fst p) (snd p) = true.
Proof.
  eapply leaves_have_witnesses with (F := F) (h := fun x => x); [apply slopes_do_fit|apply valid_initial|apply check_parts|apply leaf].
Qed.

Lemma leaf_is_inside : inside d w.
Proof. apply witness_is_inside with S, leaf_witness. Qed.

Lemma leaf_is_strict : Forall (fun r => 0 < value r w) S.
Proof. unfold w. pose proof leaf_witness as H. destruct p. now apply witness_is_strict with d c. Qed.

Lemma leaf_in_region : region F d S w.
Proof. split; [apply leaf_is_inside|]. eapply Forall_impl; [|apply leaf_is_strict]. intros r H. now apply lt_le. Qed.

Lemma leaf_explained : exists T, explained F d T (fun x => x) (layers n) S /\ forall q, In q S -> exists s, In (Some (s, q)) (concat T).
Proof.
  destruct (leaves_are_explained F d c (root c) [] (fun x => x) (layers n) (initial n d) S p) as (T & H & K);
    auto; [apply slopes_do_fit|apply valid_initial|apply check_parts|].
  exists T. split; auto. intros q Q. destruct (K q Q) as [[]|]; auto.
Qed.

(** A function that is >= 0 on the leaf and 0 at its point is 0 on the leaf: beyond the point there is more of the leaf. *)
Lemma zero_at_witness q x :
  (forall y, region F d S y -> 0 <= value q y) -> value q w = 0 -> region F d S x -> value q x = 0.
Proof.
  intros N Z R. pose proof leaf_is_inside as I. assert (L : length w = length x) by (destruct I as [-> _], R as [[-> _] _]; reflexivity).
  apply le_antisymmetric; [|now apply N].
  (* z = w - s (x - w) for a small s *)
  assert (E : exists s, 0 < s /\ region F d S (toward (- s) w x)).
  { assert (G : forall rs, Forall (fun r => (0 < value r w) \/ (value r w = 0 /\ value r x = 0)) rs ->
      exists s, 0 < s /\ forall s', 0 < s' -> s' <= s -> nonnegative rs (toward (- s') w x)).
    { induction 1 as [|r rs H _ (s2 & P2 & IH)]; [exists 1; split; [apply one_is_positive|constructor]|].
      destruct H as [H|[H1 H2]].
      - destruct (small_factor F (value r x - value r w) _ H) as (s1 & P1 & H1).
        destruct (smaller_than_both F _ _ (half F _ P1) P2) as (s & P & L1 & L2). exists s. split; auto.
        intros s' P' L'. constructor; [|apply IH; auto; now apply le_transitive with s].
        rewrite (value_toward F r (- s') w x L). apply lt_le.
        assert (Lt : s' < s1).
        { pose proof (two_is_not_0 F). apply lt_of_sub. apply sub_of_le in L', L1.
          replace (s1 - s') with (s1 / (1 + 1) + ((s1 / (1 + 1) - s) + (s - s'))) by (field; auto).
          apply add_positive; [now apply half|now apply add_nonnegative]. }
        destruct (H1 s') as [_ B]; auto.
        { apply lt_transitive with 0; auto. apply negative_is_not_positive. now replace (- - s1) with s1 by ring. }
        apply sub_of_lt in B. now replace (value r w + - s' * (value r x - value r w)) with (value r w - (value r x - value r w) * s') by ring.
      - exists s2. split; auto. intros s' P' L'. constructor; [|now apply IH].
        rewrite (value_toward F r (- s') w x L), H1, H2. replace (0 + - s' * (0 - 0)) with (@zero F) by ring. apply le_refl. }
    destruct (G (conditions d ++ S)) as (s & P & H).
    - apply Forall_app. split; apply Forall_forall; intros r Q.
      + destruct (witness_is_within S p r leaf_witness Q) as [H|H]; [now left|right]. split; apply H; auto. apply R.
      + left. pose proof leaf_is_strict as H. rewrite Forall_forall in H. now apply H.
    - exists s. split; auto. specialize (H s P (le_refl F s)). apply Forall_app in H as [H1 H2]. split; [split|]; auto.
      rewrite length_toward; auto. apply I. }
  destruct E as (s & P & Rz). specialize (N _ Rz). rewrite (value_toward F q (- s) w x L), Z in N.
  replace (0 + - s * (value q x - 0)) with (s * - value q x) in N by ring. apply mul_nonnegative_iff in N; auto.
  now apply opp_nonnegative.
Qed.

(** On the leaf every sign is that at its point, or zero. *)
Lemma leaf_signs x : region F d S x ->
  pattern_at n x = pattern_at n w <->
  exists T, explained F d T (fun x => x) (layers n) S /\ signs_from F T x = signs_from F T w.
Proof.
  intro R. destruct leaf_explained as (T & H & _). pose proof leaf_in_region as Rw. split.
  - intro E. exists T. split; auto. unfold pattern_at in E. now rewrite <- (explained_signs _ _ _ _ _ _ H x R), <- (explained_signs _ _ _ _ _ _ H w Rw).
  - intros (T' & H' & E). unfold pattern_at. now rewrite (explained_signs _ _ _ _ _ _ H' x R), (explained_signs _ _ _ _ _ _ H' w Rw).
Qed.

Lemma signs_from_ext T x y : (forall o, In o (concat T) -> sign_of F x o = sign_of F y o) -> signs_from F T x = signs_from F T y.
Proof.
  intro H. unfold signs_from. apply map_ext_in. intros l L. apply map_ext_in. intros o O. apply H. apply in_concat. eauto.
Qed.

(** Where all rows that are positive at the leaf's point are positive, in the leaf, the pattern is that of the point. *)
Lemma same_pattern x T :
  explained F d T (fun x => x) (layers n) S -> region F d S x ->
  (forall s q, In (Some (s, q)) (concat T) -> 0 < value q w -> 0 < value q x) -> pattern_at n x = pattern_at n w.
Proof.
  intros H R P. apply (leaf_signs x R). exists T. split; auto. apply signs_from_ext. intros [[s q]|] O; auto.
  assert (E : compare (value q x) 0 = compare (value q w) 0).
  { destruct (compare_is F (value q w) 0) as [E|L|G].
    - rewrite (zero_at_witness q x); auto; [apply compare_zero; reflexivity|].
      intros y Y. now apply (explained_rows _ _ _ _ _ _ H s).
    - exfalso. apply (explained_rows _ _ _ _ _ _ H s q O w leaf_in_region L).
    - apply compare_positive. now apply P with s. }
  destruct s; cbn; now rewrite E.
Qed.

(** The way from any point of the leaf to its point. *)
Lemma pattern_on_the_way x t : region F d S x -> 0 < t -> t <= 1 ->
  region F d S (toward t x w) /\ pattern_at n (toward t x w) = pattern_at n w.
Proof.
  intros R P O. pose proof leaf_in_region as Rw. destruct leaf_explained as (T & H & _).
  assert (L : length x = length w) by (destruct Rw as [[-> _] _], R as [[-> _] _]; reflexivity).
  assert (Ry : region F d S (toward t x w)).
  { destruct R as [[Lx Rx] Rs], Rw as [[Lw Rw] Rsw]. rewrite Forall_forall in Rx, Rs, Rw, Rsw.
    split; [split|]; [now rewrite length_toward| |]; apply Forall_forall; intros r Q;
      apply value_toward_nonnegative; auto; now apply lt_le. }
  split; auto. apply same_pattern with T; auto. intros s q I Q. apply value_toward_positive; auto.
  now apply (explained_rows _ _ _ _ _ _ H s).
Qed.

Lemma on_side_refl p1 : Forall2 (Forall2 on_side) p1 p1.
Proof.
  induction p1 as [|l p1 IH]; constructor; auto. clear IH. induction l as [|s l IHl]; constructor; auto. destruct s; cbn; congruence.
Qed.

(** The leaf is the closed cell of its point's pattern. *)
Lemma leaf_is_cell x : region F d S x <-> cell n d (pattern_at n w) x.
Proof.
  split; intro R.
  - split; [apply R|]. destruct leaf_explained as (T & H & _). unfold pattern_at.
    rewrite (explained_signs _ _ _ _ _ _ H x R), (explained_signs _ _ _ _ _ _ H w leaf_in_region).
    pose proof (explained_rows _ _ _ _ _ _ H) as Hr. clear H. unfold signs_from. induction T as [|l T IH]; constructor.
    + assert (Hl : forall s q, In (Some (s, q)) l -> forall y, region F d S y -> 0 <= value q y).
      { intros s q I. apply (Hr s). cbn. apply in_app_iff. auto. }
      clear IH Hr. induction l as [|o l IHl]; constructor; [|apply IHl; intros s q I; apply (Hl s); cbn; auto].
      destruct o as [[s q]|]; [|reflexivity]. specialize (Hl s q (or_introl eq_refl)). pose proof (Hl x R) as X.
      destruct (compare_is F (value q w) 0) as [E|L|G].
      * pose proof (zero_at_witness q x Hl E R) as Zx. destruct s; cbn [sign_of]; rewrite E, Zx, (proj2 (compare_zero F (@zero F)) eq_refl); reflexivity.
      * exfalso. apply (Hl w leaf_in_region L).
      * apply compare_positive in G. cbn. destruct s; rewrite G; cbn; intro C.
        -- destruct (compare (value q x) 0) eqn:E; try discriminate. apply compare_negative in E. contradiction.
        -- apply compare_negative in C. contradiction.
    + apply IH. intros s q I. apply (Hr s). cbn. apply in_app_iff. auto.
  - destruct R as [I H].
    apply (signs_lead_to_leaf F d c (root c) [] (fun x => x) (layers n) (initial n d) S p); auto.
    + apply slopes_do_fit.
    + apply valid_initial.
    + apply check_parts.
    + apply leaf_is_inside.
    + split; auto. replace (splits (initial n d)) with (@nil row); auto. unfold initial. now destruct (layers n).
Qed.

(** The pattern holds at all points of the domain near a point that has it. *)
Lemma pattern_is_open (x : point F) : inside d x -> pattern_at n x = pattern_at n w -> interior d (fun y : point F => pattern_at n y = pattern_at n w) x.
Proof.
  intros I E. split; auto. assert (R : region F d S x).
  { apply leaf_is_cell. split; auto. rewrite E. apply on_side_refl. }
  destruct leaf_explained as (T & H & K).
  set (signed := flat_map (fun o => match o with Some (_, q) => match compare (value q w) 0 with Gt => [q] | _ => [] end | None => [] end) (concat T)).
  assert (Hs : forall s q, In (Some (s, q)) (concat T) -> 0 < value q w -> In q signed).
  { intros s q J P. apply in_flat_map. exists (Some (s, q)). split; auto. apply compare_positive in P. rewrite P. now left. }
  assert (Hx : Forall (fun r => 0 < value r x) signed).
  { apply Forall_forall. intros q J. apply in_flat_map in J as (o & J & Jo). destruct o as [[s r]|]; [|contradiction]. cbv beta iota in Jo.
    assert (P : compare (value r w) 0 = Gt /\ r = q).
    { destruct (compare (value r w) 0); try contradiction. destruct Jo as [->|[]]. auto. }
    destruct P as [P ->]. apply compare_positive. rewrite <- P.
    unfold pattern_at in E. rewrite (explained_signs _ _ _ _ _ _ H x R), (explained_signs _ _ _ _ _ _ H w leaf_in_region) in E.
    assert (E' : sign_of F x (Some (s, q)) = sign_of F w (Some (s, q))).
    { clear - E J. unfold signs_from in E. induction T as [|l T IH]; cbn in *; [contradiction|].
      injection E as E1 E2. apply in_app_iff in J as [J|J]; auto. clear - E1 J. induction l as [|o l IH]; cbn in *; [contradiction|].
      injection E1 as E1 E2. destruct J as [->|J]; auto. }
    cbn in E'. destruct s; auto. destruct (compare (value q x) 0), (compare (value q w) 0); cbn in E'; auto; discriminate. }
  destruct (all_stay_positive F _ _ Hx) as (e & P & N). exists e. split; auto. intros y Iy Ny. specialize (N y Ny).
  rewrite Forall_forall in N. assert (Ry : region F d S y).
  { split; auto. apply Forall_forall. intros q Q. destruct (K q Q) as [s J]. apply lt_le, N. apply (Hs s); auto.
    pose proof leaf_is_strict as L. rewrite Forall_forall in L. now apply L. }
  apply same_pattern with T; auto. intros s q J Q. apply N. now apply (Hs s).
Qed.

End Leaf.

Lemma leaf_of_pattern q : In q patterns -> exists S p, In (S, p) the_leaves /\ q = pattern_at n (witness p).
Proof.
  unfold patterns, points. rewrite <- (witnesses_of_leaves F d c (root c) [] (fun x => x) (layers n) (initial n d)
    slopes_do_fit valid_initial (proj2 (proj2 check_parts))).
  rewrite !map_map. intro I. apply in_map_iff in I as ([S p] & <- & I). eauto.
Qed.

Lemma pattern_of_leaf S p : In (S, p) the_leaves -> In (pattern_at n (witness p)) patterns.
Proof.
  intro I. unfold patterns, points. rewrite <- (witnesses_of_leaves F d c (root c) [] (fun x => x) (layers n) (initial n d)
    slopes_do_fit valid_initial (proj2 (proj2 check_parts))).
  rewrite !map_map. apply in_map_iff. exists (S, p). auto.
Qed.

Lemma region_of_domain x : inside d x -> region F d (splits (initial n d)) x.
Proof. intro I. split; auto. unfold initial. destruct (layers n); constructor. Qed.

Lemma leaf_at x : inside d x -> exists S p, In (S, p) the_leaves /\ region F d S x.
Proof.
  intro I. apply (leaves_cover F d c (root c) [] (fun x => x) (layers n) (initial n d));
    [apply slopes_do_fit|apply valid_initial|apply check_parts|now apply region_of_domain].
Qed.

(** ** The theorems *)

(** The patterns of the certificate's points are the patterns of all cells, each once. *)
Theorem check_lists_all_cells : lists_all_cells F n d patterns.
Proof.
  split.
  - unfold patterns, points. rewrite <- (witnesses_of_leaves F d c (root c) [] (fun x => x) (layers n) (initial n d)
      slopes_do_fit valid_initial (proj2 (proj2 check_parts))).
    rewrite !map_map.
    apply (leaves_differ F d c (root c) [] (fun x => x) (layers n) (initial n d)); auto;
      [apply slopes_do_fit|apply valid_initial|apply check_parts|].
    intros S p I. split; [now apply leaf_is_inside with S|now apply leaf_is_strict].
  - intro q. split; intro H.
    + apply leaf_of_pattern in H as (S & p & I & ->). exists (witness p).
      apply pattern_is_open with S; auto. now apply leaf_is_inside with S.
    + destruct H as (x & I & e & P & N). destruct (leaf_at x I) as (S & p & J & R).
      assert (L : length x = length (witness p)).
      { destruct (leaf_is_inside S p J) as [-> _]. now destruct I as [-> _]. }
      destruct (way_begins_near F x (witness p) e L P) as (t & T & O & W).
      destruct (pattern_on_the_way S p J x t R T O) as [Ry E].
      rewrite <- (N (toward t x (witness p))); [|apply Ry|apply W; auto; apply le_refl].
      rewrite E. now apply pattern_of_leaf with S.
Qed.

(** Their closed cells are a partition of the domain. *)
Theorem check_partitions : partition F n d patterns.
Proof.
  constructor.
  - intros q I. apply leaf_of_pattern in I as (S & p & I & ->). exists (witness p).
    destruct (pattern_is_open S p I (witness p)) as (Iw & e & P & N); auto; [now apply leaf_is_inside with S|].
    split; auto. exists e. split; auto. intros y Iy Ny. split; auto. rewrite (N y Iy Ny). apply on_side_refl.
  - intros q x _ [I _]. exact I.
  - intros x I. destruct (leaf_at x I) as (S & p & J & R). exists (pattern_at n (witness p)). split.
    + now apply pattern_of_leaf with S.
    + now apply (leaf_is_cell S p J).
  - intros q q' x I I' (Ix & e & P & N) (_ & e' & P' & N').
    apply leaf_of_pattern in I as (S & p & I & ->). apply leaf_of_pattern in I' as (S' & p' & I' & ->).
    assert (L : length x = length (witness p)) by (destruct (leaf_is_inside S p I) as [-> _]; now destruct Ix as [-> _]).
    assert (L' : length x = length (witness p')) by (destruct (leaf_is_inside S' p' I') as [-> _]; now destruct Ix as [-> _]).
    assert (R : region F d S x).
    { apply (leaf_is_cell S p I), N; auto. clear - P. induction x as [|v x IH]; constructor; auto.
      replace (v - v) with (@zero F) by ring. split; auto. apply negative_is_not_positive. now replace (- - e) with e by ring. }
    (* a point near x with the first pattern, and one near that with the second *)
    destruct (way_begins_near F x (witness p) e' L P') as (t & T & O & W).
    destruct (pattern_on_the_way S p I x t R T O) as [Ry E]. set (y := toward t x (witness p)) in *.
    assert (Iy : inside d y) by apply Ry.
    assert (Ry' : region F d S' y) by (apply (leaf_is_cell S' p' I'), N'; auto; apply W; auto; apply le_refl).
    destruct (pattern_is_open S p I y Iy E) as (_ & f & Q & M).
    assert (Ly : length y = length (witness p')) by (unfold y; now rewrite length_toward).
    destruct (way_begins_near F y (witness p') f Ly Q) as (u & U & O' & W').
    destruct (pattern_on_the_way S' p' I' y u Ry' U O') as [Rz E'].
    rewrite <- E', <- (M (toward u y (witness p'))); auto; [apply Rz|apply W'; auto; apply le_refl].
  - intros q I. apply leaf_of_pattern in I as (S & p & I & ->).
    destruct (leaves_are_affine F d c (root c) [] (fun x => x) (layers n) (initial n d) S p (output n)) as (A & H); auto;
      [apply slopes_do_fit|apply valid_initial|apply check_parts|].
    exists A. intros x C. apply H. now apply (leaf_is_cell S p I).
Qed.

Lemma cells_are_witnesses t k : cells_from t k = (N.of_nat (length (witnesses t)) + k)%N.
Proof.
  revert k. induction t as [| |? ? ? ? IH|? ? ? ? ? IH|? ? ? IH|? IH]; intro k; cbn [cells_from witnesses]; auto.
  - cbn. now rewrite <- N.add_1_l.
  - rewrite IHt2, IHt1, app_length, Nat2N.inj_add. lia.
Qed.

(** The number of leaves is the number of cells. *)
Theorem check_counts : number_of_cells F n d (N.to_nat (cells c)).
Proof.
  exists patterns. split; [apply check_lists_all_cells|]. unfold patterns, points. rewrite !map_length.
  unfold cells. rewrite cells_are_witnesses. lia.
Qed.

(** In a domain with interior, cells have interior in F^n: all points near one belong to the cell. *)
Theorem full_dimensional_cells (z : point F) :
  length z = dimension d -> Forall (fun r => 0 < value r z) (conditions d) ->
  forall q, In q patterns -> exists (x : point F) e, 0 < e /\ forall y, near e x y -> cell n d q y.
Proof.
  intros Lz Hz q I. apply leaf_of_pattern in I as (S & p & I & ->).
  pose proof (leaf_is_inside S p I) as Iw. pose proof (pattern_is_open S p I (witness p) Iw eq_refl) as (_ & e & P & N).
  assert (L : length (witness p) = length z) by (destruct Iw as [-> _]; now rewrite Lz).
  destruct (way_begins_near F (witness p) z (e / (1 + 1)) L (half F _ P)) as (t & T & O & W).
  set (x := toward t (witness p) z) in *.
  assert (Hx : Forall (fun r => 0 < value r x) (conditions d)).
  { destruct Iw as [_ Hw]. rewrite Forall_forall in *. intros r R. apply value_toward_positive; auto. }
  destruct (all_stay_positive F _ _ Hx) as (f & Q & M).
  destruct (smaller_than_both F _ _ (half F _ P) Q) as (g & G & G1 & G2). exists x, g. split; auto.
  intros y Ny. assert (Iy : inside d y).
  { split.
    - rewrite <- (length_near F g x y Ny). unfold x. rewrite length_toward; auto. apply Iw.
    - eapply Forall_impl; [|apply M; exact (near_smaller F g f x y G2 Ny)]. intros r H; exact (lt_le F _ _ H). }
  split; auto. rewrite (N y Iy); [apply on_side_refl|].
  assert (N1 : near (e / (1 + 1)) (witness p) x) by (apply W; auto; apply le_refl).
  assert (N2 : near (e / (1 + 1)) x y) by now apply near_smaller with g.
  clear - N1 N2. revert y N2. induction N1 as [|a b l m [A1 A2] N1 IH]; intros y N2; inversion N2 as [|? v ? y' [B1 B2] N2' E1 E2]; subst; constructor.
  - pose proof (two_is_not_0 F). apply sub_of_lt in A1, A2, B1, B2. split; apply lt_of_sub.
    + replace (v - a - - e) with ((b - a - - (e / (1 + 1))) + (v - b - - (e / (1 + 1)))) by (field; auto).
      apply add_positive; auto. now apply lt_le.
    + replace (e - (v - a)) with ((e / (1 + 1) - (b - a)) + (e / (1 + 1) - (v - b))) by (field; auto).
      apply add_positive; auto. now apply lt_le.
  - now apply IH.
Qed.

End Theorems.

(** The number of cells is one number. *)
Theorem number_of_cells_is_unique (F : ordered_field) n d N M :
  number_of_cells F n d N -> number_of_cells F n d M -> N = M.
Proof.
  intros (ps & [A B] & <-) (qs & [A' B'] & <-).
  apply Nat.le_antisymm; apply NoDup_incl_length; auto; intros p I; [apply B', B|apply B, B']; exact I.
Qed.

