(** The program: does a tree prove the partition of a network on a domain? Lists and integers only.

    A node's state: the rows of the current layer on the node's part of the domain, all times the positive number `scale`; the sides of the
    neurons that are settled; the rows known to be >= 0 there, the newest first; a box around it. *)

Require Import ZArith List Bool.
From ReluAtlas Require Import Network.
Import ListNotations.
Local Open Scope Z_scope.

Inductive side := Minus | Plus.

(** (c, [(k1, m1); ..]): c > 0 times what is claimed to be >= 0, minus m1 >= 0 times the known row k1 (0 is the newest) .., is >= 0 on the box. *)
Definition evidence := (Z * list (nat * Z))%type.

Inductive tree :=
  (** A cell, and numerators and denominator of a point strictly inside. *)
  | Cell (point : list Z) (d : positive)
  (** The two sides of a neuron of the current layer. *)
  | Split (neuron : nat) (minus plus : tree)
  (** A neuron is on that side throughout. *)
  | Implied (neuron : nat) (s : side) (e : evidence) (t : tree)
  (** bound / grid is a lower (Plus) or upper (Minus) bound of a coordinate. *)
  | Bound (coordinate : nat) (s : side) (bound : Z) (e : evidence) (t : tree)
  (** This row is >= 0. It becomes the newest one. *)
  | Known (r : row) (e : evidence) (t : tree)
  (** All neurons are settled: the next layer. *)
  | Next (t : tree).

Record certificate := Certificate {
  (** The denominator of all bounds. *)
  grid : positive;
  (** For every condition of the domain, evidence that it is zero on the domain, or None. *)
  flat : list (option evidence);
  root : tree
}.

(** ** Rows *)

(** a * r + s *)
Fixpoint add_scaled (a : Z) (r s : row) : row :=
  match r with
  | [] => s
  | x :: r => match s with
    | [] => a * x :: add_scaled a r []
    | y :: s => a * x + y :: add_scaled a r s
    end
  end.

Definition scaled (a : Z) (r : row) : row := map (Z.mul a) r.

Definition oriented (s : side) (r : row) : row := match s with Plus => r | Minus => map Z.opp r end.

(** w1 r1 + w2 r2 + .. *)
Fixpoint combined (w : list Z) (rs : list row) : row :=
  match w, rs with
  | a :: w, r :: rs => if a =? 0 then combined w rs else add_scaled a r (combined w rs)
  | _, _ => []
  end.

Fixpoint integer_dot (a x : list Z) : Z :=
  match a, x with
  | a1 :: a, x1 :: x => a1 * x1 + integer_dot a x
  | _, _ => 0
  end.

(** ** Evidence *)

Definition interval := (option Z * option Z)%type.

(** grid * (constant + a . x) is at least this on the box; None if there is no bound. *)
Fixpoint least (total : Z) (a : list Z) (box : list interval) : option Z :=
  match a with
  | [] => Some total
  | c :: a =>
      let (ends, rest) := match box with [] => ((None, None), []) | i :: rest => (i, rest) end in
      match c with
      | Z0 => least total a rest
      | Zpos _ => match fst ends with Some low => least (total + c * low) a rest | None => None end
      | Zneg _ => match snd ends with Some high => least (total + c * high) a rest | None => None end
      end
  end.

Fixpoint remainder (by_ : list (nat * Z)) (known : list row) (r : row) : option row :=
  match by_ with
  | [] => Some r
  | (k, m) :: rest =>
      if m <? 0 then None
      else match nth_error known k with Some h => remainder rest known (add_scaled (- m) h r) | None => None end
  end.

Definition proved (grid : positive) (known : list row) (box : list interval) (r : row) (e : evidence) : bool :=
  let (c, by_) := e in
  (0 <? c) &&
  match remainder by_ known (scaled c r) with
  | Some (constant :: a) => match least (Zpos grid * constant) a box with Some total => 0 <=? total | None => false end
  | Some [] => true
  | None => false
  end.

(** ** Nodes *)

Record state := State {
  sums : list row;
  scale : positive;
  sides : list (option side);
  known : list row;
  splits : list row;
  around : list interval
}.

Fixpoint replaced {A} (k : nat) (a : A) (l : list A) : list A :=
  match l, k with
  | [], _ => []
  | _ :: l, O => a :: l
  | b :: l, S k => b :: replaced k a l
  end.

(** The row of a neuron that is not settled. *)
Definition open_row (st : state) (k : nat) : option row :=
  match nth_error (sides st) k with
  | Some None => nth_error (sums st) k
  | _ => None
  end.

Definition settled (st : state) (k : nat) (s : side) : state :=
  State (sums st) (scale st) (replaced k (Some s) (sides st)) (known st) (splits st) (around st).

Definition taken (st : state) (k : nat) (s : side) (g : row) : state :=
  State (sums st) (scale st) (replaced k (Some s) (sides st)) (oriented s g :: known st) (oriented s g :: splits st) (around st).

Definition learnt (st : state) (r : row) : state :=
  State (sums st) (scale st) (sides st) (r :: known st) (splits st) (around st).

(** The tighter one of a bound and the one that there is. *)
Definition tighter (choose : Z -> Z -> Z) (old : option Z) (bound : Z) : option Z :=
  Some match old with Some b => choose b bound | None => bound end.

Definition narrowed (st : state) (i : nat) (s : side) (bound : Z) : state :=
  let (low, high) := nth i (around st) (None, None) in
  let ends := match s with Plus => (tighter Z.max low bound, high) | Minus => (low, tighter Z.min high bound) end in
  State (sums st) (scale st) (sides st) (known st) (splits st) (replaced i ends (around st)).

