import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class RunApprove extends BiotopeCommand {
  static override summary = 'Approve the plan that a run waits with, and follow it to its end.';
  static override description =
    'Shows the plan and asks. What is known after deploy is approved with it; what then would be ' +
    'replaced or removed without having been shown is asked about again. A plan that has changed ' +
    'meanwhile is not approved. "run cancel" refuses it.';
  static override examples = [
    '<%= config.bin %> run approve demo',
    {
      description: 'Without being asked, and only the plan that was looked at:',
      command: '<%= config.bin %> run approve demo --yes --plan DIGEST',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { run: runArg };
  static override flags = {
    plan: Flags.string({
      summary: 'Digest of the plan that was looked at: another one is refused.',
      helpValue: 'DIGEST',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    timeout: timeoutFlag,
  };

  async run() {
    const { args, flags } = await this.parse(RunApprove);
    const { approve } = await import('../../presentation/usecases/run/approve.ts');
    const answer = await this.withBiotope(flags, (session) =>
      approve(session, { run: args.run, ...flags }),
    );
    return this.answer(answer);
  }
}
