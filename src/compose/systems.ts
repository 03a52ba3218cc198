import { systemClock } from '../platform/clock.ts';
import { type BreakerSystems, createSystems } from '../systems/breakers/breaker-systems.ts';
import { TERRAFORM_BACKEND } from '../systems/systems.ts';
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
  const { registryBreakers, backendBreaker } = await import('./terraform-breakers.ts');
  const asking = { ...terms, host: process.env };
  const breakerOf = await registryBreakers(asking);
  const systems = createSystems({ clock: systemClock, breakerOf });
  const backend = await backendBreaker(asking);
  if (backend !== undefined) systems.add(backend, [TERRAFORM_BACKEND]);
  return systems;
}
