import { BiotopeCommand } from '../../presentation/command.ts';
import {
  buildFlags,
  environmentArg,
  globalFlagsWithNames,
  requiredTemplateFlag,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentCreate extends BiotopeCommand {
  static override summary = 'Create an environment from a template and wait until it lives.';
  static override examples = [
    '<%= config.bin %> environment create demo --template hello',
    '<%= config.bin %> environment create shop --template fleet@^1.0 --parameter size=3 --tag team-a',
    '<%= config.bin %> environment create trial --template hello --expires-in 7d',
    {
      description: 'Parameters from a file, secrets from standard input:',
      command:
        'pass show shop | <%= config.bin %> environment create shop -t hello --parameters-file -',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    ...buildFlags,
    template: requiredTemplateFlag,
    'expires-in': Flags.string({
      summary: 'When it is to be destroyed: so long from now, such as 12h or 7d.',
      helpValue: 'DURATION',
    }),
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentCreate);
    const { build } = await import('../../presentation/usecases/environment/build.ts');
    const answer = await this.withBiotope(flags, (session) =>
      build(session, 'environment.create', { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
