import { Flags } from '@oclif/core';
import { BiotopeCommand } from '../../presentation/command.ts';

export class EnvironmentList extends BiotopeCommand {
  static override summary = 'List environments.';
  static override examples = [
    '<%= config.bin %> environment list',
    {
      description: 'With those that were destroyed:',
      command: '<%= config.bin %> environment list --all',
    },
  ];
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
      this.show(environmentTable(environments, { palette: this.palette, nowMs: Date.now() }));
      return { environments: environments.map(environmentDocument) };
    });
  }
}
