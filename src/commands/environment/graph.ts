import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg, globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentGraph extends BiotopeCommand {
  static override summary = "Show an environment's resources and what each of them needs.";
  static override description =
    'As a tree to read, as a picture in the language of Graphviz (dot) or Mermaid, or as nodes and ' +
    'edges with what Terraform made inside each resource (json).';
  static override examples = [
    '<%= config.bin %> environment graph demo',
    {
      description: 'For a page in Markdown:',
      command: '<%= config.bin %> environment graph demo --format mermaid',
    },
    {
      description: 'A picture, where Graphviz is installed:',
      command: '<%= config.bin %> environment graph demo --format dot | dot -Tsvg > demo.svg',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    format: Flags.option({
      summary: 'How it is drawn.',
      options: ['tree', 'dot', 'mermaid', 'json'] as const,
      default: 'tree',
    })(),
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentGraph);
    const { readGraph } = await import('../../presentation/usecases/environment/graph.ts');
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await readGraph(store, args.environment, flags.format)),
    );
  }
}
