import type { FastifyInstance } from 'fastify';
import type { Role } from '../../model/access.ts';

/** What a route asks of its callers. `open`: nothing at all. `order`: the token of an order. */
export type Access = Role | 'open' | 'order';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/**
 * Default deny: a route that does not say who may use it cannot be there. To be called before the
 * routes are; what a plugin adds gets its rule from a hook of the plugin's own scope, so that it is
 * looked for only once all are there.
 */
export function demandRules(app: FastifyInstance): void {
  const routes: { method: string | string[]; url: string; config?: { access?: Access } }[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const bare = routes.find(({ config }) => config?.access === undefined);
    if (bare === undefined) return;
    throw new Error(
      `the route ${[bare.method].flat().join(', ')} ${bare.url} says not who may use it`,
    );
  });
}
