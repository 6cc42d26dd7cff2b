/**
 * The networks that a client has loaded.
 */
import type { Domain, Network } from '../network/index.js';
import { type NetworkData, networkOfData } from '../network/index.js';
import { Oracle } from '../oracle/questions/index.js';
import { filesBelonging } from '../output/index.js';
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
  /** The file that it was read from. */
  readonly path: string | undefined;
  /** The files beside it that hold its weights. */
  readonly weights: readonly string[];
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
  /** Those longest unused come first. */
  private readonly kept = new Map<string, KeptNetwork>();
  /** Handles that are no longer good, and why. */
  private readonly closed = new Map<string, string>();
  /** Handles of networks that questions named by their content. */
  private readonly named = new Map<string, string>();
  private next = 1;

  constructor(
    private readonly limits: Limits,
    private readonly budget: Budget,
  ) {}

  /** The handle of the next network: those of a client are n1, n2, ... in the order in which it asked. */
  reserve(): string {
    return `n${this.next++}`;
  }

  /**
   * Keeps a network. The one longest unused is closed where there are too many.
   *
   * @param path the file that it was read from
   * @returns the network, and the handles that were closed
   * @throws RpcError if there is no room for its numbers
   */
  add(
    handle: string,
    { network: data, about, domain, files = [] }: LoadedNetwork,
    path: string | undefined,
  ): { readonly network: Network; readonly closed: readonly string[] } {
    const { networks, numbers: most } = this.limits;
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
    const closed: string[] = [];
    for (const oldest of [...this.kept.keys()]) {
      if (this.kept.size < networks) break;
      this.forget(oldest, `closed when ${handle} was loaded: the ${networks} networks used last are kept`);
      closed.push(oldest);
    }
    this.budget.numbers += numbers;
    let oracle: Oracle | undefined;
    this.kept.set(handle, {
      network,
      domain,
      numbers,
      path,
      weights: path === undefined ? [] : filesBelonging(path, files),
      job: { key: this.budget.loaded++, data: shared(data), about },
      oracle: numbers > LIGHT ? undefined : () => (oracle ??= new Oracle(network)),
    });
    return { network, closed };
  }

  /** The handle of a network that was named by this text; undefined if it is not loaded. */
  handleOf(name: string): string | undefined {
    const handle = this.named.get(name);
    return handle !== undefined && this.kept.has(handle) ? handle : undefined;
  }

  /** From now on the text names the network with this handle. */
  call(name: string, handle: string): void {
    this.named.set(name, handle);
  }

  /** The handle of the only network. @throws RpcError if there is none, or there are several */
  get only(): string {
    const [first, ...others] = this.kept.keys();
    if (first !== undefined && others.length === 0) return first;
    throw rpcError(
      'unknownNetwork',
      first === undefined
        ? 'network: none is loaded; load one, or name a file: {"path":...}'
        : `network: expected the name of one of the ${others.length + 1} that are loaded, got none; say which`,
    );
  }

  /** The files that networks were read from, those of their weights among them. */
  get paths(): string[] {
    return [...this.kept.values()].flatMap(({ path, weights }) => (path === undefined ? [] : [path, ...weights]));
  }

  has(handle: string): boolean {
    return this.kept.has(handle);
  }

  /** @throws RpcError for a handle that is none */
  get(handle: string): KeptNetwork {
    const found = this.kept.get(handle);
    if (found !== undefined) {
      // Now it is the one used last.
      this.kept.delete(handle);
      this.kept.set(handle, found);
      return found;
    }
    const name = JSON.stringify(handle.slice(0, 60));
    const why = this.closed.get(handle);
    const problem =
      why === undefined ? `no network has the handle ${name}; load it first` : `${name} was ${why}; load it again`;
    throw rpcError('unknownNetwork', `network: ${problem}`);
  }

  remove(handle: string): void {
    this.forget(handle, 'unloaded');
  }

  private forget(handle: string, why: string): void {
    this.budget.numbers -= this.get(handle).numbers;
    this.kept.delete(handle);
    this.closed.set(handle, why);
  }

  clear(): void {
    for (const handle of [...this.kept.keys()]) this.remove(handle);
  }
}
