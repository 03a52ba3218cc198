import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class ContextRemove extends BiotopeCommand {
  static override summary = 'Remove a context and its token. Changes nothing on the server.';
  static override examples = ['<%= config.bin %> context remove staging'];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    name: Args.string({ description: 'Name of the context.', required: true }),
  };

  async run() {
    const { args } = await this.parse(ContextRemove);
    const { removeContext } = await import('../../presentation/usecases/context.ts');
    return this.answer(removeContext(args.name));
  }
}
