import { BiotopeCommand } from '../presentation/command.ts';
import { Flags } from '../presentation/oclif.ts';

export class Server extends BiotopeCommand {
  static override summary = 'Run the service: engine, workers and the REST API in one process.';
  static override description =
    'It drives the data folder until it is ended. SIGTERM or Ctrl-C: no more commands are taken, steps ' +
    'under way get server.graceMs to end, then they are asked to stop; what is unfinished goes on with ' +
    'the next start. A second Ctrl-C ends it at once.';
  static override examples = [
    '<%= config.bin %> server --primary',
    {
      description: 'Elsewhere, with settings of its own:',
      command:
        '<%= config.bin %> server --primary --config biotope.yaml --listen 127.0.0.1:9000 --data /srv/biotope',
    },
  ];
  static override flags = {
    primary: Flags.boolean({ summary: 'It takes commands.' }),
    'primary-cluster-name': Flags.string({
      summary: 'Of a secondary: the cluster that it follows.',
      helpValue: 'NAME',
    }),
    listen: Flags.string({
      summary: 'Where the API answers; 127.0.0.1:8420 if not given.',
      helpValue: 'HOST:PORT',
    }),
    'metrics-listen': Flags.string({
      summary: 'Where metrics are told; 127.0.0.1:8421 if not given.',
      helpValue: 'HOST:PORT',
    }),
  };

  protected override isStream = true;

  async run() {
    const { flags } = await this.parse(Server);
    const { serve } = await import('../presentation/usecases/server.ts');
    const { version } = this.config;
    await this.interruptible((frame) =>
      serve(frame, {
        flags,
        version,
        tell: ({ lines, documents }) => {
          if (this.jsonEnabled()) for (const document of documents) this.logJson(document);
          else this.show(lines());
        },
      }),
    );
  }
}
