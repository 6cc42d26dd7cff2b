/**
 * The machine-read description of the protocol: an OpenRPC document whose JSON Schemas are generated from the validators.
 *
 * Source: OpenRPC 1.3.2 (spec.open-rpc.org). It knows no notifications from the server; these stand under `x-notifications`
 * in the same form, without results.
 */
import { z } from 'zod';
import { ANSWER_VERSION } from '../answers/index.js';
import { CODE, MEANINGS } from './errors.js';
import { CLIENT_NOTIFICATIONS, METHODS, SERVER_NOTIFICATIONS } from './schemas.js';

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
};

/** Parameters by name. */
function paramsOf(params: z.ZodObject): object[] {
  return Object.entries(params.shape).map(([name, schema]) => {
    const type = schema as z.ZodType;
    return { name, required: !type.safeParse(undefined).success, schema: schemaOf(type) };
  });
}

const ERRORS = (Object.keys(CODE) as (keyof typeof CODE)[]).map((kind) => ({
  code: CODE[kind],
  message: MEANINGS[kind],
}));

function notificationsOf(table: Readonly<Record<string, { readonly summary: string; readonly params: z.ZodObject }>>) {
  return Object.entries(table).map(([name, { summary, params }]) => ({
    name,
    summary,
    paramStructure: 'by-name',
    params: paramsOf(params),
  }));
}

/** The OpenRPC document. */
export function descriptionOf(): object {
  return {
    openrpc: '1.3.2',
    info: {
      title: 'relu-atlas oracle',
      version: String(ANSWER_VERSION),
      description: 'Exact answers about ReLU networks. JSON-RPC 2.0, one message per line, UTF-8.',
    },
    methods: Object.entries(METHODS).map(([name, { summary, params, result }]) => ({
      name,
      summary,
      paramStructure: 'by-name',
      params: paramsOf(params),
      result: { name: 'result', schema: schemaOf(result) },
      errors: ERRORS,
    })),
    'x-notifications': {
      fromClient: notificationsOf(CLIENT_NOTIFICATIONS),
      fromServer: notificationsOf(SERVER_NOTIFICATIONS),
    },
  };
}
