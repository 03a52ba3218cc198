import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

const LETTERS_MAX = 1_000;

export class DlqList extends BiotopeCommand {
  static override summary = 'List the dead letters: messages at the broker that nobody could take.';
  static override description =
    'The oldest first: what they say they are, why they are dead, since when, and which queue they were ' +
    'in. Their content is not shown, as it may be secret. Asks the broker of the configuration (amqp.url).';
  static override examples = [
    '<%= config.bin %> dlq list',
    {
      description: 'How many there are:',
      command: '<%= config.bin %> dlq list --limit 1 --json | jq .total',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override flags = {
    limit: Flags.integer({ summary: 'At most so many.', min: 1, max: LETTERS_MAX, default: 100 }),
  };

  async run() {
    const { flags } = await this.parse(DlqList);
    const { listDeadLetters } = await import(
      '../../presentation/usecases/dlq/list-dead-letters.ts'
    );
    return this.answer(await listDeadLetters(flags, flags.limit));
  }
}
