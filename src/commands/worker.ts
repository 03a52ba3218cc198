import { BiotopeCommand } from '../presentation/command.ts';
import { Flags } from '../presentation/oclif.ts';

export class Worker extends BiotopeCommand {
  static override summary = 'Work on the steps of a pool, on this machine, for servers elsewhere.';
  static override description =
    'Orders come over RabbitMQ (amqp.url); any of the servers is asked for what a step needs and told how it ' +
    'goes. Secrets and keys are read where the servers have them: in Vault and Consul, or in their ' +
    'data folder. SIGTERM or Ctrl-C: no more orders are taken, steps under way get worker.graceMs to end, ' +
    'then they are asked to stop. A second Ctrl-C ends it at once.';
  static override examples = [
    {
      description: 'Against two servers over one store:',
      command:
        '<%= config.bin %> worker --pool default --server https://one.example.com --server https://two.example.com',
    },
  ];
  static override flags = {
    pool: Flags.string({ summary: 'Whose orders it takes.', helpValue: 'NAME', required: true }),
    server: Flags.string({
      summary: 'A server that it works for; may be given several times.',
      helpValue: 'URL',
      multiple: true,
    }),
    concurrency: Flags.integer({
      summary: 'Steps in hand at once; two for each core if not given, at least 4.',
      helpValue: 'COUNT',
    }),
    name: Flags.string({
      summary: 'Its name, and that of its folder; POOL-1, POOL-2, … if not given.',
      helpValue: 'NAME',
    }),
  };

  protected override isStream = true;

  async run() {
    const { flags } = await this.parse(Worker);
    const { work } = await import('../presentation/usecases/worker.ts');
    await this.interruptible((frame) =>
      work(frame, {
        flags,
        tell: ({ lines, documents }) => {
          if (this.jsonEnabled()) for (const document of documents) this.logJson(document);
          else this.show(lines());
        },
      }),
    );
  }
}
