/**
 * One client's conversation: requests in, answers and notifications out.
 *
 * JSON-RPC 2.0 (jsonrpc.org/specification): batches, notifications and error objects are as written there; the dispatch is
 * that of the library json-rpc-2.0. Requests run concurrently and are answered as they are ready; those of a batch together.
 */
import { JSONRPCServer } from 'json-rpc-2.0';
import type { z } from 'zod';
import { FormatError, valueOfJson } from '../formats/index.js';
import { IN_OUR_WORDS } from '../formats/json/index.js';
import { descriptionOf } from './description.js';
import { asRpcError, complaintsOf, RpcError, rpcError } from './errors.js';
import type { Line } from './lines.js';
import { OracleNetworks } from './networks.js';
import { type Asked, Questions, type SessionSetting } from './questions.js';
import { CLIENT_NOTIFICATIONS, envelope, METHODS, type MethodName } from './schemas.js';

type Id = string | number | null;
type Response = Readonly<Record<string, unknown>>;

/** How long requests may be answered without a pause for others, in milliseconds. */
const TURN = 20;

/** The JSON text of a message, one line. */
const lineOf = (message: unknown) => `${JSON.stringify(message)}\n`;

function errorResponse(id: Id, error: RpcError): Response {
  return { jsonrpc: '2.0', id, error: error.toObject() };
}

/** A conversation. `write` takes whole lines. */
export class Session {
  private readonly server = new JSONRPCServer<Asked>({ errorListener: () => {} });
  private readonly asked = new Set<Asked>();
  private readonly pending = new Set<Promise<void>>();
  private readonly questions: Questions;
  private readonly networks: OracleNetworks;
  private turn = performance.now();

  constructor(
    private readonly setting: SessionSetting,
    private readonly write: (line: string) => void,
  ) {
    this.networks = new OracleNetworks(setting.limits, setting.budget);
    this.questions = new Questions(setting, this.networks, write);
    for (const name of Object.keys(METHODS) as MethodName[]) this.addMethod(name);
    this.server.addMethod('rpc.discover', () => descriptionOf());
    this.addNotification('$/cancelRequest', ({ id }) => this.cancel(id));
    this.addNotification('$/acknowledge', ({ token, pages }) => this.questions.acknowledge(token, pages));
    this.server.mapErrorToJSONRPCErrorResponse = (id, error) => ({
      jsonrpc: '2.0',
      id,
      error: asRpcError(error).toObject() as { code: number; message: string },
    });
  }

  private addMethod(name: MethodName): void {
    const { params, result } = METHODS[name];
    this.server.addMethod(name, async (given: unknown, asked: Asked) => {
      const answer = await this.questions.answer(name, checked(name, params, given), asked);
      const valid = result.safeParse(answer);
      if (valid.success) return answer;
      throw rpcError(
        'internal',
        `${name}: the answer has not its documented form; please report it`,
        complaintsOf(valid.error),
      );
    });
  }

  private addNotification<Name extends keyof typeof CLIENT_NOTIFICATIONS>(
    name: Name,
    take: (params: z.infer<(typeof CLIENT_NOTIFICATIONS)[Name]['params']>) => void,
  ): void {
    const { params } = CLIENT_NOTIFICATIONS[name];
    this.server.addMethod(name, (given: unknown) => {
      take(checked(name, params, given) as z.infer<(typeof CLIENT_NOTIFICATIONS)[Name]['params']>);
      return null;
    });
  }

  /** Takes a line. Resolves when the next one may come: at once, or after a pause for others. */
  async accept(line: Line): Promise<void> {
    if (line.kind === 'text' && line.text.trim() === '') return;
    const message = this.parsed(line);
    if (message instanceof RpcError) this.write(lineOf(errorResponse(null, message)));
    else {
      const answering = this.answer(message).then((response) => {
        if (response !== null) this.write(lineOf(response));
      });
      this.pending.add(answering);
      void answering.finally(() => this.pending.delete(answering));
    }
    await this.pause();
  }

  /** Resolves when everything asked so far is answered. */
  async finish(): Promise<void> {
    await Promise.all(this.pending);
  }

  /** Ends the conversation: what is running is stopped, the networks are forgotten. */
  close(): void {
    for (const one of this.asked) this.stop(one);
    this.networks.clear();
  }

  private parsed(line: Line): unknown {
    const { requestBytes } = this.setting.limits;
    if (line.kind === 'too-long') {
      return rpcError(
        'limit',
        `request: expected at most ${requestBytes} bytes in one line, got ${line.bytes}; split it`,
      );
    }
    if (line.kind === 'not-utf8') return rpcError('parse', 'request: expected UTF-8 text; encode it');
    try {
      return valueOfJson(line.text);
    } catch (error) {
      const reason = error instanceof FormatError ? error.message : 'expected JSON';
      return rpcError('parse', `request: ${reason}; send one JSON value per line`);
    }
  }

  private async answer(message: unknown): Promise<Response | Response[] | null> {
    if (!Array.isArray(message)) return this.answerOne(message);
    const { batch } = this.setting.limits;
    if (message.length === 0)
      return errorResponse(null, rpcError('invalidRequest', 'batch: expected at least one request'));
    if (message.length > batch) {
      return errorResponse(
        null,
        rpcError('limit', `batch: expected at most ${batch} requests, got ${message.length}; split it`),
      );
    }
    const answers: Promise<Response | null>[] = [];
    for (const one of message) {
      answers.push(this.answerOne(one));
      await this.pause();
    }
    const responses = (await Promise.all(answers)).filter((response) => response !== null);
    return responses.length > 0 ? responses : null;
  }

  private async answerOne(message: unknown): Promise<Response | null> {
    const request = envelope.safeParse(message);
    if (!request.success) {
      const [first] = complaintsOf(request.error);
      const place = first?.place === '' ? '' : `${first?.place}: `;
      return errorResponse(idOf(message), rpcError('invalidRequest', `request: ${place}${first?.problem}`));
    }
    const { id, method } = request.data;
    if (!this.server.hasMethod(method)) {
      if (id === undefined) return null;
      const known = [...Object.keys(METHODS), 'rpc.discover'].join(', ');
      return errorResponse(
        id,
        rpcError('methodNotFound', `method: ${JSON.stringify(method.slice(0, 60))} is unknown; known are ${known}`),
      );
    }
    const asked: Asked = { id, cancelled: false };
    this.asked.add(asked);
    try {
      return (await this.server.receive(
        message as Parameters<typeof this.server.receive>[0],
        asked,
      )) as Response | null;
    } finally {
      this.asked.delete(asked);
    }
  }

  private cancel(id: string | number): void {
    for (const one of this.asked) if (one.id === id) this.stop(one);
  }

  private stop(asked: Asked): void {
    asked.cancelled = true;
    asked.job?.stop('cancelled', 'the request was cancelled');
  }

  /** Lets others have their turn now and then. */
  private async pause(): Promise<void> {
    if (performance.now() - this.turn < TURN) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.turn = performance.now();
  }
}

/** The id of what may be a request. */
function idOf(message: unknown): Id {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** Parameters that fit. @throws RpcError with the places that do not */
function checked<Schema extends z.ZodType>(name: string, schema: Schema, given: unknown): z.infer<Schema> {
  const result = schema.safeParse(given ?? {}, IN_OUR_WORDS);
  if (result.success) return result.data;
  const complaints = complaintsOf(result.error);
  const first = complaints[0]!;
  const place = first.place === '' ? 'params' : first.place;
  throw rpcError('invalidParams', `${name}: ${place}: ${first.problem}; see rpc.discover`, complaints);
}
