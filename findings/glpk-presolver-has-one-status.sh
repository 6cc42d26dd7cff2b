#!/usr/bin/env bash
# glpk.js 5.0.0 with its default options (presol: true) answers an infeasible and an unbounded program with the same status,
# GLP_UNDEF (1). With presol: false it says GLP_NOFEAS (4) and GLP_UNBND (6).
#
# One would guess that "infeasible" and "unbounded" are told apart whatever the options. Here: relu-atlas passes presol: false
# (src/lp/glpk/backend.ts), and takes no status on trust in any case.
#
# Seen: default 1 1, presol false 4 6. Exits non-zero when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund glpk.js@5.0.0
cat >look.mjs <<'JS'
import GLPK from 'glpk.js/node';
const glpk = await GLPK();
const bounds = [{ name: 'x', type: glpk.GLP_FR, lb: 0, ub: 0 }];
const row = (name, type, lb, ub) => ({ name, vars: [{ name: 'x', coef: 1 }], bnds: { type, lb, ub } });
const atMost0 = row('u', glpk.GLP_UP, 0, 0);
const atLeast1 = row('l', glpk.GLP_LO, 1, 0);
const status = (subjectTo, presol) => {
  const objective = { direction: glpk.GLP_MAX, name: 'z', vars: [{ name: 'x', coef: 1 }] };
  const options = { msglev: glpk.GLP_MSG_OFF, ...(presol === undefined ? {} : { presol }) };
  return glpk.solve({ name: 'p', objective, subjectTo, bounds }, options).result.status;
};
console.log('default', status([atMost0, atLeast1]), status([atLeast1]));
console.log('presol false', status([atMost0, atLeast1], false), status([atLeast1], false));
JS
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = "$(printf 'default 1 1\npresol false 4 6')" ]
