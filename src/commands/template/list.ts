import { BiotopeCommand } from '../../presentation/command.ts';

export class TemplateList extends BiotopeCommand {
  static override summary = 'List published templates.';
  static override examples = ['<%= config.bin %> template list'];

  async run() {
    const { flags } = await this.parse(TemplateList);
    const { publishedTemplates } = await import('../../presentation/usecases/publishing.ts');
    const { templateTable } = await import('../../presentation/pages/templates.ts');
    const { publishedTemplateDocument } = await import('../../presentation/pages/documents.ts');
    return this.reading(flags, async (session) => {
      const templates = await publishedTemplates(session);
      this.show(templateTable(templates, this.palette));
      return { templates: templates.map(publishedTemplateDocument) };
    });
  }
}
