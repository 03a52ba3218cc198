import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class RunCancel extends BiotopeCommand {
  static override summary = 'Cancel a run: steps under way end cleanly, the rest is not begun.';
  static override description =
    'What was built stays; "run retry" goes on from there. How a step ended that was cut short is found ' +
    'out first: a Terraform that still works on it may take its time to end.';
  static override examples = [
    '<%= config.bin %> run cancel demo',
    '<%= config.bin %> run cancel demo --reason "not before the weekend"',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { run: runArg };
  static override flags = {
    reason: Flags.string({
      summary: 'Why, for whoever looks at the run: at most 500 characters.',
      helpValue: 'TEXT',
    }),
    timeout: timeoutFlag,
  };

  async run() {
    const { args, flags } = await this.parse(RunCancel);
    const { cancelRun } = await import('../../presentation/usecases/run/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      cancelRun(session, { run: args.run, reason: flags.reason, timeout: flags.timeout }),
    );
    return this.answer(answer);
  }
}
