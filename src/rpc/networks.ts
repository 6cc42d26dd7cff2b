/**
 * The networks that a client has loaded.
 */
import type { Domain, Network } from '../network/index.js';
import { type NetworkData, networkOfData } from '../network/index.js';
import { Oracle } from '../oracle/questions/index.js';
import { rpcError } from './errors.js';
import type { JobNetwork, LoadedNetwork } from './job.js';
import { LIGHT, type Limits } from './limits.js';

/** What all clients of a server share. */
export interface Budget {
  /** Weights and biases of all loaded networks. */
  numbers: number;
  /** Networks loaded so far: names what threads keep prepared. */
  loaded: number;
}

/** A network that a client has loaded. */
export interface KeptNetwork {
  readonly network: Network;
  readonly domain: Domain | undefined;
  readonly numbers: number;
  readonly job: JobNetwork;
  /** Undefined for networks so large that the others would have to wait. */
  readonly oracle: (() => Oracle) | undefined;
}

/** The weights and biases of a network. */
function numbersOf({ layers, output }: Network): number {
  const sizes = [...layers.map(({ affine }) => affine), output].map(({ inputs, outputs }) => outputs * (inputs + 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The same doubles in memory that threads share instead of copying. */
function shared(data: NetworkData): NetworkData {
  const share = (values: Float64Array) => {
    const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
    copy.set(values);
    return copy;
  };
  const affine = (map: NetworkData['output']): NetworkData['output'] =>
    'exact' in map ? map : { ...map, values: share(map.values), bias: share(map.bias) };
  return {
    ...data,
    layers: data.layers.map((layer) => ({ ...layer, affine: affine(layer.affine) })),
    output: affine(data.output),
  };
}

/** Handles and networks of one client. */
export class OracleNetworks {
  private readonly kept = new Map<string, KeptNetwork>();
  private next = 1;

  constructor(
    private readonly limits: Limits,
    private readonly budget: Budget,
  ) {}

  /** The handle of the next network: those of a client are n1, n2, ... in the order in which it asked. */
  reserve(): string {
    return `n${this.next++}`;
  }

  /** Keeps a network. @throws RpcError beyond a limit */
  add(handle: string, { network: data, domain }: LoadedNetwork): Network {
    const { networks, numbers: most } = this.limits;
    if (this.kept.size >= networks) {
      throw rpcError('limit', `load: expected at most ${networks} networks at a time; unload one`, {
        limit: 'networks',
      });
    }
    const network = networkOfData(data);
    const numbers = numbersOf(network);
    if (this.budget.numbers + numbers > most) {
      const free = most - this.budget.numbers;
      throw rpcError(
        'limit',
        `load: the network has ${numbers} weights and biases, there is room for ${free}; unload one`,
        {
          limit: 'numbers',
        },
      );
    }
    this.budget.numbers += numbers;
    let oracle: Oracle | undefined;
    this.kept.set(handle, {
      network,
      domain,
      numbers,
      job: { key: this.budget.loaded++, data: shared(data) },
      oracle: numbers > LIGHT ? undefined : () => (oracle ??= new Oracle(network)),
    });
    return network;
  }

  has(handle: string): boolean {
    return this.kept.has(handle);
  }

  /** @throws RpcError for a handle that is none */
  get(handle: string): KeptNetwork {
    const found = this.kept.get(handle);
    if (found !== undefined) return found;
    const name = JSON.stringify(handle.slice(0, 60));
    throw rpcError('unknownNetwork', `network: no network has the handle ${name}; load it first`);
  }

  remove(handle: string): void {
    this.budget.numbers -= this.get(handle).numbers;
    this.kept.delete(handle);
  }

  clear(): void {
    for (const handle of [...this.kept.keys()]) this.remove(handle);
  }
}
