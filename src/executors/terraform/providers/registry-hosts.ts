import type { Module } from '../modules/module.ts';
import { otherRegistryHost, PRODUCTS, type Product } from '../program/product.ts';
import { readLockFile } from './lock-file.ts';

/*
 * Terraform and OpenTofu read a provider's source that names no host (`hashicorp/random`) each as one
 * of their own registry, and write that host into lock files and states. What one of them wrote, the
 * other would take for other providers: it would choose newer versions unasked, and Terraform would
 * fetch everything twice. So what is handed to one of them is made to speak of its own registry.
 */

/**
 * The lock file with an entry of the product's own registry for each that it has of the other's: the
 * same version, and no checksums, since the packages may be others. Entries that nothing asks for go
 * with the next `init`.
 */
export function rehostLock(lockText: string, product: Product): string {
  const [own, other] = hostsOf(product);
  const entries = readLockFile(lockText);
  const sources = new Set(entries.map(({ source }) => source));
  const added = entries
    .filter(({ source }) => source.startsWith(other))
    .map(({ source, version }) => ({ source: own + source.slice(other.length), version }))
    .filter(({ source }) => !sources.has(source))
    .map(({ source, version }) => `\nprovider "${source}" {\n  version = "${version}"\n}\n`);
  return lockText + added.join('');
}

/** Whether anything in a lock file or state is of the other product's registry. */
export function isForeign(text: string, product: Product): boolean {
  return text.includes(otherRegistryHost(product));
}

/**
 * The state as Terraform has to get it where OpenTofu wrote it; OpenTofu itself reads both. Providers
 * that the module asks of the other registry by its name stay there. The text is changed in these
 * places only: read and written as JSON, large numbers would not survive.
 */
export function rehostState(stateText: string, product: Product, module: Module): string {
  const [own, other] = hostsOf(product);
  const named = new Set(module.requirements.map(({ source }) => source));
  return stateText.replace(
    /(?<before>(?<!\\)"provider"\s*:\s*"[^"\\]*\bprovider\[\\")(?<source>[^"\\]+)/g,
    (whole, before: string, source: string) =>
      source.startsWith(other) && !named.has(source)
        ? before + own + source.slice(other.length)
        : whole,
  );
}

function hostsOf(product: Product): [own: string, other: string] {
  return [`${PRODUCTS[product].registryHost}/`, `${otherRegistryHost(product)}/`];
}
