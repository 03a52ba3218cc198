import type { JsonObject } from '../model/json.ts';
import type { EngineContext } from './context.ts';

/** Whether the executor can find out how a lost attempt at such a resource ended. */
export function isInspectable(
  { definitions }: Pick<EngineContext, 'definitions'>,
  executor: string,
  spec: JsonObject,
): boolean {
  return definitions.get(executor)?.canInspect(spec) ?? false;
}
