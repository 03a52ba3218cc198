import { BiotopeCommand } from '../../presentation/command.ts';
import { dependencyArgs, dependencyFlags, globalFlagsWithNames } from '../../presentation/flags.ts';

export class ResourceDependencies extends BiotopeCommand {
  static override summary = 'Show everything that a resource needs, directly or not.';
  static override examples = [
    '<%= config.bin %> resource dependencies demo/web',
    '<%= config.bin %> resource dependencies demo/web --depth 1 --json',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = dependencyArgs;
  static override flags = dependencyFlags;

  async run() {
    const { args, flags } = await this.parse(ResourceDependencies);
    const { readDependencies } = await import(
      '../../presentation/usecases/resource/dependencies.ts'
    );
    const request = { of: args.resource, direction: 'dependencies', ...flags } as const;
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await readDependencies(biotope.store, request)),
    );
  }
}
