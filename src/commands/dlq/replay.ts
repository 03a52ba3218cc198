import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

const LETTERS_MAX = 10_000;

export class DlqReplay extends BiotopeCommand {
  static override summary = 'Put a dead letter, or all of them, into the queue that they were in.';
  static override description =
    'They are taken as they are: mend first what kept them from being understood. A command keeps its ' +
    'id, so one that was taken in already is not carried out again.';
  static override examples = [
    '<%= config.bin %> dlq replay $(<%= config.bin %> dlq list --limit 1 -o name)',
    '<%= config.bin %> dlq replay --all --limit 50',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    letter: Args.string({ description: 'A dead letter, as "dlq list" shows it.' }),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'All of them, the oldest first.' }),
    limit: Flags.integer({
      summary: 'With --all: at most so many. Otherwise 1000.',
      min: 1,
      max: LETTERS_MAX,
      dependsOn: ['all'],
    }),
  };

  async run() {
    const { args, flags } = await this.parse(DlqReplay);
    const { replayDeadLetters } = await import(
      '../../presentation/usecases/dlq/replay-dead-letters.ts'
    );
    const { isWell, ...answer } = await replayDeadLetters(flags, { ...flags, letter: args.letter });
    if (!isWell) process.exitCode = 1;
    return this.answer(answer);
  }
}
