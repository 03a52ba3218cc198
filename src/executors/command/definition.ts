import { posix } from 'node:path';
import { didYouMean } from '../../model/nearest.ts';
import type { BundleReader, ExecutorDefinition, SpecProblem } from '../executor.ts';
import { type CommandSpec, fileOf, OPERATIONS, readSpec } from './spec.ts';

/** What to write, for the author of a template. */
export const NO_ADOPT =
  'its spec has no program that adopts what exists. Add one under "with", such as ' +
  '"adopt: [./app/adopt]": it looks what is there, prints the outputs as JSON and ends with 0, or ' +
  'with 3 where there is nothing.';

/** A secret may stand in each variable of `env` and anywhere in `input`, never in an argument. */
export const commandDefinition: ExecutorDefinition = {
  kind: 'command',
  description: 'Runs programs of the template that create, destroy, inspect and adopt something',
  canInspect: (spec) => Array.isArray(spec.inspect),
  inspectAdvice:
    'Add under "with" a program that looks: "inspect: [./app/inspect]". It ends with 0 where all is as it ' +
    'was made, with 3 where nothing is there, with 4 where something differs.',
  check: async (given, bundle) => {
    const { spec, problems } = readSpec(given);
    if (spec === null) return { problems, contentPaths: [], outputs: null };
    return {
      problems: missingPrograms(spec, bundle),
      contentPaths: contentPaths(spec, bundle),
      outputs: null,
    };
  },
  checkAdoption: (spec) => (Array.isArray(spec.adopt) ? [] : [NO_ADOPT]),
  secretOutputs: (given) => readSpec(given).spec?.secretOutputs ?? [],
  secretAdvice: 'Put it under env or input.',
  allowsSecret: (_spec, path) => path[0] === 'input' || (path[0] === 'env' && path.length === 2),
  startsPrograms: true,
  defaultTimeoutMs: 30 * 60_000,
};

function missingPrograms(spec: CommandSpec, bundle: BundleReader): SpecProblem[] {
  return OPERATIONS.flatMap((operation): SpecProblem[] => {
    const program = spec[operation]?.[0] ?? '';
    const file = fileOf(program);
    const path = [operation, 0];
    if (file === undefined) return [];
    if (!bundle.paths.includes(file)) {
      const message = `There is no file ${program} in the template.`;
      const files = bundle.paths.map((each) => `./${each}`);
      return [{ path, message, suggestion: didYouMean(program, files) }];
    }
    if (bundle.isExecutable?.(file) !== false) return [];
    const message = `The file ${program} is not executable.`;
    return [{ path, message, suggestion: `Run chmod +x on it (git update-index --chmod=+x).` }];
  });
}

/** The files that the commands name, each with the folder it lies in; the root's stand alone. */
function contentPaths(spec: CommandSpec, bundle: BundleReader): string[] {
  const words = OPERATIONS.flatMap((operation) => spec[operation] ?? []);
  const files = words.flatMap((word) => (typeof word === 'string' ? (fileOf(word) ?? []) : []));
  const paths = files
    .filter((file) => bundle.paths.some((path) => path === file || path.startsWith(`${file}/`)))
    .map((file) => (posix.dirname(file) === '.' ? file : posix.dirname(file)));
  return [...new Set(paths)].sort();
}
