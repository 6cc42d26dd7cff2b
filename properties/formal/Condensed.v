(** Two networks are one function: the condensed network that a proof is about, and the one that was asked about.

    Both are images of a third one, layer by layer: the values of a layer are affine in its values. A neuron whose pre-activation is a multiple of that of a
    neuron there takes a combination of two values there: of that neuron, and of one that does not bend beside it. *)

From Coq Require Import ZArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker Linear Soundness Safety Verification.
Import ListNotations.

(** ** The program *)

Inductive link :=
  (** A value that is constant. *)
  | Fixed (value : Z)
  (** a times the neuron's row is b times that of [head], a > 0; its value is p times that of [head] plus r times that of [beside]. *)
  | Tied (head : nat) (a b : Z) (p : Z) (beside : nat) (r : Z).

(** The links of a layer, and what values of it are multiplied by. *)
Definition links := (list link * positive)%type.

Section Program.
Local Open Scope Z_scope.

Fixpoint same_row (r s : row) : bool :=
  match r, s with
  | [], s => forallb (Z.eqb 0) s
  | r, [] => forallb (Z.eqb 0) r
  | c :: r, e :: s => (c =? e) && same_row r s
  end.

Definition unit_row (k : nat) : row := 0 :: repeat 0 k ++ [1].

(** Slopes on the sides: where the head is negative, where it is not. *)
Definition turned (b : Z) (sl : Z * Z) : Z * Z := if b <? 0 then (snd sl, fst sl) else sl.

(** The row of a neuron's value. [p]: its pre-activation's row, times [q]; values are multiplied by [f]. *)
Definition linked (l l' : layer) (q f : positive) (sl : Z * Z) (p : row) (k : link) : option row :=
  let d := Zpos (slope_denominator l) in
  match k with
  | Fixed v =>
      let c := hd 0 p in
      if forallb (Z.eqb 0) (tl p) && (v * (d * Zpos q) =? Zpos f * (if c <? 0 then fst sl else snd sl) * c) then Some [v] else None
  | Tied h a b m h' r =>
      match nth_error (rows (before l')) h, nth_error (slopes l') h, nth_error (rows (before l')) h', nth_error (slopes l') h' with
      | Some w, Some sh, Some w', Some sh' =>
          let t := turned b sl in
          let right s := Zpos f * s * b * (Zpos (denominator (before l')) * Zpos (slope_denominator l')) in
          let left s s' := (m * s + r * s') * (d * a * Zpos q) in
          if (0 <? a) && negb (b =? 0) && same_row (scaled a p) (scaled b w) && same_row w w' &&
             (left (fst sh) (fst sh') =? right (fst t)) && (left (snd sh) (snd sh') =? right (snd t))
          then Some (add_scaled m (unit_row h) (add_scaled r (unit_row h') [])) else None
      | _, _, _, _ => None
      end
  end.

Fixpoint all_linked (l l' : layer) (q f : positive) (sls : list (Z * Z)) (ps : list row) (ks : list link) : option (list row) :=
  match sls, ps, ks with
  | [], [], [] => Some []
  | sl :: sls, p :: ps, k :: ks =>
      match linked l l' q f sl p k, all_linked l l' q f sls ps ks with Some r, Some rs => Some (r :: rs) | _, _ => None end
  | _, _, _ => None
  end.

(** Rows of an affine map of values that are rows themselves, times q. *)
Definition through (m : affine_map) (q : positive) (values : list row) : list row :=
  map (fun w => combined w ([Zpos q] :: values)) (rows m).

(** The values of the last layer, as rows in those of the other network's last layer, and what they are multiplied by. *)
Fixpoint image (ls ls' : list layer) (ks : list links) (values : list row) (q : positive) : option (list row * positive) :=
  match ls, ls', ks with
  | [], [], [] => Some (values, q)
  | l :: ls, l' :: ls', (k, f) :: ks =>
      match all_linked l l' (q * denominator (before l)) f (slopes l) (through (before l) q values) k with
      | Some values => image ls ls' ks values f
      | None => None
      end
  | _, _, _ => None
  end.

Definition image_of (dimension : nat) (n m : network) (ks : list links) : option (list row * positive) :=
  match image (layers n) (layers m) ks (map unit_row (seq 0 dimension)) 1 with
  | Some (values, q) => Some (through (output n) q values, (q * denominator (output n))%positive)
  | None => None
  end.

(** The common source; then the links to the second network, or none if that is constant. *)
Record sameness := Sameness { source : network; to_first : list links; to_second : option (list links) }.

Fixpoint same_rows (q q' : positive) (rs rs' : list row) : bool :=
  match rs, rs' with
  | [], [] => true
  | r :: rs, r' :: rs' => same_row (scaled (Zpos q') r) (scaled (Zpos q) r') && same_rows q q' rs rs'
  | _, _ => false
  end.

Definition same (dimension : nat) (n n' : network) (s : sameness) : bool :=
  match image_of dimension n (source s) (to_first s) with
  | Some (rs, q) =>
      match to_second s with
      | Some ks => match image_of dimension n' (source s) ks with Some (rs', q') => same_rows q q' rs rs' | None => false end
      | None =>
          match layers n' with
          | [] => forallb (fun r => forallb (Z.eqb 0) (tl r)) (rows (output n')) && same_rows q (denominator (output n')) rs (rows (output n'))
          | _ => false
          end
      end
  | None => false
  end.

(** A proof about [condensed] that no input of [n] is unsafe. *)
Definition verify_condensed (n condensed : network) (d : domain) (s : sameness) (u : unsafe_set) (grid : positive) (t : proof) : bool :=
  same (dimension d) n condensed s && verify condensed d u grid t.

End Program.

(** ** The proof *)

Section Proof.
Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Implicit Types (x y u v : point F) (r p : row).

Lemma dot_same r s v : same_row r s = true -> dot r v = dot s v.
Proof.
  revert s v. induction r as [|c r IH]; intros [|e s] v H; cbn [same_row] in H.
  - reflexivity.
  - rewrite (dot_zeros F (e :: s)) by exact H. now destruct v.
  - rewrite (dot_zeros F (c :: r)) by exact H. now destruct v.
  - apply andb_true_iff in H as [H1 H2]. apply Z.eqb_eq in H1. subst. destruct v as [|t v]; auto. cbn [dot]. now rewrite (IH s v).
Qed.

Lemma value_same r s v : same_row r s = true -> value r v = value s v.
Proof. apply dot_same. Qed.

Lemma value_nil v : value [] v = (0 : F).
Proof. reflexivity. Qed.

Lemma value_unit k v : value (unit_row k) v = nth k v 0.
Proof. unfold value, unit_row. cbn [dot]. rewrite dot_unit, of_Z_0, of_Z_1. ring. Qed.

(** u are the values that the rows say, times q. *)
Definition explains (rs : list row) (q : positive) u v : Prop := map (fun r => value r v) rs = map (fun t => of_Z (Zpos q) * t) u.

Lemma through_explains m q values u v :
  explains values q u v -> explains (through m q values) (q * denominator m) (apply m u) v.
Proof.
  unfold explains, through. intro E. unfold apply. rewrite !map_map. apply map_ext. intro w. unfold value at 1. rewrite dot_combined. cbn [map].
  change (map (fun r => dot r (1 :: v)) values) with (map (fun r => value r v) values). rewrite E.
  replace (dot [Zpos q] (1 :: v)) with (of_Z (Zpos q) * 1 : F) by (cbn [dot]; ring).
  change (of_Z (Zpos q) * 1 :: map (fun t => of_Z (Zpos q) * t) u) with (map (fun t => of_Z (Zpos q) * t) (1 :: u)).
  rewrite dot_map_factor, Pos2Z.inj_mul, of_Z_mul. unfold value. field. apply nonzero_of_Z.
Qed.

Lemma activation_at l v h w sh :
  nth_error (rows (before l)) h = Some w -> nth_error (slopes l) h = Some sh ->
  nth h (activations l v) 0 = activate (slope_denominator l) sh (value w v / of_Z (Zpos (denominator (before l)))).
Proof.
  unfold activations, pre_activations, apply. generalize (slopes l) as sls. generalize (rows (before l)) as ws. intro ws. revert h.
  induction ws as [|w' ws IH]; intros [|h] [|s sls] E1 E2; cbn in *; try discriminate.
  - injection E1 as ->. now injection E2 as ->.
  - now apply IH.
Qed.

Lemma activate_is d sl t : activate d sl t = of_Z (slope_at F t sl) / of_Z (Zpos d) * t.
Proof. reflexivity. Qed.

Lemma cancel (a s t : F) : a <> 0 -> a * s = a * t -> s = t.
Proof. intros N E. replace s with (inv a * (a * s)) by now field. rewrite E. now field. Qed.

Lemma linked_explains l l' q f sl p k r u (t : F) :
  linked l l' q f sl p k = Some r -> value p u = of_Z (Zpos q) * t ->
  value r (activations l' u) = of_Z (Zpos f) * activate (slope_denominator l) sl t.
Proof.
  intros E P. pose proof (nonzero_of_Z F q) as Nq. pose proof (nonzero_of_Z F (slope_denominator l)) as Nd. rewrite activate_is.
  destruct k as [v|h a b m h' s]; cbn [linked] in E.
  - set (c := hd 0%Z p) in *. destruct (forallb (Z.eqb 0) (tl p)) eqn:Z0; cbn [andb] in E; try discriminate.
    destruct (Z.eqb_spec (v * (Zpos (slope_denominator l) * Zpos q)) (Zpos f * (if (c <? 0)%Z then fst sl else snd sl) * c)) as [V|]; try discriminate.
    assert (Er : r = [v]) by congruence. rewrite Er, value_constant. clear Er E.
    replace (value p u) with (of_Z c : F) in P.
    2: { unfold value, c. destruct p as [|e rest]; cbn [hd tl dot] in *; [reflexivity|]. rewrite dot_zeros by auto. ring. }
    assert (S : slope_at F t sl = if (c <? 0)%Z then fst sl else snd sl).
    { unfold slope_at. rewrite <- (compare_scaled F (of_Z (Zpos q)) t (positive_of_Z F q)), <- P. destruct (Z.ltb_spec c 0) as [L|L].
      - replace (compare (of_Z c : F) 0) with Lt; auto. symmetry. apply compare_negative, negative_is_not_positive. rewrite <- of_Z_opp. apply of_Z_positive. lia.
      - pose proof (of_Z_nonnegative F c L) as N. destruct (compare_is F (of_Z c) 0); auto. contradiction. }
    rewrite S. apply (f_equal (@of_Z F)) in V. rewrite !of_Z_mul, P in V. apply (cancel (of_Z (Zpos (slope_denominator l)) * of_Z (Zpos q))).
    + intro Z. apply Nd. transitivity (inv (of_Z (Zpos q)) * (of_Z (Zpos (slope_denominator l)) * of_Z (Zpos q)) : F); [now field|rewrite Z; ring].
    + transitivity (of_Z v * (of_Z (Zpos (slope_denominator l)) * of_Z (Zpos q)) : F); [ring|]. rewrite V. field. auto.
  - destruct (nth_error (rows (before l')) h) as [w|] eqn:W; try discriminate. destruct (nth_error (slopes l') h) as [sh|] eqn:Sh; try discriminate.
    destruct (nth_error (rows (before l')) h') as [w'|] eqn:W'; try discriminate. destruct (nth_error (slopes l') h') as [sh'|] eqn:Sh'; try discriminate.
    match type of E with (if ?b then _ else _) = _ => destruct b eqn:C; try discriminate end.
    assert (Er : r = add_scaled m (unit_row h) (add_scaled s (unit_row h') [])) by congruence. rewrite Er. clear Er E.
    rewrite !andb_true_iff in C. destruct C as (((((A & B) & R) & R') & M) & N).
    apply Z.ltb_lt in A. apply negb_true_iff, Z.eqb_neq in B. apply Z.eqb_eq in M, N.
    rewrite !value_sum, !value_unit, value_nil.
    rewrite (activation_at l' u h w sh W Sh), (activation_at l' u h' w' sh' W' Sh'). rewrite <- (value_same w w' u R').
    set (z := value w u / of_Z (Zpos (denominator (before l')))). rewrite !activate_is.
    pose proof (value_same _ _ u R) as H. rewrite !value_scaled, P in H.
    pose proof (nonzero_of_Z F (denominator (before l'))) as Nd'. pose proof (nonzero_of_Z F (slope_denominator l')) as Ns'.
    assert (Hz : of_Z a * (of_Z (Zpos q) * t) = of_Z b * (of_Z (Zpos (denominator (before l'))) * z)) by (rewrite H; unfold z; field; auto).
    assert (Na : @of_Z F a <> 0) by (apply positive_is_not_0, of_Z_positive; auto).
    assert (Pt : 0 < (of_Z a * of_Z (Zpos q) : F)) by (apply mul_keeps_positive; [now apply of_Z_positive|apply positive_of_Z]).
    assert (Pz : 0 < @of_Z F (Zpos (denominator (before l')))) by apply positive_of_Z.
    assert (T : of_Z (slope_at F t sl) * t = of_Z (slope_at F z (turned b sl)) * t :> F).
    { unfold slope_at. assert (Ct : compare t 0 = compare (of_Z b * z) 0).
      { rewrite <- (compare_scaled F (of_Z a * of_Z (Zpos q)) t Pt), <- (compare_scaled F _ (of_Z b * z) Pz). f_equal.
        transitivity (of_Z a * (of_Z (Zpos q) * t) : F); [ring|]. rewrite Hz. ring. }
      rewrite Ct. unfold turned. destruct (Z.ltb_spec b 0) as [L|L]; cbn [fst snd].
      - assert (Pb : 0 < @of_Z F (- b)) by (apply of_Z_positive; lia).
        replace (of_Z b * z) with (- (of_Z (- b) * z)) by (rewrite of_Z_opp; ring). rewrite compare_opp, (compare_scaled F _ z Pb).
        destruct (compare_is F z 0) as [Z|?|?]; cbn [CompOpp]; auto.
        replace t with (0 : F); [ring|]. apply (cancel (of_Z a * of_Z (Zpos q))); [now apply positive_is_not_0|].
        transitivity (of_Z a * (of_Z (Zpos q) * t) : F); [|ring]. rewrite Hz, Z. ring.
      - rewrite (compare_scaled F _ z); auto. apply of_Z_positive. lia. }
    assert (K : of_Z ((m * slope_at F z sh + s * slope_at F z sh') * (Zpos (slope_denominator l) * a * Zpos q)) =
      @of_Z F (Zpos f * slope_at F z (turned b sl) * b * (Zpos (denominator (before l')) * Zpos (slope_denominator l')))).
    { f_equal. unfold slope_at. now destruct (compare z 0). }
    rewrite !of_Z_mul, of_Z_add, !of_Z_mul in K.
    set (A' := of_Z (Zpos (slope_denominator l)) * of_Z a * of_Z (Zpos q) * of_Z (Zpos (slope_denominator l')) : F).
    apply (cancel A').
    + unfold A'. assert (Pos : 0 < A'); [|now apply positive_is_not_0]. unfold A'.
      repeat apply mul_keeps_positive; auto using positive_of_Z. now apply of_Z_positive.
    + transitivity ((of_Z m * of_Z (slope_at F z sh) + of_Z s * of_Z (slope_at F z sh')) * (of_Z (Zpos (slope_denominator l)) * of_Z a * of_Z (Zpos q)) * z).
      { unfold A'. field. auto. }
      rewrite K. transitivity (of_Z (Zpos f) * of_Z a * of_Z (Zpos q) * of_Z (Zpos (slope_denominator l')) * (of_Z (slope_at F t sl) * t) : F).
      * rewrite T. transitivity (of_Z (Zpos f) * of_Z (slope_at F z (turned b sl)) * of_Z (Zpos (slope_denominator l')) * (of_Z a * (of_Z (Zpos q) * t)) : F); [rewrite Hz|]; ring.
      * unfold A'. field. auto.
Qed.

Lemma all_linked_explains l l' q f sls ps ks rs u ts :
  all_linked l l' q f sls ps ks = Some rs -> map (fun p => value p u) ps = map (fun t => of_Z (Zpos q) * t) ts ->
  explains rs f (zip_with (activate (slope_denominator l)) sls ts) (activations l' u).
Proof.
  revert ps ks rs ts. induction sls as [|sl sls IH]; intros [|p ps] [|k ks] rs [|t ts] E P; cbn [all_linked map] in *; try discriminate.
  - now injection E as <-.
  - destruct (linked l l' q f sl p k) as [r|] eqn:L; try discriminate. destruct (all_linked l l' q f sls ps ks) as [rest|] eqn:R; try discriminate.
    injection E as <-. injection P as P1 P2. unfold explains. cbn [map zip_with]. f_equal.
    + now apply (linked_explains l l' q f sl p k r u t).
    + now apply (IH ps ks).
Qed.

Lemma image_explains ls ls' ks : forall values q rs q' u v,
  image ls ls' ks values q = Some (rs, q') -> explains values q u v -> explains rs q' (hidden ls u) (hidden ls' v).
Proof.
  revert ls' ks. induction ls as [|l ls IH]; intros [|l' ls'] [|[k f] ks] values q rs q' u v E X; cbn [image] in E; try discriminate.
  - injection E as <- <-. exact X.
  - destruct (all_linked _ _ _ _ _ _ _) as [next|] eqn:A; try discriminate. cbn [hidden]. apply (IH ls' ks next f rs q'); auto.
    apply (all_linked_explains l l' _ f _ _ _ next v (pre_activations l u) A). now apply through_explains.
Qed.

Lemma all_of_them x : map (fun k => nth k x 0) (seq 0 (length x)) = x.
Proof. induction x as [|t x IH]; auto. cbn [length seq map nth]. f_equal. rewrite <- seq_shift, map_map. exact IH. Qed.

Lemma units_explain x : explains (map unit_row (seq 0 (length x))) 1 x x.
Proof.
  unfold explains. rewrite map_map. transitivity (map (fun k => nth k x 0) (seq 0 (length x))); [apply map_ext; intro k; apply value_unit|].
  rewrite all_of_them. transitivity (map (fun t => t) x); [now rewrite map_id|]. apply map_ext. intro t. rewrite of_Z_1. ring.
Qed.

Lemma image_of_explains n m ks rs q x :
  image_of (length x) n m ks = Some (rs, q) -> explains rs q (evaluate n x) (hidden (layers m) x).
Proof.
  unfold image_of. destruct (image _ _ _ _ _) as [[values f]|] eqn:E; try discriminate. intros [= <- <-]. apply through_explains.
  apply (image_explains _ _ _ _ _ _ _ x x E). apply units_explain.
Qed.

Lemma same_rows_are_equal q q' rs rs' u u' v :
  same_rows q q' rs rs' = true -> explains rs q u v -> explains rs' q' u' v -> u = u'.
Proof.
  unfold explains. revert rs' u u'. induction rs as [|r rs IH]; intros [|r' rs'] [|t u] [|t' u'] S E E'; cbn [map same_rows] in S, E, E'; try discriminate; auto.
  apply andb_true_iff in S as [S1 S2]. 
  pose proof (f_equal (hd 0) E) as E1. pose proof (f_equal (@tl _) E) as E2. pose proof (f_equal (hd 0) E') as E1'. pose proof (f_equal (@tl _) E') as E2'.
  cbn [hd tl] in E1, E2, E1', E2'. f_equal; [|now apply (IH rs')].
  apply (value_same _ _ v) in S1. rewrite !value_scaled, E1, E1' in S1.
  apply (cancel (of_Z (Zpos q) * of_Z (Zpos q'))); [apply positive_is_not_0, mul_keeps_positive; apply positive_of_Z|].
  transitivity (of_Z (Zpos q') * (of_Z (Zpos q) * t) : F); [ring|]. rewrite S1. ring.
Qed.

(** Constant rows are the same everywhere. *)
Lemma constants_explain m x v :
  forallb (fun r => forallb (Z.eqb 0) (tl r)) (rows m) = true -> explains (rows m) (denominator m) (apply m x) v.
Proof.
  unfold explains, apply. rewrite map_map. intro H. rewrite forallb_forall in H. apply map_ext_in. intros r R. specialize (H r R).
  assert (C : forall y : point F, value r y = value r x) by (intro y; unfold value; destruct r as [|c r]; auto; cbn [dot tl] in *; now rewrite !dot_zeros).
  rewrite C. field. apply nonzero_of_Z.
Qed.

Theorem same_functions n n' s x : same (length x) n n' s = true -> evaluate n x = evaluate n' x.
Proof.
  unfold same. destruct (image_of _ n _ _) as [[rs q]|] eqn:E; try discriminate. apply image_of_explains in E.
  destruct (to_second s) as [ks|].
  - destruct (image_of _ n' _ ks) as [[rs' q']|] eqn:E'; try discriminate. intro S. apply image_of_explains in E'.
    now apply (same_rows_are_equal q q' rs rs' _ _ _ S E).
  - destruct (layers n') eqn:L; try discriminate. intro S. apply andb_true_iff in S as [S1 S2]. unfold evaluate at 2. rewrite L. cbn [hidden].
    apply (same_rows_are_equal _ _ _ _ _ _ _ S2 E). now apply constants_explain.
Qed.

End Proof.

Theorem verify_condensed_proves_safety (F : ordered_field) (n condensed : network) (d : domain) (s : sameness) (u : unsafe_set) (grid : positive) (t : proof) :
  verify_condensed n condensed d s u grid t = true -> forall x : point F, inside d x -> ~ unsafe F n u x.
Proof.
  unfold verify_condensed. intro E. apply andb_true_iff in E as [E1 E2]. intros x I U.
  apply (verify_proves_safety F condensed d u grid t E2 x I). pose proof I as [L _]. rewrite <- L in E1.
  pose proof (same_functions F n condensed s x E1) as S. unfold unsafe in *. eapply Exists_impl; [|exact U]. intros c. apply Forall_impl.
  intros k. unfold holds, condition_value. now rewrite S.
Qed.
