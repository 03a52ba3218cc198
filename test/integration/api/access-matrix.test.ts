import { describe, expect, test } from 'vitest';
import { COMMAND_TYPES, type CommandType } from '../../../src/bus/messages/commands.ts';
import { ROLES, type Role } from '../../../src/model/access.ts';
import { accessTokens, bearer, tokenOf } from '../../support/callers.ts';
import { type Issuer, startIssuer } from '../../support/issuer.ts';
import { watchRoutes } from '../../support/routes-of.ts';
import { type Served, serve } from '../../support/served.ts';

/** Whoever calls, and as what they are known. Null: as nobody. */
interface Caller {
  who: string;
  headers: Record<string, string>;
  role: Role | null;
}

const CALLERS: readonly Caller[] = [
  { who: 'without a token', headers: {}, role: null },
  { who: 'with garbage', headers: bearer('garbage'), role: null },
  { who: 'with another scheme', headers: { authorization: 'Basic YTpi' }, role: null },
  { who: 'with two tokens', headers: { authorization: 'Bearer a Bearer b' }, role: null },
  { who: 'with a long token', headers: bearer('a'.repeat(8_000)), role: null },
  {
    who: 'with what looks like an order',
    headers: bearer(`order.e30.${'0'.repeat(64)}`),
    role: null,
  },
  ...ROLES.map((role) => ({ who: `as ${role}`, headers: bearer(tokenOf(role)), role })),
];

/** For workers with an order they were given: of people and programs it lets in nobody. */
const FOR_WORKERS = /^\w+ \/api\/v1\/orders\//;

/** The one table: which role each route needs. What is not in it needs a viewer. */
const OPEN = new Set(['GET /livez', 'GET /readyz']);
const NEEDS: Readonly<Record<string, Role>> = {
  'GET /api/v1/deliveries': 'admin',
  'GET /api/v1/environments/:name/secrets': 'operator',
  'POST /api/v1/commands': 'operator',
  'POST /api/v1/previews': 'operator',
  'POST /api/v1/templates': 'admin',
  'POST /api/v1/template-checks': 'operator',
  'GET /api/v1/audit': 'admin',
  'POST /api/v1/runs/:run/cancel': 'operator',
  'POST /api/v1/runs/:run/retry': 'operator',
  'POST /api/v1/runs/:run/approve': 'admin',
  'POST /api/v1/runs/:run/resolve': 'admin',
};

const COMMANDS: Readonly<Record<CommandType, Role>> = {
  'environment.create': 'operator',
  'environment.update': 'operator',
  'environment.extend': 'operator',
  'environment.destroy': 'operator',
  'run.cancel': 'operator',
  'run.retry': 'operator',
  'run.approve': 'admin',
  'run.resolve': 'admin',
  'environment.reconcile': 'operator',
  'action.run': 'operator',
  'webhook.replay': 'admin',
};

const outrank = (role: Role, needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed);

function verdict(route: string, role: Role | null): 'in' | 401 | 403 {
  const asGet = route.replace(/^HEAD /, 'GET ');
  if (OPEN.has(asGet)) return 'in';
  if (role === null || FOR_WORKERS.test(route)) return 401;
  return outrank(role, NEEDS[asGet] ?? 'viewer') ? 'in' : 403;
}

/** The status, without waiting for the end of what may be a stream. */
async function statusOf({ url }: Served, method: string, path: string, headers: HeadersInit) {
  const response = await fetch(`${url}${path}`, { method, headers });
  await response.body?.cancel();
  return response.status;
}

const asVerdict = (status: number) => (status === 401 || status === 403 ? status : 'in');

function serveWithTokens(more: Record<string, string> = {}): Promise<Served> {
  const tokens = accessTokens(ROLES.map((role) => ({ name: role, role })));
  // Far more is asked here than anybody may ask in a minute.
  const unlimited = {
    BIOTOPE_ACCESS_REQUESTS_PER_MINUTE_MAX: '1000000',
    BIOTOPE_ACCESS_FAILURES_PER_MINUTE_MAX: '1000000',
  };
  return serve({ environment: { ...tokens, ...unlimited, ...more } });
}

const OIDC_ROLES: Readonly<Record<Role, string>> = {
  viewer: 'readers',
  operator: 'builders',
  admin: 'owners',
};

async function oidcCallers({ token }: Issuer): Promise<Caller[]> {
  const all = { roles: 'owners', teams: '*' };
  const ago = Math.floor(Date.now() / 1_000) - 600;
  const bad = { 'an expired': { ...all, exp: ago }, 'a misdirected': { ...all, aud: 'another' } };
  return [
    ...(await Promise.all(
      ROLES.map(async (role) => ({
        who: `with a JWT as ${role}`,
        headers: bearer(await token({ ...all, roles: [OIDC_ROLES[role]] })),
        role,
      })),
    )),
    ...(await Promise.all(
      Object.entries(bad).map(async ([what, claims]) => ({
        who: `with ${what} JWT`,
        headers: bearer(await token(claims)),
        role: null,
      })),
    )),
  ];
}

describe('every route of a server with tokens', () => {
  test('lets in those who may use it, and nobody else', async () => {
    const routes = watchRoutes();
    const issuer = await startIssuer();
    const served = await serveWithTokens(issuer.environment);
    const callers = [...CALLERS, ...(await oidcCallers(issuer))];
    expect(routes.length).toBeGreaterThan(5);
    const told: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const { method, url } of routes) {
      const path = url.replaceAll(/:\w+/g, 'nothing').replaceAll('*', 'nothing');
      for (const { who, headers, role } of callers) {
        const name = `${method} ${url} ${who}`;
        told[name] = asVerdict(await statusOf(served, method, path, headers));
        expected[name] = verdict(`${method} ${url}`, role);
      }
    }
    expect(told).toEqual(expected);
  });

  test('and every address where nothing is asks for a token first', async () => {
    const { ask } = await serveWithTokens();
    expect(await ask('/api/v1/nothing')).toMatchObject({ status: 401 });
    expect(await ask('/api/v1/commands')).toMatchObject({ status: 401 });
    const headers = bearer(tokenOf('viewer'));
    expect(await ask('/api/v1/nothing', { headers })).toMatchObject({ status: 404 });
    expect(await ask('/api/v1/commands', { headers })).toMatchObject({ status: 405 });
  });
});

describe('every command', () => {
  test('is taken from those of the role that it needs', async () => {
    const { send } = await serveWithTokens();
    const told: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const type of COMMAND_TYPES) {
      for (const role of ROLES) {
        const { status } = await send(
          '/api/v1/commands',
          { type, data: {} },
          bearer(tokenOf(role)),
        );
        told[`${type} as ${role}`] = asVerdict(status);
        expected[`${type} as ${role}`] = outrank(role, COMMANDS[type]) ? 'in' : 403;
      }
    }
    expect(told).toEqual(expected);
  });

  test.each([{ protect: false }, { requireApproval: false }])(
    'that takes a protection off is taken from admins: %j',
    async (data) => {
      const { send } = await serveWithTokens();
      const command = { type: 'environment.update', data: { name: 'nobody', ...data } };
      const as = (role: Role) => send('/api/v1/commands', command, bearer(tokenOf(role)));
      expect(await as('operator')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(await as('admin')).toMatchObject({ status: 404 });
    },
  );
});
