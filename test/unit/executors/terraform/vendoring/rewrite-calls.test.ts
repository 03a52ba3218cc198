import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../../../src/executors/terraform/modules/hcl.ts';
import { rewriteCalls } from '../../../../../src/executors/terraform/vendoring/rewrite-calls.ts';

const WRITTEN = `# module "vpc" { source = "acme/vpc/aws" }
locals {
  text = <<EOT
module "vpc" { source = "acme/vpc/aws" }
EOT
}
module "vpc" { # the network
  source  = "acme/vpc/aws" /* from afar */
  version = "~> 5.0" # not 6
  name    = "module \\"vpc\\" \${var.a["source"]} }"
  rules = [{
    source  = "0.0.0.0/0"
    version = "4"
  }]
  providers = {
    aws = aws.main
  }
}

module other {
  source = "acme/vpc/aws"
}
resource "thing" "module" {
  source = "acme/vpc/aws"
}
`;

const rewritten = (text: string, path = 'main.tf') =>
  rewriteCalls(path, text, new Map([['vpc', '../kept/vpc']]));

describe('calls of modules in a file', () => {
  it('lead elsewhere where they are named, and everything else stays in its line', () => {
    expect(rewritten(WRITTEN)).toBe(
      WRITTEN.replace('source  = "acme/vpc/aws" /*', 'source  = "../kept/vpc" /*').replace(
        'version = "~> 5.0" #',
        ' #',
      ),
    );
  });

  it('are understood by the real parser afterwards', async () => {
    const text = rewritten(WRITTEN) ?? '';
    const { module } = await readConfiguration('main.tf', text, 'whole');
    expect(module.vpc).toMatchObject({ source: '../kept/vpc', rules: [{ version: '4' }] });
    expect(module.vpc).not.toHaveProperty('version');
    expect(module.other).toMatchObject({ source: 'acme/vpc/aws' });
  });

  it('lead elsewhere in JSON as well, whether the body stands alone or in a list', () => {
    const call = { source: 'acme/vpc/aws', version: '~> 5.0', name: 'x' };
    const file = (body: unknown) => JSON.stringify({ module: { vpc: body, other: call } });
    const parsed = (body: unknown) => JSON.parse(rewritten(file(body), 'main.tf.json') ?? '');
    const moved = { source: '../kept/vpc', name: 'x' };
    expect(parsed(call)).toEqual({ module: { vpc: moved, other: call } });
    expect(parsed([call])).toEqual({ module: { vpc: [moved], other: call } });
  });

  it.each([
    'module "vpc" {\n  source = "acme/${1}/aws"\n}\n',
    'module "vpc" {\n  source = local.where\n}\n',
    'module "vpc" {\n  source = "acme/vpc/aws"\n',
    '!!\n',
  ])('stay as they are where they are not understood', (text) => {
    expect(rewritten(text)).toBeUndefined();
  });
});
