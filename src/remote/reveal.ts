import { outputsSchema } from '../documents/schema/environment.ts';
import type { JsonObject } from '../model/json.ts';
import type { ApiClient } from './client/client.ts';
import { inPath } from './reading/reading.ts';

/** Outputs of an environment, secrets in the clear. Rejects with FORBIDDEN for who may not read them. */
export async function revealOnServer(client: ApiClient, name: string): Promise<JsonObject> {
  const { outputs } = await client.get(`/environments/${inPath(name)}/secrets`, outputsSchema);
  return outputs;
}
