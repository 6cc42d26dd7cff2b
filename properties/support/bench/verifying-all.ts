/**
 * Whole benchmarks in one run of the command: all rows of ACAS Xu and the lattice networks, proofs written, then verified in another run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA } from './cases.js';
import { COMMAND, processorSeconds } from './fresh.js';

interface Group {
  readonly name: string;
  readonly rows: readonly (readonly [network: string, property: string])[];
}

const acas = (network: string, property: number) =>
  [
    join(DATA, 'acasxu/onnx', `ACASXU_run2a_${network}_batch_2000.onnx`),
    join(DATA, 'acasxu/vnnlib', `prop_${property}.vnnlib`),
  ] as const;

const ALL = [1, 2, 3, 4, 5].flatMap((a) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((b) => `${a}_${b}`));
const SINGLE = [
  ['1_1', 5],
  ['1_1', 6],
  ['1_9', 7],
  ['2_9', 8],
  ['3_3', 9],
  ['4_5', 10],
] as const;
const LATTICES = [8, 16, 24, 32, 40, 48, 56, 64].map((size, i) => ({
  name: `TLL N = ${size}, instance 0`,
  rows: [
    [
      join(DATA, 'tll', `tllBench_n=2_N=M=${size}_m=1_instance_${i}_0.onnx.gz`),
      join(DATA, 'tll', `property_N=${size}_0.vnnlib.gz`),
    ],
  ],
})) as readonly Group[];

const BENCHMARKS: readonly { readonly name: string; readonly groups: readonly Group[] }[] = [
  {
    name: 'ACAS Xu, all',
    groups: [
      ...[1, 2, 3, 4].map((p) => ({ name: `property ${p}`, rows: ALL.map((network) => acas(network, p)) })),
      ...SINGLE.map(([network, p]) => ({ name: `property ${p}, N${network}`, rows: [acas(network, p)] })),
    ],
  },
  { name: 'TLL, all', groups: LATTICES },
];

interface ResultRow {
  readonly verdict: string;
  readonly seconds: number;
  readonly nodes: number;
  readonly statistics: { readonly linearPrograms: number };
  readonly certificate?: { readonly bytes: number };
}

const grouped = (value: number) => value.toLocaleString('en');

function tableRow(name: string, rows: readonly ResultRow[], checked: readonly { seconds: number }[]): string[] {
  const sum = (of: (row: ResultRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const others = rows.length - count('sat') - count('unsat');
  return [
    name,
    `${count('unsat')} / ${count('sat')} / ${others}`,
    sum(({ seconds }) => seconds).toFixed(2),
    grouped(sum(({ nodes }) => nodes)),
    grouped(sum(({ statistics }) => statistics.linearPrograms)),
    grouped(sum(({ certificate }) => certificate?.bytes ?? 0)),
    checked.reduce((total, row) => total + row.seconds, 0).toFixed(2),
  ];
}

/** Rows: unsat, sat and unanswered; seconds, nodes, programs, bytes of proofs; seconds of verifying. */
export function benchmarkRows(scratch: string): string[][] {
  return BENCHMARKS.flatMap(({ name, groups }, b) => {
    const list = join(scratch, `list-${b}.csv`);
    const out = join(scratch, `answers-${b}`);
    writeFileSync(list, groups.flatMap(({ rows }) => rows.map((row) => `${row.join(',')},300\n`)).join(''));
    const proving = processorSeconds([COMMAND, 'verify', '--instances', list, '--out', out, '--workers=1', '-q']);
    const { rows } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as { rows: ResultRow[] };
    const verdicts = join(scratch, `verdicts-${b}.json`);
    const checking = processorSeconds(
      [COMMAND, 'check', '--instances', list, '--results', out, '--json', '-q'],
      verdicts,
    );
    const checked = JSON.parse(readFileSync(verdicts, 'utf8')) as { rows: { seconds: number; outcome: string }[] };
    const refused = checked.rows.filter(({ outcome }) => outcome !== 'accepted').length;
    if (refused > 0) throw new Error(`${name}: expected every answer to be accepted, got ${refused} others`);
    let first = 0;
    const parts = groups.map(({ name: part, rows: own }) => {
      const [from, to] = [first, (first += own.length)];
      return tableRow(part, rows.slice(from, to), checked.rows.slice(from, to));
    });
    const whole = tableRow(name, rows, checked.rows);
    const processor = `${whole[2]} (whole process ${proving.toFixed(1)} s of processor time)`;
    return [
      ...parts,
      [whole[0]!, whole[1]!, processor, ...whole.slice(3, 6), `${whole[6]} (${checking.toFixed(1)} s)`],
    ];
  });
}
