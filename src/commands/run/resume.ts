import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag } from '../../presentation/flags.ts';

export class RunResume extends BiotopeCommand {
  static override summary =
    'Take up an interrupted run, or watch one that is under way, to its end.';
  static override examples = ['<%= config.bin %> run resume demo'];
  static override baseFlags = globalFlagsWithNames;
  static override args = { run: runArg };
  static override flags = { timeout: timeoutFlag };

  async run() {
    const { args, flags } = await this.parse(RunResume);
    const { resumeRun } = await import('../../presentation/usecases/run/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      resumeRun(session, { run: args.run, timeout: flags.timeout }),
    );
    return this.answer(answer);
  }
}
