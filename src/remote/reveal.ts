import { outputsSchema } from '../documents/schema/environment.ts';
import type { EnvironmentRecord } from '../model/environment.ts';
import type { JsonObject } from '../model/json.ts';
import type { ApiClient } from './client/client.ts';
import { inPath } from './reading/reading.ts';

/** These outputs of an environment, secrets in the clear. Rejects with FORBIDDEN for who may not read them. */
export async function revealOnServer(
  client: ApiClient,
  { name, outputs }: Pick<EnvironmentRecord, 'name' | 'outputs'>,
): Promise<JsonObject> {
  const path = `/environments/${inPath(name)}/secrets`;
  const { outputs: revealed } = await client.get(path, outputsSchema);
  const wanted = Object.entries(revealed).filter(([key]) => Object.hasOwn(outputs, key));
  return Object.fromEntries(wanted);
}
