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
    const { publishedTemplate } = await import('../../presentation/usecases/publishing.ts');
    const { templatePage } = await import('../../presentation/pages/templates.ts');
    const { publishedTemplateDocument } = await import('../../presentation/pages/documents.ts');
    return this.reading(flags, async (session) => {
      const record = await publishedTemplate(session, args.template);
      return this.answer({
        lines: (palette) => templatePage(record, palette),
        document: publishedTemplateDocument(record),
      });
    });
  }
}
