(** Why an accepted tree is a proof: induction over the tree. The statements that follow from it are in Theorems.v. *)

From Coq Require Import ZArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker Linear.
Import ListNotations.

Section Soundness.

Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Variable d : domain.
Variable c : certificate.

Implicit Types (x y w : point F) (st : state) (g q r : row).

Local Notation nonnegative rs x := (Forall (fun r => 0 <= value r x) rs).

(** The points of a node: those of the domain on the sides taken so far. *)
Definition region (S : list row) x : Prop := inside d x /\ nonnegative S x.

Lemma region_incl S S' x : incl S S' -> region S' x -> region S x.
Proof. intros I [D H]. split; auto. rewrite Forall_forall in *. auto. Qed.

(** ** The current layer *)

Inductive shaped : list (Z * Z) -> list (option side) -> list row -> Prop :=
| shaped_nil : shaped [] [] []
| shaped_cons sl o g sls os gs : (o = None -> bends sl = true) -> shaped sls os gs -> shaped (sl :: sls) (o :: os) (g :: gs).

(** The rows are the pre-activations times D, and settled neurons are on their sides. *)
Inductive matches x (D : F) : list (Z * Z) -> list (option side) -> list row -> list F -> Prop :=
| matches_nil : matches x D [] [] [] []
| matches_cons sl o g t sls os gs ts :
    (o = None -> bends sl = true) -> value g x = D * t -> (forall s, o = Some s -> bends sl = true -> 0 <= value (oriented s g) x) ->
    matches x D sls os gs ts -> matches x D (sl :: sls) (o :: os) (g :: gs) (t :: ts).

(** Of every settled neuron that bends its side, and its row, which is >= 0 there. *)
Definition template (sls : list (Z * Z)) (os : list (option side)) (gs : list row) : list (option (side * row)) :=
  zip_with (fun sl og => if bends sl then match fst og with Some s => Some (s, oriented s (snd og)) | None => None end else None)
    sls (combine os gs).

Definition sign_of x (o : option (side * row)) : comparison :=
  match o with
  | None => Eq
  | Some (Plus, q) => compare (value q x) 0
  | Some (Minus, q) => CompOpp (compare (value q x) 0)
  end.

Definition current (ls : list layer) st : list (option (side * row)) :=
  match ls with [] => [] | l :: _ => template (slopes l) (sides st) (sums st) end.

Local Notation head_signs sls ts := (zip_with (fun s t => if bends s then compare t 0 else Eq) sls ts).

Lemma matches_replaced x D sls os gs ts k s g :
  matches x D sls os gs ts -> nth_error gs k = Some g -> 0 <= value (oriented s g) x ->
  matches x D sls (replaced k (Some s) os) gs ts.
