import { mkdirSync } from 'node:fs';
import type { Clock } from '../../../platform/clock.ts';
import { environmentOf } from '../environment.ts';
import { checkTerraform } from '../program/check-terraform.ts';
import { createProviderCache } from '../providers/provider-cache.ts';
import type { Workplace } from '../session.ts';
import type { TerraformSettings } from '../settings.ts';
import { makeTemporary, workFolderAt } from '../work-folder.ts';

export interface WorkplaceRequest {
  clock: Clock;
  settings: TerraformSettings;
  /** Where provider packages are kept. */
  providersFolder: string;
  /** Private; is made. */
  folder: string;
  signal: AbortSignal;
  log(line: string): void;
}

/** Where Terraform can run for no step of anybody: nothing secret is known here. */
export async function openWorkplace(request: WorkplaceRequest): Promise<Workplace> {
  const { clock, settings, providersFolder, signal, log } = request;
  const { binary, product, version, platform } = await checkTerraform(settings);
  mkdirSync(request.folder, { mode: 0o700 });
  const folder = workFolderAt(request.folder);
  makeTemporary(folder);
  return {
    clock,
    settings,
    context: { signal, log, progress: () => {} },
    folder,
    binary,
    product,
    version,
    providers: createProviderCache({ folder: providersFolder, clock, platform }),
    registries: undefined,
    environment: { ...environmentOf({ settings, product, folder }, {}), ...tokens(settings) },
    redact: (text) => text,
  };
}

/** For registries that ask who wants their providers: Terraform gives each to its own host alone. */
function tokens({ host }: TerraformSettings): Record<string, string> {
  const named = Object.entries(host).filter(([name]) => name.startsWith('TF_TOKEN_'));
  return Object.fromEntries(named.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
