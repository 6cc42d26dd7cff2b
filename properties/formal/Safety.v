(** Unsafe sets, and the program that decides whether a proof shows that no input of a domain is unsafe. What its verdict means is
    proved in Verification.v; who wants to know what is proved reads this file's first part.

    A proof is a tree: inputs are cut, neurons of any layer are supposed to be on either side, and disjuncts are closed by scripts. A script goes through
    the layers once. What is affine on the node stays so; a neuron that may be on both sides is enclosed by an affine function and a symbol that
    ranges over [-1, 1], one more coordinate of the space that the rows are about (zonotopes). At its end stands a contradiction: multipliers of the disjunct's
    conditions, of known rows and of the ranges of all coordinates. *)

Require Import ZArith List Bool.
From ReluAtlas Require Import OrderedField Network Checker.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Meaning *)

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

(** ** Proofs *)

(** What is contradicted: a condition of the disjunct that is strict, by its number, or 0 >= 0 > -1. *)
Definition contradiction := (option nat * evidence)%type.

Inductive script :=
  (** bound / grid is a lower (Plus) or upper (Minus) bound of a coordinate. *)
  | Narrow (coordinate : nat) (s : side) (bound : Z) (e : evidence) (rest : script)
  (** The side that a neuron of this layer is supposed to be on becomes a known row. *)
  | Supposed (neuron : nat) (rest : script)
  (** A neuron of this layer is on that side throughout. *)
  | Stable (neuron : nat) (s : side) (e : evidence) (rest : script)
  (** low <= g <= high for the row g of a neuron; its value, times what all are multiplied by, is slope g + middle + radius t for a new
      symbol t. *)
  | Relax (neuron : nat) (slope middle radius low : Z) (e : evidence) (high : Z) (e' : evidence) (rest : script)
  (** The value of a relaxed neuron lies above (below, where it is concave) the line of its slope on that side: a known row. *)
  | Above (neuron : nat) (s : side) (rest : script)
  (** The next layer; its values are multiplied by this, too. *)
  | Deeper (fine : positive) (rest : script)
  | Contradict (c : contradiction).

Inductive proof :=
  (** No disjunct is left. *)
  | Proved
  (** What the script contradicts is one of the disjuncts that are left. *)
  | Close (disjunct : nat) (fine : positive) (s : script) (rest : proof)
  | Cut (coordinate : nat) (bound : Z) (below above : proof)
  (** A bound on the node. *)
  | Within (coordinate : nat) (s : side) (bound : Z) (e : evidence) (rest : proof)
  (** A neuron is on that side, or on the other one. *)
  | Suppose (layer neuron : nat) (s : side) (there elsewhere : proof)
  (** Some of the disjuncts that are left, then the others. *)
  | Part (which : list bool) (these others : proof).

(** ** Scripts *)

(** A neuron of the current layer: nothing is known, it is on a side, or its value is this row. *)
Inductive status := Open | On (s : side) | Lies (r : row).

(** Rows are about symbols, the newest first, and then inputs. *)
Record view := View {
  depth : nat;
  (** The current layer's pre-activations, all times this. *)
  here : list row;
  times : positive;
  (** Its values are times this in addition. *)
  fine : positive;
  stands : list status;
  (** Rows that are >= 0, the newest first. *)
  facts : list row;
  ranges : list interval;
  symbols : nat
}.

Definition with_fact (v : view) (r : row) : view :=
  View (depth v) (here v) (times v) (fine v) (stands v) (r :: facts v) (ranges v) (symbols v).

Definition narrower (ends : interval) (s : side) (bound : Z) : interval :=
  let (low, high) := ends in
  match s with Plus => (tighter Z.max low bound, high) | Minus => (low, tighter Z.min high bound) end.
Definition with_bound (i : nat) (s : side) (bound : Z) (box : list interval) : list interval :=
  replaced i (narrower (nth i box (None, None)) s bound) box.
Definition with_range (v : view) (i : nat) (s : side) (bound : Z) : view :=
  View (depth v) (here v) (times v) (fine v) (stands v) (facts v) (with_bound i s bound (ranges v)) (symbols v).

Definition with_status (v : view) (k : nat) (o : status) : view :=
  View (depth v) (here v) (times v) (fine v) (replaced k o (stands v)) (facts v) (ranges v) (symbols v).

(** A row about one symbol more, which it has with this coefficient. *)
Definition raised (a : Z) (r : row) : row := match r with [] => [0; a] | c :: r => c :: a :: r end.
(** The same without it, however many. *)
Definition lifted (count : nat) (r : row) : row := match r with [] => [] | c :: r => c :: repeat 0 count ++ r end.
Definition lifted_status (o : status) : status := match o with Lies r => Lies (lifted 1 r) | _ => o end.

(** |p v - m| <= r for v in [0, high] and |n v - m| <= r in [low, 0]: it is so at the ends. *)
Definition encloses (n p m r low high : Z) : bool :=
  let holds_at v := (- r <=? v - m) && (v - m <=? r) in
  (low <=? 0) && (0 <=? high) && holds_at 0 && holds_at (n * low) && holds_at (p * high).

Section Scripts.

Variable n : network.
Variable grid : positive.
(** Layer, neuron and side. *)
Variable supposed : list (nat * nat * side).
Variable disjunct : list condition.

Definition with_symbol (v : view) (k : nat) (r : row) : view :=
  View (depth v) (map (lifted 1) (here v)) (times v) (fine v) (replaced k (Lies r) (map lifted_status (stands v)))
    (map (lifted 1) (facts v)) ((Some (- Zpos grid), Some (Zpos grid)) :: ranges v) (S (symbols v)).

Definition side_of (layer neuron : nat) : option side :=
  match find (fun one => Nat.eqb (fst (fst one)) layer && Nat.eqb (snd (fst one)) neuron) supposed with
  | Some one => Some (snd one)
  | None => None
  end.

Definition slope_on (s : side) (sl : Z * Z) : Z := match s with Plus => snd sl | Minus => fst sl end.

(** The row of a neuron's value. *)
Definition lies (f : positive) (sl : Z * Z) (at_ : status * row) : row :=
  match fst at_ with
  | Lies r => r
  | On s => if slope_on s sl =? 0 then [] else scaled (Zpos f * slope_on s sl) (snd at_)
  | Open => []
  end.

Definition is_known (o : status) : bool := match o with Open => false | _ => true end.

(** What values of a layer are multiplied by. *)
Definition factor (l : layer) (v : view) : positive := (times v * fine v * slope_denominator l)%positive.
Definition values_of (l : layer) (v : view) : list row :=
  [Zpos (factor l v)] :: zip_with (lies (fine v)) (slopes l) (combine (stands v) (here v)).

Definition initial_stands (l : layer) : list status := map (fun s => if bends s then Open else On Plus) (slopes l).

Definition deeper (l l' : layer) (f : positive) (v : view) : view :=
  let below := values_of l v in
  View (S (depth v)) (map (fun w => combined w below) (rows (before l'))) (factor l v * denominator (before l')) f
    (initial_stands l') (facts v) (ranges v) (symbols v).

(** The outputs' rows and what they are multiplied by, where all neurons are known. *)
Definition outputs_at (ls : list layer) (v : view) : option (list row * positive) :=
  match ls with
  | [] => Some (map (lifted (symbols v)) (rows (output n)), denominator (output n))
  | [l] =>
      if forallb is_known (stands v)
      then let below := values_of l v in
           Some (map (fun w => combined w below) (rows (output n)), factor l v * denominator (output n))%positive
      else None
  | _ => None
  end.

(** A condition as a row, times a positive number; None if it needs outputs that are not known. *)
Definition row_of (outs : option (list row * positive)) (count : nat) (c : condition) : option row :=
  match outputs c, outs with
  | [], _ => Some (lifted count (inputs c))
  | weights, Some (outs, q) => Some (add_scaled (Zpos q) (lifted count (inputs c)) (combined weights outs))
  | _, None => None
  end.

(** All conditions as rows, in their order; the empty row, 0 >= 0, where one is not known. *)
Definition own_rows (outs : option (list row * positive)) (count : nat) : list row :=
  map (fun c => match row_of outs count c with Some r => r | None => [] end) disjunct.

Definition target (outs : option (list row * positive)) (count : nat) (k : option nat) : option row :=
  match k with
  | None => Some [-1]
  | Some k =>
      match nth_error disjunct k with
      | Some c => if is_strict c then match row_of outs count c with Some r => Some (map Z.opp r) | None => None end else None
      | None => None
      end
  end.

Definition contradicts (ls : list layer) (v : view) (by_ : contradiction) : bool :=
  let outs := outputs_at ls v in
  match target outs (symbols v) (fst by_) with
  | Some r => proved grid (own_rows outs (symbols v) ++ facts v) (ranges v) r (snd by_)
  | None => false
  end.

(** The neuron's slopes, status and row. *)
Definition neuron_at (ls : list layer) (v : view) (k : nat) : option ((Z * Z) * status * row) :=
  match ls with
  | [] => None
  | l :: _ =>
      match nth_error (slopes l) k, nth_error (stands v) k, nth_error (here v) k with
      | Some sl, Some o, Some g => Some (sl, o, g)
      | _, _, _ => None
      end
  end.

Definition shows (v : view) : row -> evidence -> bool := proved grid (facts v) (ranges v).

(** The first of the layers is the current one. *)
Fixpoint run (t : script) (ls : list layer) (v : view) : bool :=
  match t with
  | Narrow i s b e t => shows v (bound_row grid i s b) e && run t ls (with_range v i s b)
  | Supposed k t =>
      match neuron_at ls v k, side_of (depth v) k with
      | Some (_, _, g), Some s => run t ls (with_fact v (oriented s g))
      | _, _ => false
      end
  | Stable k s e t =>
      match neuron_at ls v k with
      | Some (_, Open, g) => shows v (oriented s g) e && run t ls (with_status v k (On s))
      | _ => false
      end
  | Relax k a m r low e high e' t =>
      match neuron_at ls v k with
      | Some (sl, Open, g) =>
          let f := Zpos (fine v) in
          shows v (add_scaled 1 g [- low]) e && shows v (add_scaled (-1) g [high]) e' &&
          encloses (f * fst sl - a) (f * snd sl - a) m r low high &&
          run t ls (with_symbol v k (raised r (add_scaled a g [m])))
      | _ => false
      end
  | Above k s t =>
      match neuron_at ls v k with
      | Some (sl, Lies r, g) =>
          let sense := if fst sl <=? snd sl then Plus else Minus in
          run t ls (with_fact v (oriented sense (add_scaled (- (Zpos (fine v) * slope_on s sl)) g r)))
      | _ => false
      end
  | Deeper f t =>
      match ls with
      | l :: ((l' :: _) as rest) => forallb is_known (stands v) && run t rest (deeper l l' f v)
      | _ => false
      end
  | Contradict c => contradicts ls v c
  end.

Definition entry (f : positive) (known : list row) (box : list interval) : view :=
  let facts := own_rows None 0 ++ known in
  match layers n with
  | [] => View 0 [] 1 f [] facts box 0
  | l :: _ => View 0 (rows (before l)) (denominator (before l)) f (initial_stands l) facts box 0
  end.

End Scripts.

(** ** Trees *)

Fixpoint without {A} (k : nat) (l : list A) : list A :=
  match l, k with
  | [], _ => []
  | _ :: l, O => l
  | a :: l, S k => a :: without k l
  end.

(** The elements that are marked as [b]; what has no mark is not marked. *)
Fixpoint marked {A} (b : bool) (marks : list bool) (l : list A) : list A :=
  match l, marks with
  | [], _ => []
  | l, [] => if b then [] else l
  | a :: l, m :: marks => if Bool.eqb m b then a :: marked b marks l else marked b marks l
  end.

Definition opposite (s : side) : side := match s with Plus => Minus | Minus => Plus end.

Section Trees.

Variable n : network.
Variable grid : positive.

(** Disjuncts that are left, sides that neurons are supposed to be on, rows known of the inputs, a box around these. *)
Fixpoint check_proof (t : proof) (u : unsafe_set) (supposed : list (nat * nat * side)) (known : list row) (box : list interval) : bool :=
  match t with
  | Proved => match u with [] => true | _ => false end
  | Close k f s t =>
      match nth_error u k with
      | Some disjunct => run n grid supposed disjunct s (layers n) (entry n disjunct f known box) && check_proof t (without k u) supposed known box
      | None => false
      end
  | Cut i b below above =>
      let on s := check_proof (match s with Minus => below | Plus => above end) u supposed (bound_row grid i s b :: known) (with_bound i s b box) in
      on Minus && on Plus
  | Within i s b e t => proved grid known box (bound_row grid i s b) e && check_proof t u supposed known (with_bound i s b box)
  | Suppose l k s there elsewhere =>
      check_proof there u ((l, k, s) :: supposed) known box && check_proof elsewhere u ((l, k, opposite s) :: supposed) known box
  | Part which these others => check_proof these (marked true which u) supposed known box && check_proof others (marked false which u) supposed known box
  end.

End Trees.

(** [grid]: the denominator of all bounds. *)
Definition verify (n : network) (d : domain) (u : unsafe_set) (grid : positive) (t : proof) : bool :=
  fits (dimension d) (layers n) (output n) && check_proof n grid t u [] (conditions d) (repeat (None, None) (dimension d)).
