import { BiotopeCommand } from '../../presentation/command.ts';
import {
  buildFlags,
  environmentArg,
  globalFlagsWithNames,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentUpdate extends BiotopeCommand {
  static override summary = 'Bring an environment to other parameters or another template.';
  static override description =
    'What is given is laid over what was recorded; null takes a parameter back to its default. ' +
    '"environment plan" shows beforehand what would change. Another template takes down what there ' +
    'is: that asks for the name of the environment first.';
  static override examples = [
    '<%= config.bin %> environment update demo --parameter greeting=Hi',
    '<%= config.bin %> environment update demo --template hello@^1.0',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    ...buildFlags,
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask before another template replaces all.' }),
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentUpdate);
    const { build } = await import('../../presentation/usecases/environment/build.ts');
    const answer = await this.withBiotope(flags, (session) =>
      build(session, 'environment.update', { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
