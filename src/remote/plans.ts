import type { ImpactDocument, PlanDocument } from '../documents/plan.ts';
import { impactSchema, planSchema } from '../documents/schema/plan.ts';
import type { Engine } from '../engine/engine.ts';
import type { ApiClient } from './client/client.ts';
import { inPath } from './reading/reading.ts';

/** Executors are asked one resource after the other, and each may ask a provider. */
const LOOKS_MAX_MS = 30 * 60_000;

interface Asked {
  withDifferences: boolean;
}

/** What a command would do, as a server says. */
export async function planOnServer(
  client: ApiClient,
  { command, withDifferences }: Asked & { command: Parameters<Engine['preview']>[0] },
): Promise<PlanDocument> {
  const told = await client.post('/previews', planSchema, {
    body: { ...command, differences: withDifferences },
    // It changes nothing.
    isRepeatable: true,
    answerMaxMs: LOOKS_MAX_MS,
  });
  return told as PlanDocument;
}

/** What a version would change, as a server says. */
export async function impactOnServer(
  client: ApiClient,
  {
    template,
    environments,
    withDifferences,
  }: Asked & { template: string; environments: readonly string[] | undefined },
): Promise<ImpactDocument> {
  const path = `/templates/${inPath(template)}/impact`;
  const told = await client.get(path, impactSchema, {
    environment: environments,
    differences: String(withDifferences),
  });
  return told as ImpactDocument;
}
