/**
 * A PostgreSQL server of a test's own: Debian's, on a free port of this machine, in a temporary folder.
 */
import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './redis.js';

/** Debian keeps the programs of each version in a folder of its own, which is not searched for commands. */
const DEBIAN = '/usr/lib/postgresql';

function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** It refuses to run as root: then it runs as the user that the package has made. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (of: '-u' | '-g') => Number(spawnSync('id', [of, 'postgres']).stdout?.toString() || Number.NaN);
  return { uid: number('-u'), gid: number('-g') };
}

const BIN = programs();

/** Why there is none; undefined if there is one. */
export const NO_POSTGRES =
  BIN !== undefined && !Number.isNaN(account()?.uid)
    ? undefined
    : 'postgresql: not found; the test of the queue on PostgreSQL is skipped (apt-get install postgresql)';

const USER = 'atlas';
const PASSWORD = 'open: sesame';

export class Postgres {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-postgres-'));
    const server = new Postgres(folder, await freePort());
    const user = account();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const password = join(folder, 'password');
    writeFileSync(password, PASSWORD);
    if (user !== undefined) chownSync(password, user.uid, user.gid);
    await server.run('initdb', ['--no-sync', '--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${password}`]);
    await server.begin();
    return server;
  }

  get url(): string {
    return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/postgres`;
  }

  private run(program: string, args: readonly string[]): Promise<void> {
    const options: SpawnOptions = { cwd: this.folder, stdio: 'ignore', ...account() };
    const child = spawn(join(BIN!, program), ['-D', join(this.folder, 'data'), ...args], options);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program}: exit code ${code}`))));
    });
  }

  /** Starts it on what it had stored. */
  async begin(): Promise<void> {
    const settings = `-c listen_addresses=127.0.0.1 -c port=${this.port} -c unix_socket_directories=`;
    await this.run('pg_ctl', ['start', '--wait', '-o', settings, '-l', join(this.folder, 'log')]);
  }

  /** Ends it at once, as a power failure would. */
  async kill(): Promise<void> {
    await this.run('pg_ctl', ['stop', '--mode=immediate', '--wait']);
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
