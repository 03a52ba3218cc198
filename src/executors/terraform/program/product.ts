/**
 * The two programs that can do the work. They share commands, files and output; what differs stands
 * here.
 */
export const PRODUCTS = {
  terraform: {
    name: 'Terraform',
    versionMin: '1.6',
    registryHost: 'registry.terraform.io',
    /** Below the home folder, the first that is there. */
    cliConfigFiles: ['.terraformrc'],
  },
  opentofu: {
    name: 'OpenTofu',
    versionMin: '1.6',
    registryHost: 'registry.opentofu.org',
    cliConfigFiles: ['.tofurc', '.terraformrc'],
  },
} as const;

export type Product = keyof typeof PRODUCTS;

export function nameOf({ product }: { product: Product }): string {
  return PRODUCTS[product].name;
}

/** Where the other one looks for providers whose source names no host. */
export function otherRegistryHost(product: Product): string {
  return PRODUCTS[product === 'terraform' ? 'opentofu' : 'terraform'].registryHost;
}
