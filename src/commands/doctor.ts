import { BiotopeCommand } from '../presentation/command.ts';

export class Doctor extends BiotopeCommand {
  static override summary = 'Check what Biotope needs here, and say what mends it.';
  static override description =
    'Looks at the configuration, Node, Terraform, Git, the data folder with its databases and key, ' +
    'and the disk. Changes nothing. The exit code is 1 where a check failed.';
  static override examples = [
    '<%= config.bin %> doctor',
    {
      description: 'Only what is wrong, for a script:',
      command: `<%= config.bin %> doctor --json | jq -r '.checks[] | select(.status == "failed") | .remedy'`,
    },
  ];

  async run() {
    const { flags } = await this.parse(Doctor);
    const { doctor } = await import('../presentation/usecases/doctor.ts');
    const { isWell, ...answer } = await doctor(flags);
    if (!isWell) process.exitCode = 1;
    return this.answer(answer);
  }
}
