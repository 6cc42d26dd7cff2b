/**
 * What the three checkers cost on the same ten certificates, in processor time of a process of its own each, and its peak memory.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobResult, type Resident } from './measure.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SUITE = join(ROOT, 'fixtures/conformance');
const CERTIFICATES = 10;

const METER =
  'import sys, resource, runpy; sys.argv = ["check", *sys.argv[1:]]\n' +
  'try: runpy.run_module("relu_atlas.check", run_name="__main__")\n' +
  'except SystemExit as end: code = end.code\n' +
  'used = resource.getrusage(resource.RUSAGE_SELF)\n' +
  'print("USED", used.ru_utime + used.ru_stime, used.ru_maxrss); sys.exit(code)';

function inPython(net: string, certificate: string): Resident {
  const env = { ...process.env, PYTHONPATH: join(ROOT, 'fixtures/clients/python') };
  const said = spawnSync('python3', ['-B', '-c', METER, net, certificate], { encoding: 'utf8', env });
  const used = /USED (\S+) (\S+)/.exec(said.stdout);
  const cells = /accepted: (\d+) cells/.exec(said.stdout);
  if (used === null || cells === null) throw new Error(`bench: ${certificate}: ${said.stdout}${said.stderr}`);
  return { seconds: Number(used[1]), megabytes: (Number(used[2]) * 1024) / 1e6, cells: Number(cells[1]) };
}

/** Rows: certificate, cells, then seconds (times the fast one's) and megabytes of each checker; the largest of the conformance suite. */
export function checkerRows(scratch: string): string[][] {
  const all = readdirSync(join(SUITE, 'certificates')).map((file) => {
    const path = join(SUITE, 'certificates', file);
    return { name: file.replace('.cert', ''), path, size: readFileSync(path).length };
  });
  const largest = all.sort((a, b) => b.size - a.size).slice(0, CERTIFICATES);
  return largest.map(({ name, path }) => {
    process.stderr.write(`bench: checkers on ${name} ...\n`);
    const { network } = JSON.parse(readFileSync(join(SUITE, 'cases', `${name}.json`), 'utf8')) as { network: unknown };
    const net = join(scratch, 'checked.json');
    writeFileSync(net, JSON.stringify(network));
    const fast = jobResult<Resident>('checker-job', ['fast', net, path]);
    const others = [jobResult<Resident>('checker-job', ['plain', net, path]), inPython(net, path)];
    const shown = ({ seconds, megabytes }: Resident) => [
      `${seconds.toFixed(2)} (${(seconds / fast.seconds).toFixed(1)}x)`,
      megabytes.toFixed(0),
    ];
    return [
      name,
      fast.cells.toLocaleString('en'),
      fast.seconds.toFixed(2),
      fast.megabytes.toFixed(0),
      ...others.flatMap(shown),
    ];
  });
}
