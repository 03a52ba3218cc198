import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a registry of modules knows: where each version of each module is kept. */
export type Modules = Record<string, Record<string, string>>;

/** By path: what it gives itself; a text leads elsewhere. */
export type Archives = Record<string, Uint8Array | string>;

/** Terraform's registry protocol, for a server that speaks HTTPS; other paths are left to it. */
export function answerAsRegistry(modules: Modules, archives: Archives = {}) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url ?? '';
    return (
      tellArchive(archives[path], response) ||
      tellService(path, response) ||
      tellModule(modules, path, response)
    );
  };
}

function tell(document: unknown, response: ServerResponse): true {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(document));
  return true;
}

function tellArchive(archive: Archives[string] | undefined, response: ServerResponse): boolean {
  if (archive === undefined) return false;
  const isElsewhere = typeof archive === 'string';
  response.writeHead(isElsewhere ? 302 : 200, isElsewhere ? { location: archive } : {});
  response.end(isElsewhere ? '' : archive);
  return true;
}

function tellService(path: string, response: ServerResponse): boolean {
  const isAsked = path === '/.well-known/terraform.json';
  return isAsked && tell({ 'modules.v1': '/v1/modules/' }, response);
}

function tellModule(modules: Modules, path: string, response: ServerResponse): boolean {
  const [, address, asked = ''] = /^\/v1\/modules\/([^/]+\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  if (address === undefined) return false;
  const versions = modules[address];
  if (asked === 'versions' && versions !== undefined) {
    const listed = Object.keys(versions).map((version) => ({ version }));
    return tell({ modules: [{ versions: listed }] }, response);
  }
  const location = versions?.[asked.replace(/\/download$/, '')];
  response.statusCode = location === undefined ? 404 : 204;
  if (location !== undefined) response.setHeader('x-terraform-get', location);
  response.end();
  return true;
}
