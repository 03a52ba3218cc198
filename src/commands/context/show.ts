import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class ContextShow extends BiotopeCommand {
  static override summary = 'Show where commands go now, or one context.';
  static override examples = [
    '<%= config.bin %> context show',
    '<%= config.bin %> context show staging',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { name: Args.string({ description: 'Name of the context.' }) };

  async run() {
    const { args, flags } = await this.parse(ContextShow);
    const { showContext } = await import('../../presentation/usecases/context.ts');
    return this.answer(showContext(flags, args.name));
  }
}
