import { BUILT_IN, type Module } from '../modules/module.ts';
import { PRODUCTS, type Product } from '../program/product.ts';
import { readLockFile } from '../providers/lock-file.ts';

const BUILT_IN_HOST = 'terraform.io';

/**
 * Sources of the providers that have to be fetched for the module, in full
 * (`registry.terraform.io/hashicorp/random`). A name that says no source is one of HashiCorp's.
 */
export function neededProviders(module: Module, product: Product): string[] {
  const host = PRODUCTS[product].registryHost;
  const sources = module.providerUses.map(({ folder, name }) => {
    const asked = module.requirements.filter((one) => one.folder === folder && one.name === name);
    const source = asked.find((one) => one.source !== null)?.source ?? null;
    if (source === null && name === BUILT_IN) return null;
    return inFull((source ?? `hashicorp/${name}`).toLowerCase(), host);
  });
  const fetched = sources.filter((source) => source !== null && !isBuiltIn(source));
  return [...new Set(fetched)].filter((source) => source !== null).sort();
}

function inFull(source: string, host: string): string {
  const parts = source.split('/');
  if (parts.length === 1) return `${host}/hashicorp/${source}`;
  return parts.length === 2 ? `${host}/${source}` : source;
}

function isBuiltIn(source: string): boolean {
  return source.startsWith(`${BUILT_IN_HOST}/`);
}

/** Whether a lock file names all of them; those of the other product's registry count as well. */
export function locksAll(lockText: string | null, module: Module): boolean {
  const locked = new Set(readLockFile(lockText).map(({ source }) => source));
  return (['terraform', 'opentofu'] as const).some((product) =>
    neededProviders(module, product).every((source) => locked.has(source)),
  );
}
