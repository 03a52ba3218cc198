import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag } from '../../presentation/flags.ts';

export class RunCancel extends BiotopeCommand {
  static override summary = 'Cancel a run: steps under way end cleanly, the rest is not begun.';
  static override description =
    'What was built stays; "run retry" goes on from there. How a step ended that was cut short is found ' +
    'out first: a Terraform that still works on it may take its time to end.';
  static override examples = ['<%= config.bin %> run cancel demo'];
  static override baseFlags = globalFlagsWithNames;
  static override args = { run: runArg };
  static override flags = { timeout: timeoutFlag };

  async run() {
    const { args, flags } = await this.parse(RunCancel);
    const { cancelRun } = await import('../../presentation/usecases/run/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      cancelRun(session, { run: args.run, timeout: flags.timeout }),
    );
    return this.answer(answer);
  }
}
