import { parseTemplateRequest } from '../../model/version.ts';
import type { Biotope } from '../seat/contract.ts';
import { missingNames } from './shipped.ts';

/**
 * Publishes what ships where the template that is asked for is part of it and was not published yet.
 * What publishes is loaded only then. Waits for the seat if another process has it.
 */
export async function publishIfShipped(
  biotope: Biotope,
  selector: string,
  signal: AbortSignal,
): Promise<void> {
  const name = parseTemplateRequest(selector)?.name;
  // A server publishes them by itself.
  if (
    biotope.server !== undefined ||
    name === undefined ||
    !(await missingNames(biotope.store)).includes(name)
  )
    return;
  const { publishAllShipped } = await import('./publish.ts');
  await publishAllShipped(biotope, signal);
}
