import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, sourceArg } from '../../presentation/flags.ts';

export class TemplateValidate extends BiotopeCommand {
  static override summary = 'Check a template without publishing it.';
  static override description =
    'Names every problem with its file and line: references, cycles, parameters, the variables of ' +
    'modules, limits.';
  static override examples = ['<%= config.bin %> template validate ./templates/web-service'];
  static override baseFlags = globalFlagsWithNames;
  static override args = { source: sourceArg };

  async run() {
    const { args, flags } = await this.parse(TemplateValidate);
    const { validate } = await import('../../presentation/usecases/template/publish.ts');
    return this.answer(await this.withBiotope(flags, (session) => validate(session, args.source)));
  }
}
