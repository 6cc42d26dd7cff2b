/**
 * Counts of the networks in ../shared/data on the boxes of their specifications, as a table in Markdown on stdout:
 *
 *     npx tsc -p tsconfig.bench.json && node build/properties/support/bench/published.js [seconds per row] [filter]
 *
 * A count that needs more time is reported as open, with what was found until then. One thread.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readDomain, readNetwork } from '../../../src/formats/read.js';
import { cube, type Domain } from '../../../src/network/domain.js';
import { type Network, shapeOf } from '../../../src/network/network.js';
import { runCount } from '../../../src/run/count.js';
import type { Decisions } from '../../../src/walk/tree.js';
import { DATA } from './cases.js';

/** A network and where its boxes come from: a property file, the .nnet header, or [-a, a]^d where nothing says. */
type Subject = readonly [network: string, domain: string | 'header' | number];

const files = (folder: string, pattern: RegExp) =>
  readdirSync(DATA + folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);

function subjects(): Subject[] {
  const acas = files('acasxu/onnx', /\.onnx$/).flatMap((onnx) =>
    [3, 4].flatMap((p): Subject[] => [
      [onnx.replaceAll('onnx', 'nnet'), `acasxu/vnnlib/prop_${p}.vnnlib`],
      [onnx, `acasxu/vnnlib/prop_${p}.vnnlib`],
    ]),
  );
  return [
    ...files('coav_nnet', /\.nnet$/).map((file): Subject => [file, 'header']),
    ...files('twin_ladder_nnet', /\.nnet$/).map((file): Subject => [file, 'header']),
    ['tll/tllBench_n=2_N=M=8_m=1_instance_0_0.onnx.gz', 'tll/property_N=8_0.vnnlib.gz'],
    ['tll/tllBench_n=2_N=M=8_m=1_instance_0_1.onnx.gz', 'tll/property_N=8_1.vnnlib.gz'],
    ['tll/tllBench_n=2_N=M=16_m=1_instance_1_0.onnx.gz', 2],
    ['rl/cartpole.onnx.gz', 'rl/cartpole_case_unsafe_0.vnnlib.gz'],
    ['rl/lunarlander.onnx.gz', 'rl/lunarlander_case_safe_0.vnnlib.gz'],
    ['rl/dubinsrejoin.onnx.gz', 'rl/dubinsrejoin_case_safe_0.vnnlib.gz'],
    ['reach_prob_density/vdp.onnx.gz', 'reach_prob_density/vdp_0.vnnlib.gz'],
    ['reach_prob_density/robot.onnx.gz', 'reach_prob_density/robot_0.vnnlib.gz'],
    ['reach_prob_density/gcas.onnx.gz', 'reach_prob_density/gcas_0.vnnlib.gz'],
    ['vnncomp_test/test_nano.onnx', 'vnncomp_test/test_nano.vnnlib'],
    ['nnenum_bug7/net.onnx', 'nnenum_bug7/p2_acaxurange.vnnlib'],
    ['tiny/fc_2-2-3.nnet', 'header'],
    ...files('marabou_onnx', /^(fc|linear).*\.onnx$/).map((file): Subject => [file, 1]),
    ['mnist_nnet/mnist10x10.nnet', 'header'],
    ['mnist_nnet/mnist20x20.nnet', 'header'],
    ['mnist_onnx/mnist-net_256x2.onnx', 'mnist_onnx/prop_0_0.03.vnnlib'],
    ...acas,
  ];
}

/** "bounds 12, points 3, programs 4; exact 1": how many decisions each stage settled. */
function stages({ interval, points, program, exactSign, exactBasis, exactSimplex }: Decisions): string {
  const exact = exactSign + exactBasis + exactSimplex;
  return [interval, points, program, exact].map((n) => n.toLocaleString('en')).join(' / ');
}

/** One row per box; a disjunction has several. */
async function rows([file, from]: Subject, budget: number): Promise<string[]> {
  const { network, domain: own } = await readNetwork(DATA + file);
  const boxes =
    typeof from === 'number'
      ? [cube(network.inputs, -from, from)]
      : from === 'header'
        ? [own!]
        : await readDomain(DATA + from, network.inputs);
  const source =
    typeof from === 'number' ? `[-${from}, ${from}]^${network.inputs}` : from.split('/').at(-1)!.replace('.gz', '');
  const name = file.split('/').at(-1)!.replace('.gz', '');
  const result: string[] = [];
  for (const [i, domain] of boxes.entries()) {
    result.push(
      `| ${[name, boxes.length > 1 ? `${source} (${i + 1} of ${boxes.length})` : source, ...(await counted(network, domain, budget))].join(' | ')} |`,
    );
  }
  return result;
}

async function counted(network: Network, domain: Domain, budget: number): Promise<string[]> {
  const signal = AbortSignal.timeout(1000 * budget);
  const { cells, cellsPerLayer, complete, engine, decisions, seconds } = await runCount({
    network,
    domain,
    signal,
    workers: 1,
  });
  return [
    shapeOf(network),
    complete ? cells.toLocaleString('en') : `open: > ${cells.toLocaleString('en')}`,
    complete ? cellsPerLayer.join(' ') : '',
    engine.engine,
    seconds.toFixed(2),
    stages(decisions),
  ];
}

if (!existsSync(DATA)) throw new Error('../shared/data is absent');
const budget = Number(process.argv[2] ?? 60);
const filter = process.argv[3] ?? '';
process.stdout.write(
  '| network | domain | shape | cells | per layer | engine | seconds | decided by bounds / points / programs / exactly |\n' +
    '|---|---|---|---:|---|---|---:|---|\n',
);
for (const subject of subjects().filter(([file]) => file.includes(filter))) {
  for (const row of await rows(subject, budget)) process.stdout.write(`${row}\n`);
}
