/**
 * What programs made from the document call an operation, told from its route:
 *
 *   GET  /api/v1/environments               listEnvironments
 *   GET  /api/v1/environments/{name}/graph  getEnvironmentGraph
 *   POST /api/v1/runs/{run}/cancel          cancelRun
 *   POST /api/v1/commands                   createCommand
 */
export function operationIdOf(method: string, path: string): string {
  const parts = path
    .replace(/^\/api\/v\d+/, '')
    .split('/')
    .filter((part) => part !== '');
  const names = parts.flatMap((part, at) => {
    if (isParameter(part)) return [];
    return isParameter(parts[at + 1]) ? [singular(part)] : [part];
  });
  const isOfOne = parts.length > 1 && isParameter(parts.at(-2));
  const last = names.at(-1) ?? '';
  if (method === 'post' && isOfOne) return camel([last, ...names.slice(0, -1)]);
  if (method === 'post') return camel(['create', ...names.slice(0, -1), singular(last)]);
  const isList = method === 'get' && !isParameter(parts.at(-1)) && singular(last) !== last;
  return camel([isList ? 'list' : method, ...names]);
}

function isParameter(part: string | undefined): boolean {
  return part?.startsWith('{') ?? false;
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');
}

/** Of `get`, `openapi.json`: `getOpenapiJson`. */
function camel(names: readonly string[]): string {
  const words = names.flatMap((name) => name.split(/[^A-Za-z0-9]+/)).filter((word) => word !== '');
  return words
    .map((word, at) => (at === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('');
}
