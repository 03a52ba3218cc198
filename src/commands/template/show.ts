import { BiotopeCommand } from '../../presentation/command.ts';
import { Args } from '../../presentation/oclif.ts';

export class TemplateShow extends BiotopeCommand {
  static override summary = 'Show a published template: its parameters, resources and outputs.';
  static override examples = [
    '<%= config.bin %> template show hello',
    '<%= config.bin %> template show hello@1.0.0 --json',
  ];
  static override args = {
    template: Args.string({ description: 'name, name@1.2.0 or name@^1.2', required: true }),
  };

  async run() {
    const { args, flags } = await this.parse(TemplateShow);
    const { viewTemplate } = await import('../../presentation/usecases/template/templates.ts');
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await viewTemplate(biotope.storeWithShipped, args.template)),
    );
  }
}
