import { BiotopeCommand } from '../../presentation/command.ts';
import {
  environmentArg,
  globalFlagsWithNames,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class ActionRun extends BiotopeCommand {
  static override summary = 'Run an action of an environment: a program of its template.';
  static override description =
    'A run of its own in the line of the environment, with a log; what the program returns is kept with ' +
    'it. The environment stays as it is, however that ends. An action is not tried again by itself: ' +
    '"run retry" does so.';
  static override examples = [
    '<%= config.bin %> action run demo rotate',
    '<%= config.bin %> action run demo backup -a target=weekly -a keep=3',
    {
      description: 'Secret arguments do not belong on a command line:',
      command: '<%= config.bin %> action run demo login --arguments-file arguments.yaml',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    environment: environmentArg,
    action: Args.string({ description: 'Name of the action.', required: true }),
  };
  static override flags = {
    argument: Flags.string({
      char: 'a',
      summary: 'An argument of the action, as often as wanted.',
      helpValue: 'NAME=VALUE',
      multiple: true,
    }),
    'arguments-file': Flags.string({
      summary: 'File with arguments, YAML or JSON; - for standard input.',
      helpValue: 'FILE',
    }),
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(ActionRun);
    const { runAction } = await import('../../presentation/usecases/action/run-action.ts');
    const answer = await this.withBiotope(flags, (session) =>
      runAction(session, { ...args, ...flags }),
    );
    return this.answer(answer);
  }
}
