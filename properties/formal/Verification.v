(** Why an accepted proof is one: of every point that satisfies what a script supposes there is an enlarged point, its symbols in front of its
    inputs, at which all rows of the script are what they say. *)

From Coq Require Import ZArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker Linear Soundness Safety.
Import ListNotations.

Section Proof.
Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Variable n : network.
Variable grid : positive.

Implicit Types (w x y z : point F) (g r : row).

Local Notation nonnegative rs w := (Forall (fun r => 0 <= value r w) rs).

(** ** Symbols *)

Lemma dot_beyond ts x (a : list Z) : dot (repeat 0%Z (length ts) ++ a) (ts ++ x) = dot a x :> F.
Proof. induction ts as [|t ts IH]; cbn [length repeat app dot]; auto. rewrite IH, of_Z_0. ring. Qed.

Lemma value_lifted ts x r : value (lifted (length ts) r) (ts ++ x) = value r x.
Proof. destruct r as [|c r]; auto. unfold value. cbn [lifted dot app]. now rewrite dot_beyond. Qed.

Lemma value_lifted_once t w r : value (lifted 1 r) (t :: w) = value r w.
Proof. exact (value_lifted [t] w r). Qed.

Lemma value_raised (a : Z) r t w : value (raised a r) (t :: w) = value r w + of_Z a * t.
Proof. unfold value. destruct r as [|c r]; cbn [raised dot]; [rewrite of_Z_0|]; ring. Qed.

Lemma value_sum m r s w : value (add_scaled m r s) w = of_Z m * value r w + value s w.
Proof. apply dot_add_scaled. Qed.

Lemma value_constant m w : value [m] w = of_Z m.
Proof. unfold value. cbn [dot]. ring. Qed.

