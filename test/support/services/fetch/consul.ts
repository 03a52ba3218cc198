import { buildWithGo } from './go.ts';
import { installed } from './run.ts';

const MODULE = 'github.com/hashicorp/consul';
/** Parts that its own file takes from folders beside it, which a downloaded module does not have. */
const PARTS = ['api', 'envoyextensions', 'proto-public', 'sdk', 'troubleshoot'];

/** The one on the PATH, or Consul 1.20. */
export async function getConsul(): Promise<string> {
  return (
    installed('consul') ??
    buildWithGo({
      name: 'consul',
      module: MODULE,
      version: 'v1.20.6',
      edits: PARTS.map((part) => `-dropreplace=${MODULE}/${part}`),
    })
  );
}
