import { resolve } from 'node:path';
import type { z } from 'zod';
import { BiotopeError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { type EnvironmentLayer, environmentLayer } from './environment.ts';
import { fileLayer } from './file.ts';
import { type Layer, type Merged, mergeLayers } from './layers.ts';
import { problemWords, suggestionOf } from './problem-words.ts';
import { type Config, configSchema } from './schema.ts';
import { vaultWithFiles } from './vault.ts';

export interface ConfigRequest {
  /** Undefined where the flag was not given. */
  flags: {
    config?: string | undefined;
    data?: string | undefined;
    logLevel?: string | undefined;
    server?: ServerFlags | undefined;
    worker?: WorkerFlags | undefined;
  };
  environment: Readonly<Record<string, string | undefined>>;
  /** The current folder. */
  folder: string;
}

/** Settings of `server` that have flags of their own; undefined where they were not given. */
interface ServerFlags {
  listen?: string | undefined;
  metricsListen?: string | undefined;
  primary?: boolean | undefined;
  primaryClusterName?: string | undefined;
}

/** The same of `worker`. */
interface WorkerFlags {
  servers?: readonly string[] | undefined;
  name?: string | undefined;
  concurrency?: number | undefined;
  insecureHttp?: boolean | undefined;
}

/** One thing that is wrong, where it was written and what would be right. */
export interface ConfigProblem {
  setting: string;
  origin: string;
  message: string;
}

/**
 * Flag > environment > file > default. All problems at once, in one CONFIGURATION_INVALID whose
 * facts hold them as `problems`. Paths in the result are absolute.
 */
export function loadConfig(request: ConfigRequest): Config {
  const { folder } = request;
  const { merged, fromEnvironment } = readLayers(request);
  const parsed = configSchema.safeParse(merged.values);
  const problems = [
    ...fromEnvironment.strangers.map(strangerProblem),
    ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, merged)),
  ];
  if (parsed.data === undefined || problems.length > 0) throw refuse(problems);
  return withAbsolutePaths(parsed.data, merged, folder);
}

function readLayers(request: ConfigRequest) {
  const { folder } = request;
  const file = request.flags.config ?? request.environment.BIOTOPE_CONFIG;
  const fromEnvironment = environmentLayer(request.environment, folder);
  const merged = mergeLayers([
    ...(file === undefined || file === '' ? [] : [fileLayer(resolve(folder, file), file)]),
    fromEnvironment.layer,
    flagLayer(request),
  ]);
  return { merged, fromEnvironment };
}

/**
 * For whoever has to go on where `loadConfig` refuses: the defaults, and the data folder that was
 * meant, as far as it can be made out.
 */
export function fallbackConfig(request: ConfigRequest): Config {
  const { folder, flags } = request;
  const lone = (data: string | undefined) =>
    loadConfig({ flags: { data }, environment: {}, folder });
  try {
    const { merged } = readLayers(request);
    const { dataFolder } = merged.values;
    const origin = merged.layerOf(['dataFolder']);
    const isUsable = typeof dataFolder === 'string' && dataFolder !== '';
    return lone(isUsable ? resolve(origin?.baseFolder ?? folder, dataFolder) : undefined);
  } catch {
    // The file cannot be read at all.
    return lone(flags.data ?? (request.environment.BIOTOPE_DATA_FOLDER || undefined));
  }
}

function flagLayer({ flags, folder }: ConfigRequest): Layer {
  const given = (own: object = {}) =>
    Object.entries(own).filter(([, value]) => value !== undefined);
  const [server, worker] = [given(flags.server), given(flags.worker)];
  const values = {
    ...(flags.data === undefined ? {} : { dataFolder: flags.data }),
    ...(flags.logLevel === undefined ? {} : { log: { level: flags.logLevel } }),
    ...(server.length === 0 ? {} : { server: Object.fromEntries(server) }),
    ...(worker.length === 0 ? {} : { worker: Object.fromEntries(worker) }),
  };
  const originOf = ([first, second]: readonly string[]) => flagOf(first, second);
  return { values, originOf, baseFolder: folder };
}

function flagOf(first: string | undefined, second = ''): string {
  if (first === 'log') return '--log-level';
  if (first === 'worker' && second === 'servers') return '--server';
  if (first !== 'server' && first !== 'worker') return '--data';
  return `--${second.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function strangerProblem({
  variable,
  suggestion,
}: EnvironmentLayer['strangers'][number]): ConfigProblem {
  return {
    setting: variable,
    origin: variable,
    message: `no setting has this name${suggestionOf(suggestion)}`,
  };
}

function problemsOf(issue: z.core.$ZodIssue, merged: Merged): ConfigProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownSetting([...path, key], merged));
  }
  const origin = originOf(path, merged);
  const isItem = origin.startsWith('BIOTOPE_') && typeof issue.path.at(-1) === 'number';
  const how = isItem ? ' (a list is written with commas between: a,b)' : '';
  const message = `${problemWords(issue, valueAt(merged.values, path))}${how}`;
  return [{ setting: path.join('.'), origin, message }];
}

function unknownSetting(path: string[], merged: Merged): ConfigProblem {
  const name = path.at(-1) ?? '';
  const suggestion = nearest(name, namesBeside(path));
  return {
    setting: path.join('.'),
    origin: originOf(path, merged),
    message: `no setting has this name${suggestionOf(suggestion)}`,
  };
}

function namesBeside(path: readonly string[]): string[] {
  const at = valueAt(configSchema.parse({}), path.slice(0, -1));
  return typeof at === 'object' && at !== null ? Object.keys(at) : [];
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    values,
  );
}

function originOf(path: readonly string[], merged: Merged): string {
  return merged.layerOf(path)?.originOf(path) ?? 'default';
}

function refuse(problems: ConfigProblem[]): BiotopeError {
  const lines = problems.map(({ setting, origin, message }) =>
    setting === origin ? `${origin}: ${message}` : `${origin}: ${setting}: ${message}`,
  );
  const [only] = lines;
  return new BiotopeError('CONFIGURATION_INVALID', {
    message:
      lines.length === 1
        ? `The configuration has a problem: ${only}${only?.endsWith('?') ? '' : '.'}`
        : `The configuration has ${lines.length} problems.`,
    ...(lines.length === 1 ? {} : { detail: lines.join('\n') }),
    facts: { problems },
  });
}

/** Relative paths begin where they were written: beside the file, or in the current folder. */
function withAbsolutePaths(config: Config, merged: Merged, folder: string): Config {
  const absolute = (path: readonly string[], value: string) =>
    resolve(merged.layerOf(path)?.baseFolder ?? folder, value);
  const { cliConfigFile, binary } = config.terraform;
  return {
    ...config,
    webhooks: config.webhooks.map((webhook) => ({
      ...webhook,
      secrets: webhook.secrets.map((secret) =>
        'file' in secret ? { file: absolute(['webhooks'], secret.file) } : secret,
      ),
    })),
    dataFolder: absolute(['dataFolder'], config.dataFolder),
    vault: vaultWithFiles(config.vault, (path, value) => absolute(['vault', ...path], value)),
    terraform: {
      ...config.terraform,
      binary: binary.includes('/') ? absolute(['terraform', 'binary'], binary) : binary,
      cliConfigFile:
        cliConfigFile === null ? null : absolute(['terraform', 'cliConfigFile'], cliConfigFile),
    },
  };
}
