import { access } from 'node:fs/promises';
import type { Executor, StepContext } from '../executors/executor.ts';
import { isBiotopeError } from '../model/errors.ts';
import type { Grant } from '../model/order.ts';
import { createRedactor } from '../platform/redactor.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { priorSecretsOf, resolveSpec } from './inputs.ts';
import { insist } from './insist.ts';
import { sealState } from './seal.ts';
import { insistence, type Sealed, type Step, sealContext } from './step.ts';
import { makeWorkFolder, workFolderOf } from './work-folders.ts';

/** What an executor gets to see. Rejects where an input, the state or a file cannot be had. */
export async function contextOf(step: Step, executor: Executor): Promise<StepContext> {
  const { grant, tools, redactor, signal } = step;
  const { runId, environment, address, attempt, operation, traceparent } = grant.order;
  const takesSpec = operation !== 'destroy' || executor.destroyNeedsSpec;
  const spec = takesSpec
    ? await resolveSpec(grant.spec, { secrets: tools.secrets, redactor, signal })
    : {};
  const priorSecrets = await priorSecretsOf(grant.prior, { secrets: tools.secrets, signal }).catch(
    orNone,
  );
  // Apart from the step's own: outputs are judged by what is secret now.
  const former = createRedactor();
  for (const secret of priorSecrets) former.learn(secret);
  const redact = (text: string) => redactor.redact(former.redact(text));
  return {
    stepId: `${runId}/${address}`,
    environment,
    address,
    identity: grant.identity,
    attempt,
    traceparent,
    spec,
    prior: await openPrior(grant.prior, { environment, identity: grant.identity }, tools.secrets),
    priorSecrets,
    ...(executor.needsFiles ? await foldersOf(step) : NO_FOLDERS),
    signal,
    confirm: step.confirm,
    redact,
    log: (line) => step.log.write(redact(line)),
    progress: (message) => {
      tools.tell({ runId, address, message: redact(message), data: null });
    },
    checkpoint: async (state) => {
      const sealed = await sealState(step, state);
      step.log.flush();
      await insist(() => tools.desk.checkpoint(step.claim, sealed), insistence(step));
    },
  };
}

/**
 * Best effort: a resource must not be stuck because a secret that it no longer uses is gone. Where they
 * are kept is only away for now: without them logs could tell them.
 */
function orNone(error: unknown): string[] {
  if (isBiotopeError(error, 'SYSTEM_UNAVAILABLE')) throw error;
  return [];
}

const NO_FOLDERS = { bundleFolder: '', workFolder: '' };

async function foldersOf(step: Step) {
  const { tools, grant, claim } = step;
  const { bundleDigest, order } = grant;
  const fetch = (digest: string) =>
    insist(() => tools.desk.bundle(digest, claim), { ...insistence(step), signal: step.signal });
  // One that was deleted meanwhile must not be made anew by those below it.
  await access(tools.dataFolder);
  return {
    bundleFolder: bundleDigest === '' ? '' : await tools.bundles.folderOf(bundleDigest, fetch),
    workFolder: makeWorkFolder(workFolderOf(tools.dataFolder, order)),
  };
}

/** What is known of a resource, with its state in the clear. */
export async function openPrior(
  known: Grant['prior'],
  owner: Sealed,
  secrets: Secrets,
): Promise<StepContext['prior']> {
  if (known === null) return null;
  const { sealedState, ...prior } = known;
  if (sealedState === null) return { ...prior, state: null };
  return { ...prior, state: await secrets.open(sealedState, sealContext(owner)) };
}
