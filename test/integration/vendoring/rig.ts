import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Published } from '../../../src/catalog/publish.ts';
import {
  checkSource,
  publishSource,
  type SourceCheck,
} from '../../../src/compose/publishing/publish.ts';
import type { PublishOptions } from '../../../src/compose/publishing/publish-options.ts';
import { openBiotope } from '../../../src/compose/seat/biotope.ts';
import type { Biotope } from '../../../src/compose/seat/contract.ts';
import type { Notice } from '../../../src/compose/seat/notice.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { isRunFinished, type RunRecord } from '../../../src/model/run.ts';
import type { TemplateRecord } from '../../../src/model/template.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { type GitServer, serveGit } from '../../support/git-server.ts';
import { type Archives, answerAsRegistry, type Modules } from '../../support/module-registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Files = Record<string, string>;

/** A data folder, and a host with repositories and a registry that modules may be taken from. */
export interface Rig {
  server: GitServer;
  /** What the registry knows; may be added to. */
  modules: Modules;
  /** What it gives itself. */
  archives: Archives;
  biotope: Biotope;
  notices: Notice[];
  check(files: Files): Promise<SourceCheck>;
  publish(files: Files, options?: Partial<PublishOptions>): Promise<Published>;
  /** Files of a published bundle, by path. */
  filesOf(record: TemplateRecord): Promise<Files>;
  run(command: Parameters<Biotope['submit']>[0]): Promise<RunRecord>;
}

/** Ends with the test. */
export async function openRig(
  settings: { limits?: object; terraform?: object } = {},
): Promise<Rig> {
  const modules: Modules = {};
  const archives: Archives = {};
  const server = await serveGit({ answer: answerAsRegistry(modules, archives) });
  vi.stubEnv('GIT_SSL_CAINFO', server.certificate);
  vi.stubEnv('SSL_CERT_FILE', server.certificate);
  vi.stubEnv('TF_CLI_CONFIG_FILE', undefined);
  const folder = temporaryFolder();
  const notices: Notice[] = [];
  const config = configSchema.parse({
    dataFolder: join(folder, 'data'),
    catalog: { gitHosts: [server.host], registryHosts: [server.host] },
    ...settings,
  });
  const notify = (notice: Notice) => notices.push(notice);
  const biotope = openBiotope({ config, command: 'test', log: silentLogger, notify });
  onTestFinished(async () => {
    await biotope.close(AbortSignal.abort());
  });
  const { signal } = new AbortController();
  const write = (files: Files) => {
    const source = mkdtempSync(join(folder, 'source-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(source, dirname(path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
    return source;
  };
  return {
    server,
    modules,
    archives,
    biotope,
    notices,
    check: (files) => checkSource(biotope, write(files), signal),
    publish: (files, options) =>
      publishSource(biotope, write(files), { signal, upgrade: false, skipLock: false, ...options }),
    filesOf: async ({ reference }) => {
      const bundle = await biotope.store.get('bundles', reference.digest);
      const files = bundle?.value.files ?? [];
      return Object.fromEntries(
        files.map(({ path, contentBase64 }) => [
          path,
          Buffer.from(contentBase64, 'base64').toString(),
        ]),
      );
    },
    run: async (command) => {
      const answer = await biotope.submit(command, signal);
      if (answer.outcome === 'rejected' || answer.runId === null) throw new Error('not accepted');
      return ended(biotope, answer.runId);
    },
  };
}

async function ended(biotope: Biotope, runId: string): Promise<RunRecord> {
  for (;;) {
    const run = (await biotope.store.get('runs', runId))?.value;
    if (run !== undefined && isRunFinished(run)) return run;
    await biotope.changed(100);
  }
}

/** A template with one resource for each `with`, as YAML. */
export function templateOf(version: string, ...specs: string[]): string {
  const resources = specs.map(
    (spec, at) => `  - { id: r${at}, executor: terraform, with: ${spec} }\n`,
  );
  return `apiVersion: biotope/v1
kind: Template
metadata: { name: vendored, version: ${version} }
resources:
${resources.join('')}`;
}

/** A module that needs a name and says it again, and may call another one. */
export function moduleText(says: string, more = ''): string {
  return `variable "name" {
  type = string
}

resource "terraform_data" "made" {
  input = "\${var.name} ${says}"
}

output "said" {
  value = terraform_data.made.output
}
${more}`;
}

/** A call of a module that needs a name. */
export function callText(source: string, version?: string): string {
  const chosen = version === undefined ? '' : `  version = "${version}"\n`;
  return `
module "inner" {
  source = "${source}"
${chosen}  name   = "a"
}
`;
}
