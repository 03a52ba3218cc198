import { BiotopeCommand } from '../../presentation/command.ts';
import {
  environmentArg,
  globalFlagsWithNames,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentReconcile extends BiotopeCommand {
  static override summary = 'Look whether an environment is still what was built.';
  static override description =
    'Every resource is looked at where it is, and what differs is told. What has drifted is built again ' +
    'where its template says "drift: { heal: true }", or everywhere with --heal. What reads outputs that ' +
    'change by it is built too. Otherwise nothing is changed.';
  static override examples = [
    '<%= config.bin %> environment reconcile demo',
    {
      description: 'Only look, whatever the template says:',
      command: '<%= config.bin %> environment reconcile demo --no-heal',
    },
    {
      description: 'Make one resource again what it was:',
      command: '<%= config.bin %> environment reconcile demo --heal --resource web',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    heal: Flags.boolean({
      summary:
        'Build again what has drifted; with --no-heal nothing is. Else the template decides.',
      allowNo: true,
    }),
    resource: Flags.string({
      summary: 'Only this resource; an id stands for all its indices. May be repeated.',
      helpValue: 'NAME',
      multiple: true,
    }),
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentReconcile);
    const { reconcile } = await import('../../presentation/usecases/environment/reconcile.ts');
    const answer = await this.withBiotope(flags, (session) =>
      reconcile(session, { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
