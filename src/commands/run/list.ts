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
    const { findEnvironment, runsOf } = await import('../../presentation/usecases/lookup.ts');
    const { runTable } = await import('../../presentation/pages/runs.ts');
    const { runDocument } = await import('../../presentation/pages/documents.ts');
    return this.reading(flags, async ({ biotope }) => {
      const { environment, limit } = flags;
      const runs = await runsOf(biotope.store, { environment, limit });
      // An environment that waits to be created has runs and no record.
      if (runs.length === 0 && environment !== undefined) {
        await findEnvironment(biotope.store, environment);
      }
      return this.answer({
        lines: (palette) => runTable(runs, { palette, nowMs: Date.now() }),
        document: { runs: runs.map(runDocument) },
        names: runs.map(({ id }) => id),
      });
    });
  }
}
