import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a registry of modules knows: where each version of each module is kept. */
export type Modules = Record<string, Record<string, string>>;

/** Terraform's registry protocol, for a server that speaks HTTPS; other paths are left to it. */
export function answerAsRegistry(modules: Modules) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url ?? '';
    const tell = (document: unknown) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(document));
      return true;
    };
    if (path === '/.well-known/terraform.json') return tell({ 'modules.v1': '/v1/modules/' });
    const [, address = '', asked = ''] =
      /^\/v1\/modules\/([^/]+\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
    if (address === '') return false;
    const versions = modules[address];
    if (asked === 'versions' && versions !== undefined) {
      const listed = Object.keys(versions).map((version) => ({ version }));
      return tell({ modules: [{ versions: listed }] });
    }
    const location = versions?.[asked.replace(/\/download$/, '')];
    response.statusCode = location === undefined ? 404 : 204;
    if (location !== undefined) response.setHeader('x-terraform-get', location);
    response.end();
    return true;
  };
}
