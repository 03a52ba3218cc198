import { systemClock } from '../platform/clock.ts';
import { type BreakerSystems, createSystems } from '../systems/breakers/breaker-systems.ts';
import type { GuardTerms } from './guard.ts';

/**
 * The systems of this process. A service waits for registries of providers as well; whoever sits at one
 * command is told at once that a registry is away.
 */
export async function openSystems({
  isService = false,
  ...terms
}: GuardTerms & { isService?: boolean | undefined }): Promise<BreakerSystems> {
  if (!isService) return createSystems({ clock: systemClock });
  const { registryBreakers } = await import('./registry-breakers.ts');
  const breakerOf = await registryBreakers({ ...terms, host: process.env });
  return createSystems({ clock: systemClock, breakerOf });
}
