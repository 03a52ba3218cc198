import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { demandRules } from '../../../../src/api/access/rules.ts';

describe('a route', () => {
  it('that says who may use it can be there', async () => {
    const app = Fastify();
    demandRules(app);
    app.get('/there', { config: { access: 'viewer' } }, () => 'there');
    await expect(app.ready()).resolves.toBeDefined();
  });

  it('that does not say who may use it keeps the server from starting', async () => {
    const app = Fastify();
    demandRules(app);
    app.post('/forgotten', () => 'done');
    await expect(app.ready()).rejects.toThrow('POST /forgotten');
  });

  it('of a plugin gets its rule from the scope that the plugin lives in', async () => {
    const app = Fastify();
    demandRules(app);
    app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'viewer' };
      });
      scope.register(async (plugin) => {
        plugin.get('/page', (request) => request.routeOptions.config);
      });
    });
    const { body } = await app.inject('/page');
    expect(JSON.parse(body)).toMatchObject({ access: 'viewer' });
  });
});
