import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

const DELIVERIES_MAX = 10_000;

export class WebhookDeliveries extends BiotopeCommand {
  static override summary = 'List what was told to webhooks, or is to be, newest first.';
  static override examples = [
    '<%= config.bin %> webhook deliveries',
    '<%= config.bin %> webhook deliveries ops --failed --limit 100',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    webhook: Args.string({ description: 'Name of one webhook.' }),
  };
  static override flags = {
    failed: Flags.boolean({ summary: 'Only those that were given up.', exclusive: ['pending'] }),
    pending: Flags.boolean({ summary: 'Only those that are on their way.' }),
    limit: Flags.integer({
      summary: 'At most so many.',
      min: 1,
      max: DELIVERIES_MAX,
      default: 20,
    }),
  };

  async run() {
    const { args, flags } = await this.parse(WebhookDeliveries);
    const { listDeliveries } = await import(
      '../../presentation/usecases/webhook/list-deliveries.ts'
    );
    const { failed, pending, limit } = flags;
    const status = failed ? 'failed' : pending ? 'pending' : undefined;
    const { webhook } = args;
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listDeliveries(store, { webhook, status, limit })),
    );
  }
}
