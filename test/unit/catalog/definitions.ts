import type {
  BundleReader,
  ExecutorDefinition,
  SpecProblem,
} from '../../../src/executors/executor.ts';
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts';

/**
 * Executors' definitions as small as they can be, so that the catalog's tests say what the catalog
 * does. They read their specs as the real ones do: problems with a path, files, outputs, secrets.
 */
type Rules = Pick<ExecutorDefinition, 'check' | 'allowsSecret' | 'secretAdvice'>;

function define(kind: string, rules: Rules): [string, ExecutorDefinition] {
  const definition = {
    kind,
    description: `${kind}, for tests`,
    canInspect: () => true,
    startsPrograms: true,
    defaultTimeoutMs: 60_000,
    ...rules,
  };
  return [kind, definition];
}

function file(path: unknown, { paths }: BundleReader): string | undefined {
  const name = String(path).replace(/^\.\//, '');
  return paths.find((one) => one === name || one.startsWith(`${name}/`));
}

function missing(path: SpecProblem['path'], what: string): SpecProblem {
  return { path, message: `there is no ${what}`, suggestion: 'Check the path.' };
}

const terraform: Rules = {
  check: async (spec, bundle) => {
    const module = typeof spec.module === 'string' ? spec.module : '';
    if (file(module, bundle) === undefined) {
      return {
        problems: [missing(['module'], `module ${module}`)],
        contentPaths: [],
        outputs: null,
      };
    }
    const source = Buffer.from(
      bundle.read(`${module.replace(/^\.\//, '')}/main.tf`) ?? [],
    ).toString();
    const outputs = [...source.matchAll(/^output "(\w+)" \{(.*?)^\}/gms)].map((found) => ({
      name: found[1] ?? '',
      secret: /sensitive\s*=\s*true/.test(found[2] ?? ''),
    }));
    return { problems: [], contentPaths: [module], outputs };
  },
  allowsSecret: (_, [place, name]) => place === 'variables' && name !== undefined,
};

const consulKv: Rules = {
  check: async () => ({
    problems: [],
    contentPaths: [],
    outputs: [{ name: 'prefix', secret: false }],
  }),
  secretAdvice: 'Put it under secretEntries.',
  allowsSecret: (_, [place, name]) => place === 'secretEntries' && name !== undefined,
};

const vaultSecret: Rules = {
  check: async ({ generate }) => ({
    problems: [],
    contentPaths: [],
    outputs: [
      { name: 'path', secret: false },
      ...Object.keys(isJsonObject(generate) ? generate : {}).map((name) => ({
        name,
        secret: true,
      })),
    ],
  }),
  allowsSecret: () => false,
};

const command: Rules = {
  check: async (spec: JsonObject, bundle) => {
    const program = Array.isArray(spec.create) ? spec.create[0] : undefined;
    const isThere = file(program, bundle) !== undefined;
    return {
      problems: isThere ? [] : [missing(['create', 0], `program ${String(program)}`)],
      contentPaths: isThere ? [String(program)] : [],
      outputs: null,
    };
  },
  allowsSecret: (_, [place, name]) => place === 'env' && name !== undefined,
};

export const DEFINITIONS: ReadonlyMap<string, ExecutorDefinition> = new Map([
  define('terraform', terraform),
  define('consul-kv', consulKv),
  define('vault-secret', vaultSecret),
  define('command', command),
]);