Proof.
  intros M. revert k. induction M as [|sl o g' t sls os gs ts B V P M IH]; intros [|k] N H; cbn in N; try discriminate.
  - injection N as ->. cbn. constructor; auto; [discriminate|]. now intros s' [= <-].
  - cbn. constructor; auto.
Qed.

Lemma shaped_replaced sls os gs k s : shaped sls os gs -> shaped sls (replaced k (Some s) os) gs.
Proof.
  intros M. revert k. induction M as [|sl o g' sls os gs B M IH]; intros [|k]; cbn; constructor; auto; discriminate.
Qed.

Lemma template_grows sls os gs k s e :
  nth_error os k = Some None -> In (Some e) (template sls os gs) -> In (Some e) (template sls (replaced k (Some s) os) gs).
Proof.
  unfold template. revert sls gs k. induction os as [|o os IH]; intros [|sl sls] [|g gs] [|k] N; cbn in *; try contradiction; try discriminate.
  - injection N as ->. cbn. intros [H|H]; [destruct (bends sl); discriminate|now right].
  - intros [H|H]; [now left|right]. now apply IH.
Qed.

Lemma template_has sls os gs k s g :
  shaped sls os gs -> nth_error os k = Some None -> nth_error gs k = Some g ->
  In (Some (s, oriented s g)) (template sls (replaced k (Some s) os) gs).
Proof.
  unfold template. intros M. revert k. induction M as [|sl o g' sls os gs B M IH]; intros [|k] N G; cbn in *; try discriminate.
  - injection N as ->. injection G as ->. rewrite B by auto. now left.
  - right. now apply IH.
Qed.

Lemma head_sign x D sls os gs ts k g :
  0 < D -> matches x D sls os gs ts -> nth_error os k = Some None -> nth_error gs k = Some g ->
  nth_error (head_signs sls ts) k = Some (compare (value g x) 0).
Proof.
  intros P M. revert k. induction M as [|sl o g' t sls os gs ts B V _ M IH]; intros [|k] N G; cbn in *; try discriminate.
  - injection N as ->. injection G as ->. rewrite B, V, compare_scaled; auto.
  - now apply IH.
Qed.

Lemma compare_oriented x s g : sign_of x (Some (s, oriented s g)) = compare (value g x) 0.
Proof.
  destruct s; cbn [sign_of]; rewrite value_oriented; auto. rewrite compare_opp. now destruct (compare (value g x) 0).
Qed.

Lemma head_is_template x D sls os gs ts :
  0 < D -> matches x D sls os gs ts -> forallb is_settled os = true -> head_signs sls ts = map (sign_of x) (template sls os gs).
Proof.
  intros P M. unfold template. induction M as [|sl o g t sls os gs ts _ V _ M IH]; intro A; auto.
  cbn in A. apply andb_true_iff in A as [A A']. destruct o as [s|]; try discriminate.
  cbn [zip_with combine map fst snd]. rewrite <- IH by auto. f_equal. destruct (bends sl); auto.
  rewrite compare_oriented, V. now rewrite compare_scaled.
Qed.

Lemma template_is_nonnegative x D sls os gs ts s q :
  matches x D sls os gs ts -> In (Some (s, q)) (template sls os gs) -> 0 <= value q x.
Proof.
  unfold template. induction 1 as [|sl o g t sls os gs ts _ _ P M IH]; cbn; [contradiction|].
  intros [E|I]; auto. destruct (bends sl) eqn:B; try discriminate. destruct o as [s'|]; try discriminate.
  injection E as <- <-. auto.
Qed.

(** ** What holds at a node *)

Record valid (old : list row) (h : point F -> point F) (ls : list layer) st : Prop := {
  v_box : length (around st) = dimension d;
  v_known : forall x, region (splits st) x -> nonnegative (known st) x /\ in_box (grid c) (around st) x;
  v_shape : match ls with [] => sides st = [] /\ forall x, h x = x | l :: _ => shaped (slopes l) (sides st) (sums st) end;
  v_rows : match ls with
    | [] => True
    | l :: _ => forall x, region (splits st) x ->
        matches x (of_Z (Zpos (scale st))) (slopes l) (sides st) (sums st) (pre_activations l (h x))
    end;
  v_traced : forall q, In q (splits st) -> In q old \/ exists s, In (Some (s, q)) (current ls st)
}.

Section Steps.

Variables (old : list row) (h : point F -> point F) (ls : list layer) (st : state).
Hypothesis V : valid old h ls st.

Lemma proves_is_sound r e x : proves c st r e = true -> region (splits st) x -> 0 <= value r x.
Proof.
  intros P R. destruct (v_known _ _ _ _ V x R) as [K B].
  apply nonnegative_combination with (grid c) (known st) (around st) e; auto.
  right. rewrite (v_box _ _ _ _ V). symmetry. apply R.
Qed.

Lemma open_row_is k g : open_row st k = Some g -> nth_error (sides st) k = Some None /\ nth_error (sums st) k = Some g.
Proof. unfold open_row. destruct (nth_error (sides st) k) as [[s|]|]; try discriminate. auto. Qed.

Lemma valid_settled k s g :
  open_row st k = Some g -> (forall x, region (splits st) x -> 0 <= value (oriented s g) x) -> valid old h ls (settled st k s).
Proof.
  intros O P. destruct (open_row_is _ _ O) as [O1 O2]. destruct V as [Vb Vk Vs Vr Vt].
  constructor; cbn [around known splits sides sums scale settled]; auto.
  - destruct ls as [|l rest]; [|now apply shaped_replaced]. destruct Vs as [E _]. rewrite E in O1. now destruct k.
  - destruct ls as [|l rest]; auto. intros x R. apply matches_replaced with g; auto.
  - intros q Q. destruct (Vt q Q) as [H|[s' H]]; auto. right. exists s'. destruct ls as [|l rest]; auto.
    cbn in *. now apply template_grows.
Qed.

Lemma valid_taken k s g : open_row st k = Some g -> valid old h ls (taken st k s g).
Proof.
  intros O. destruct (open_row_is _ _ O) as [O1 O2]. destruct V as [Vb Vk Vs Vr Vt].
  assert (I : forall x, region (oriented s g :: splits st) x -> region (splits st) x /\ 0 <= value (oriented s g) x).
  { intros x [D H]. inversion H. split; [split|]; auto. }
  constructor; cbn [around known splits sides sums scale taken]; auto.
  - intros x R. destruct (I x R) as [R' P]. destruct (Vk x R') as [K B]. split; auto.
  - destruct ls as [|l rest]; [|now apply shaped_replaced]. destruct Vs as [E _]. rewrite E in O1. now destruct k.
  - destruct ls as [|l rest]; auto. intros x R. destruct (I x R). apply matches_replaced with g; auto.
  - destruct ls as [|l rest].
    + destruct Vs as [E _]. rewrite E in O1. now destruct k.
    + intros q [<-|Q].
      * right. exists s. cbn. now apply template_has.
      * destruct (Vt q Q) as [H|[s' H]]; auto. right. exists s'. cbn in *. now apply template_grows.
Qed.

Lemma valid_learnt r : (forall x, region (splits st) x -> 0 <= value r x) -> valid old h ls (learnt st r).
Proof.
  intro P. destruct V as [Vb Vk Vs Vr Vt]. constructor; cbn [around known splits sides sums scale learnt]; auto.
  intros x R. destruct (Vk x R) as [K B]. split; auto.
Qed.

Lemma length_replaced {A} k (a : A) l : length (replaced k a l) = length l.
Proof. revert k. induction l as [|b l IH]; intros [|k]; cbn; auto. Qed.

Lemma in_box_replaced grid ends x i low high :
  in_box grid ends x -> (i < length x)%nat ->
  match low with Some b => of_Z b <= of_Z (Zpos grid) * nth i x 0 | None => True end ->
  match high with Some b => of_Z (Zpos grid) * nth i x 0 <= of_Z b | None => True end ->
  in_box grid (replaced i (low, high) ends) x.
Proof.
  revert x i. induction ends as [|[lo hi] ends IH]; intros [|v x] [|i] B L Lo Hi; cbn in *; auto; try lia; try now destruct B as (_ & _ & B).
  destruct B as (Bl & Bh & B). repeat split; auto. apply IH; auto. lia.
Qed.

Lemma box_bounds_at grid ends x i :
  in_box grid ends x -> (i < length x)%nat ->
  match fst (nth i ends (None, None)) with Some b => of_Z b <= of_Z (Zpos grid) * nth i x 0 | None => True end /\
  match snd (nth i ends (None, None)) with Some b => of_Z (Zpos grid) * nth i x 0 <= of_Z b | None => True end.
Proof.
  revert x i. induction ends as [|[lo hi] ends IH]; intros [|v x] [|i] B L; cbn in *; auto; try lia.
  - destruct B as (Bl & Bh & B). auto.
  - destruct B as (Bl & Bh & B). apply IH; auto. lia.
Qed.

Lemma in_box_beyond grid ends x i e : (length x <= i)%nat -> in_box grid ends x -> in_box grid (replaced i e ends) x.
Proof.
  revert x i. induction ends as [|[lo hi] ends IH]; intros [|v x] [|i] L B; cbn in *; auto; try lia.
  - now destruct e.
  - destruct B as (Bl & Bh & B). repeat split; auto. apply IH; auto. lia.
Qed.

Lemma value_bound_row i s b x :
  value (bound_row (grid c) i s b) x =
    match s with Plus => of_Z (Zpos (grid c)) * nth i x 0 - of_Z b | Minus => of_Z b - of_Z (Zpos (grid c)) * nth i x 0 end.
Proof.
  unfold bound_row. rewrite value_oriented. unfold value. cbn [dot]. rewrite dot_unit, of_Z_opp. destruct s; ring.
Qed.

Lemma valid_narrowed i s b :
  (forall x, region (splits st) x -> 0 <= value (scaled (Zpos (scale st)) (bound_row (grid c) i s b)) x) ->
  valid old h ls (narrowed st i s b).
Proof.
  intro P. destruct V as [Vb Vk Vs Vr Vt]. unfold narrowed. destruct (nth i (around st) (None, None)) as [low high] eqn:N.
  constructor; cbn [around known splits sides sums scale]; auto.
  - now rewrite length_replaced.
  - intros x R. destruct (Vk x R) as [K B]. split; auto. specialize (P x R). rewrite value_scaled in P.
    apply mul_nonnegative_iff in P; [|apply positive_of_Z]. rewrite value_bound_row in P.
    destruct (Nat.lt_ge_cases i (length x)) as [L|L]; [|now apply in_box_beyond].
    destruct (box_bounds_at _ _ _ _ B L) as [Lo Hi]. rewrite N in Lo, Hi. cbn in Lo, Hi.
    destruct s; apply le_of_sub in P; apply in_box_replaced; auto; unfold tighter.
    + destruct high as [u|]; auto. destruct (Z.min_spec u b) as [[_ ->]|[_ ->]]; auto.
    + destruct low as [l|]; auto. destruct (Z.max_spec l b) as [[_ ->]|[_ ->]]; auto.
Qed.

End Steps.

(** ** The next layer *)

Lemma given_is_activation x D sls os gs ts den :
  matches x D sls os gs ts -> 0 < D -> forallb is_settled os = true ->
  map (fun r => dot r (1 :: x)) (zip_with given sls (combine os gs)) =
  map (fun t => D * of_Z (Zpos den) * t) (zip_with (activate den) sls ts).
Proof.
  intros M P. induction M as [|sl o g t sls os gs ts _ V B M IH]; intro A; auto.
  cbn in A. apply andb_true_iff in A as [A A']. destruct o as [s|]; try discriminate.
  cbn [zip_with combine map]. rewrite IH by auto. f_equal. clear IH.
  pose proof (nonzero_of_Z F den) as N.
  assert (E : dot (given sl (Some s, g)) (1 :: x) = of_Z (match s with Plus => snd sl | Minus => fst sl end) * (D * t)).
  { unfold given. cbn [fst snd].
    replace (match s with Minus => fst sl | Plus => snd sl end) with (match s with Plus => snd sl | Minus => fst sl end) by now destruct s.
    set (a := match s with Plus => snd sl | Minus => fst sl end). destruct (Z.eqb_spec a 0) as [->|_].
    - cbn [dot]. rewrite of_Z_0. ring.
    - rewrite dot_scaled. change (dot g (1 :: x)) with (value g x). now rewrite V. }
  rewrite E. unfold activate. clear E.
  assert (S : of_Z (match s with Plus => snd sl | Minus => fst sl end) * t =
              of_Z (match compare t 0 with Lt => fst sl | _ => snd sl end) * t).
  { destruct (bends sl) eqn:Bs.
    - specialize (B s eq_refl eq_refl). rewrite value_oriented, V in B. destruct s.
      + replace (- (D * t)) with (D * - t) in B by ring. apply mul_nonnegative_iff in B; auto.
        destruct (compare_is F t 0) as [->|L|G]; auto; [ring|]. exfalso. apply B.
        apply negative_is_not_positive. now replace (- - t) with t by ring.
      + apply mul_nonnegative_iff in B; auto. destruct (compare_is F t 0) as [->|L|G]; auto. contradiction.
    - unfold bends in Bs. apply negb_false_iff, Z.eqb_eq in Bs. rewrite Bs. now destruct s, (compare t 0). }
  replace (of_Z (match s with Plus => snd sl | Minus => fst sl end) * (D * t))
    with (D * (of_Z (match s with Plus => snd sl | Minus => fst sl end) * t)) by ring.
  rewrite S. field. auto.
Qed.

Lemma given_rows_are_activations l st x z :
  matches x (of_Z (Zpos (scale st))) (slopes l) (sides st) (sums st) (pre_activations l z) ->
  forallb is_settled (sides st) = true ->
  map (fun r => dot r (1 :: x)) (given_rows l st) =
  map (fun t => of_Z (Zpos (scale st * slope_denominator l)) * t) (1 :: activations l z).
Proof.
  intros M A. unfold given_rows. cbn [map]. f_equal.
  - cbn. ring.
  - unfold activations. rewrite (given_is_activation x (of_Z (Zpos (scale st))) _ _ _ (pre_activations l z) (slope_denominator l)); auto; [|apply positive_of_Z].
    apply map_ext. intro t. now rewrite Pos2Z.inj_mul, of_Z_mul.
Qed.

Lemma dot_map_factor a (q : F) (zs : list F) : dot a (map (fun t => q * t) zs) = q * dot a zs.
Proof. revert zs. induction a as [|v a IH]; intros [|u zs]; cbn; try ring. rewrite IH. ring. Qed.

(** Any affine map after the layer, as rows on the node. *)
Lemma composed l st x z (m : affine_map) :
  matches x (of_Z (Zpos (scale st))) (slopes l) (sides st) (sums st) (pre_activations l z) ->
  forallb is_settled (sides st) = true ->
  map (fun r => value r x) (map (fun u => combined u (given_rows l st)) (rows m)) =
  map (fun t => of_Z (Zpos (scale st * (slope_denominator l * denominator m))) * t) (apply m (activations l z)).
Proof.
  intros M A. unfold apply. rewrite !map_map. apply map_ext. intro u. unfold value at 1. rewrite dot_combined.
  rewrite (given_rows_are_activations _ _ _ z) by auto. rewrite dot_map_factor.
  rewrite !Pos2Z.inj_mul, !of_Z_mul. unfold value. field. apply nonzero_of_Z.
Qed.

Lemma matches_initial x D sls gs ts :
  length sls = length gs -> map (fun g => value g x) gs = map (fun t => D * t) ts ->
  matches x D sls (map (fun s => if bends s then None else Some Plus) sls) gs ts.
Proof.
  revert gs ts. induction sls as [|sl sls IH]; intros [|g gs] [|t ts] L E; cbn in *; try discriminate; try lia; constructor.
  - destruct (bends sl); auto; discriminate.
  - congruence.
  - destruct (bends sl); discriminate.
  - apply IH; [lia|congruence].
Qed.

Lemma shaped_initial sls gs : length sls = length gs -> shaped sls (map (fun s => if bends s then None else Some Plus) sls) gs.
Proof.
  revert gs. induction sls as [|sl sls IH]; intros [|g gs] L; cbn in *; try lia; constructor.
  - destruct (bends sl); auto; discriminate.
  - apply IH. lia.
Qed.

Fixpoint slopes_fit (ls : list layer) : Prop :=
  match ls with [] => True | l :: ls => length (slopes l) = length (rows (before l)) /\ slopes_fit ls end.

Lemma fits_slopes n ls last : fits n ls last = true -> slopes_fit ls.
Proof.
  revert n. induction ls as [|l ls IH]; intros n E; cbn in *; auto.
  apply andb_true_iff in E as [E E']. apply andb_true_iff in E as [_ E]. apply Nat.eqb_eq in E. eauto.
Qed.

Lemma valid_entered old h l l' rest st :
  valid old h (l :: l' :: rest) st -> forallb is_settled (sides st) = true -> slopes_fit (l :: l' :: rest) ->
  valid (splits st) (fun x => activations l (h x)) (l' :: rest) (entered l l' st).
Proof.
  intros [Vb Vk Vs Vr Vt] A (_ & L & _). constructor; cbn [around known splits sides sums scale entered]; auto.
  - intros x R. destruct (Vk x R) as [K B]. split; auto. clear - K. induction K as [|r rs P K IH]; cbn; constructor; auto.
    rewrite value_scaled. apply mul_nonnegative; auto. apply lt_le, positive_of_Z.
  - apply shaped_initial. now rewrite map_length.
  - intros x R. apply matches_initial; [now rewrite map_length|]. apply (composed l st x (h x) (before l')); auto.
Qed.

Lemma slopes_fit_tail l ls : slopes_fit (l :: ls) -> slopes_fit ls.
Proof. now intros [_ H]. Qed.

(** ** The leaves *)

Fixpoint leaves (t : tree) (ls : list layer) st : list (list row * (list Z * positive)) :=
  match t with
  | Cell x q => [(splits st, (x, q))]
  | Split k minus plus =>
      match open_row st k with
      | Some g => leaves minus ls (taken st k Minus g) ++ leaves plus ls (taken st k Plus g)
      | None => []
      end
  | Implied k s _ t => leaves t ls (settled st k s)
  | Bound i s b _ t => leaves t ls (narrowed st i s b)
  | Known r _ t => leaves t ls (learnt st r)
  | Next t => match ls with l :: ((l' :: _) as rest) => leaves t rest (entered l l' st) | _ => [] end
  end.

Lemma leaves_keep_splits t ls st S p : In (S, p) (leaves t ls st) -> incl (splits st) S.
Proof.
  revert ls st. induction t as [u n|k a IHa b IHb|k s e t IH|i s b e t IH|r e t IH|t IH]; intros ls st I; cbn in I.
  - destruct I as [[= <- <-]|[]]. now intro.
  - destruct (open_row st k) as [g|]; [|contradiction]. apply in_app_iff in I as [I|I]; intros q Q.
    + apply (IHa _ _ I). cbn. auto.
    + apply (IHb _ _ I). cbn. auto.
  - apply (IH _ _ I).
  - intros q Q. apply (IH _ _ I). unfold narrowed. now destruct (nth i (around st) (None, None)).
  - apply (IH _ _ I).
  - destruct ls as [|l [|l' rest]]; try contradiction. apply (IH _ _ I).
Qed.

(** Induction over an accepted tree, with all that its nodes are known to satisfy. *)
Lemma tree_induction
  (P : tree -> list row -> (point F -> point F) -> list layer -> state -> Prop) :
  (forall old h ls st u n, valid old h ls st -> slopes_fit ls -> (ls = [] \/ exists l, ls = [l]) ->
     forallb is_settled (sides st) = true -> is_witness d c (splits st) u n = true -> P (Cell u n) old h ls st) ->
  (forall old h ls st k g minus plus, valid old h ls st -> slopes_fit ls -> open_row st k = Some g ->
     valid old h ls (taken st k Minus g) -> valid old h ls (taken st k Plus g) ->
     P minus old h ls (taken st k Minus g) -> P plus old h ls (taken st k Plus g) -> P (Split k minus plus) old h ls st) ->
  (forall old h ls st k s g e t, valid old h ls st -> open_row st k = Some g ->
     P t old h ls (settled st k s) -> P (Implied k s e t) old h ls st) ->
  (forall old h ls st i s b e t, valid old h ls st -> P t old h ls (narrowed st i s b) -> P (Bound i s b e t) old h ls st) ->
  (forall old h ls st r e t, valid old h ls st -> P t old h ls (learnt st r) -> P (Known r e t) old h ls st) ->
  (forall old h l l' rest st t, valid old h (l :: l' :: rest) st -> slopes_fit (l :: l' :: rest) -> forallb is_settled (sides st) = true ->
     P t (splits st) (fun x => activations l (h x)) (l' :: rest) (entered l l' st) -> P (Next t) old h (l :: l' :: rest) st) ->
  forall t old h ls st, slopes_fit ls -> valid old h ls st -> check_tree d c t ls st = true -> P t old h ls st.
Proof.
  intros Hc Hs Hi Hb Hk Hn t. induction t as [u n|k a IHa b IHb|k s e t IH|i s b e t IH|r e t IH|t IH]; intros old h ls st W V E; cbn in E.
  - destruct ls as [|l [|l' rest]]; try discriminate; apply andb_true_iff in E as [E1 E2]; apply Hc; auto. right. eauto.
  - destruct (open_row st k) as [g|] eqn:O; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (Hs old h ls st k g); auto; try (now apply (valid_taken old)); [apply IHa|apply IHb]; auto; now apply (valid_taken old).
  - destruct (open_row st k) as [g|] eqn:O; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (Hi old h ls st k s g); auto. apply IH; auto. apply (valid_settled old h ls st V k s g O). intros x R. now apply (proves_is_sound old h ls st V _ e).
  - apply andb_true_iff in E as [E1 E2]. apply Hb; auto. apply IH; auto. apply valid_narrowed; auto.
    intros x R. now apply (proves_is_sound old h ls st V _ e).
  - apply andb_true_iff in E as [E1 E2]. apply Hk; auto. apply IH; auto. apply valid_learnt; auto.
    intros x R. now apply (proves_is_sound old h ls st V _ e).
  - destruct ls as [|l [|l' rest]]; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply Hn; auto. apply IH; auto; [now apply slopes_fit_tail in W|]. now apply valid_entered with old.
Qed.

Section Tree.

Variables (t : tree) (old : list row) (h : point F -> point F) (ls : list layer) (st : state).
Hypothesis W : slopes_fit ls.
Hypothesis V : valid old h ls st.
Hypothesis E : check_tree d c t ls st = true.

(** Splits lose no point. *)
Lemma leaves_cover x : region (splits st) x -> exists S p, In (S, p) (leaves t ls st) /\ region S x.
Proof.
  revert x. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros old h ls st u n _ _ _ _ _ x R. exists (splits st), (u, n). cbn. auto.
  - intros old h ls st k g a b _ _ O _ _ IHa IHb x R. rewrite O. destruct (lt_or_le F (value g x) 0) as [L|L].
    + destruct (IHa x) as (S & p & I & H).
      * destruct R as [D H]. split; auto. cbn. constructor; auto. change (0 <= value (oriented Minus g) x).
        rewrite value_oriented. apply opp_nonnegative. now apply lt_le.
      * exists S, p. rewrite in_app_iff. auto.
    + destruct (IHb x) as (S & p & I & H).
      * destruct R as [D H]. split; auto. cbn. now constructor.
      * exists S, p. rewrite in_app_iff. auto.
  - intros old h ls st i s b e t _ IH x R. apply IH. unfold narrowed. now destruct (nth i (around st) (None, None)).
Qed.

Lemma leaves_have_witnesses S p : In (S, p) (leaves t ls st) -> is_witness d c S (fst p) (snd p) = true.
Proof.
  revert S p. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros old h ls st u n _ _ _ _ H S p [[= <- <-]|[]]. auto.
  - intros old h ls st k g a b _ _ O _ _ IHa IHb S p. rewrite O, in_app_iff. intros [I|I]; auto.
Qed.

Lemma witnesses_of_leaves : map snd (leaves t ls st) = witnesses t.
Proof.
  pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves witnesses].
  - intros old h ls st k g a b _ _ O _ _ IHa IHb. now rewrite O, map_app, IHa, IHb.
Qed.

End Tree.

(** ** A leaf's neurons *)

Definition signs_from (T : list (list (option (side * row)))) x : pattern := map (map (sign_of x)) T.

Record explained (T : list (list (option (side * row)))) (h : point F -> point F) (ls : list layer) (S : list row) : Prop := {
  explained_signs : forall x, region S x -> signs ls (h x) = signs_from T x;
  explained_rows : forall s q, In (Some (s, q)) (concat T) -> forall x, region S x -> 0 <= value q x
}.

Lemma leaves_are_explained t old h ls st S p :
  slopes_fit ls -> valid old h ls st -> check_tree d c t ls st = true -> In (S, p) (leaves t ls st) ->
  exists T, explained T h ls S /\ forall q, In q S -> In q old \/ exists s, In (Some (s, q)) (concat T).
Proof.
  intros W V E. revert S p. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros old h ls st u n V W L A _ S p [[= <- <-]|[]]. destruct V as [Vb Vk Vs Vr Vt]. destruct L as [->|[l ->]].
    + exists []. split; [split; auto; contradiction|]. intros r R. destruct (Vt r R) as [H|[s H]]; auto.
    + exists [current [l] st]. split; [split|].
      * intros y R. cbn [signs signs_from map]. f_equal. apply head_is_template with (of_Z (Zpos (scale st))); auto. apply positive_of_Z.
      * intros s r I y R. cbn [concat] in I. rewrite app_nil_r in I.
        apply template_is_nonnegative with (of_Z (Zpos (scale st))) (slopes l) (sides st) (sums st) (pre_activations l (h y)) s; auto.
      * intros r R. cbn [concat]. rewrite app_nil_r. apply Vt, R.
  - intros old h ls st k g a b _ _ O _ _ IHa IHb S p. rewrite O, in_app_iff. intros [I|I]; eauto.
  - intros old h l l' rest st t V W A IH. intros S p I. destruct (IH S p I) as (T & [H1 H2] & H3).
    assert (K : incl (splits st) S) by now apply (leaves_keep_splits t (l' :: rest) (entered l l' st) S p).
    exists (current (l :: l' :: rest) st :: T). destruct V as [Vb Vk Vs Vr Vt]. split; [split|].
    + intros y R. assert (R' : region (splits st) y) by now apply region_incl with S.
      specialize (H1 y R). cbn [signs] in *. cbn [signs_from map]. f_equal; auto.
      apply head_is_template with (of_Z (Zpos (scale st))); auto. apply positive_of_Z.
    + intros s r J y R. assert (R' : region (splits st) y) by now apply region_incl with S.
      cbn [concat] in J. apply in_app_iff in J as [J|J]; [|now apply H2 with s].
      apply template_is_nonnegative with (of_Z (Zpos (scale st))) (slopes l) (sides st) (sums st) (pre_activations l (h y)) s; auto.
    + intros r R. destruct (H3 r R) as [J|[s J]].
      * destruct (Vt r J) as [J'|[s J']]; auto. right. exists s. cbn [concat]. apply in_app_iff. auto.
      * right. exists s. cbn [concat]. apply in_app_iff. auto.
Qed.

(** ** A leaf is what its signs say *)

Local Notation witness := (@point_of F).

Lemma witness_is_strict S u n : is_witness d c S u n = true -> Forall (fun r => 0 < value r (witness (u, n))) S.
Proof.
  intro E. apply andb_true_iff in E as [_ E]. rewrite forallb_forall in E. apply Forall_forall. intros r R.
  apply E in R. apply Z.ltb_lt in R. apply (mul_positive_iff F (of_Z (Zpos n))); [apply positive_of_Z|].
  rewrite value_at_point. now apply of_Z_positive.
Qed.

Lemma Forall2_nth {A B} (R : A -> B -> Prop) l m k a b :
  Forall2 R l m -> nth_error l k = Some a -> nth_error m k = Some b -> R a b.
Proof.
  intro H. revert k. induction H as [|a' b' l m H _ IH]; intros [|k] N M; cbn in *; try discriminate.
  - injection N as <-. now injection M as <-.
  - now apply IH with k.
Qed.

(** On the sides of the leaf's point, everywhere: in the leaf. *)
Lemma signs_lead_to_leaf t old h ls st S p :
  slopes_fit ls -> valid old h ls st -> check_tree d c t ls st = true -> In (S, p) (leaves t ls st) ->
  inside d (witness p) -> forall x, region (splits st) x ->
  Forall2 (Forall2 on_side) (signs ls (h (witness p))) (signs ls (h x)) -> region S x.
Proof.
  intros W V E I D x R. assert (Wp : Forall (fun r => 0 < value r (witness p)) S).
  { pose proof (leaves_have_witnesses t old h ls st W V E S p I) as H. destruct p. now apply witness_is_strict. }
  revert I x R. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros old h ls st u n _ _ _ _ _ [[= <- <-]|[]]. auto.
  - intros old h ls st k g a b V _ O Va Vb IHa IHb I x R Hs. rewrite O in I. destruct (open_row_is st k g O) as [O1 O2].
    assert (Hk : forall s, In (S, p) (leaves (match s with Minus => a | Plus => b end) ls (taken st k s g)) -> 0 <= value (oriented s g) x).
    { intros s I'. assert (K : incl (splits (taken st k s g)) S) by (eapply leaves_keep_splits; eauto).
      assert (P : 0 < value (oriented s g) (witness p)).
      { rewrite Forall_forall in Wp. apply Wp, K. cbn. auto. }
      assert (Rp : region (splits st) (witness p)).
      { split; auto. apply Forall_forall. intros r Q. apply lt_le. rewrite Forall_forall in Wp. apply Wp, K. cbn. auto. }
      destruct V as [_ _ Vs Vr _]. destruct ls as [|l rest]; [destruct Vs as [E _]; rewrite E in O1; now destruct k|].
      inversion Hs as [|? ? ? ? H1 _ E1 E2]; subst. cbn [signs] in H1.
      pose proof (Forall2_nth _ _ _ _ _ _ H1
        (head_sign _ _ _ _ _ _ _ _ (positive_of_Z F _) (Vr _ Rp) O1 O2)
        (head_sign _ _ _ _ _ _ _ _ (positive_of_Z F _) (Vr _ R) O1 O2)) as Ho.
      rewrite value_oriented in *. destruct s.
      - apply negative_is_not_positive in P. apply compare_negative in P. rewrite P in Ho. cbn in Ho.
        apply opp_nonnegative. intro L. apply Ho. now apply compare_positive.
      - apply compare_positive in P. rewrite P in Ho. cbn in Ho. intro L. apply Ho. now apply compare_negative. }
    apply in_app_iff in I as [I|I].
    + apply IHa; auto. destruct R as [R1 R2]. split; auto. cbn. constructor; auto. apply (Hk Minus I).
    + apply IHb; auto. destruct R as [R1 R2]. split; auto. cbn. constructor; auto. apply (Hk Plus I).
  - intros old h ls st i s b e t _ IH I x R. apply IH; auto. unfold narrowed. now destruct (nth i (around st) (None, None)).
  - intros old h l l' rest st t V _ _ IH I x R H. apply IH; auto. cbn [signs] in H. now inversion H.
Qed.

Lemma NoDup_app_intro {A} (l m : list A) : NoDup l -> NoDup m -> (forall a, In a l -> In a m -> False) -> NoDup (l ++ m).
Proof.
  intros L M H. induction L as [|a l N L IH]; auto. cbn. constructor.
  - rewrite in_app_iff. intros [I|I]; auto. apply (H a); cbn; auto.
  - apply IH. intros b B. apply H. cbn. auto.
Qed.

(** Two leaves have different signs: at the neuron where they part. *)
Lemma leaves_differ t old h ls st :
  slopes_fit ls -> valid old h ls st -> check_tree d c t ls st = true ->
  (forall S p, In (S, p) (leaves t ls st) -> inside d (witness p) /\ Forall (fun r => 0 < value r (witness p)) S) ->
  NoDup (map (fun leaf => signs ls (h (witness (snd leaf)))) (leaves t ls st)).
Proof.
  intros W V E. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros. constructor; [intros []|constructor].
  - intros old h ls st k g a b V W O Va Vb IHa IHb D. rewrite O in *. rewrite map_app.
    apply NoDup_app_intro.
    + apply IHa. intros S p I. apply D, in_app_iff. auto.
    + apply IHb. intros S p I. apply D, in_app_iff. auto.
    + intros ps A B. apply in_map_iff in A as ([S p] & <- & A). apply in_map_iff in B as ([S' p'] & E & B). cbn [snd] in E.
      destruct (D S p) as [Ip Hp]; [apply in_app_iff; auto|]. destruct (D S' p') as [Ip' Hp']; [apply in_app_iff; auto|].
      apply leaves_keep_splits in A, B. cbn [taken splits] in A, B. rewrite Forall_forall in Hp, Hp'.
      assert (P : 0 < value (oriented Minus g) (witness p)) by (apply Hp, A; cbn; auto).
      assert (P' : 0 < value (oriented Plus g) (witness p')) by (apply Hp', B; cbn; auto).
      assert (R : region (splits st) (witness p)) by (split; auto; apply Forall_forall; intros r J; apply lt_le, Hp, A; cbn; auto).
      assert (R' : region (splits st) (witness p')) by (split; auto; apply Forall_forall; intros r J; apply lt_le, Hp', B; cbn; auto).
      destruct (open_row_is st k g O) as [O1 O2]. destruct V as [_ _ Vs Vr _].
      destruct ls as [|l rest]; [destruct Vs as [Es _]; rewrite Es in O1; now destruct k|].
      cbn [signs] in E. injection E as E _.
      pose proof (head_sign _ _ _ _ _ _ _ _ (positive_of_Z F _) (Vr _ R) O1 O2) as N.
      pose proof (head_sign _ _ _ _ _ _ _ _ (positive_of_Z F _) (Vr _ R') O1 O2) as N'.
      rewrite value_oriented in P, P'. apply negative_is_not_positive in P.
      apply compare_negative in P. apply compare_positive in P'. rewrite P in N. rewrite P' in N'. congruence.
  - intros old h l l' rest st t V W _ IH D. specialize (IH D). cbn [signs].
    apply (NoDup_map_inv (@tl _)). rewrite map_map. exact IH.
Qed.

(** On a leaf, any map behind the last layer is one affine map. *)
Lemma leaves_are_affine t old h ls st S p (last : affine_map) :
  slopes_fit ls -> valid old h ls st -> check_tree d c t ls st = true -> In (S, p) (leaves t ls st) ->
  exists A, forall x, region S x -> apply last (hidden ls (h x)) = apply A x.
Proof.
  intros W V E. revert S p. pattern t, old, h, ls, st. apply tree_induction; auto; clear t old h ls st W V E; cbn [leaves].
  - intros old h ls st u n V W L A _ S p [[= <- <-]|[]]. destruct V as [_ _ Vs Vr _]. destruct L as [->|[l ->]].
    + exists last. intros x R. destruct Vs as [_ Vs]. cbn. now rewrite Vs.
    + exists (AffineMap (map (fun u => combined u (given_rows l st)) (rows last)) (scale st * (slope_denominator l * denominator last))).
      intros x R. cbn [hidden]. unfold apply at 2. cbn [rows denominator].
      pose proof (composed l st x (h x) last (Vr x R) A) as C.
      set (rs := map (fun u => combined u (given_rows l st)) (rows last)) in *.
      set (q := (scale st * (slope_denominator l * denominator last))%positive) in *.
      transitivity (map (fun v => v / of_Z (Zpos q)) (map (fun r => value r x) rs)); [|now rewrite map_map].
      rewrite C, map_map. rewrite <- (map_id (apply last (activations l (h x)))) at 1. apply map_ext. intro v. field.
      apply nonzero_of_Z.
  - intros old h ls st k g a b _ _ O _ _ IHa IHb S p. rewrite O, in_app_iff. intros [I|I]; eauto.
Qed.

End Soundness.
