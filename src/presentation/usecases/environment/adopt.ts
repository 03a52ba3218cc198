import { BiotopeError } from '../../../model/errors.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Answer, Session } from '../../session.ts';
import type { Timed } from '../../times.ts';
import { build } from './build.ts';
import type { BuildRequest } from './build-command.ts';
import { buildTypeOf, type Previewed, plan } from './plan.ts';

interface AdoptRequest extends BuildRequest, Previewed, Timed {
  /** `NAME` or `NAME=KEY=VALUE`, as often as wanted. */
  resource?: string[] | undefined;
  /** Names of resources whose adoption is given up. */
  create?: string[] | undefined;
}

/** Adopts what exists: creates the environment around it, or updates one that is there. */
export async function adoptResources(session: Session, request: AdoptRequest): Promise<Answer> {
  const asked = { ...request, adopt: readAdopt(request) };
  if (request['dry-run']) return plan(session, asked);
  return build(session, await buildTypeOf(session, request.name), asked);
}

/** What is between the quotes of an address such as `aws_instance.web["a=b"]` is no sign. */
const PAIR = /^(?<key>(?:[^="]|"[^"]*")+)=(?<value>.+)$/s;

/** @internal */
export function readAdopt({
  resource = [],
  create = [],
}: Pick<AdoptRequest, 'resource' | 'create'>): Record<string, JsonObject | null> {
  const asked = new Map<string, JsonObject | null>(create.map((name) => [name, null]));
  for (const text of resource) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const known = asked.get(name);
    if (known === null) throw notUnderstood(text, `${name} stands in --create as well`);
    const how = { ...known };
    if (at >= 0) {
      const { key, value } = PAIR.exec(text.slice(at + 1))?.groups ?? {};
      if (key === undefined || value === undefined) throw notUnderstood(text, FORMS);
      if (Object.hasOwn(how, key)) throw notUnderstood(text, `${key} is named twice`);
      how[key] = value;
    }
    asked.set(name, how);
  }
  return Object.fromEntries(asked);
}

const FORMS = 'write NAME, or NAME=KEY=VALUE such as database=aws_db_instance.main=db-123';

function notUnderstood(text: string, why: string): BiotopeError {
  return new BiotopeError('USAGE', {
    message: `--resource ${JSON.stringify(text.slice(0, 100))} is not understood: ${why}.`,
  });
}
