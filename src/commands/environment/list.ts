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
    const { environmentDocument } = await import('../../presentation/pages/documents.ts');
    const { environmentTable } = await import('../../presentation/pages/environments.ts');
    return this.reading(flags, async ({ biotope }) => {
      const found = await biotope.store.find('environments');
      const environments = found
        .map(({ value }) => value)
        .filter(({ status }) => flags.all || status !== 'destroyed');
      return this.answer({
        lines: (palette) => environmentTable(environments, { palette, nowMs: Date.now() }),
        document: { environments: environments.map(environmentDocument) },
        names: environments.map(({ name }) => name),
      });
    });
  }
}
