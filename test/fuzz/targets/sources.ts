import fc from 'fast-check';
import { readSource, sourceText } from '../../../src/catalog/source.ts';
import { readModuleSource } from '../../../src/executors/terraform/modules/module-source.ts';
import { binaryText, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

const GOOD = [
  'git::https://github.com/org/repo.git//templates/shop?ref=v1.2.0',
  'git::ssh://git@host.example:2222/org/repo.git?ref=feature%2Fa',
  'git::https://host.example/a/b',
  'git@github.com:org/repo.git',
  'https://user:password@github.com/org/repo.git',
  './templates/shop',
  'terraform-aws-modules/vpc/aws',
  'registry.example.com:8443/org/network/aws//modules/a',
  '../modules/b',
];
const WORDS = [
  ...['git::', 'https://', 'ssh://', 'file://', 'ext::', 'hg::', 's3::', 'http://', '://', 'git@'],
  ...[
    '//',
    '?ref=',
    '?ref=-x',
    '&depth=1',
    '#',
    '%2e%2e',
    '%2F',
    '%00',
    '%',
    '@',
    ':',
    ':0',
    ':99999',
  ],
  ...['-upload-pack=x', '--', '..', '.', '\\', '[::1]', '127.0.0.1', 'xn--a', 'ä', '\u3002', ' '],
];

/** Addresses of templates and modules. */
export const sources: Target<string> = {
  name: 'sources',
  weight: 20,
  open: async () => ({
    inputs: fc.oneof(
      { weight: 6, arbitrary: mutatedText(GOOD, WORDS) },
      { weight: 1, arbitrary: binaryText },
      { weight: 1, arbitrary: fc.webUrl().map((url) => `git::${url}`) },
    ),
    try: (text) => {
      readModuleSource(text);
      const source = readSource(text);
      if (source.kind === 'folder') return 'taken';
      const again = readSource(sourceText(source));
      if (JSON.stringify(again) !== JSON.stringify(source)) {
        throw new Error(`it becomes another one: ${JSON.stringify([source, again])}`);
      }
      if (/^https:\/\/[^/]*@/.test(source.url) || /[\0-\x20]|:\/\/-/.test(source.url)) {
        throw new Error(`an address that must not be: ${source.url}`);
      }
      const parts = source.path.split('/');
      if (source.path !== '' && parts.some((part) => ['', '.', '..'].includes(part))) {
        throw new Error(`a folder that leaves the repository: ${source.path}`);
      }
      if (source.ref?.startsWith('-')) throw new Error(`a ref that is an option: ${source.ref}`);
      return 'taken';
    },
  }),
};
