import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentList extends BiotopeCommand {
  static override summary = 'List environments.';
  static override examples = [
    '<%= config.bin %> environment list',
    {
      description: 'With those that were destroyed:',
      command: '<%= config.bin %> environment list --all',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override flags = {
    all: Flags.boolean({ summary: 'Show destroyed environments too.' }),
  };

  async run() {
    const { flags } = await this.parse(EnvironmentList);
    const { listEnvironments } = await import(
      '../../presentation/usecases/environment/environments.ts'
    );
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listEnvironments(store, { all: flags.all, nowMs: Date.now() })),
    );
  }
}
