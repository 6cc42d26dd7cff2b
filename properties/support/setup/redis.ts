/**
 * A Redis server of a test's own: Debian's, on a free port of this machine, append-only, in a temporary folder.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';

/** Why there is none; undefined if there is one. */
export const NO_REDIS =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'redis-server: not found; the tests of the queue are skipped (apt-get install redis-server)';

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Whether it is ready: to strangers it says so by refusing them. */
function answers(port: number, isTls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const place = { port, host: '127.0.0.1' };
    const socket = isTls ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
    socket.on('error', () => resolve(false));
    socket.on('data', (text) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(text.toString()));
    });
    socket.write('PING\r\n');
  });
}

export interface RedisOptions {
  /** Files of a certificate: it speaks TLS, and nothing else. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further settings of the server, such as --requirepass. */
  readonly settings?: readonly string[];
}

export class Redis {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly options: RedisOptions,
  ) {}

  static async start(options: RedisOptions = {}): Promise<Redis> {
    const redis = new Redis(mkdtempSync(join(tmpdir(), 'relu-atlas-redis-')), await freePort(), options);
    await redis.begin();
    return redis;
  }

  get url(): string {
    return this.urlFor('');
  }

  /** @param who user and password, as they stand in an address */
  urlFor(who: string): string {
    const at = who === '' ? '' : `${who}@`;
    return `${this.options.tls === undefined ? 'redis' : 'rediss'}://${at}127.0.0.1:${this.port}`;
  }

  /** Starts it on what it had stored. */
  async begin(): Promise<void> {
    const settings = [
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
    ];
    const { tls, settings: more = [] } = this.options;
    const port = String(this.port);
    const secret = ['--tls-auth-clients', 'no', '--tls-cert-file', tls?.cert ?? '', '--tls-key-file', tls?.key ?? ''];
    const ports = tls === undefined ? ['--port', port] : ['--port', '0', '--tls-port', port, ...secret];
    const place = ['--bind', '127.0.0.1', '--dir', this.folder, ...ports];
    this.child = spawn('redis-server', [...place, ...settings, ...more], { stdio: 'ignore' });
    while (!(await answers(this.port, tls !== undefined))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Kills it without a word. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
