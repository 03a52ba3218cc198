import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag, waitFlag } from '../../presentation/flags.ts';

export class RunRetry extends BiotopeCommand {
  static override summary = 'Go on where a failed or cancelled run stopped, in a new run.';
  static override examples = [
    {
      description: 'The newest run of an environment:',
      command: '<%= config.bin %> run retry demo',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { run: runArg };
  static override flags = { timeout: timeoutFlag, wait: waitFlag };

  async run() {
    const { args, flags } = await this.parse(RunRetry);
    const { retryRun } = await import('../../presentation/usecases/run/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      retryRun(session, { run: args.run, ...flags }),
    );
    return this.answer(answer);
  }
}
