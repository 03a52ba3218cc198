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
    const { viewResource } = await import('../../presentation/usecases/resource/view-resource.ts');
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await viewResource(store, args.resource)),
    );
  }
}
