import { Args, Flags } from './oclif.ts';

const outputFlag = {
  char: 'o',
  summary: 'How the answer is written.',
  helpGroup: 'GLOBAL',
  default: 'table',
} as const;

/** What every command has. */
export const globalFlags = {
  config: Flags.string({
    summary: 'File with settings, YAML or JSON.',
    helpValue: 'FILE',
    helpGroup: 'GLOBAL',
  }),
  data: Flags.string({
    summary: 'Folder where everything is kept; .biotope if not given.',
    helpValue: 'FOLDER',
    helpGroup: 'GLOBAL',
  }),
  server: Flags.string({
    summary: 'Send everything to this server instead; see also "biotope context".',
    helpValue: 'URL',
    helpGroup: 'GLOBAL',
  }),
  'token-file': Flags.string({
    summary: 'File with the token for the server; "-" reads standard input.',
    helpValue: 'FILE',
    helpGroup: 'GLOBAL',
  }),
  'insecure-http': Flags.boolean({
    summary: 'Plain http is used for a server on another machine.',
    description: 'Everybody on the way can then read the token and change commands.',
    helpGroup: 'GLOBAL',
  }),
  'log-level': Flags.string({
    summary: 'What is logged on stderr; warn if not given.',
    helpValue: 'debug|info|warn|error|silent',
    helpGroup: 'GLOBAL',
  }),
  json: Flags.boolean({
    summary: 'The same as --output json.',
    helpGroup: 'GLOBAL',
    exclusive: ['output'],
  }),
  output: Flags.string({
    ...outputFlag,
    description: 'Where the answer has names, also name: nothing but these, one a line.',
    options: ['table', 'json', 'yaml'],
  }),
};

/** For commands whose answer has names: `-o name` prints them bare, one a line. */
export const globalFlagsWithNames = {
  ...globalFlags,
  output: Flags.string({ ...outputFlag, options: ['table', 'json', 'yaml', 'name'] }),
};

/** Arguments and flags that several commands have. */
export const environmentArg = Args.string({
  name: 'NAME',
  description: 'Name of the environment.',
  required: true,
});

export const resourceArg = Args.string({
  name: 'RESOURCE',
  description: 'Environment and resource, such as demo/web or demo/web[0].',
  required: true,
});

/** For walks through the graph of dependencies. */
export const dependencyArgs = {
  resource: Args.string({
    description: 'ENVIRONMENT/RESOURCE, or external:NAME for what others own.',
    required: true,
  }),
};

export const dependencyFlags = {
  depth: Flags.integer({
    summary: 'So many steps from one resource to the next; all if not given.',
    min: 1,
    max: 100_000,
  }),
  limit: Flags.integer({
    summary: 'At most so many resources.',
    min: 1,
    max: 100_000,
    default: 1_000,
  }),
};

export const runArg = Args.string({
  name: 'RUN',
  description: 'Id of a run, or the name of an environment for its newest run.',
  required: true,
});

export const sourceArg = Args.string({
  name: 'SOURCE',
  description:
    'Folder with template.yaml, or such a folder of a Git repository: git::https://HOST/ORG/REPOSITORY.git//FOLDER?ref=TAG.',
  required: true,
});

export const timeoutFlag = Flags.string({
  summary: 'How long to wait, such as 90s or 10m; then the exit code is 124.',
  description: 'The run is not lost: it goes on with the next command.',
  helpValue: 'DURATION',
});

/** For commands whose run goes on without them where a server works. */
export const waitFlag = Flags.boolean({
  summary: 'Wait for the run to end; --no-wait needs a server that goes on with it.',
  allowNo: true,
  default: true,
});

export const installTerraformFlag = Flags.boolean({
  summary: 'Fetch Terraform into the data folder where there is none, without a question.',
  description: "Its checksum and HashiCorp's signature are checked.",
});

export const previewFlags = {
  'dry-run': Flags.boolean({ summary: 'Show what it would do. Changes nothing.' }),
  diff: Flags.boolean({
    summary: "With --dry-run: each executor's own plan as well.",
    dependsOn: ['dry-run'],
  }),
};

const template = {
  char: 't',
  summary: 'Published template: name, name@1.2.0 or a range such as name@^1.2.',
  helpValue: 'TEMPLATE',
} as const;

export const requiredTemplateFlag = Flags.string({ ...template, required: true });

export const approvalFlag = Flags.boolean({
  summary: 'Wait with this run until somebody approves its plan: "run approve".',
});

export const buildFlags = {
  template: Flags.string(template),
  parameter: Flags.string({
    char: 'p',
    summary: 'A parameter of the template; may be given several times.',
    description:
      'null takes a parameter back to its default, whatever its type; the text null is NAME=\'"null"\'. ' +
      'Secrets do not belong on a command line: use --parameters-file.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'parameters-file': Flags.string({
    summary: 'YAML or JSON file with parameters by name; "-" reads standard input.',
    helpValue: 'FILE',
  }),
  description: Flags.string({ summary: 'What it is for.', helpValue: 'TEXT' }),
  protect: Flags.boolean({
    summary: 'Whether it refuses to be destroyed until that is taken off.',
    allowNo: true,
  }),
  approval: approvalFlag,
  'require-approval': Flags.boolean({
    summary: 'Whether each of its runs waits for an approval, from now on.',
    allowNo: true,
  }),
  reconcile: Flags.string({
    summary: 'When a server looks for drift: a cron expression, never, or template for its own.',
    description: 'Such as "0 */6 * * *". It stays until another one is given.',
    helpValue: 'CRON|never|template',
  }),
  'reconcile-zone': Flags.string({
    summary: 'The time zone of --reconcile; UTC if not given.',
    helpValue: 'ZONE',
    dependsOn: ['reconcile'],
  }),
  'reconcile-heal': Flags.boolean({
    summary: 'Whether what has drifted is built again then; else the template decides.',
    allowNo: true,
    dependsOn: ['reconcile'],
  }),
  tag: Flags.string({
    summary: 'A tag; may be given several times.',
    helpValue: 'TAG',
    multiple: true,
    multipleNonGreedy: true,
  }),
};
