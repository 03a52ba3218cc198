import { BiotopeCommand } from '../../presentation/command.ts';
import { resourceArg } from '../../presentation/flags.ts';

export class ResourceShow extends BiotopeCommand {
  static override summary = 'Show a resource: what it is made of, what it needs, what needs it.';
  static override description = 'Secrets are shown as [redacted].';
  static override examples = [
    '<%= config.bin %> resource show demo/web',
    '<%= config.bin %> resource show demo/web --json',
  ];
  static override args = { resource: resourceArg };

  async run() {
    const { args, flags } = await this.parse(ResourceShow);
    const { viewResource } = await import('../../presentation/usecases/resources.ts');
    const pages = await import('../../presentation/pages/resources.ts');
    return this.reading(flags, async ({ biotope }) => {
      const view = await viewResource(biotope.store, args.resource);
      return this.answer({
        lines: (palette) => pages.resourcePage(view, palette),
        document: pages.resourceViewDocument(view),
      });
    });
  }
}
