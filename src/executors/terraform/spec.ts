import { z } from 'zod';
import { holdsExpression, NO_EXPRESSION } from '../../model/expression/text.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import type { ResolvedSpec, ResolvedValue, SpecProblem } from '../executor.ts';
import { readShape, type Shape } from '../spec-shape.ts';
import { moduleFolder } from './modules/module-files.ts';
import { readModuleSource, versionFault } from './modules/module-source.ts';

/** `with` of a terraform resource, as written or resolved. */
export interface TerraformSpec {
  /** As written: a folder of the bundle, or a place that its content is vendored from. */
  module: string;
  /** The folder of the bundle that this would be, without `./`; empty for its own. Null: none. */
  folder: string | null;
  /** Of a registry's module: a constraint. */
  version: string | null;
  variables: Record<string, ResolvedValue>;
  /** Configuration of providers by their local name in the module. */
  providers: Record<string, Record<string, ResolvedValue>>;
  /** Variables for Terraform's environment, or names of those of the worker's own. */
  credentials: Record<string, string | SecretValue> | string[];
  /** Outputs that the resource has; null: all of the module's. */
  outputs: string[] | null;
}

const name = z
  .string()
  .regex(/^[A-Za-z](?:[A-Za-z0-9_-]{0,126})$/, 'is no name that Terraform knows');

/** What would change Terraform itself, or what it starts, is not to be had this way. */
const RESERVED =
  /^(?:PATH|HOME|TMPDIR|DEBUG|GOGC|GOMEMLIMIT|GODEBUG|CHECKPOINT_DISABLE|LD_.*|DYLD_.*|TF_(?!TOKEN_).*)$/;
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,254}$/, 'is no name of an environment variable')
  .refine((text) => !RESERVED.test(text), 'is a variable that only Biotope sets')
  .meta({ not: { pattern: RESERVED.source } });

const value = z.custom<ResolvedValue>((given) => given !== undefined);
const text = z
  .custom<string | SecretValue>(
    (given) => typeof given === 'string' || given instanceof SecretValue,
    'must be a text',
  )
  .meta({ type: 'string' });
const credentialNames = z.array(variableName);

const WITH_VALUES = z.strictObject({
  module: z
    .string()
    .min(1)
    .max(500)
    .refine((path) => !holdsExpression(path), 'must be known before a run: a path, no expression')
    .meta(NO_EXPRESSION)
    .describe(
      "The module: a folder of the template (./modules/database), a registry's (NAMESPACE/NAME/PROVIDER), " +
        'or one in Git (git::https://HOST/ORG/REPOSITORY.git//FOLDER?ref=TAG).',
    ),
  version: z
    .string()
    .max(200)
    .refine((given) => !holdsExpression(given), 'must be known before a run')
    .meta(NO_EXPRESSION)
    .nullable()
    .default(null)
    .describe(
      "Which versions of a registry's module will do, such as ~> 5.0; publishing takes the newest.",
    ),
  variables: z
    .record(name, value)
    .default({})
    .describe("Values of the module's variables. Secrets may stand here."),
  providers: z
    .record(name, z.record(name, value))
    .default({})
    .describe('Configuration of providers, by their name in the module. Secrets may stand here.'),
  credentials: z
    .record(variableName, text)
    .default({})
    .describe("Variables for Terraform's environment, by name."),
  outputs: z
    .array(name)
    .nullable()
    .default(null)
    .describe('Names of the outputs that are wanted; absent: all of them.'),
});

const WITH_NAMES = WITH_VALUES.extend({ credentials: credentialNames });

/**
 * Both forms as one.
 *
 * @internal
 */
export const SPEC = WITH_VALUES.extend({
  credentials: z
    .union([WITH_VALUES.shape.credentials, credentialNames])
    .optional()
    .describe(
      "Variables for Terraform's environment: by name, or names of those that the worker has and " +
        'credentials.passEnvironment lets through. Secrets may stand here.',
    ),
});

/** The spec, or everything that is wrong with it. */
export function readSpec(spec: ResolvedSpec): Shape<TerraformSpec> {
  const isList = Array.isArray(spec.credentials);
  const read: Shape<Omit<TerraformSpec, 'folder'>> = readShape(
    isList ? WITH_NAMES : WITH_VALUES,
    spec,
  );
  if (read.spec === null) return read;
  const { module, version } = read.spec;
  const folder = moduleFolder(module) ?? null;
  const problem = placeProblem({ module, version, folder });
  if (problem !== null) return { spec: null, problems: [problem] };
  return { spec: { ...read.spec, folder }, problems: [] };
}

/** What can be said of a module's place without looking for it. */
function placeProblem({
  module,
  version,
  folder,
}: Pick<TerraformSpec, 'module' | 'version' | 'folder'>): SpecProblem | null {
  const source = readModuleSource(module);
  const shown = JSON.stringify(module);
  if (source.kind === 'registry' || source.kind === 'git') {
    const message = versionFault(source, version);
    return message === null
      ? null
      : { path: ['version'], message: sentence(message), suggestion: null };
  }
  if (version !== null) {
    const message = `The module ${shown} comes from no registry, and has no version.`;
    return { path: ['version'], message, suggestion: 'Remove the version.' };
  }
  if (source.kind === 'refused' && /:[:/]/.test(module)) {
    const message = `The module ${shown} ${source.reason}.`;
    return { path: ['module'], message, suggestion: source.suggestion };
  }
  if (folder !== null) return null;
  const message = `The module ${shown} lies outside the template's folder.`;
  const suggestion = 'Name a folder inside it, such as ./modules/database.';
  return { path: ['module'], message, suggestion };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
