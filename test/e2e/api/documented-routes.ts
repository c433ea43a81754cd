import type { ApiWorld } from './api-world.ts';

/** A route as the OpenAPI document names it. */
export type DocumentedRoute = {
  readonly method: 'GET' | 'POST';
  /** With `{id}` where it has one. */
  readonly path: string;
  /** Media types of its success. */
  readonly mediaTypes: readonly string[];
};

/** Every route of the served OpenAPI document. */
export async function documentedRoutes(api: ApiWorld): Promise<readonly DocumentedRoute[]> {
  const { json } = await api.call({ path: '/openapi.json', as: null });
  return Object.entries(json['paths'] ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const success = Object.entries(operation['responses'] ?? {}).find(([status]) => status.startsWith('2'))?.[1];
      return { method: method === 'get' ? 'GET' : 'POST', path, mediaTypes: Object.keys(success?.['content'] ?? {}) };
    }),
  );
}
