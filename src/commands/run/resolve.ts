import { Args, Flags } from '@oclif/core';
import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg, timeoutFlag } from '../../presentation/flags.ts';

export class RunResolve extends BiotopeCommand {
  static override summary = 'Say how a step of unknown outcome ended, and go on with its run.';
  static override description =
    'Look at the system itself first: "done" is believed, and "not-started" begins the step anew. ' +
    'Who said what is kept.';
  static override examples = [
    '<%= config.bin %> run resolve demo web[0] --as not-started',
    '<%= config.bin %> run resolve demo database --as done --output url=postgres://db/shop',
  ];
  static override args = {
    run: runArg,
    step: Args.string({ description: 'The step, such as web or web[0].', required: true }),
  };
  static override flags = {
    as: Flags.string({
      summary: 'How it ended.',
      options: ['done', 'not-started'],
      required: true,
    }),
    output: Flags.string({
      summary: "With --as done: one of the resource's outputs; may be given several times.",
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    timeout: timeoutFlag,
  };

  async run() {
    const { args, flags } = await this.parse(RunResolve);
    const { resolveStep } = await import('../../presentation/usecases/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      resolveStep(session, { ...args, ...flags }),
    );
    this.show(answer.lines(this.palette));
    return answer.document;
  }
}
