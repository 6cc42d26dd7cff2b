/**
 * Published networks by the whole command, one thread: lattices, a convolution on a plane, pieces, files of cells. Each row is compared with
 * another one of the same run, because machines are noisy.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomNumbers } from '../../../src/theory/random.js';
import { DATA } from './cases.js';
import { COMMAND, type Spent, spentBy } from './fresh.js';

interface Work {
  readonly name: string;
  readonly args: readonly string[];
  /** The known number of cells. */
  readonly cells?: number;
  /** The row that it is compared with. */
  readonly against?: string;
}

const LATTICES: readonly (readonly [string, string, number])[] = [
  ['TLL N=16', '16_m=1_instance_1_0', 3984],
  ['TLL N=24', '24_m=1_instance_2_0', 15_652],
  ['TLL N=32', '32_m=1_instance_3_0', 20_650],
];

const lattice = (name: string) => `${DATA}tll/tllBench_n=2_N=M=${name}.onnx.gz`;
const counting = (file: string, ...options: readonly string[]) => [
  COMMAND,
  'count',
  file,
  ...options,
  '--workers=1',
  '-q',
  '--json',
];

function works(scratch: string): Work[] {
  const node = { name: 'node -e 0', args: ['-e', '0'] };
  const lattices = LATTICES.map(([name, file, cells]) => ({
    name: `${name}, counted`,
    args: counting(lattice(file), '--box=-2,2'),
    cells,
    against: node.name,
  }));
  const pieces = {
    name: 'TLL N=16, with --pieces',
    args: counting(lattice(LATTICES[0]![1]), '--box=-2,2', '--pieces'),
    cells: LATTICES[0]![2],
    against: lattices[0]!.name,
  };
  const largest = lattice('64_m=1_instance_7_0');
  const reading = { name: 'TLL N=64, read', args: [COMMAND, 'info', largest, '--json'], against: node.name };
  // How many cells these are is known from here only.
  const all = { name: 'TLL N=64, counted', args: counting(largest, '--box=-2,2'), against: reading.name };
  return [node, ...lattices, pieces, reading, all, ...convolutions(scratch, node.name), ...partitions(scratch)];
}

/** Two convolutions, and the same on a plane through three random images: the count of a corner of it. */
function convolutions(scratch: string, base: string): Work[] {
  const file = `${DATA}oval21/cifar_base_kw.onnx.gz`;
  if (!existsSync(file)) return [];
  const random = randomNumbers(3072);
  const image = () => Array.from({ length: 3072 }, () => Math.fround(random()));
  const points = join(scratch, 'images.json');
  writeFileSync(points, JSON.stringify([image(), image(), image()]));
  const read = { name: 'cifar_base_kw, read', args: [COMMAND, 'info', file, '--json'], against: base };
  const plane = counting(file, `--through=${points}`, '--box=0,1');
  return [read, { name: 'cifar_base_kw on a plane through three images', args: plane, against: read.name }];
}

/** ACAS Xu N1_1, its ONNX file, on the box of property 4: cells into a file. */
function partitions(scratch: string): Work[] {
  const file = `${DATA}acasxu/onnx/ACASXU_experimental_v2a_1_1.onnx`;
  const domain = `--domain=${DATA}acasxu/vnnlib/prop_4.vnnlib`;
  const cells = 19_143;
  const count = { name: 'N1_1 on property 4, counted', args: counting(file, domain), cells, against: 'node -e 0' };
  const out = `--out=${join(scratch, 'cells.jsonl')}`;
  const writing = (fields: string): Work => ({
    name: `N1_1 on property 4, partition --fields ${fields}`,
    args: [COMMAND, 'partition', file, domain, `--fields=${fields}`, out, '--force', '--workers=1', '-q', '--json'],
    cells,
    against: count.name,
  });
  return [count, writing('pattern,witness,map'), writing('facets')];
}

export const WHOLE_COMMANDS_HEAD = [
  'work, whole process, one thread',
  'cells',
  'processor s',
  'cells/s',
  'MB',
  'ratio',
  'to',
];

/** Rows of a table; one run of each. */
export function wholeCommandRows(scratch: string): string[][] {
  const spent = new Map<string, Spent>();
  return works(scratch).map(({ name, args, cells, against }) => {
    process.stderr.write(`bench: ${name} ...`);
    const own = spentBy(args);
    process.stderr.write(` ${own.seconds.toFixed(2)} s\n`);
    const answer = own.output.trim().startsWith('{') ? (JSON.parse(own.output) as { cells?: number }) : {};
    if (cells !== undefined && answer.cells !== cells) {
      throw new Error(`${name}: expected ${cells} cells, got ${answer.cells}`);
    }
    spent.set(name, own);
    const base = against === undefined ? undefined : spent.get(against)!;
    return [
      name,
      answer.cells?.toLocaleString('en') ?? '-',
      own.seconds.toFixed(2),
      answer.cells === undefined ? '-' : Math.round(answer.cells / own.seconds).toLocaleString('en'),
      own.megabytes.toFixed(0),
      base === undefined ? '-' : `${(own.seconds / base.seconds).toFixed(1)}x`,
      against ?? '-',
    ];
  });
}
