/**
 * The errors of the protocol: their codes, and what each tells.
 */
import { JSONRPCErrorException as RpcError } from 'json-rpc-2.0';
import type { z } from 'zod';
import { ChamberError } from '../chambers/index.js';
import { EngineError } from '../engines/index.js';
import { FormatError } from '../formats/index.js';
import { DomainError } from '../network/index.js';
import { SymmetryError } from '../walk/index.js';

/** Error codes: those of JSON-RPC 2.0, that of the Language Server Protocol for cancellation, and our own. */
export const CODE = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  unknownNetwork: -32001,
  badFile: -32002,
  limit: -32003,
  timeout: -32004,
  busy: -32005,
  notAllowed: -32006,
  cancelled: -32800,
} as const;

/** What each code means, for the machine-read description. */
export const MEANINGS: Readonly<Record<keyof typeof CODE, string>> = {
  parse: 'the line is no JSON, no UTF-8, or nested too deep',
  invalidRequest: 'the JSON is no request',
  methodNotFound: 'there is no such method',
  invalidParams: 'the parameters do not fit the method; `data` lists places and fixes',
  internal: 'a mistake in the server; please report it',
  unknownNetwork: 'no network has this handle; load it',
  badFile: 'a network or certificate cannot be read as one',
  limit: 'a limit of the server or of the request was met; `data` names it and holds what was completed',
  timeout: 'the time limit has passed; `data` holds what was completed',
  busy: 'too many long requests are waiting; try again later',
  notAllowed: 'this server does not touch files for its clients',
  cancelled: 'the request was cancelled; `data` holds what was completed',
};

/** An error answer: thrown as it is, the library sends its code, message and data. */
export { RpcError };

/** The error answer of a kind. @param message what is wrong, and what to do */
export function rpcError(kind: keyof typeof CODE, message: string, data?: unknown): RpcError {
  return new RpcError(message, CODE[kind], data);
}

/** "point[1]" for a path of zod. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

/** How many complaints about parameters are listed. */
const MOST_ISSUES = 5;

/** How many forms are told why they do not fit. */
const MOST_FORMS = 3;

/** What is wrong; of a value that may have one of several forms what each of them misses. */
function problemOf(issue: z.core.$ZodIssue): string {
  const isUntold = issue.code === 'invalid_union' && issue.message === 'Invalid input' && issue.errors.length > 0;
  if (!isUntold) return issue.message;
  const missed = [...new Set(issue.errors.flatMap(([first]) => (first === undefined ? [] : [problemOf(first)])))];
  return `fits none of ${issue.errors.length} forms: ${missed.slice(0, MOST_FORMS).join('; ')}`;
}

/** What is wrong with values that a validator refused. */
export function complaintsOf({ issues }: z.ZodError): { readonly place: string; readonly problem: string }[] {
  return issues.slice(0, MOST_ISSUES).map((issue) => ({ place: placeOf(issue.path), problem: problemOf(issue) }));
}

/** What V8 says where a stack, an array, a text or an integer grows too large. */
const ENGINE_LIMIT = /^(Maximum|Invalid|Array buffer allocation)/;

/** The error answer that an error amounts to. */
export function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof RangeError && ENGINE_LIMIT.test(error.message)) {
    return rpcError('limit', `too large for this server (${error.message}); ask for less`);
  }
  if (error instanceof FormatError) return rpcError('badFile', error.message);
  if (
    error instanceof ChamberError ||
    error instanceof SymmetryError ||
    error instanceof DomainError ||
    error instanceof EngineError ||
    error instanceof RangeError ||
    error instanceof SyntaxError
  ) {
    return rpcError('invalidParams', error.message);
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return rpcError('internal', `internal error: ${what.split('\n')[0]}; please report it`);
}
