import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

const STATUSES = ['creating', 'changing', 'ok', 'failed', 'removing', 'unknown'] as const;

const RESOURCES_MAX = 100_000;

export class ResourceList extends BiotopeCommand {
  static override summary = 'List resources of one environment or of all.';
  static override examples = [
    '<%= config.bin %> resource list',
    '<%= config.bin %> resource list --environment demo --executor terraform',
    {
      description: 'What did not come to be, anywhere:',
      command: '<%= config.bin %> resource list --status failed',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override flags = {
    environment: Flags.string({
      char: 'e',
      summary: 'Only those of one environment.',
      helpValue: 'NAME',
    }),
    tag: Flags.string({
      summary: 'Only those with this tag; may be given several times for all of them.',
      helpValue: 'TAG',
      multiple: true,
      multipleNonGreedy: true,
    }),
    executor: Flags.string({
      summary: 'Only those made by it, such as terraform.',
      helpValue: 'NAME',
    }),
    status: Flags.option({ summary: 'Only those in this state.', options: STATUSES })(),
    group: Flags.string({
      summary: 'Only those of a group of the template.',
      helpValue: 'NAME',
    }),
    limit: Flags.integer({
      summary: 'At most so many.',
      min: 1,
      max: RESOURCES_MAX,
      default: 1_000,
    }),
  };

  async run() {
    const { flags } = await this.parse(ResourceList);
    const { listResources } = await import(
      '../../presentation/usecases/resource/list-resources.ts'
    );
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listResources(store, flags, flags.limit)),
    );
  }
}
