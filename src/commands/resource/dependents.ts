import { BiotopeCommand } from '../../presentation/command.ts';
import { dependencyArgs, dependencyFlags, globalFlagsWithNames } from '../../presentation/flags.ts';

export class ResourceDependents extends BiotopeCommand {
  static override summary = 'Show everything that needs a resource, directly or not.';
  static override description =
    'What others own is one node for all environments: "resource dependents external:NAME" shows ' +
    'whatever would suffer with it, and where.';
  static override examples = [
    '<%= config.bin %> resource dependents demo/site',
    '<%= config.bin %> resource dependents demo/site --depth 1 --json',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = dependencyArgs;
  static override flags = dependencyFlags;

  async run() {
    const { args, flags } = await this.parse(ResourceDependents);
    const { readDependencies } = await import(
      '../../presentation/usecases/resource/dependencies.ts'
    );
    const request = { of: args.resource, direction: 'dependents', ...flags } as const;
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await readDependencies(biotope.store, request)),
    );
  }
}
