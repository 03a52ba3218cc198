import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

const RUNS_MAX = 10_000;

export class RunList extends BiotopeCommand {
  static override summary = 'List runs, newest first.';
  static override examples = [
    '<%= config.bin %> run list',
    '<%= config.bin %> run list --environment demo --limit 5',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override flags = {
    environment: Flags.string({
      char: 'e',
      summary: 'Only those of one environment.',
      helpValue: 'NAME',
    }),
    limit: Flags.integer({ summary: 'At most so many.', min: 1, max: RUNS_MAX, default: 20 }),
  };

  async run() {
    const { flags } = await this.parse(RunList);
    const { listRuns } = await import('../../presentation/usecases/run/runs.ts');
    const { environment, limit } = flags;
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listRuns(store, { environment, limit, nowMs: Date.now() })),
    );
  }
}
