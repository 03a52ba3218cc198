import type { FastifyInstance } from 'fastify';

/** Which methods a path knows, to tell a wrong method from a wrong path. */
export interface RouteTable {
  /** Empty where no route has this path. */
  methodsOf(url: string): string[];
}

interface Known {
  path: RegExp;
  methods: string[];
}

/** To be made before the routes are. */
export function createRouteTable(app: FastifyInstance): RouteTable {
  const known: Known[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    known.push({ path: pathPattern(url), methods: [method].flat() });
  });
  return {
    methodsOf: (url) => {
      const path = url.split('?', 1).join('');
      const methods = known.flatMap((route) => (route.path.test(path) ? route.methods : []));
      return [...new Set(methods)].toSorted();
    },
  };
}

function pathPattern(url: string): RegExp {
  const escaped = url.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}$`);
}
