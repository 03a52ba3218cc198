import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, runArg, timeoutFlag } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class RunResolve extends BiotopeCommand {
  static override summary = 'Say how a step of unknown outcome ended.';
  static override description =
    'Look at the system itself first: "done" is believed, and after "not-started" the step is done anew. ' +
    'A run that is under way goes on and is followed to its end; one that has ended is taken up ' +
    'with "run retry". Who said what is kept.';
  static override examples = [
    '<%= config.bin %> run resolve demo web[0] --as not-started',
    '<%= config.bin %> run resolve demo database --as done --set-output url=postgres://db/shop',
  ];
  static override baseFlags = globalFlagsWithNames;
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
    'set-output': Flags.string({
      summary: "With --as done: one of the resource's outputs; may be given several times.",
      description:
        'VALUE is a text as it stands, unless it is JSON: 3, true, null, [1, 2], or a text in double quotes. ' +
        'Secrets do not belong on a command line: use --outputs-file.',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'outputs-file': Flags.string({
      summary: 'YAML or JSON file with outputs by name; "-" reads standard input.',
      helpValue: 'FILE',
    }),
    timeout: timeoutFlag,
  };

  async run() {
    const { args, flags } = await this.parse(RunResolve);
    const { resolveStep } = await import('../../presentation/usecases/run/run-commands.ts');
    const answer = await this.withBiotope(flags, (session) =>
      resolveStep(session, { ...args, ...flags }),
    );
    return this.answer(answer);
  }
}
