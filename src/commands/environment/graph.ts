import { Flags } from '@oclif/core';
import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg, globalFlagsWithNames } from '../../presentation/flags.ts';

export class EnvironmentGraph extends BiotopeCommand {
  static override summary = "Show an environment's resources and what each of them needs.";
  static override examples = [
    '<%= config.bin %> environment graph demo',
    {
      description: 'Nodes and edges, with what Terraform made inside each resource:',
      command: '<%= config.bin %> environment graph demo --format json',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    format: Flags.string({
      summary: 'A tree to read, or nodes and edges.',
      options: ['tree', 'json'],
      default: 'tree',
    }),
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentGraph);
    const { findEnvironment, resourcesOf } = await import('../../presentation/usecases/lookup.ts');
    const { graphDocument, graphLines } = await import('../../presentation/pages/graph.ts');
    return this.reading(flags, async ({ biotope: { store } }) => {
      const { name } = await findEnvironment(store, args.environment);
      const resources = await resourcesOf(store, name);
      const document = graphDocument(resources);
      return this.answer({
        lines: (palette) =>
          flags.format === 'json'
            ? JSON.stringify(document, null, 2).split('\n')
            : graphLines(resources, palette),
        document,
        names: resources.map(({ label }) => label),
      });
    });
  }
}
