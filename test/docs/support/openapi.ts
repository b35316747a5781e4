import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './blocks.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';

export interface Media {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

export interface Documented {
  readonly $ref?: string;
  readonly content?: { readonly [type: string]: Media };
}

export interface Operation {
  readonly requestBody?: { readonly content: { readonly [type: string]: Media } };
  readonly responses: { readonly [status: string]: Documented };
}

interface OpenApi {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: Schemas;
    readonly responses: { readonly [name: string]: Documented };
  };
}

export const OPENAPI: OpenApi = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8'));

/** Every operation: `GET /health`. */
export const OPERATIONS: readonly (readonly [string, Operation])[] = Object.entries(OPENAPI.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);

/** The body that a response has; null for none. `$ref`s are followed. */
export function bodyOf(response: Documented): { readonly type: string; readonly media: Media } | null {
  const name = response.$ref?.replace('#/components/responses/', '');
  const { content } = name === undefined ? response : (OPENAPI.components.responses[name] ?? {});
  const [entry] = Object.entries(content ?? {});
  return entry ? { type: entry[0], media: entry[1] } : null;
}
