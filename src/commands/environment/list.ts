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
    {
      description: 'What is to end in the next seven days:',
      command: '<%= config.bin %> environment list --expiring --within 7d',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override flags = {
    all: Flags.boolean({ summary: 'Show destroyed environments too.' }),
    expiring: Flags.boolean({
      summary: 'Only what is to end, the next first.',
      exclusive: ['all'],
    }),
    within: Flags.string({
      summary: 'With --expiring: only what is to end so soon, such as 12h or 7d.',
      helpValue: 'DURATION',
      dependsOn: ['expiring'],
    }),
  };

  async run() {
    const { flags } = await this.parse(EnvironmentList);
    const { listEnvironments } = await import(
      '../../presentation/usecases/environment/environments.ts'
    );
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listEnvironments(store, { ...flags, nowMs: Date.now() })),
    );
  }
}
