import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';

export class TemplateList extends BiotopeCommand {
  static override summary = 'List templates: those that were published, and those that ship.';
  static override examples = ['<%= config.bin %> template list'];

  static override baseFlags = globalFlagsWithNames;

  async run() {
    const { flags } = await this.parse(TemplateList);
    const { listTemplates } = await import('../../presentation/usecases/template/templates.ts');
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await listTemplates(biotope.storeWithShipped)),
    );
  }
}
