import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class ContextUse extends BiotopeCommand {
  static override summary = 'Use a context: commands go to its server from now on.';
  static override description =
    'BIOTOPE_CONTEXT=NAME chooses another for one command; --server and --data do so as well.';
  static override examples = [
    '<%= config.bin %> context use staging',
    {
      description: 'The data folder of this machine again:',
      command: '<%= config.bin %> context use embedded',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    name: Args.string({
      description: 'Name of the context; "embedded" for no server.',
      required: true,
    }),
  };

  async run() {
    const { args } = await this.parse(ContextUse);
    const { useContext } = await import('../../presentation/usecases/context.ts');
    return this.answer(useContext(args.name));
  }
}
