import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createRedactor, type Redactor } from '../../platform/redactor.ts';
import type { Left, StepContext } from '../executor.ts';
import { demandShape } from '../spec-shape.ts';
import { backendTypeOf, LOCAL } from './backend.ts';
import { environmentOf, refusedVariables } from './environment.ts';
import { secretsOfStep } from './hidden.ts';
import type { CredentialsMaker, MadeCredentials } from './made-credentials.ts';
import type { Preparer } from './preparer.ts';
import { checkTerraform } from './program/check-terraform.ts';
import type { Product } from './program/product.ts';
import { createProviderCache, type ProviderCache } from './providers/provider-cache.ts';
import type { Registries } from './providers/registries.ts';
import { readRecord, type TerraformRecord } from './record.ts';
import type { TerraformSettings } from './settings.ts';
import type { Temporary } from './short-temporary.ts';
import { readSpec, type TerraformSpec } from './spec.ts';
import { partsOf, type State } from './state.ts';
import { createStateBook, type StateBook } from './state-book.ts';
import { type WorkFolder, workFolderAt } from './work-folder.ts';

/** What every call of the executor shares. */
export interface Tools {
  clock: Clock;
  settings: TerraformSettings;
  preparer: Preparer;
  /** Where provider packages are kept. */
  providersFolder: string;
  registries: Registries | undefined;
  /** Of credentials that live as long as a step. */
  maker: CredentialsMaker | undefined;
}

/** What it takes to run Terraform in a folder. */
export interface Workplace {
  clock: Clock;
  settings: TerraformSettings;
  context: Pick<StepContext, 'signal' | 'log' | 'progress'>;
  folder: WorkFolder;
  binary: string;
  product: Product;
  version: string;
  providers: ProviderCache;
  registries: Registries | undefined;
  environment: Record<string, string>;
  redact: Redactor['redact'];
}

/** One call of the executor for one step, with all that it is made of. */
export interface Session extends Tools, Workplace {
  context: StepContext;
  spec: TerraformSpec;
  /** Of the last attempt; null where there was none, or none that came as far. */
  record: TerraformRecord | null;
  /** A backend keeps the state, and what comes with the step is a copy. */
  isRemote: boolean;
  states: StateBook;
}

/** Throws where the step cannot even begin. Nothing is written yet. */
export async function openSession(
  tools: Tools,
  context: StepContext,
  { made, temporary }: { made: MadeCredentials; temporary: Temporary },
): Promise<Session> {
  const { settings } = tools;
  const spec = demandShape(readSpec(context.spec));
  const isMade = (name: string) => Object.hasOwn(made.variables, name);
  const refused = refusedVariables(settings, spec).filter((name) => !isMade(name));
  if (refused.length > 0) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message:
        `The configuration does not let ${refused.join(', ')} through to Terraform. ` +
        'Name them in credentials.passEnvironment of the worker.',
    });
  }
  const { binary, product, version, platform } = await checkTerraform(settings);
  const record = readRecord(context.prior?.record ?? null);
  const isRemote = backendTypeOf(record, settings) !== LOCAL;
  const folder = workFolderAt(context.workFolder, { isRemote });
  const login = isRemote ? settings.backendVariables() : {};
  const environment = {
    ...environmentOf({ settings, product, folder }, spec.credentials),
    ...login,
    ...made.variables,
    TMPDIR: temporary.path,
  };
  const redactor = createRedactor();
  for (const secret of secretsOfStep(context, spec, environment)) redactor.learn(secret);
  for (const secret of Object.values(login)) redactor.learn(secret);
  return {
    ...tools,
    context,
    spec,
    record,
    isRemote,
    folder,
    binary,
    product,
    version,
    providers: createProviderCache({ folder: tools.providersFolder, clock: tools.clock, platform }),
    environment,
    redact: redactor.redact,
    states: createStateBook(context, folder, settings.stateBytesMax),
  };
}

/** What stands after an attempt, complete or not. `inFlight`: what it was in the middle of creating. */
export function leftBehind(
  record: TerraformRecord | null,
  state: State | undefined,
  inFlight: readonly string[] = [],
): Left {
  const broken = inFlight.length === 0 ? {} : { inFlight: [...inFlight] };
  return {
    record: record === null && inFlight.length === 0 ? null : { ...record, ...broken },
    parts: partsOf(state),
    state: state?.bytes ?? null,
  };
}
