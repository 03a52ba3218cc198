import { BiotopeCommand } from '../../presentation/command.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class TokenNew extends BiotopeCommand {
  static override summary = 'Make a token for the API of a server.';
  static override description =
    'The token is shown once and kept nowhere. What is shown below it goes into the configuration of the ' +
    'server: it holds a hash, of which nobody can make the token again.';
  static override examples = [
    '<%= config.bin %> token new ci --role operator',
    {
      description: 'One that sees and touches only environments with the tag shop:',
      command: '<%= config.bin %> token new shop-ci --role operator --tag shop',
    },
  ];
  static override args = {
    name: Args.string({ description: 'Whose token it is, for the audit log.', required: true }),
  };
  static override flags = {
    role: Flags.string({
      summary: 'What it may do.',
      options: ['viewer', 'operator', 'admin'],
      default: 'viewer',
    }),
    tag: Flags.string({
      summary: 'Only for environments that have this tag; may be given several times.',
      helpValue: 'TAG',
      multiple: true,
    }),
  };

  async run() {
    const { args, flags } = await this.parse(TokenNew);
    const { newToken } = await import('../../presentation/usecases/token/new-token.ts');
    return this.answer(newToken({ name: args.name, role: flags.role, tags: flags.tag ?? [] }));
  }
}
