import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';

export class TemplateList extends BiotopeCommand {
  static override summary = 'List templates: those that were published, and those that ship.';
  static override examples = ['<%= config.bin %> template list'];

  static override baseFlags = globalFlagsWithNames;

  async run() {
    const { flags } = await this.parse(TemplateList);
    const { publishedTemplates } = await import('../../presentation/usecases/publishing.ts');
    const { templateTable } = await import('../../presentation/pages/templates.ts');
    const { publishedTemplateDocument, templateLabel } = await import(
      '../../presentation/pages/documents.ts'
    );
    return this.reading(flags, async (session) => {
      const templates = await publishedTemplates(session);
      return this.answer({
        lines: (palette) => templateTable(templates, palette),
        document: { templates: templates.map(publishedTemplateDocument) },
        names: templates.map(({ reference }) => templateLabel(reference)),
      });
    });
  }
}
