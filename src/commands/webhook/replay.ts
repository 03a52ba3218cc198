import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class WebhookReplay extends BiotopeCommand {
  static override summary = 'Send a delivery again, or all that have failed since a time.';
  static override description =
    'Each goes under the id that it had, so that its receiver knows whether it has it already. A server ' +
    'sends them: without one they wait for it.';
  static override examples = [
    {
      description: 'The newest one that has failed:',
      command:
        '<%= config.bin %> webhook replay $(<%= config.bin %> webhook deliveries --failed --limit 1 -o name)',
    },
    '<%= config.bin %> webhook replay --failed-since 2026-11-21T08:00Z --webhook ops',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    delivery: Args.string({ description: 'A delivery, as "webhook deliveries" shows it.' }),
  };
  static override flags = {
    'failed-since': Flags.string({
      summary: 'All that have failed at this time or later, such as 2026-11-21T08:00Z.',
      helpValue: 'TIME',
    }),
    webhook: Flags.string({
      summary: 'With --failed-since: only those of this webhook.',
      helpValue: 'NAME',
      dependsOn: ['failed-since'],
    }),
  };

  async run() {
    const { args, flags } = await this.parse(WebhookReplay);
    const { replayDeliveries } = await import(
      '../../presentation/usecases/webhook/replay-deliveries.ts'
    );
    const answer = await this.withBiotope(flags, (session) =>
      replayDeliveries(session, { ...flags, delivery: args.delivery }),
    );
    return this.answer(answer);
  }
}
