(* Reads a certificate or a proof in plain form (docs/formal.md) and gives it to the checker that is proved in Coq.

   exit code 0: accepted, 3: refused, 1: no plain certificate or proof *)

open Checker

exception Bad of string

type text = { channel : in_channel; mutable words : string list; mutable line : int }

let rec word source =
  match source.words with
  | w :: rest -> source.words <- rest; w
  | [] -> (
      match input_line source.channel with
      | line ->
          source.line <- source.line + 1;
          source.words <- List.filter (fun w -> w <> "") (String.split_on_char ' ' line);
          word source
      | exception End_of_file -> raise (Bad "it ends too early"))

let expect source wanted = let got = word source in if got <> wanted then raise (Bad (Printf.sprintf "expected %s, got %s" wanted got))
let integer source = let w = word source in try Integer.of_string w with _ -> raise (Bad (Printf.sprintf "expected an integer, got %s" w))
let positive source = let z = integer source in if Integer.sign z > 0 then z else raise (Bad "expected a positive integer")
let natural source = let z = integer source in if Integer.sign z >= 0 && Integer.fits_int z then Integer.to_int z else raise (Bad "expected a number of something")
(* In order, and however many. *)
let several count read = let rec go k all = if k = 0 then List.rev all else go (k - 1) (read () :: all) in go count []
let list source read = several (natural source) (fun () -> read source)
let row source = list source integer
let pair read_first read_second source = let first = read_first source in let second = read_second source in (first, second)
let evidence source = pair integer (fun source -> list source (pair natural integer)) source
let side source = match word source with "+" -> Plus | "-" -> Minus | w -> raise (Bad (Printf.sprintf "expected + or -, got %s" w))

let affine source =
  expect source "affine";
  let denominator = positive source in
  { rows = list source row; denominator }

let layer source =
  let before = affine source in
  expect source "slopes";
  let slope_denominator = positive source in
  { before; slopes = list source (pair integer integer); slope_denominator }

let domain source =
  match word source with
  | "whole" -> whole_space (natural source)
  | "box" -> let denominator = positive source in box denominator (list source (pair integer integer))
  | "polytope" ->
      let dimension = natural source in
      let inequalities = natural source in
      let equalities = natural source in
      let first = several inequalities (fun () -> row source) in
      polytope dimension first (several equalities (fun () -> row source))
  | w -> raise (Bad (Printf.sprintf "expected a domain, got %s" w))

let rec tree source =
  match word source with
  | "S" -> let k = natural source in let minus = tree source in let plus = tree source in Split (k, minus, plus)
  | "C" -> let d = positive source in let point = row source in Cell (point, d)
  | "I" -> let k = natural source in let s = side source in let e = evidence source in Implied (k, s, e, tree source)
  | "B" -> let i = natural source in let s = side source in let b = integer source in let e = evidence source in Bound (i, s, b, e, tree source)
  | "K" -> let r = row source in let e = evidence source in Known (r, e, tree source)
  | "N" -> Next (tree source)
  | w -> raise (Bad (Printf.sprintf "expected a node, got %s" w))

let network source =
  expect source "layers";
  let layers = list source layer in
  let output = affine source in
  { layers; output }

let grid source = expect source "grid"; positive source
let flag source = match word source with "-" -> false | "+" -> true | w -> raise (Bad (Printf.sprintf "expected + or -, got %s" w))
let option read source = if flag source then Some (read source) else None
let over source = match word source with w -> raise (Bad (Printf.sprintf "%s follows the end" w)) | exception Bad _ -> ()

(* How many cells there are to be, what is asked, and what it is asked of. *)
let partition source =
  let network = network source in
  let domain = domain source in
  let grid = grid source in
  expect source "flat";
  let flat = list source (option evidence) in
  expect source "tree";
  let root = tree source in
  expect source "end";
  let stated = integer source in
  over source;
  let certificate = { grid; flat; root } in
  let found = cells certificate in
  if not (check network domain certificate) then Error ""
  else if not (Integer.equal found stated) then Error (Printf.sprintf ": %s cells, not %s" (Integer.to_string found) (Integer.to_string stated))
  else Ok (Printf.sprintf "%s cells of" (Integer.to_string found))

