import { z } from 'zod';
import { address, group, milliseconds, text } from './pieces.ts';

const place = (value: string, says: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/, 'write names joined by "/", such as secret')
    .max(200)
    .default(value)
    .describe(says);

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const shape = group({
  url: address(/^https?:$/, 'https://vault.example.com:8200').describe(
    'Vault or OpenBao, for secrets: https://host:8200; null: a file in the data folder.',
  ),
  namespace: text('Its namespace, where it has some.'),
  mount: place('secret', 'Where its key-value engine (version 2) is mounted.'),
  prefix: place('biotope', 'Where in that engine the secrets lie.'),
  token: text('A token to ask with. Better in BIOTOPE_VAULT_TOKEN than in a file.'),
  tokenFile: text('A file with the token, read again when it is refused.'),
  appRole: group({
    mount: place('approle', 'Where this login is mounted, below auth.'),
    roleId: text('The role id of an AppRole to log in with.'),
    secretId: text('Its secret id. Better in BIOTOPE_VAULT_APP_ROLE_SECRET_ID than in a file.'),
    secretIdFile: text('A file with the secret id, read for each login.'),
    isSecretIdWrapped: z
      .boolean()
      .default(false)
      .describe('The secret id is a wrapping token: it is unwrapped once.'),
  }),
  childTokens: group({
    policies: z
      .array(
        z
          .string()
          .regex(/^[A-Za-z0-9._/-]+$/, 'name a policy')
          .max(200),
      )
      .max(50)
      .default([])
      .describe(
        'Policies of the tokens that Terraform gets for a step that names VAULT_TOKEN; none: no tokens are made.',
      ),
    role: text("A role of Vault's token engine that allows these policies to be asked for."),
    ttlMs: milliseconds(3_600_000, 'How long such a token lives at most.', 60_000),
  }),
  kubernetes: group({
    mount: place('kubernetes', 'Where this login is mounted, below auth.'),
    role: text('The role to log in with as a service account of Kubernetes.'),
    tokenFile: z
      .string()
      .min(1)
      .max(1_000)
      .default(SERVICE_ACCOUNT)
      .describe("The file with the service account's token, read for each login."),
  }),
});

type Shape = z.output<typeof shape>;

/** One way to log in, whole. */
export const vault = shape.check(({ value, issues }) => {
  const { url, token, tokenFile, appRole, kubernetes } = value;
  const complain = (message: string, path: string[]) =>
    issues.push({ code: 'custom', message, input: null, path });
  const ways = [token, tokenFile, appRole.roleId, kubernetes.role].filter((way) => way !== null);
  const names = 'vault.token, vault.tokenFile, vault.appRole.roleId or vault.kubernetes.role';
  if (ways.length > 1) complain(`there is more than one way to log in: name one of ${names}`, []);
  if (url !== null && ways.length === 0) {
    complain(`there is no way to log in: name ${names}`, ['url']);
  }
  const { roleId, secretId, secretIdFile } = appRole;
  if (roleId !== null && (secretId === null) === (secretIdFile === null)) {
    complain('name secretId or secretIdFile beside it', ['appRole', 'roleId']);
  }
});

/** Relative paths become what `absolute` makes of them. */
export function vaultWithFiles(
  config: Shape,
  absolute: (path: string[], value: string) => string,
): Shape {
  const { tokenFile, appRole, kubernetes } = config;
  const file = (path: string[], value: string | null) =>
    value === null ? null : absolute(path, value);
  return {
    ...config,
    tokenFile: file(['tokenFile'], tokenFile),
    appRole: {
      ...appRole,
      secretIdFile: file(['appRole', 'secretIdFile'], appRole.secretIdFile),
    },
    kubernetes: {
      ...kubernetes,
      tokenFile: absolute(['kubernetes', 'tokenFile'], kubernetes.tokenFile),
    },
  };
}
