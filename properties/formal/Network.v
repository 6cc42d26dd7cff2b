(** What the theorems speak of: networks, domains, patterns, cells. Whoever wants to know what is proved reads this file and the
    statements of Theorems.v; everything else is proof, or the program that the theorems are about.

    A network is data: integers over positive common denominators. Its points are those of F^n, F any ordered field. *)

Require Import ZArith List.
From ReluAtlas Require Import OrderedField.
Import ListNotations.

(** ** Data *)

(** An affine function by its integers: c :: a is x |-> c + a . x (the constant first). *)
Definition row := list Z.

(** x |-> (the rows at x) / denominator *)
Record affine_map := AffineMap { rows : list row; denominator : positive }.

(** An affine map, then for every output t two slopes: fst s / d * t where t is negative, snd s / d * t where it is not. *)
Record layer := Layer { before : affine_map; slopes : list (Z * Z); slope_denominator : positive }.

Record network := Network { layers : list layer; output : affine_map }.

(** All x in F^dimension at which the conditions are >= 0. *)
Record domain := Domain { dimension : nat; conditions : list row }.

(** A neuron bends if its slopes differ. *)
Definition bends (s : Z * Z) : bool := negb (fst s =? snd s)%Z.

(** *** The domains of relu-atlas *)

Definition whole_space (n : nat) : domain := Domain n [].

(** lower / d <= x_i <= upper / d for the i-th pair (lower, upper) *)
Fixpoint bounds_from (i : nat) (d : positive) (bounds : list (Z * Z)) : list row :=
  match bounds with
  | [] => []
  | (lower, upper) :: rest =>
      (- lower :: repeat 0 i ++ [Zpos d])%Z :: (upper :: repeat 0 i ++ [- Zpos d])%Z :: bounds_from (S i) d rest
  end.
Definition box (d : positive) (bounds : list (Z * Z)) : domain := Domain (length bounds) (bounds_from 0 d bounds).

(** inequalities: rows >= 0; equalities: rows = 0 *)
Definition polytope (n : nat) (inequalities equalities : list row) : domain :=
  Domain n (inequalities ++ equalities ++ map (map Z.opp) equalities).

(** ** Meaning *)

Fixpoint zip_with {A B C} (f : A -> B -> C) (l : list A) (m : list B) : list C :=
  match l, m with
  | a :: l, b :: m => f a b :: zip_with f l m
  | _, _ => []
  end.

Section Meaning.

Variable F : ordered_field.
Local Open Scope field_scope.

Definition point := list F.

Fixpoint dot (a : list Z) (x : list F) : F :=
  match a, x with
  | a1 :: a, x1 :: x => of_Z a1 * x1 + dot a x
  | _, _ => 0
  end.

Definition value (r : row) (x : point) : F := dot r (1 :: x).

Definition apply (m : affine_map) (x : point) : point :=
  map (fun r => value r x / of_Z (Zpos (denominator m))) (rows m).

(** *** The network as a function *)

Definition activate (d : positive) (s : Z * Z) (t : F) : F :=
  of_Z (match compare t 0 with Lt => fst s | _ => snd s end) / of_Z (Zpos d) * t.

Definition pre_activations (l : layer) (x : point) : list F := apply (before l) x.
Definition activations (l : layer) (x : point) : point :=
  zip_with (activate (slope_denominator l)) (slopes l) (pre_activations l x).

Fixpoint hidden (ls : list layer) (x : point) : point :=
  match ls with
  | [] => x
  | l :: ls => hidden ls (activations l x)
  end.

Definition evaluate (n : network) (x : point) : point := apply (output n) (hidden (layers n) x).

(** *** Patterns: the sign of every neuron's pre-activation; Eq for all neurons that do not bend *)

Definition pattern := list (list comparison).

Fixpoint signs (ls : list layer) (x : point) : pattern :=
  match ls with
  | [] => []
  | l :: ls =>
      zip_with (fun s t => if bends s then compare t 0 else Eq) (slopes l) (pre_activations l x) :: signs ls (activations l x)
  end.

Definition pattern_at (n : network) (x : point) : pattern := signs (layers n) x.

(** *** Domains and their topology *)

Definition inside (d : domain) (x : point) : Prop :=
  length x = dimension d /\ Forall (fun r => 0 <= value r x) (conditions d).

(** All coordinates differ by less than e. *)
Definition near (e : F) (x y : point) : Prop := Forall2 (fun a b => - e < b - a /\ b - a < e) x y.

(** Interior points of S relative to the domain: all points of the domain near x are in S. For a full-dimensional domain a cell that has
    one has interior in F^n, too (full_dimensional_cells in Theorems.v); in a flat one this is what "full-dimensional" means. *)
Definition interior (d : domain) (S : point -> Prop) (x : point) : Prop :=
  inside d x /\ exists e, 0 < e /\ forall y, inside d y -> near e x y -> S y.

(** *** Cells *)

(** The pattern holds with interior: it is that of a full-dimensional part of the domain. *)
Definition realised (n : network) (d : domain) (p : pattern) : Prop :=
  exists x, interior d (fun y => pattern_at n y = p) x.

(** The closed condition of a sign: Gt is t >= 0, Lt is t <= 0, Eq is t = 0. *)
Definition on_side (side sign : comparison) : Prop :=
  match side with
  | Gt => sign <> Lt
  | Lt => sign <> Gt
  | Eq => sign = Eq
  end.

(** The closed set of the domain on which the pattern's signs hold. *)
Definition cell (n : network) (d : domain) (p : pattern) (x : point) : Prop :=
  inside d x /\ Forall2 (Forall2 on_side) p (pattern_at n x).

(** The patterns listed are those of the cells, each once. *)
Definition lists_all_cells (n : network) (d : domain) (ps : list pattern) : Prop :=
  NoDup ps /\ forall p, In p ps <-> realised n d p.

Definition number_of_cells (n : network) (d : domain) (N : nat) : Prop :=
  exists ps, lists_all_cells n d ps /\ length ps = N.

(** The closed cells of the listed patterns are a partition of the domain: each has interior, they cover the domain, no two
    have an interior point in common, and the network is one affine map on each. *)
Record partition (n : network) (d : domain) (ps : list pattern) : Prop := {
  cells_have_interior : forall p, In p ps -> exists x, interior d (cell n d p) x;
  cells_lie_within : forall p x, In p ps -> cell n d p x -> inside d x;
  cells_cover : forall x, inside d x -> exists p, In p ps /\ cell n d p x;
  interiors_are_disjoint : forall p q x, In p ps -> In q ps ->
    interior d (cell n d p) x -> interior d (cell n d q) x -> p = q;
  network_is_affine : forall p, In p ps -> exists A, forall x, cell n d p x -> evaluate n x = apply A x
}.

End Meaning.

Arguments dot {F}.
Arguments value {F}.
Arguments apply {F}.
Arguments activate {F}.
Arguments pre_activations {F}.
Arguments activations {F}.
Arguments hidden {F}.
Arguments evaluate {F}.
Arguments signs {F}.
Arguments pattern_at {F}.
Arguments inside {F}.
Arguments near {F}.
Arguments interior {F}.
Arguments cell {F}.
