import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';

export class ContextList extends BiotopeCommand {
  static override summary = 'List contexts: the servers that commands can go to.';
  static override examples = ['<%= config.bin %> context list'];
  static override baseFlags = globalFlagsWithNames;

  async run() {
    await this.parse(ContextList);
    const { listContexts } = await import('../../presentation/usecases/context.ts');
    return this.answer(listContexts());
  }
}
