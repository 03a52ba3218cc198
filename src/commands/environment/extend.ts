import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg, globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

const HOW = ['for', 'until', 'never'];

export class EnvironmentExtend extends BiotopeCommand {
  static override summary = 'Say when an environment is to be destroyed.';
  static override description =
    'It counts from now, whatever was said before, and needs no run. A server destroys on time; without ' +
    'one, what has expired is shown as that and stays until somebody destroys it.';
  static override examples = [
    '<%= config.bin %> environment extend demo --for 7d',
    '<%= config.bin %> environment extend demo --until 2030-12-01T00:00Z',
    '<%= config.bin %> environment extend demo --never',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    for: Flags.string({
      summary: 'So long from now, such as 12h or 7d.',
      helpValue: 'DURATION',
      exactlyOne: HOW,
    }),
    until: Flags.string({
      summary: 'Until this time, with its zone.',
      helpValue: 'TIME',
      exactlyOne: HOW,
    }),
    never: Flags.boolean({ summary: 'It stays until somebody destroys it.', exactlyOne: HOW }),
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentExtend);
    const { extendEnvironment } = await import('../../presentation/usecases/environment/extend.ts');
    const answer = await this.withBiotope(flags, (session) =>
      extendEnvironment(session, { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
