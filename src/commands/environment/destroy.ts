import { BiotopeCommand } from '../../presentation/command.ts';
import {
  approvalFlag,
  environmentArg,
  globalFlagsWithNames,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentDestroy extends BiotopeCommand {
  static override summary = 'Destroy everything an environment consists of.';
  static override description =
    'Asks for the name of the environment. "environment plan NAME --destroy" shows what goes.';
  static override examples = [
    '<%= config.bin %> environment destroy demo',
    {
      description: 'Without being asked:',
      command: '<%= config.bin %> environment destroy demo --yes',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    approval: approvalFlag,
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentDestroy);
    const { confirmName } = await import('../../presentation/usecases/environment/confirm.ts');
    const { destroy } = await import('../../presentation/usecases/environment/destroy.ts');
    const answer = await this.withBiotope(flags, async (session) => {
      if (!flags.yes) {
        await confirmName(session, args.environment, { what: 'destroys', undone: 'destroyed' });
      }
      return destroy(session, { name: args.environment, ...flags });
    });
    return this.answer(answer);
  }
}
