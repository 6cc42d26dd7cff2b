#!/usr/bin/env bash
# glpk.js 5.0.0 with its default options (presol: true) calls x <= 0, x >= 1e-5 (x free) optimal (GLP_OPT, 5): the presolver
# lets bounds contradict each other by far more than the solver's tolerance. With presol: false it says GLP_NOFEAS (4).
#
# One would guess that presolving is at least as strict as solving. Here: relu-atlas passes presol: false
# (src/lp/glpk/backend.ts) and proves every answer in exact arithmetic.
#
# Seen: default 5, presol false 4. Exits non-zero when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund glpk.js@5.0.0
cat >look.mjs <<'JS'
import GLPK from 'glpk.js/node';
const glpk = await GLPK();
const row = (name, type, lb, ub) => ({ name, vars: [{ name: 'x', coef: 1 }], bnds: { type, lb, ub } });
const program = {
  name: 'p',
  objective: { direction: glpk.GLP_MAX, name: 'z', vars: [{ name: 'x', coef: 1 }] },
  subjectTo: [row('u', glpk.GLP_UP, 0, 0), row('l', glpk.GLP_LO, 1e-5, 0)],
  bounds: [{ name: 'x', type: glpk.GLP_FR, lb: 0, ub: 0 }],
};
console.log('default', glpk.solve(program, { msglev: glpk.GLP_MSG_OFF }).result.status);
console.log('presol false', glpk.solve(program, { msglev: glpk.GLP_MSG_OFF, presol: false }).result.status);
JS
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = "$(printf 'default 5\npresol false 4')" ]
