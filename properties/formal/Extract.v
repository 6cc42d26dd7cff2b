(** The program as OCaml, with zarith's integers for Coq's.

    What this adds to what is trusted: Coq's extraction, the OCaml compiler, zarith, and the mapping below. *)

From Coq Require Import ZArith NArith List Extraction ExtrOcamlBasic ExtrOcamlNatInt.
From ReluAtlas Require Import Network Checker Safety.

(* "Integer" is zarith's Z under a name that no module of Coq has. *)
Extract Inductive positive => "Integer.t"
  [ "(fun p -> Integer.succ (Integer.shift_left p 1))" "(fun p -> Integer.shift_left p 1)" "Integer.one" ]
  "(fun odd even one p -> if Integer.equal p Integer.one then one () else if Integer.is_odd p then odd (Integer.shift_right p 1) else even (Integer.shift_right p 1))".
Extract Inductive Z => "Integer.t" [ "Integer.zero" "(fun p -> p)" "Integer.neg" ]
  "(fun zero positive negative z -> let s = Integer.sign z in if s = 0 then zero () else if s > 0 then positive z else negative (Integer.neg z))".
Extract Inductive N => "Integer.t" [ "Integer.zero" "(fun p -> p)" ]
  "(fun zero positive n -> if Integer.sign n = 0 then zero () else positive n)".
Extract Constant Z.add => "Integer.add".
Extract Constant Z.sub => "Integer.sub".
Extract Constant Z.mul => "Integer.mul".
Extract Constant Z.opp => "Integer.neg".
Extract Constant Z.eqb => "Integer.equal".
Extract Constant Z.ltb => "Integer.lt".
Extract Constant Z.leb => "Integer.leq".
Extract Constant Z.max => "Integer.max".
Extract Constant Z.min => "Integer.min".
Extract Constant Pos.mul => "Integer.mul".
Extract Constant N.succ => "Integer.succ".

Extraction "checker.ml" check cells verify box whole_space polytope.
