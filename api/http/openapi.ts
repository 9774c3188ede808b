import type Joi from 'joi';
import type { Access, Route } from './route.ts';

/** JSON Schema as joi writes it. */
type JsonSchema = Record<string, unknown>;

interface Convertible {
  '~standard': { jsonSchema: Record<'input' | 'output', (options: { target: 'draft-2020-12' }) => JsonSchema> };
}

/** JSON Schema of a joi schema, in the dialect of OpenAPI 3.1. */
export const jsonSchemaOf = (schema: Joi.Schema, way: 'input' | 'output' = 'input'): JsonSchema => (schema as unknown as Convertible)['~standard'].jsonSchema[way]({ target: 'draft-2020-12' });

const problem = { description: 'Refused: RFC 9457 problem details', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; scripts may depend on it' },
    correlationId: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', required: ['path', 'message'], properties: { path: { type: 'string' }, message: { type: 'string' }, code: { type: 'string' } } } },
  },
};

const parametersOf = (place: 'path' | 'query', schema: Joi.ObjectSchema | undefined): JsonSchema[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema) as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, each]) => ({ name, in: place, required: place === 'path' || required.includes(name), schema: each }));
};

const securityOf = (access: Access): JsonSchema[] => (access === 'public' ? [] : [{ session: [] }, { bearer: [] }]);

function operation(route: Route): JsonSchema {
  const status = route.status ?? 200;
  const media = route.produces ?? 'application/json';
  const schema = route.response === undefined ? {} : jsonSchemaOf(route.response, 'output');
  return {
    tags: [route.tag],
    summary: route.summary,
    operationId: `${route.method}${route.path.replace(/[:/-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    security: securityOf(route.access),
    ...(route.access === 'administrator' ? { 'x-role': 'administrator' } : {}),
    parameters: [...parametersOf('path', route.params), ...parametersOf('query', route.query)],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(route.body) } } } }),
    responses: { [status]: status === 204 ? { description: 'Done' } : { description: 'Done', content: { [media]: { schema } } }, default: problem },
  };
}

/** The OpenAPI 3.1 document of a route table. */
export function openApiOf(routes: readonly Route[], version: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tranche',
      version,
      description: 'Prices, quantities and money are decimal strings, times ISO-8601 UTC. Writes with the session cookie need the X-CSRF-Token header; scripts use a Bearer token.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'tranche_session' }, bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}
