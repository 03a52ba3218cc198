import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class RunLogs extends BiotopeCommand {
  static override summary = "Show the log of a run's steps.";
  static override description = 'With --json one JSON document a line.';
  static override examples = [
    '<%= config.bin %> run logs demo',
    {
      description: 'One step, as it is written:',
      command: '<%= config.bin %> run logs demo web[0] --follow',
    },
  ];
  static override args = {
    run: runArg,
    step: Args.string({ description: 'Only one step, such as web or web[0].' }),
  };
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on until the run has ended.' }),
  };
  protected override isStream = true;

  async run() {
    const { args, flags } = await this.parse(RunLogs);
    const { logLines, readLogs } = await import('../../presentation/pages/logs.ts');
    await this.reading(flags, async ({ biotope, interrupt }) => {
      const request = {
        run: args.run,
        step: args.step,
        follow: flags.follow,
        signal: interrupt.signal,
      };
      for await (const piece of readLogs(biotope, request)) {
        if (this.jsonEnabled()) this.logJson(piece);
        else this.show(logLines(piece, { named: args.step === undefined, palette: this.palette }));
      }
    });
  }
}
