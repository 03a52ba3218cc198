import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { onTestFinished } from 'vitest';

export interface FoundRoute {
  method: string;
  url: string;
}

/**
 * Every route of every server that this process begins until the end of the test, as fastify itself
 * is told of them: also those that no description names.
 */
export function watchRoutes(): FoundRoute[] {
  const found: FoundRoute[] = [];
  const onServer = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      for (const one of [method].flat()) found.push({ method: one, url });
    });
  };
  diagnostics.subscribe('fastify.initialization', onServer);
  onTestFinished(() => {
    diagnostics.unsubscribe('fastify.initialization', onServer);
  });
  return found;
}
