import { holdsExpression } from '../../model/expression/text.ts';
import { readServiceTarget, serviceTargetText } from '../../model/service-target.ts';
import type { StatusEndpoint } from '../../model/template.ts';
import type { DocumentPath } from '../document/document.ts';
import type { ResourceInput } from '../document/schema.ts';
import { checkTexts, type TextCheck } from './texts.ts';

type EndpointInput = ResourceInput['statusEndpoints'][number];

/** Returns the ids of the resources that the endpoints refer to. */
export function checkEndpoints(
  endpoints: readonly EndpointInput[],
  path: DocumentPath,
  owner: string,
  check: TextCheck,
): string[] {
  return endpoints.flatMap((endpoint, at) => {
    const place = [...path, at];
    const kind = kindOf(endpoint);
    if (kind === null) {
      const message = 'a status endpoint has one of "http", "tcp" and "consul"';
      check.document.report({ path: place, message, suggestion: null });
      return [];
    }
    const problem = problemOf(endpoint);
    if (problem !== null) check.document.report({ path: [...place, kind], ...problem });
    if (kind !== 'http' && endpoint.expectStatus.length > 0) {
      const message = 'only http has a status to expect';
      check.document.report({ path: [...place, 'expectStatus'], message, suggestion: null });
    }
    const rules = {
      owner,
      noResources: null,
      self: 'all',
      refuseSecret: () => 'a status endpoint is shown to everybody',
    } as const;
    return textsOf(endpoint).flatMap(([part, text]) => [
      ...checkTexts(text, [...place, ...part], rules, check),
    ]);
  });
}

/** None for one that is neither, which was reported. */
export function buildEndpoint(endpoint: EndpointInput): StatusEndpoint[] {
  const kind = kindOf(endpoint);
  if (kind === null) return [];
  const { expectStatus, timeoutSeconds, intervalSeconds } = endpoint;
  const target = targetOf(endpoint);
  return [{ kind, target, expectStatus, timeoutSeconds, intervalSeconds }];
}

/** Its texts, each with where it stands. */
function textsOf({ http, tcp, consul }: EndpointInput): [DocumentPath, string][] {
  if (consul === undefined) return [[[http === undefined ? 'tcp' : 'http'], http ?? tcp ?? '']];
  const { service, tag = '', datacenter = '' } = consul;
  const parts = Object.entries({ service, tag, datacenter });
  return parts.map(([part, text]) => [['consul', part], text]);
}

const KINDS = ['http', 'tcp', 'consul'] as const;

/** Null where it is none of them, or several. */
function kindOf(endpoint: EndpointInput): StatusEndpoint['kind'] | null {
  const [kind, ...others] = KINDS.filter((one) => endpoint[one] !== undefined);
  return others.length === 0 ? (kind ?? null) : null;
}

function targetOf({ http, tcp, consul }: EndpointInput): string {
  if (consul === undefined) return http ?? tcp ?? '';
  const { service, tag = null, datacenter = null, minPassing } = consul;
  return serviceTargetText({ service, tag, datacenter, minPassing });
}

function problemOf({ http, tcp, consul }: EndpointInput): TargetProblem | null {
  if (consul !== undefined) return serviceProblem(consul);
  return http === undefined ? tcpProblem(tcp ?? '') : httpProblem(http);
}

/** What can be told before its expressions are evaluated. */
function serviceProblem(parts: NonNullable<EndpointInput['consul']>): TargetProblem | null {
  const [service, datacenter, tag] = [parts.service, parts.datacenter, parts.tag].map((part) =>
    part === undefined || holdsExpression(part) ? null : part,
  );
  const shape = { service: service ?? 's', datacenter: datacenter ?? null, tag: tag ?? null };
  const target = serviceTargetText({ ...shape, minPassing: parts.minPassing });
  if (readServiceTarget(target) !== undefined) return null;
  return {
    message: 'this must name a service of Consul, without spaces',
    suggestion: 'Write for example { service: "payments", tag: "primary" }.',
  };
}

interface TargetProblem {
  message: string;
  suggestion: string | null;
}

function httpProblem(url: string): TargetProblem | null {
  return urlProblem(url, /^https?:\/\//i, {
    message: 'this must be an absolute http or https URL',
    suggestion: 'Write for example "http://${self.outputs.host}:8080/health".',
  });
}

/** What can be told of a URL before its expressions are evaluated: its beginning. */
export function urlProblem(
  url: string,
  beginning: RegExp,
  problem: TargetProblem,
): TargetProblem | null {
  const [literal = ''] = url.split('${', 1);
  if (holdsExpression(url)) return literal === '' || beginning.test(literal) ? null : problem;
  if (!URL.canParse(url) || !beginning.test(url)) return problem;
  const { username, password } = new URL(url);
  if (username === '' && password === '') return null;
  return {
    message: 'a URL that is shown to everybody must not hold credentials',
    suggestion: null,
  };
}

function tcpProblem(target: string): TargetProblem | null {
  const message = 'this must be a host and a port';
  const suggestion = 'Write for example "db.example.org:5432" or "${self.outputs.host}:5432".';
  if (target.includes('://')) return { message, suggestion };
  if (holdsExpression(target)) {
    const behind = target.slice(target.lastIndexOf('}') + 1);
    const isPossible = behind === '' || !behind.includes(':') || isPort(behind.split(':').at(-1));
    return isPossible ? null : { message, suggestion };
  }
  const parts = /^(?:\[[0-9a-f:.]+\]|[^\s:/[\]]+):(\d+)$/i.exec(target);
  return isPort(parts?.[1]) ? null : { message, suggestion };
}

function isPort(text: string | undefined): boolean {
  return (
    text !== undefined && /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
  );
}
