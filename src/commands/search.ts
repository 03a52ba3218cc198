import { BiotopeCommand } from '../presentation/command.ts';
import { globalFlagsWithNames } from '../presentation/flags.ts';
import { Args, Flags } from '../presentation/oclif.ts';

const HITS_MAX = 1_000;

export class Search extends BiotopeCommand {
  static override summary = 'Find environments, resources and templates by words.';
  static override description =
    'Looks into names, descriptions and tags for what holds all the words, in any order; the ' +
    'beginning of a word is enough. Case and accents do not matter.';
  static override examples = [
    '<%= config.bin %> search hello',
    '<%= config.bin %> search web --kind resource',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    words: Args.string({
      description: 'Words, all of which must be found.',
      required: true,
      multiple: true,
    }),
  };
  static override flags = {
    kind: Flags.option({
      summary: 'Only these; may be given several times.',
      options: ['environment', 'resource', 'template'] as const,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    limit: Flags.integer({ summary: 'At most so many.', min: 1, max: HITS_MAX, default: 50 }),
  };

  async run() {
    const { args, flags } = await this.parse(Search);
    const { searchRecords } = await import('../presentation/usecases/search.ts');
    const { kind: kinds, limit } = flags;
    return this.reading(flags, async ({ biotope }) =>
      this.answer(
        await searchRecords(biotope.storeWithShipped, { words: args.words, kinds, limit }),
      ),
    );
  }
}