(** grid * x_i - bound *)
Definition bound_row (grid : positive) (i : nat) (s : side) (bound : Z) : row :=
  oriented s (- bound :: repeat 0 i ++ [Zpos grid]).

Definition initial_sides (l : layer) : list (option side) :=
  map (fun s => if bends s then None else Some Plus) (slopes l).

(** What a settled neuron gives: slope * row. *)
Definition given (s : Z * Z) (at_ : option side * row) : row :=
  let slope := match fst at_ with Some Plus => snd s | _ => fst s end in
  if slope =? 0 then [] else scaled slope (snd at_).

Definition given_rows (l : layer) (st : state) : list row :=
  [Zpos (scale st * slope_denominator l)] :: zip_with given (slopes l) (combine (sides st) (sums st)).

Definition entered (l l' : layer) (st : state) : state :=
  let outputs := given_rows l st in
  let factor := (slope_denominator l * denominator (before l'))%positive in
  State (map (fun w => combined w outputs) (rows (before l'))) (scale st * factor) (initial_sides l')
    (map (scaled (Zpos factor)) (known st)) (splits st) (around st).

Definition is_settled (o : option side) : bool := match o with Some _ => true | None => false end.

(** ** The domain *)

(** Its conditions that are not proved to be zero on it. *)
Fixpoint strict (rows : list row) (flat : list (option evidence)) : list row :=
  match rows, flat with
  | r :: rows, Some _ :: flat => strict rows flat
  | r :: rows, _ :: flat => r :: strict rows flat
  | rows, [] => rows
  | [], _ => []
  end.

Fixpoint flat_ones (rows : list row) (flat : list (option evidence)) : list (row * evidence) :=
  match rows, flat with
  | r :: rows, Some e :: flat => (r, e) :: flat_ones rows flat
  | _ :: rows, None :: flat => flat_ones rows flat
  | _, _ => []
  end.

(** ** The tree *)

Section Tree.

Variable d : domain.
Variable c : certificate.

Let strictly := strict (conditions d) (flat c).
Let flatly := map fst (flat_ones (conditions d) (flat c)).

Definition is_witness (splits : list row) (x : list Z) (q : positive) : bool :=
  let v := Zpos q :: x in
  Nat.eqb (length x) (dimension d) &&
  forallb (fun r => 0 <? integer_dot r v) strictly &&
  forallb (fun r => 0 =? integer_dot r v) flatly &&
  forallb (fun r => 0 <? integer_dot r v) splits.

Definition proves (st : state) : row -> evidence -> bool := proved (grid c) (known st) (around st).

(** The first of the layers is the current one. *)
Fixpoint check_tree (t : tree) (ls : list layer) (st : state) : bool :=
  match t with
  | Cell x q =>
      match ls with [] | [_] => forallb is_settled (sides st) && is_witness (splits st) x q | _ => false end
  | Split k minus plus =>
      match open_row st k with
      | Some g => check_tree minus ls (taken st k Minus g) && check_tree plus ls (taken st k Plus g)
      | None => false
      end
  | Implied k s e t =>
      match open_row st k with
      | Some g => proves st (oriented s g) e && check_tree t ls (settled st k s)
      | None => false
      end
  | Bound i s b e t => proves st (scaled (Zpos (scale st)) (bound_row (grid c) i s b)) e && check_tree t ls (narrowed st i s b)
  | Known r e t => proves st r e && check_tree t ls (learnt st r)
  | Next t =>
      match ls with
      | l :: ((l' :: _) as rest) => forallb is_settled (sides st) && check_tree t rest (entered l l' st)
      | _ => false
      end
  end.

End Tree.

Definition initial (n : network) (d : domain) : state :=
  let start := State [] 1 [] (conditions d) [] (repeat (None, None) (dimension d)) in
  match layers n with
  | [] => start
  | l :: _ =>
      State (rows (before l)) (denominator (before l)) (initial_sides l) (conditions d) [] (repeat (None, None) (dimension d))
  end.

(** Every map takes as many numbers as it is given; every neuron has its slopes. *)
Definition takes (n : nat) (m : affine_map) : bool := forallb (fun r => Nat.eqb (length r) (S n)) (rows m).
Fixpoint fits (n : nat) (ls : list layer) (last : affine_map) : bool :=
  match ls with
  | [] => takes n last
  | l :: ls => takes n (before l) && Nat.eqb (length (slopes l)) (length (rows (before l))) && fits (length (slopes l)) ls last
  end.

Definition check (n : network) (d : domain) (c : certificate) : bool :=
  fits (dimension d) (layers n) (output n) &&
  forallb (fun r => Nat.leb (length r) (S (dimension d))) (conditions d) &&
  forallb (fun re => proved 1 (conditions d) [] (oriented Minus (fst re)) (snd re)) (flat_ones (conditions d) (flat c)) &&
  check_tree d c (root c) (layers n) (initial n d).

(** The cells' points, and how many there are. *)
Fixpoint witnesses (t : tree) : list (list Z * positive) :=
  match t with
  | Cell x q => [(x, q)]
  | Split _ minus plus => witnesses minus ++ witnesses plus
  | Implied _ _ _ t | Bound _ _ _ _ t | Known _ _ t | Next t => witnesses t
  end.

(** The number of cells of a tree, added to [n]; binary, so that it can be computed with. *)
Fixpoint cells_from (t : tree) (n : N) : N :=
  match t with
  | Cell _ _ => N.succ n
  | Split _ minus plus => cells_from plus (cells_from minus n)
  | Implied _ _ _ t | Bound _ _ _ _ t | Known _ _ t | Next t => cells_from t n
  end.
Definition cells (c : certificate) : N := cells_from (root c) 0.
