import { BiotopeCommand } from '../presentation/command.ts';
import { installTerraformFlag } from '../presentation/flags.ts';
import { Flags } from '../presentation/oclif.ts';

export class Doctor extends BiotopeCommand {
  static override summary = 'Check what Biotope needs here, and say what mends it.';
  static override description =
    'Looks at the configuration, Node, Terraform, Git, the data folder with its databases and key, ' +
    'the disk, and the server that commands talk to, if they do. Changes nothing without --install. The exit code is 1 where a check failed.';
  static override examples = [
    '<%= config.bin %> doctor',
    {
      description: 'Fetch Terraform into the data folder, if there is none:',
      command: '<%= config.bin %> doctor --install',
    },
    {
      description: 'Only what is wrong, for a script:',
      command: `<%= config.bin %> doctor --json | jq -r '.checks[] | select(.status == "failed") | .remedy'`,
    },
  ];

  static override flags = {
    install: Flags.boolean({ summary: 'Offer to fetch what is missing and can be fetched.' }),
    'install-terraform': installTerraformFlag,
  };

  async run() {
    const { flags } = await this.parse(Doctor);
    const { doctor, install } = await import('../presentation/usecases/doctor.ts');
    const isWanted = flags['install-terraform'];
    if (flags.install || isWanted) await install(flags, isWanted);
    const { isWell, ...answer } = await doctor(flags);
    if (!isWell) process.exitCode = 1;
    return this.answer(answer);
  }
}
