(** Proofs that no input is unsafe: trees as for partitions, whose leaves are closed by a contradiction instead of a cell's point.

    The first half is the statement and the program, the second half the proof. Splits are those of the current layer, as in partitions; inputs
    may be split, too. A leaf is closed for every disjunct of the unsafe set by multipliers of the disjunct's conditions, the known rows and the box. *)

From Coq Require Import ZArith List Bool Field Lia.
From ReluAtlas Require Import OrderedField Network Checker Linear Soundness.
Import ListNotations.

(** inputs at x + outputs . y >= 0, or > 0 if strict, where y are the network's outputs at x *)
Record condition := Condition { inputs : row; outputs : list Z; is_strict : bool }.

(** Unsafe is an input at which all conditions of some disjunct hold. *)
Definition unsafe_set := list (list condition).

Section Meaning.
Variable F : ordered_field.
Local Open Scope field_scope.

Definition condition_value (n : network) (c : condition) (x : point F) : F := value (inputs c) x + dot (outputs c) (evaluate n x).

Definition holds (n : network) (x : point F) (c : condition) : Prop :=
  if is_strict c then 0 < condition_value n c x else 0 <= condition_value n c x.

Definition unsafe (n : network) (u : unsafe_set) (x : point F) : Prop := Exists (Forall (holds n x)) u.
End Meaning.

(** ** The program *)

(** What is contradicted: a condition of the disjunct that is strict, by its number, or 0 >= 0 > -1. *)
Definition contradiction := (option nat * evidence)%type.

Inductive proof :=
  | Closed (disjuncts : list contradiction)
  | Cut (coordinate : nat) (bound : Z) (below above : proof)
  | Branch (neuron : nat) (minus plus : proof)
  | Stable (neuron : nat) (s : side) (e : evidence) (t : proof)
  | Narrow (coordinate : nat) (s : side) (bound : Z) (e : evidence) (t : proof)
  | Learn (r : row) (e : evidence) (t : proof)
  | Deeper (t : proof).

(** A condition as a row in the inputs, times a positive number, where all neurons are settled. *)
Definition row_of (outs : list row) (q : positive) (c : condition) : row := add_scaled (Zpos q) (inputs c) (combined (outputs c) outs).

Definition output_rows (n : network) (ls : list layer) (st : state) : option (list row * positive) :=
  match ls with
  | [] => Some (rows (output n), denominator (output n))
  | [l] =>
      if forallb is_settled (sides st)
      then Some (map (fun w => combined w (given_rows l st)) (rows (output n)), (scale st * (slope_denominator l * denominator (output n)))%positive)
      else None
  | _ => None
  end.

Section Program.
Variable n : network.
Variable u : unsafe_set.
Variable grid : positive.

Definition contradicts (st : state) (outs : list row) (q : positive) (conditions : list condition) (by_ : contradiction) : bool :=
  let own := map (row_of outs q) conditions in
  let target := match fst by_ with
    | None => Some [(-1)%Z]
    | Some k => match nth_error conditions k with
        | Some c => if is_strict c then Some (map Z.opp (row_of outs q c)) else None
        | None => None
        end
    end in
  match target with Some r => proved grid (own ++ known st) (around st) r (snd by_) | None => false end.

Fixpoint all_contradict (st : state) (outs : list row) (q : positive) (u : unsafe_set) (by_ : list contradiction) : bool :=
  match u, by_ with
  | [], [] => true
  | conditions :: u, one :: by_ => contradicts st outs q conditions one && all_contradict st outs q u by_
  | _, _ => false
  end.

(** x_i >= bound / grid (Plus) or <= (Minus), from here on. *)
Definition cut (st : state) (i : nat) (s : side) (bound : Z) : state :=
  let r := bound_row grid i s bound in
  narrowed (State (sums st) (scale st) (sides st) (r :: known st) (r :: splits st) (around st)) i s bound.

Fixpoint check_proof (t : proof) (ls : list layer) (st : state) : bool :=
  match t with
  | Closed by_ => match output_rows n ls st with Some (outs, q) => all_contradict st outs q u by_ | None => false end
  | Cut i b below above => check_proof below ls (cut st i Minus b) && check_proof above ls (cut st i Plus b)
  | Branch k minus plus =>
      match open_row st k with
      | Some g => check_proof minus ls (taken st k Minus g) && check_proof plus ls (taken st k Plus g)
      | None => false
      end
  | Stable k s e t =>
      match open_row st k with
      | Some g => proved grid (known st) (around st) (oriented s g) e && check_proof t ls (settled st k s)
      | None => false
      end
  | Narrow i s b e t =>
      proved grid (known st) (around st) (scaled (Zpos (scale st)) (bound_row grid i s b)) e && check_proof t ls (narrowed st i s b)
  | Learn r e t => proved grid (known st) (around st) r e && check_proof t ls (learnt st r)
  | Deeper t =>
      match ls with
      | l :: ((l' :: _) as rest) => forallb is_settled (sides st) && check_proof t rest (entered l l' st)
      | _ => false
      end
  end.

End Program.

Definition verify (n : network) (d : domain) (u : unsafe_set) (grid : positive) (t : proof) : bool :=
  fits (dimension d) (layers n) (output n) && check_proof n u grid t (layers n) (initial n d).

(** ** The proof *)

Section Proof.
Variable F : ordered_field.
Local Open Scope field_scope.
Add Field F_field : (is_field F).

Variable n : network.
Variable d : domain.
Variable u : unsafe_set.
Variable grid : positive.

(** Soundness.v is about certificates; of these it takes the denominator of bounds alone. *)
Let c := Certificate grid [] (Cell [] 1).

Definition deep (ls : list layer) (h : point F -> point F) : Prop := forall x, hidden ls (h x) = hidden (layers n) x.

Lemma value_row_of outs q k (x : point F) :
  map (fun r => value r x) outs = map (fun t => of_Z (Zpos q) * t) (evaluate n x) ->
  value (row_of outs q k) x = of_Z (Zpos q) * condition_value F n k x.
Proof.
  intro E. unfold row_of, condition_value. unfold value at 1. rewrite dot_add_scaled, dot_combined.
  change (map (fun r => dot r (1 :: x)) outs) with (map (fun r => value r x) outs). rewrite E, dot_map_factor.
  unfold value. ring.
Qed.

Lemma output_rows_are ls h old st outs q x :
  valid F d c old h ls st -> deep ls h -> output_rows n ls st = Some (outs, q) -> region F d (splits st) x ->
  map (fun r => value r x) outs = map (fun t => of_Z (Zpos q) * t) (evaluate n x).
Proof.
  intros V D E R. destruct V as [_ _ Vs Vr _]. unfold evaluate. rewrite <- D. destruct ls as [|l [|l' rest]]; cbn in E; try discriminate.
  - injection E as <- <-. destruct Vs as [_ Vs]. cbn [hidden]. rewrite Vs. unfold apply. rewrite map_map. apply map_ext. intro r.
    field. apply nonzero_of_Z.
  - destruct (forallb is_settled (sides st)) eqn:A; try discriminate. injection E as <- <-. cbn [hidden].
    apply (composed F l st x (h x) (output n)); auto.
Qed.

Lemma closed_is_safe old h ls st outs q x conditions by_ :
  valid F d c old h ls st -> deep ls h -> output_rows n ls st = Some (outs, q) -> region F d (splits st) x ->
  contradicts grid st outs q conditions by_ = true -> ~ Forall (holds F n x) conditions.
Proof.
  intros V D E R C H. pose proof (output_rows_are ls h old st outs q x V D E R) as O.
  pose proof (positive_of_Z F q) as Q. destruct (v_known _ _ _ _ _ _ _ V x R) as [K B].
  assert (Own : Forall (fun r => 0 <= value r x) (map (row_of outs q) conditions ++ known st)).
  { apply Forall_app. split; auto. apply Forall_forall. intros r I. apply in_map_iff in I as (k & <- & I).
    rewrite (value_row_of outs q k x O). apply mul_nonnegative; [now apply lt_le|]. rewrite Forall_forall in H. specialize (H k I).
    unfold holds in H. destruct (is_strict k); auto. now apply lt_le. }
  assert (L : around st = [] \/ length (around st) = length x).
  { right. rewrite (v_box _ _ _ _ _ _ _ V). symmetry. apply R. }
  unfold contradicts in C. destruct by_ as [[k|] e]; cbn [fst snd] in C.
  - destruct (nth_error conditions k) as [one|] eqn:N; try discriminate. destruct (is_strict one) eqn:S; try discriminate.
    pose proof (nonnegative_combination F grid _ _ _ _ x C Own L B) as P. unfold value in P. rewrite dot_opp in P.
    change (dot (row_of outs q one) (1 :: x)) with (value (row_of outs q one) x) in P. rewrite (value_row_of outs q one x O) in P.
    apply opp_nonnegative in P. apply P. apply mul_keeps_positive; auto.
    rewrite Forall_forall in H. specialize (H one (nth_error_In _ _ N)). unfold holds in H. now rewrite S in H.
  - pose proof (nonnegative_combination F grid _ _ _ _ x C Own L B) as P. apply P.
    replace (value [(-1)%Z] x) with (- (1) : F); [apply negative_is_not_positive; replace (- - (1)) with (@one F) by ring; apply one_is_positive|].
    unfold value. cbn [dot]. change (-1)%Z with (- (1))%Z. rewrite of_Z_opp, of_Z_1. ring.
Qed.

Lemma region_of_cut st i s b x :
  region F d (splits (cut grid st i s b)) x <-> region F d (splits st) x /\ 0 <= value (bound_row grid i s b) x.
Proof.
  unfold cut, narrowed. cbn [around]. destruct (nth i (around st) (None, None)). cbn [splits]. split.
  - intros [D H]. inversion H. split; [split|]; auto.
  - intros [[D H] P]. split; auto.
Qed.

(** A cut is a split by a row that belongs to no neuron. *)
Lemma valid_cut old h ls st i s b :
  valid F d c old h ls st -> valid F d c (bound_row grid i s b :: old) h ls (cut grid st i s b).
Proof.
  intros V. unfold cut. apply valid_narrowed.
  - destruct V as [Vb Vk Vs Vr Vt]. set (r := bound_row grid i s b).
    assert (I : forall x, region F d (r :: splits st) x -> region F d (splits st) x /\ 0 <= value r x).
    { intros x [D H]. inversion H. split; [split|]; auto. }
    constructor; cbn [around known splits sides sums scale]; auto.
    + intros x R. destruct (I x R) as [R' P]. destruct (Vk x R') as [K B]. split; auto.
    + destruct ls; auto. intros x R. apply Vr. now apply I.
    + intros q [<-|Q]; [left; now left|]. destruct (Vt q Q) as [J|J]; [left; now right|right; exact J].
  - intros x [D H]. cbn [scale splits] in *. inversion H. rewrite value_scaled. apply mul_nonnegative; auto. apply lt_le, positive_of_Z.
Qed.

Lemma cut_covers st i b x :
  region F d (splits st) x ->
  region F d (splits (cut grid st i Minus b)) x \/ region F d (splits (cut grid st i Plus b)) x.
Proof.
  intro R. destruct (lt_or_le F (value (bound_row grid i Plus b) x) 0) as [L|L].
  - left. apply region_of_cut. split; auto. unfold bound_row in *. rewrite value_oriented in *. apply opp_nonnegative. now apply lt_le.
  - right. apply region_of_cut. auto.
Qed.

Lemma proof_is_sound t : forall old h ls st,
  slopes_fit ls -> valid F d c old h ls st -> deep ls h -> check_proof n u grid t ls st = true ->
  forall x, region F d (splits st) x -> ~ unsafe F n u x.
Proof.
  induction t as [by_|i b t1 IH1 t2 IH2|k t1 IH1 t2 IH2|k s e t IH|i s b e t IH|r e t IH|t IH]; intros old h ls st W V D E x R; cbn in E.
  - destruct (output_rows n ls st) as [[outs q]|] eqn:O; try discriminate. intro U. unfold unsafe in U.
    revert by_ E. induction U as [conditions rest H|conditions rest _ IHU]; intros [|one by_] E; cbn in E; try discriminate; apply andb_true_iff in E as [E1 E2].
    + now apply (closed_is_safe old h ls st outs q x conditions one).
    + now apply IHU with by_.
  - apply andb_true_iff in E as [E1 E2]. destruct (cut_covers st i b x R) as [H|H].
    + now apply (IH1 _ h ls _ W (valid_cut old h ls st i Minus b V) D E1).
    + now apply (IH2 _ h ls _ W (valid_cut old h ls st i Plus b V) D E2).
  - destruct (open_row st k) as [g|] eqn:O; try discriminate. apply andb_true_iff in E as [E1 E2].
    destruct (lt_or_le F (value g x) 0) as [L|L].
    + apply (IH1 old h ls (taken st k Minus g)); auto; [now apply valid_taken|]. destruct R as [R1 R2]. split; auto. cbn [splits taken].
      constructor; auto. rewrite value_oriented. apply opp_nonnegative. now apply lt_le.
    + apply (IH2 old h ls (taken st k Plus g)); auto; [now apply valid_taken|]. destruct R as [R1 R2]. split; auto. cbn [splits taken].
      constructor; auto.
  - destruct (open_row st k) as [g|] eqn:O; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (IH old h ls (settled st k s)); auto. apply (valid_settled F d c old h ls st V k s g O).
    intros y Ry. now apply (proves_is_sound F d c old h ls st V _ e).
  - apply andb_true_iff in E as [E1 E2]. apply (IH old h ls (narrowed st i s b)); auto.
    + apply valid_narrowed; auto. intros y Ry. now apply (proves_is_sound F d c old h ls st V _ e).
    + unfold narrowed. now destruct (nth i (around st) (None, None)).
  - apply andb_true_iff in E as [E1 E2]. apply (IH old h ls (learnt st r)); auto. apply valid_learnt; auto.
    intros y Ry. now apply (proves_is_sound F d c old h ls st V _ e).
  - destruct ls as [|l [|l' rest]]; try discriminate. apply andb_true_iff in E as [E1 E2].
    apply (IH (splits st) (fun y => activations l (h y)) (l' :: rest) (entered l l' st)); auto.
    + now apply slopes_fit_tail in W.
    + now apply valid_entered with old.
Qed.

Lemma unbounded grid' k (x : point F) : in_box grid' (repeat (None, None) k) x.
Proof. revert x. induction k as [|k IH]; intros [|v x]; cbn; auto. Qed.

(** What is accepted is true of every point of the domain. *)
Theorem verify_proves_safety t : verify n d u grid t = true -> forall x : point F, inside d x -> ~ unsafe F n u x.
Proof.
  unfold verify. intros E x I. apply andb_true_iff in E as [E1 E2]. pose proof (fits_slopes _ _ _ E1) as W.
  apply (proof_is_sound t [] (fun y => y) (layers n) (initial n d)); auto; [|intro y; reflexivity|].
  - unfold initial. destruct (layers n) as [|l ls].
    + constructor; cbn [around known splits sides sums scale current]; auto; [apply repeat_length|].
      intros y [[L H] _]. split; auto. apply unbounded.
    + constructor; cbn [around known splits sides sums scale current]; auto.
      * apply repeat_length.
      * intros y [[L H] _]. split; auto. apply unbounded.
      * apply shaped_initial, W.
      * intros y R. apply matches_initial; [apply W|]. unfold pre_activations, apply. rewrite map_map.
        apply map_ext. intro r. field. apply nonzero_of_Z.
  - split; auto. unfold initial. destruct (layers n); constructor.
Qed.

End Proof.
