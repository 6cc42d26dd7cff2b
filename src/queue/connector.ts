/**
 * How the client of Redis reaches a server.
 *
 * As its own way of doing it, but that every error of a socket is heard: the client listens for the first one only, and a TLS connection that is refused
 * has two (our refusal, and the server's word about it), of which the second would end the process.
 */
import { createConnection, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { AbstractConnector } from 'ioredis';

/** What it needs to know; the client hands it all of its options. */
interface Place {
  readonly host?: string;
  readonly port?: number;
  /** A socket of this machine, in place of host and port. */
  readonly path?: string;
  readonly family?: number;
  readonly tls?: ConnectionOptions;
  readonly disconnectTimeout: number;
}

export class WatchfulConnector extends AbstractConnector {
  constructor(private readonly place: Place) {
    super(place.disconnectTimeout);
  }

  async connect(): Promise<Socket | TLSSocket> {
    this.connecting = true;
    const { host, port, path, family, tls } = this.place;
    const where = path !== undefined ? { path } : { host, port, family };
    // The client sets its listeners up first.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.connecting) throw new Error('Connection is closed.');
    const stream =
      tls === undefined
        ? createConnection(where as NetConnectOpts)
        : connect({ ...where, ...tls } as ConnectionOptions);
    stream.on('error', (error) => {
      this.firstError ??= error;
    });
    this.stream = stream;
    return stream;
  }
}