let condition source =
  let is_strict = flag source in
  let inputs = row source in
  { inputs; outputs = row source; is_strict }

let rec script source =
  match word source with
  | "B" -> let i = natural source in let s = side source in let b = integer source in let e = evidence source in Narrow (i, s, b, e, script source)
  | "F" -> let k = natural source in Supposed (k, script source)
  | "I" -> let k = natural source in let s = side source in let e = evidence source in Stable (k, s, e, script source)
  | "R" ->
      let k = natural source in
      let slope = integer source in let middle = integer source in let radius = integer source in
      let low = integer source in let above_low = evidence source in
      let high = integer source in let below_high = evidence source in
      Relax (k, slope, middle, radius, low, above_low, high, below_high, script source)
  | "L" -> let k = natural source in let s = side source in Above (k, s, script source)
  | "N" -> let fine = positive source in Deeper (fine, script source)
  | "X" -> let condition = option natural source in Contradict (condition, evidence source)
  | w -> raise (Bad (Printf.sprintf "expected a step, got %s" w))

let rec proof source =
  match word source with
  | "E" -> Proved
  | "D" -> let k = natural source in let fine = positive source in let s = script source in Close (k, fine, s, proof source)
  | "U" -> let i = natural source in let b = integer source in let below = proof source in let above = proof source in Cut (i, b, below, above)
  | "B" -> let i = natural source in let s = side source in let b = integer source in let e = evidence source in Within (i, s, b, e, proof source)
  | "S" ->
      let l = natural source in let k = natural source in let s = side source in
      let there = proof source in let elsewhere = proof source in
      Suppose (l, k, s, there, elsewhere)
  | "P" -> let which = list source flag in let these = proof source in let others = proof source in Part (which, these, others)
  | w -> raise (Bad (Printf.sprintf "expected a node, got %s" w))

let link source =
  match word source with
  | "C" -> Fixed (integer source)
  | "T" ->
      let head = natural source in
      let a = integer source in let b = integer source in let p = integer source in
      let beside = natural source in
      Tied (head, a, b, p, beside, integer source)
  | w -> raise (Bad (Printf.sprintf "expected a link, got %s" w))

let links source =
  expect source "links";
  list source (fun source -> let factor = positive source in (list source link, factor))

(* The condensed network, and why it is the same function. *)
let sameness text =
  let condensed = network text in
  let source = network text in
  let to_first = links text in
  (condensed, { source; to_first; to_second = option links text })

let verification source =
  let network = network source in
  let domain = domain source in
  expect source "unsafe";
  let unsafe = list source (fun source -> list source condition) in
  expect source "condensed";
  let same = option sameness source in
  let grid = grid source in
  expect source "tree";
  let root = proof source in
  expect source "end";
  over source;
  let is_verified = match same with
    | None -> verify network domain unsafe grid root
    | Some (condensed, sameness) -> verify_condensed network condensed domain sameness unsafe grid root in
  if is_verified then Ok (Printf.sprintf "no unsafe input of") else Error ""

let read source =
  let what = match word source with
    | "relu-atlas-plain" -> partition
    | "relu-atlas-plain-proof" -> verification
    | w -> raise (Bad (Printf.sprintf "expected relu-atlas-plain or relu-atlas-plain-proof, got %s" w)) in
  expect source "1";
  let digest = word source in
  (digest, what source)

let judge file =
  let channel = open_in_bin file in
  let source = { channel; words = []; line = 0 } in
  match Fun.protect ~finally:(fun () -> close_in channel) (fun () -> read source) with
  | exception Bad problem -> Printf.eprintf "%s: line %d: %s\n" file source.line problem; 1
  | _, Error why -> Printf.printf "refused: %s%s\n" file why; 3
  | digest, Ok what -> Printf.printf "accepted: %s, %s network %s\n" file what digest; 0

let () =
  match Array.to_list Sys.argv with
  | _ :: (_ :: _ as files) -> exit (List.fold_left (fun worst file -> max worst (judge file)) 0 files)
  | _ -> prerr_endline "usage: check-plain CERTIFICATE.txt ..."; exit 2
