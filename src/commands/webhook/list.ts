import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';

export class WebhookList extends BiotopeCommand {
  static override summary =
    'List the webhooks of the configuration, and how their deliveries stand.';
  static override examples = ['<%= config.bin %> webhook list'];
  static override baseFlags = globalFlagsWithNames;

  async run() {
    const { flags } = await this.parse(WebhookList);
    const { listWebhooks } = await import('../../presentation/usecases/webhook/list-webhooks.ts');
    return this.reading(flags, async ({ biotope }) => this.answer(await listWebhooks(biotope)));
  }
}
