import { join } from 'node:path';
import type { Adoption } from '../executors/adoption.ts';
import { type Executor, ExecutorError } from '../executors/executor.ts';
import type { PlannedChange } from '../executors/planned.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { Grant } from '../model/order.ts';
import { messageOf } from '../model/thrown.ts';
import type { Ids } from '../platform/ids.ts';
import { createRedactor, type Redactor } from '../platform/redactor.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { createBundleShelf, type FetchBundle, type ShelfDependencies } from './bundles.ts';
import { openPrior } from './context.ts';
import { priorSecretsOf, resolveSpec } from './inputs.ts';
import { makeWorkFolder } from './work-folders.ts';

/** A resource as a plan wants it. `spec`: secrets as references. `bundleDigest`: empty for none. */
export interface Looked extends Pick<Grant, 'spec' | 'prior' | 'bundleDigest'> {
  executor: Executor;
  /** What is to be adopted; undefined: it is to be built. */
  adoption?: Adoption | undefined;
  environment: string;
  address: Grant['order']['address'];
  identity: Grant['identity'];
}

/** Why an executor cannot say what it would do. `code`: of its error; absent where none was asked. */
export interface Unsaid {
  message: string;
  code?: ErrorCode;
}

/** What an executor says it would do, or why it cannot be said; without any secret. */
export type Difference = PlannedChange[] | Unsaid;

export interface LookTerms {
  secrets: Secrets;
  /** `folder`: where the workers of this machine keep their bundles. */
  bundles: Omit<ShelfDependencies, 'ids'> & { fetch: FetchBundle };
  /** For the files of executors; whoever looks removes it. */
  workFolder: string;
  ids: Ids;
  signal: AbortSignal;
}

/**
 * Looks at resources without a claim: no step is begun, and nothing is recorded or told. Rejects
 * only once the signal is aborted.
 */
export function createLook(terms: LookTerms): (looked: Looked) => Promise<Difference> {
  const { signal, ids } = terms;
  const { fetch, ...kept } = terms.bundles;
  const bundles = createBundleShelf({ ...kept, ids });
  const folderOf = (digest: string) => bundles.folderOf(digest, fetch);
  return async (looked) => {
    const redactor = createRedactor();
    try {
      const context = await contextOf(looked, { ...terms, redactor, folderOf });
      const { changes } = await looked.executor.plan(context, looked.adoption);
      return changes.map((change) => ({
        ...change,
        subject: redactor.redact(change.subject),
        lines: change.lines.map(redactor.redact),
      }));
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof ExecutorError ? { code: error.failure.code } : {};
      return { message: redactor.redact(messageOf(error)), ...code };
    }
  };
}

interface ContextTerms extends LookTerms {
  redactor: Redactor;
  folderOf(digest: string): Promise<string>;
}

async function contextOf(looked: Looked, terms: ContextTerms) {
  const { executor, environment, address, identity, bundleDigest } = looked;
  const { secrets, redactor, signal } = terms;
  const needsFiles = executor.needsFiles;
  // First: whatever goes wrong later may tell of them.
  const priorSecrets = await priorSecretsOf(looked.prior, { secrets, signal });
  for (const secret of priorSecrets) redactor.learn(secret);
  return {
    stepId: `plan/${address}`,
    environment,
    address,
    identity,
    attempt: 1,
    spec: await resolveSpec(looked.spec, { secrets, redactor, signal }),
    prior: await openPrior(looked.prior, { environment, identity }, secrets),
    priorSecrets,
    bundleFolder: needsFiles && bundleDigest !== '' ? await terms.folderOf(bundleDigest) : '',
    workFolder: needsFiles ? makeWorkFolder(join(terms.workFolder, terms.ids())) : '',
    signal,
    confirm: async () => {},
    redact: redactor.redact,
    log: () => {},
    progress: () => {},
    checkpoint: async () => {},
  };
}