(** ** What a relaxed neuron's value is *)

Definition slope_at (v : F) (sl : Z * Z) : Z := match compare v 0 with Lt => fst sl | _ => snd sl end.

(** Linear on an interval that 0 begins or ends, it lies between what it is at the ends. *)
Lemma between_ends (p m r h : Z) (v : F) :
  (- r <= 0 - m)%Z -> (0 - m <= r)%Z -> (- r <= p * h - m)%Z -> (p * h - m <= r)%Z ->
  (0 <= v /\ v <= of_Z h) \/ (of_Z h <= v /\ v <= 0) ->
  0 <= of_Z r - (of_Z p * v - of_Z m) /\ 0 <= of_Z r + (of_Z p * v - of_Z m).
Proof.
  intros A1 A2 B1 B2 V.
  assert (K : exists k, 0 <= k /\ k <= 1 /\ v = k * of_Z h).
  { destruct V as [[V1 V2]|[V1 V2]].
    - destruct (le_cases F _ _ V1) as [P|<-].
      + assert (H : 0 < @of_Z F h) by now apply lt_le_trans with v. exists (v / of_Z h). pose proof (positive_is_not_0 F _ H).
        repeat split; [apply lt_le, div_positive; auto| |field; auto].
        apply le_of_sub. replace (1 - v / of_Z h) with ((of_Z h - v) * inv (of_Z h)) by (field; auto).
        apply mul_nonnegative; [now apply sub_of_le|apply lt_le; now apply inv_positive].
      + exists 0. repeat split; [apply le_refl|apply lt_le, one_is_positive|ring].
    - destruct (le_cases F _ _ V2) as [P|E].
      + assert (H : 0 < - @of_Z F h).
        { apply negative_is_not_positive. destruct (le_cases F _ _ V1) as [L| ->]; auto. now apply lt_transitive with v. }
        assert (N : @of_Z F h <> 0).
        { intro E. rewrite E in H. apply (lt_irreflexive F 0). now replace (- (0)) with (@zero F) in H by ring. }
        pose proof (positive_is_not_0 F _ H). exists (v / of_Z h). repeat split; [| |field; auto].
        * replace (v / of_Z h) with (- v * inv (- of_Z h)) by (field; auto).
          apply mul_nonnegative; apply lt_le; [now apply negative_is_not_positive|now apply inv_positive].
        * apply le_of_sub. replace (1 - v / of_Z h) with ((v - of_Z h) * inv (- of_Z h)) by (field; auto).
          apply mul_nonnegative; [now apply sub_of_le|apply lt_le; now apply inv_positive].
      + exists 0. subst v. repeat split; [apply le_refl|apply lt_le, one_is_positive|ring]. }
  destruct K as (k & K0 & K1 & ->). apply sub_of_le in K1.
  assert (Z1 : 0 <= @of_Z F (r - (p * h - m))) by (apply of_Z_nonnegative; lia).
  assert (Z2 : 0 <= @of_Z F (r + (p * h - m))) by (apply of_Z_nonnegative; lia).
  assert (Z3 : 0 <= @of_Z F (r + m)) by (apply of_Z_nonnegative; lia).
  assert (Z4 : 0 <= @of_Z F (r - m)) by (apply of_Z_nonnegative; lia).
  unfold Z.sub in *. rewrite !of_Z_add, ?of_Z_opp, ?of_Z_add, ?of_Z_mul, ?of_Z_opp in *. split.
  - replace (of_Z r - (of_Z p * (k * of_Z h) - of_Z m))
      with (k * (of_Z r + - (of_Z p * of_Z h + - of_Z m)) + (1 - k) * (of_Z r + of_Z m)) by ring.
    apply add_nonnegative; now apply mul_nonnegative.
  - replace (of_Z r + (of_Z p * (k * of_Z h) - of_Z m))
      with (k * (of_Z r + (of_Z p * of_Z h + - of_Z m)) + (1 - k) * (of_Z r + - of_Z m)) by ring.
    apply add_nonnegative; now apply mul_nonnegative.
Qed.

Lemma enclosed (f a m r low high : Z) (sl : Z * Z) (v : F) :
  encloses (f * fst sl - a) (f * snd sl - a) m r low high = true -> of_Z low <= v -> v <= of_Z high ->
  exists t : F, - (1) <= t /\ t <= 1 /\ of_Z f * of_Z (slope_at v sl) * v = of_Z a * v + of_Z m + of_Z r * t.
Proof.
  unfold encloses. rewrite !andb_true_iff, !Z.leb_le. intros ((((L & H) & A1 & A2) & B1 & B2) & C1 & C2) V1 V2.
  assert (D : 0 <= of_Z r - (of_Z (f * slope_at v sl - a) * v - of_Z m) /\ 0 <= of_Z r + (of_Z (f * slope_at v sl - a) * v - of_Z m)).
  { unfold slope_at. destruct (compare_is F v 0) as [E|N|P].
    - apply (between_ends _ _ _ high); auto. left. split; auto. subst. apply le_refl.
    - apply (between_ends _ _ _ low); auto. right. split; auto. now apply lt_le.
    - apply (between_ends _ _ _ high); auto. left. split; auto. now apply lt_le. }
  destruct D as [D1 D2]. unfold Z.sub in D1, D2. rewrite of_Z_add, of_Z_mul, of_Z_opp in D1, D2.
  set (s := @of_Z F (slope_at v sl)) in *. set (e := of_Z f * s * v - of_Z a * v - of_Z m : F).
  assert (E1 : 0 <= of_Z r - e) by (unfold e; now replace (of_Z r - (of_Z f * s * v - of_Z a * v - of_Z m))
    with (of_Z r - ((of_Z f * s + - of_Z a) * v - of_Z m)) by ring).
  assert (E2 : 0 <= of_Z r + e) by (unfold e; now replace (of_Z r + (of_Z f * s * v - of_Z a * v - of_Z m))
    with (of_Z r + ((of_Z f * s + - of_Z a) * v - of_Z m)) by ring).
  destruct (Z.eq_dec r 0) as [->|N].
  - exists 0. rewrite of_Z_0 in *. assert (Z : e = 0).
    { apply le_antisymmetric; [apply opp_nonnegative; now replace (- e) with (0 - e) by ring|now replace (0 + e) with e in E2 by ring]. }
    repeat split; [apply lt_le, negative_is_not_positive; replace (- - (1)) with (@one F) by ring; apply one_is_positive
      |apply lt_le, one_is_positive|].
    transitivity (e + of_Z a * v + of_Z m); [unfold e; ring|rewrite Z; ring].
  - assert (P : 0 < @of_Z F r) by (apply of_Z_positive; lia). pose proof (positive_is_not_0 F _ P). exists (e / of_Z r). repeat split.
    + apply le_of_sub. replace (e / of_Z r - - (1)) with ((of_Z r + e) * inv (of_Z r)) by (field; auto).
      apply mul_nonnegative; auto. apply lt_le. now apply inv_positive.
    + apply le_of_sub. replace (1 - e / of_Z r) with ((of_Z r - e) * inv (of_Z r)) by (field; auto).
      apply mul_nonnegative; auto. apply lt_le. now apply inv_positive.
    + unfold e. field. auto.
Qed.

(** ** The current layer *)

(** What a status says where the neuron's row is g. *)
Definition stands_for w (f : positive) (sl : Z * Z) (o : status) g : Prop :=
  match o with
  | Open => True
  | On s => bends sl = true -> 0 <= value (oriented s g) w
  | Lies r => value r w = of_Z (Zpos f) * of_Z (slope_at (value g w) sl) * value g w
  end.

(** The rows are the pre-activations times D. *)
Inductive standing w (D : F) (f : positive) : list (Z * Z) -> list status -> list row -> list F -> Prop :=
| standing_nil : standing w D f [] [] [] []
| standing_cons sl o g t sls os gs ts :
    value g w = D * t -> stands_for w f sl o g -> standing w D f sls os gs ts -> standing w D f (sl :: sls) (o :: os) (g :: gs) (t :: ts).

Lemma standing_at w D f sls os gs ts k sl o g :
  standing w D f sls os gs ts -> nth_error sls k = Some sl -> nth_error os k = Some o -> nth_error gs k = Some g ->
  stands_for w f sl o g /\ value g w = D * nth k ts 0.
Proof.
  intros H. revert k. induction H as [|sl' o' g' t sls os gs ts V S H IH]; intros [|k] A B C; cbn in *; try discriminate.
  - injection A as ->. injection B as ->. injection C as ->. auto.
  - now apply IH.
Qed.

Lemma standing_replaced w D f sls os gs ts k sl o g :
  standing w D f sls os gs ts -> nth_error sls k = Some sl -> nth_error gs k = Some g -> stands_for w f sl o g ->
  standing w D f sls (replaced k o os) gs ts.
Proof.
  intros H. revert k. induction H as [|sl' o' g' t sls os gs ts V S H IH]; intros [|k] A C E; cbn in *; try discriminate.
  - injection A as ->. injection C as ->. now constructor.
  - constructor; auto.
Qed.

Lemma standing_lifted w D f sls os gs ts t :
  standing w D f sls os gs ts -> standing (t :: w) D f sls (map lifted_status os) (map (lifted 1) gs) ts.
Proof.
  intro H. induction H as [|sl o g v sls os gs ts V S H IH]; cbn [map]; constructor; auto.
  - now rewrite value_lifted_once.
  - destruct o as [|s|r]; cbn [lifted_status stands_for] in *; auto.
    + intro B. specialize (S B). rewrite value_oriented in *. now rewrite value_lifted_once.
    + now rewrite !value_lifted_once.
Qed.

Lemma value_lies w f sl o g :
  stands_for w f sl o g -> is_known o = true ->
  value (lies f sl (o, g)) w = of_Z (Zpos f) * of_Z (slope_at (value g w) sl) * value g w.
Proof.
  intros S K. destruct o as [|s|r]; try discriminate; auto. unfold lies. cbn [fst snd stands_for] in *.
  assert (E : of_Z (slope_on s sl) * value g w = of_Z (slope_at (value g w) sl) * value g w :> F).
  { unfold slope_at. destruct (bends sl) eqn:B.
    - specialize (S eq_refl). rewrite value_oriented in S. destruct s; cbn [slope_on].
      + destruct (compare_is F (value g w) 0) as [->|L|G]; auto; [ring|]. now apply opp_nonnegative in S.
      + destruct (compare_is F (value g w) 0) as [->|L|G]; auto. contradiction.
    - unfold bends in B. apply negb_false_iff, Z.eqb_eq in B. destruct s, (compare (value g w) 0); cbn [slope_on]; rewrite ?B; reflexivity. }
  destruct (Z.eqb_spec (slope_on s sl) 0) as [Z|_].
  - rewrite Z in E. rewrite of_Z_0 in E. transitivity (of_Z (Zpos f) * (of_Z (slope_at (value g w) sl) * value g w)); [|ring].
    rewrite <- E. unfold value. cbn [dot]. ring.
  - rewrite value_scaled, of_Z_mul. transitivity (of_Z (Zpos f) * (of_Z (slope_on s sl) * value g w)); [ring|]. rewrite E. ring.
Qed.

Lemma lies_are_activations w D f sls os gs ts den :
  standing w D f sls os gs ts -> 0 < D -> forallb is_known os = true ->
  map (fun r => dot r (1 :: w)) (zip_with (lies f) sls (combine os gs)) =
  map (fun t => D * of_Z (Zpos f) * of_Z (Zpos den) * t) (zip_with (activate den) sls ts).
Proof.
  intros H P. induction H as [|sl o g t sls os gs ts V S H IH]; intro A; auto.
  cbn in A. apply andb_true_iff in A as [A A']. cbn [zip_with combine map]. rewrite IH by auto. f_equal. clear IH.
  change (dot (lies f sl (o, g)) (1 :: w)) with (value (lies f sl (o, g)) w). rewrite value_lies, V by auto.
  unfold slope_at, activate. rewrite (compare_scaled F _ t P). field. apply nonzero_of_Z.
Qed.

Lemma values_are_activations l v w z :
  standing w (of_Z (Zpos (times v))) (fine v) (slopes l) (stands v) (here v) (pre_activations l z) ->
  forallb is_known (stands v) = true ->
  map (fun r => dot r (1 :: w)) (values_of l v) = map (fun t => of_Z (Zpos (factor l v)) * t) (1 :: activations l z).
Proof.
  intros S A. unfold values_of. cbn [map]. f_equal.
  - cbn [dot]. ring.
  - unfold activations. rewrite (lies_are_activations w _ _ _ _ _ _ (slope_denominator l) S (positive_of_Z F _) A).
    apply map_ext. intro t. unfold factor. now rewrite !Pos2Z.inj_mul, !of_Z_mul.
Qed.

(** Any affine map of the layer's values, as rows. *)
Lemma mapped l v w z (m : affine_map) :
  standing w (of_Z (Zpos (times v))) (fine v) (slopes l) (stands v) (here v) (pre_activations l z) ->
  forallb is_known (stands v) = true ->
  map (fun r => value r w) (map (fun u => combined u (values_of l v)) (rows m)) =
  map (fun t => of_Z (Zpos (factor l v * denominator m)) * t) (apply m (activations l z)).
Proof.
  intros S A. unfold apply. rewrite !map_map. apply map_ext. intro u. unfold value at 1. rewrite dot_combined.
  rewrite (values_are_activations _ _ _ z) by auto. rewrite dot_map_factor, Pos2Z.inj_mul, of_Z_mul. unfold value. field.
  apply nonzero_of_Z.
Qed.

Lemma standing_initial w D f l gs ts :
  length (slopes l) = length gs -> map (fun g => value g w) gs = map (fun t => D * t) ts ->
  standing w D f (slopes l) (initial_stands l) gs ts.
Proof.
  unfold initial_stands. revert gs ts. induction (slopes l) as [|sl sls IH]; intros [|g gs] [|t ts] L E; cbn in *; try discriminate; try lia; constructor.
  - congruence.
  - destruct (bends sl) eqn:B; cbn; auto. congruence.
  - apply IH; [lia|congruence].
Qed.

(** ** What holds in a script *)

(** A neuron's pre-activation; 0 if there is none. *)
Definition pre_activation (l k : nat) x : F :=
  match nth_error (layers n) l with Some one => nth k (pre_activations one (hidden (firstn l (layers n)) x)) 0 | None => 0 end.

Definition is_on (s : side) (t : F) : Prop := match s with Plus => 0 <= t | Minus => t <= 0 end.

Definition obeys x (supposed : list (nat * nat * side)) : Prop :=
  Forall (fun one => is_on (snd one) (pre_activation (fst (fst one)) (snd (fst one)) x)) supposed.

Lemma hidden_app ls ls' x : hidden (ls ++ ls') x = hidden ls' (hidden ls x).
Proof. revert x. induction ls as [|l ls IH]; intro x; cbn; auto. Qed.

Lemma skipn_step {A} k (l : list A) a rest : skipn k l = a :: rest ->
  nth_error l k = Some a /\ firstn (S k) l = firstn k l ++ [a] /\ skipn (S k) l = rest.
Proof.
  revert l. induction k as [|k IH]; intros [|b l] E; cbn in *; try discriminate.
  - injection E as -> ->. auto.
  - destruct (IH l E) as (A1 & A2 & A3). rewrite A1. cbn in A2. now rewrite A2.
Qed.

Section Scripts.

Variable x : point F.
Variable supposed : list (nat * nat * side).
Variable disjunct : list condition.
Hypothesis obeyed : obeys x supposed.
Hypothesis satisfied : Forall (holds F n x) disjunct.
Hypothesis fitting : slopes_fit (layers n).

Record good (ls : list layer) (v : view) w : Prop := {
  g_split : exists ts, w = ts ++ x /\ length ts = symbols v;
  g_ranges : length (ranges v) = length w /\ in_box grid (ranges v) w;
  g_facts : nonnegative (facts v) w;
  g_layers : skipn (depth v) (layers n) = ls;
  g_standing : match ls with
    | [] => layers n = []
    | l :: _ => standing w (of_Z (Zpos (times v))) (fine v) (slopes l) (stands v) (here v)
        (pre_activations l (hidden (firstn (depth v) (layers n)) x))
    end
}.

Lemma shown ls v w r e : good ls v w -> shows grid v r e = true -> 0 <= value r w.
Proof.
  intros [_ [L B] K _ _] P. apply nonnegative_combination with grid (facts v) (ranges v) e; auto.
Qed.

Lemma neuron_is ls v w k sl o g : good ls v w -> neuron_at ls v k = Some (sl, o, g) ->
  exists l rest, ls = l :: rest /\ nth_error (slopes l) k = Some sl /\ nth_error (stands v) k = Some o /\ nth_error (here v) k = Some g /\
    stands_for w (fine v) sl o g /\ value g w = of_Z (Zpos (times v)) * pre_activation (depth v) k x.
Proof.
  intros [_ _ _ L S] E. unfold neuron_at in E. destruct ls as [|l rest]; try discriminate.
  destruct (nth_error (slopes l) k) eqn:E1, (nth_error (stands v) k) eqn:E2, (nth_error (here v) k) eqn:E3; try discriminate.
  injection E as -> -> ->. exists l, rest. destruct (standing_at _ _ _ _ _ _ _ _ _ _ _ S E1 E2 E3) as [S1 S2].
  repeat split; auto. rewrite S2. unfold pre_activation. destruct (skipn_step _ _ _ _ L) as [-> _]. reflexivity.
Qed.

Lemma good_with_fact ls v w r : good ls v w -> 0 <= value r w -> good ls (with_fact v r) w.
Proof. intros [? ? ? ? ?] P. constructor; cbn [with_fact symbols ranges facts depth times fine stands here]; auto. Qed.

(** Soundness.v is about certificates; of these it takes the denominator of bounds alone. *)
Let only_grid := Certificate grid [] (Cell [] 1).

Lemma in_box_with_bound ends y i s b :
  length ends = length y -> in_box grid ends y -> 0 <= value (bound_row grid i s b) y ->
  length (with_bound i s b ends) = length y /\ in_box grid (with_bound i s b ends) y.
Proof.
  intros L B P. unfold with_bound. split; [now rewrite length_replaced|]. change grid with (Checker.grid only_grid) in P.
  rewrite (value_bound_row F only_grid) in P. cbn [Checker.grid only_grid] in P.
  destruct (Nat.lt_ge_cases i (length y)) as [I|I]; [|now apply in_box_beyond].
  destruct (box_bounds_at F grid ends y i B I) as [Lo Hi]. destruct (nth i ends (None, None)) as [low high]. cbn [fst snd] in Lo, Hi.
  destruct s; cbn [narrower]; apply le_of_sub in P; apply in_box_replaced; auto; unfold tighter.
  - destruct high as [h|]; auto. destruct (Z.min_spec h b) as [[_ ->]|[_ ->]]; auto.
  - destruct low as [h|]; auto. destruct (Z.max_spec h b) as [[_ ->]|[_ ->]]; auto.
Qed.

Lemma good_with_range ls v w i s b : good ls v w -> 0 <= value (bound_row grid i s b) w -> good ls (with_range v i s b) w.
Proof.
  intros [? [L B] ? ? ?] P. constructor; cbn [with_range symbols ranges facts depth times fine stands here]; auto.
  now apply in_box_with_bound.
Qed.

Lemma good_with_status ls v w k sl o o' g :
  good ls v w -> neuron_at ls v k = Some (sl, o, g) -> stands_for w (fine v) sl o' g -> good ls (with_status v k o') w.
Proof.
  intros G E S. destruct (neuron_is ls v w k sl o g G E) as (l & rest & -> & E1 & E2 & E3 & _). destruct G as [? ? ? ? H].
  constructor; cbn [with_status symbols ranges facts depth times fine stands here]; auto. now apply standing_replaced with sl g.
Qed.

Lemma good_with_symbol ls v w k sl o g r t :
  good ls v w -> neuron_at ls v k = Some (sl, o, g) -> - (1) <= t -> t <= 1 -> value r (t :: w) = of_Z (Zpos (fine v)) * of_Z (slope_at (value g w) sl) * value g w ->
  good ls (with_symbol grid v k r) (t :: w).
Proof.
  intros G E T1 T2 V. destruct (neuron_is ls v w k sl o g G E) as (l & rest & -> & E1 & E2 & E3 & _).
  destruct G as [(ts & -> & Lt) [L B] K H S]. constructor; cbn [with_symbol symbols ranges facts depth times fine stands here]; auto.
  - exists (t :: ts). cbn. now rewrite Lt.
  - cbn [length in_box]. split; [now rewrite L|].
    apply sub_of_le in T1, T2. pose proof (positive_of_Z F grid) as P.
    assert (Og : @of_Z F (- Zpos grid) = - of_Z (Zpos grid)) by apply of_Z_opp. rewrite Og.
    repeat split; auto; apply le_of_sub.
    + replace (of_Z (Zpos grid) * t - - of_Z (Zpos grid)) with (of_Z (Zpos grid) * (t - - (1))) by ring.
      apply mul_nonnegative; auto. now apply lt_le.
    + replace (of_Z (Zpos grid) - of_Z (Zpos grid) * t) with (of_Z (Zpos grid) * (1 - t)) by ring.
      apply mul_nonnegative; auto. now apply lt_le.
  - clear - K. induction K as [|h rs P K IH]; cbn [map]; constructor; auto. now rewrite value_lifted_once.
  - apply standing_replaced with sl (lifted 1 g); auto.
    + now apply standing_lifted.
    + now apply map_nth_error.
    + cbn [stands_for]. now rewrite !value_lifted_once.
Qed.

Lemma slopes_fit_skipn k (ls : list layer) l rest : slopes_fit ls -> skipn k ls = l :: rest -> slopes_fit (l :: rest).
Proof.
  revert ls. induction k as [|k IH]; intros [|b ls] S E; cbn [skipn] in E; try discriminate.
  - now rewrite <- E.
  - apply (IH ls); auto. apply S.
Qed.

Lemma good_deeper l l' rest f v w :
  good (l :: l' :: rest) v w -> forallb is_known (stands v) = true -> good (l' :: rest) (deeper l l' f v) w.
Proof.
  intros [? ? ? L S] A. destruct (skipn_step _ _ _ _ L) as (L1 & L2 & L3).
  assert (W : slopes_fit (l :: l' :: rest)) by (apply slopes_fit_skipn with (depth v) (layers n); auto).
  constructor; cbn [deeper symbols ranges facts depth times fine stands here]; auto.
  apply standing_initial; [rewrite map_length; apply W|]. rewrite L2, hidden_app. cbn [hidden].
  now apply (mapped l v w).
Qed.

(** ** The contradiction *)

Definition outputs_are (outs : option (list row * positive)) w : Prop :=
  match outs with
  | Some (rs, q) => map (fun r => value r w) rs = map (fun t => of_Z (Zpos q) * t) (evaluate n x)
  | None => True
  end.

Lemma outputs_at_are ls v w : good ls v w -> outputs_are (outputs_at n ls v) w.
Proof.
  intros [(ts & -> & Lt) _ _ L St]. unfold outputs_at. destruct ls as [|l [|l' rest]]; [| |exact I].
  - cbn [outputs_are]. unfold evaluate. rewrite St. cbn [hidden]. rewrite map_map. unfold apply. rewrite map_map. apply map_ext. intro r.
    rewrite <- Lt, value_lifted. field. apply nonzero_of_Z.
  - destruct (forallb is_known (stands v)) eqn:A; [|exact I]. cbn [outputs_are]. unfold evaluate.
    destruct (skipn_step _ _ _ _ L) as (_ & L2 & L3).
    pose proof (firstn_skipn (S (depth v)) (layers n)) as H. rewrite L3, app_nil_r in H. rewrite <- H at 1. rewrite L2, hidden_app. cbn [hidden].
    now apply (mapped l v).
Qed.

(** A condition's row has its sign. *)
Lemma row_of_is outs ts c r : outputs_are outs (ts ++ x) -> row_of outs (length ts) c = Some r ->
  exists q, 0 < q /\ value r (ts ++ x) = q * condition_value F n c x.
Proof.
  intros O E. unfold row_of in E. unfold condition_value. destruct (outputs c) as [|u us] eqn:Ow.
  - exists 1. split; [apply one_is_positive|]. destruct outs; injection E as <-; rewrite value_lifted; cbn [dot]; ring.
  - destruct outs as [[rs q]|]; try discriminate.
    assert (R : r = add_scaled (Zpos q) (lifted (length ts) (inputs c)) (combined (u :: us) rs)) by congruence. rewrite R. exists (of_Z (Zpos q)). split; [apply positive_of_Z|].
    assert (V : value (combined (u :: us) rs) (ts ++ x) = of_Z (Zpos q) * dot (u :: us) (evaluate n x)).
    { unfold value. rewrite dot_combined. cbn [outputs_are] in O. rewrite <- dot_map_factor, <- O. reflexivity. }
    rewrite value_sum, value_lifted, V. ring.
Qed.

Lemma holds_weakly c : holds F n x c -> 0 <= condition_value F n c x.
Proof. unfold holds. destruct (is_strict c); auto. apply lt_le. Qed.

Lemma own_rows_are outs ts : outputs_are outs (ts ++ x) -> nonnegative (own_rows disjunct outs (length ts)) (ts ++ x).
Proof.
  intro O. apply Forall_forall. intros r I. apply in_map_iff in I as (one & <- & I). rewrite Forall_forall in satisfied.
  destruct (row_of outs (length ts) one) as [r|] eqn:E; [|apply le_refl].
  destruct (row_of_is _ _ _ _ O E) as (q & Q & ->). apply mul_nonnegative; [now apply lt_le|]. apply holds_weakly; auto.
Qed.

Lemma contradicts_is_impossible ls v w by_ : good ls v w -> contradicts n grid disjunct ls v by_ = true -> False.
Proof.
  intros G C. pose proof (outputs_at_are ls v w G) as O. destruct G as [(ts & -> & Lt) [L B] K _ _]. unfold contradicts in C.
  rewrite <- Lt in C. set (outs := outputs_at n ls v) in *.
  destruct (target disjunct outs (length ts) (fst by_)) as [r|] eqn:T; try discriminate.
  assert (P : 0 <= value r (ts ++ x)).
  { apply (nonnegative_combination F grid _ _ _ _ _ C); auto. apply Forall_app. split; auto. now apply own_rows_are. }
  unfold target in T. destruct (fst by_) as [k|].
  - destruct (nth_error disjunct k) as [one|] eqn:N; try discriminate. destruct (is_strict one) eqn:St; try discriminate.
    destruct (row_of outs (length ts) one) as [g|] eqn:E; try discriminate. injection T as <-.
    destruct (row_of_is _ _ _ _ O E) as (q & Q & V). unfold value in P. rewrite dot_opp in P.
    change (dot g (1 :: ts ++ x)) with (value g (ts ++ x)) in P. rewrite V in P. apply opp_nonnegative in P. apply P.
    apply mul_keeps_positive; auto. rewrite Forall_forall in satisfied. specialize (satisfied one (nth_error_In _ _ N)).
    unfold holds in satisfied. now rewrite St in satisfied.
  - injection T as <-. apply P. rewrite value_constant. change (-1)%Z with (- (1))%Z. rewrite of_Z_opp, of_Z_1.
    apply negative_is_not_positive. replace (- - (1)) with (@one F) by ring. apply one_is_positive.
Qed.

Lemma side_is l k s : side_of supposed l k = Some s -> is_on s (pre_activation l k x).
Proof.
  unfold side_of. destruct (find _ supposed) as [[[l' k'] s']|] eqn:E; try discriminate. intros [= <-].
  apply find_some in E as [I E]. cbn [fst snd] in E. apply andb_true_iff in E as [E1 E2]. apply Nat.eqb_eq in E1, E2. subst.
  unfold obeys in obeyed. rewrite Forall_forall in obeyed. apply (obeyed _ I).
Qed.

Lemma concave_or_convex w f sl r g s :
  stands_for w f sl (Lies r) g ->
  0 <= value (oriented (if (fst sl <=? snd sl)%Z then Plus else Minus) (add_scaled (- (Zpos f * slope_on s sl)) g r)) w.
Proof.
  cbn [stands_for]. intro V.
  assert (E : value (add_scaled (- (Zpos f * slope_on s sl)) g r) w =
    of_Z (Zpos f) * (of_Z (slope_at (value g w) sl - slope_on s sl) * value g w)).
  { rewrite value_sum, V, of_Z_opp, of_Z_mul. unfold Z.sub. rewrite of_Z_add, of_Z_opp. ring. }
  assert (P : forall a : F, 0 <= a -> 0 <= of_Z (Zpos f) * a) by (intros a; apply mul_nonnegative, lt_le, positive_of_Z).
  assert (M : forall (a : Z) (v : F), (0 <= a)%Z -> 0 <= v -> 0 <= of_Z a * v) by (intros; apply mul_nonnegative; auto; now apply of_Z_nonnegative).
  assert (N : forall (a : Z) (v : F), (a <= 0)%Z -> v <= 0 -> 0 <= of_Z a * v).
  { intros a v A B. replace (of_Z a * v) with (of_Z (- a) * - v) by (rewrite of_Z_opp; ring). apply M; [lia|now apply opp_nonnegative]. }
  assert (R : forall (a : Z) (v : F), - (of_Z a * v) = of_Z (- a) * v) by (intros; rewrite of_Z_opp; ring).
  assert (W : forall a : F, - (of_Z (Zpos f) * a) = of_Z (Zpos f) * - a) by (intro; ring).
  rewrite value_oriented, E. destruct (Z.leb_spec (fst sl) (snd sl)) as [L|L]; rewrite ?W, ?R; apply P;
    unfold slope_at; destruct (compare_is F (value g w) 0) as [->|H|H]; destruct s; cbn [slope_on];
    first [solve [apply M; [lia|auto using le_refl, lt_le]]|solve [apply N; [lia|auto using le_refl, lt_le]]].
Qed.

Lemma run_is_sound t : forall ls v w, good ls v w -> run n grid supposed disjunct t ls v = true -> False.
Proof.
  induction t as [i s b e t IH|k t IH|k s e t IH|k a m r low e high e' t IH|k s t IH|f t IH|by_]; intros ls v w G E; cbn [run] in E.
  - apply andb_true_iff in E as [E1 E2]. apply (IH ls (with_range v i s b) w); auto. apply good_with_range; auto. now apply (shown ls v w _ e).
  - destruct (neuron_at ls v k) as [[[sl o] g]|] eqn:N; try discriminate. destruct (side_of supposed (depth v) k) as [s|] eqn:S; try discriminate.
    apply (IH ls (with_fact v (oriented s g)) w); auto. apply good_with_fact; auto.
    destruct (neuron_is ls v w k sl o g G N) as (_ & _ & _ & _ & _ & _ & _ & V). apply side_is in S. rewrite value_oriented, V.
    pose proof (positive_of_Z F (times v)) as P. destruct s; cbn [is_on] in S.
    + replace (- (of_Z (Zpos (times v)) * pre_activation (depth v) k x)) with (of_Z (Zpos (times v)) * - pre_activation (depth v) k x) by ring.
      apply mul_nonnegative; [now apply lt_le|now apply opp_nonnegative].
    + apply mul_nonnegative; auto. now apply lt_le.
  - destruct (neuron_at ls v k) as [[[sl [| |]] g]|] eqn:N; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (IH ls (with_status v k (On s)) w); auto. apply good_with_status with sl Open g; auto. intros _. now apply (shown ls v w _ e).
  - destruct (neuron_at ls v k) as [[[sl [| |]] g]|] eqn:N; try discriminate. rewrite !andb_true_iff in E. destruct E as [[[E1 E2] E3] E4].
    pose proof (shown _ _ _ _ _ G E1) as L. pose proof (shown _ _ _ _ _ G E2) as H.
    rewrite value_sum, value_constant in L, H. rewrite of_Z_opp, of_Z_1 in L.
    destruct (enclosed (Zpos (fine v)) a m r low high sl (value g w) E3) as (u & T1 & T2 & V).
    + apply le_of_sub. now replace (value g w - of_Z low) with (1 * value g w + - of_Z low) by ring.
    + apply le_of_sub. change (-1)%Z with (- (1))%Z in H. rewrite of_Z_opp, of_Z_1 in H. now replace (of_Z high - value g w) with (- (1) * value g w + of_Z high) by ring.
    + apply (IH ls (with_symbol grid v k (raised r (add_scaled a g [m]))) (u :: w)); auto.
      apply good_with_symbol with sl Open g; auto. now rewrite value_raised, value_sum, value_constant, V.
  - destruct (neuron_at ls v k) as [[[sl [| |r]] g]|] eqn:N; try discriminate.
    refine (IH ls _ w _ E). apply good_with_fact; auto.
    destruct (neuron_is ls v w k sl (Lies r) g G N) as (_ & _ & _ & _ & _ & _ & S & _). now apply concave_or_convex.
  - destruct ls as [|l [|l' rest]]; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (IH (l' :: rest) (deeper l l' f v) w); auto. now apply good_deeper.
  - now apply (contradicts_is_impossible ls v w by_).
Qed.

Lemma good_entry f known box :
  nonnegative known x -> length box = length x -> in_box grid box x -> good (layers n) (entry n disjunct f known box) x.
Proof.
  intros K L B. assert (A : nonnegative (own_rows disjunct None 0 ++ known) x).
  { apply Forall_app. split; auto. exact (own_rows_are None [] I). }
  unfold entry. destruct (layers n) as [|l rest] eqn:E; constructor; cbn [symbols ranges facts depth times fine stands here skipn firstn hidden]; auto;
    try (exists []; auto).
  apply standing_initial; [apply fitting|]. unfold pre_activations, apply. rewrite map_map. apply map_ext. intro r. field. apply nonzero_of_Z.
Qed.

End Scripts.

(** ** Trees *)

Lemma Exists_without {A} (P : A -> Prop) k l a : nth_error l k = Some a -> Exists P l -> P a \/ Exists P (without k l).
Proof.
  revert k. induction l as [|b l IH]; intros [|k] N H; cbn in *; try discriminate.
  - injection N as ->. inversion H; auto.
  - inversion H; subst; [right; now left|]. destruct (IH k N H1); auto.
Qed.

Lemma Exists_marked {A} (P : A -> Prop) marks l : Exists P l -> Exists P (marked true marks l) \/ Exists P (marked false marks l).
Proof.
  revert marks. induction l as [|a l IH]; intros [|m marks] H; cbn [marked]; auto; inversion H; subst; destruct m; cbn [Bool.eqb]; auto;
    destruct (IH marks H1); auto.
Qed.

Lemma either_side s t : is_on s t \/ is_on (opposite s) t.
Proof. destruct (lt_or_le F t 0) as [L|L]; [apply lt_le in L|]; destruct s; cbn [is_on opposite]; auto. Qed.

Theorem proof_is_sound t : forall u supposed known box x,
  slopes_fit (layers n) -> obeys x supposed -> nonnegative known x -> length box = length x -> in_box grid box x ->
  check_proof n grid t u supposed known box = true -> ~ unsafe F n u x.
Proof.
  induction t as [|k f s t IH|i b t1 IH1 t2 IH2|i s b e t IH|l k s t1 IH1 t2 IH2|which t1 IH1 t2 IH2]; intros u supposed known box x W O K L B E; cbn [check_proof] in E.
  - destruct u; try discriminate. intro H. inversion H.
  - destruct (nth_error u k) as [disjunct|] eqn:N; try discriminate. apply andb_true_iff in E as [E1 E2]. intro H.
    destruct (Exists_without _ _ _ _ N H) as [S|R]; [|now apply (IH (without k u) supposed known box x)].
    apply (run_is_sound x supposed disjunct O S W s (layers n) (entry n disjunct f known box) x); auto. now apply good_entry.
  - apply andb_true_iff in E as [E1 E2]. destruct (lt_or_le F (value (bound_row grid i Plus b) x) 0) as [H|H].
    + assert (P : 0 <= value (bound_row grid i Minus b) x).
      { unfold bound_row in *. rewrite value_oriented in *. apply opp_nonnegative. now apply lt_le. }
      destruct (in_box_with_bound box x i Minus b L B P). apply (IH1 u supposed (bound_row grid i Minus b :: known) (with_bound i Minus b box) x); auto.
    + destruct (in_box_with_bound box x i Plus b L B H). apply (IH2 u supposed (bound_row grid i Plus b :: known) (with_bound i Plus b box) x); auto.
  - apply andb_true_iff in E as [E1 E2].
    assert (P : 0 <= value (bound_row grid i s b) x) by (apply (nonnegative_combination F grid known box _ e x); auto).
    destruct (in_box_with_bound box x i s b L B P). now apply (IH u supposed known (with_bound i s b box) x).
  - apply andb_true_iff in E as [E1 E2]. destruct (either_side s (pre_activation l k x)) as [H|H].
    + apply (IH1 u ((l, k, s) :: supposed) known box x); auto. constructor; auto.
    + apply (IH2 u ((l, k, opposite s) :: supposed) known box x); auto. constructor; auto.
  - apply andb_true_iff in E as [E1 E2]. intro H. destruct (Exists_marked _ which _ H) as [M|M].
    + now apply (IH1 (marked true which u) supposed known box x).
    + now apply (IH2 (marked false which u) supposed known box x).
Qed.

End Proof.

Lemma anywhere F grid k (x : point F) : in_box grid (repeat (None, None) k) x.
Proof. revert x. induction k as [|k IH]; intros [|v x]; cbn; auto. Qed.

(** What is accepted is true of every point of the domain. *)
Theorem verify_proves_safety (F : ordered_field) (n : network) (d : domain) (u : unsafe_set) (grid : positive) (t : proof) :
  verify n d u grid t = true -> forall x : point F, inside d x -> ~ unsafe F n u x.
Proof.
  unfold verify. intros E x [L H]. apply andb_true_iff in E as [E1 E2].
  apply (proof_is_sound F n grid t u [] (conditions d) (repeat (None, None) (dimension d)) x); auto.
  - eapply fits_slopes, E1.
  - constructor.
  - now rewrite repeat_length.
  - apply anywhere.
Qed.
