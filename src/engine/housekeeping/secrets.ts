import { UNFINISHED_RUN } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';

/**
 * An environment that is gone leaves no secrets of its own behind: parameters and outputs. Not while
 * another run waits in its line, whose parameters lie there already. May be called again.
 */
export async function forgetSecretsOf(
  { store, secrets }: EngineContext,
  environment: string,
): Promise<void> {
  const inLine = await store.find('runs', { where: { environment, status: UNFINISHED_RUN } });
  if (inLine.length > 1) return;
  for (const path of await secrets.list(`environments/${environment}`)) await secrets.remove(path);
}
