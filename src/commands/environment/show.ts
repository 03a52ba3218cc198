import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg } from '../../presentation/flags.ts';

export class EnvironmentShow extends BiotopeCommand {
  static override summary = 'Show an environment: its state, resources, entrypoints and outputs.';
  static override examples = [
    '<%= config.bin %> environment show demo',
    '<%= config.bin %> environment show demo --json',
  ];
  static override args = { environment: environmentArg };

  async run() {
    const { args, flags } = await this.parse(EnvironmentShow);
    const { findEnvironment, resourcesOf } = await import('../../presentation/usecases/lookup.ts');
    const { environmentPage } = await import('../../presentation/pages/environments.ts');
    const documents = await import('../../presentation/pages/documents.ts');
    return this.reading(flags, async ({ biotope: { store } }) => {
      const environment = await findEnvironment(store, args.environment);
      const resources = await resourcesOf(store, environment.name);
      const runId = environment.activeRunId ?? environment.lastRunId;
      const run = runId === null ? undefined : await store.get('runs', runId);
      const lastRun = run?.value ?? null;
      return this.answer({
        lines: (palette) => environmentPage({ environment, resources, lastRun }, palette),
        document: {
          environment: documents.environmentDocument(environment),
          resources: resources.map(documents.resourceDocument),
          lastRun: lastRun === null ? null : documents.runDocument(lastRun),
        },
      });
    });
  }
}
