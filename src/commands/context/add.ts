import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class ContextAdd extends BiotopeCommand {
  static override summary = 'Add a context: a server under a name of your own.';
  static override description =
    'The token that --token-file names is kept with it, in a file that only you can read ' +
    '(~/.config/biotope/contexts.json). Asks the server nothing.';
  static override examples = [
    '<%= config.bin %> context add staging https://biotope.example.org --token-file token.txt --use',
    {
      description: 'A server on this machine:',
      command: '<%= config.bin %> context add local http://127.0.0.1:8420',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    name: Args.string({ description: 'Name of the context.', required: true }),
    url: Args.string({ description: 'Address of the server: https://HOST.', required: true }),
  };
  static override flags = {
    use: Flags.boolean({ summary: 'Use it from now on.' }),
  };

  async run() {
    const { args, flags } = await this.parse(ContextAdd);
    const { addContext } = await import('../../presentation/usecases/context.ts');
    return this.answer(addContext({ ...flags, name: args.name, server: args.url }));
  }
}
