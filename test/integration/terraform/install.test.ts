import { existsSync, readdirSync, statSync } from 'node:fs';
import { appendFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTerraform } from '../../../src/executors/terraform/program/check-terraform.ts';
import { installTerraform } from '../../../src/executors/terraform/program/install.ts';
import { BiotopeError } from '../../../src/model/errors.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import {
  answeringProgram,
  makeKey,
  openReleasesSite,
  type ReleasesSite,
  releaseFiles,
  type SigningKey,
  zip,
} from '../../fixtures/terraform/releases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const VERSION = '1.11.4';
const ARCHIVE = zip({ 'LICENSE.txt': 'a license', terraform: answeringProgram(VERSION) });

const key: SigningKey = makeKey();
let toolsFolder: string;
let site: ReleasesSite | undefined;
beforeEach(async () => {
  toolsFolder = join(temporaryFolder(), 'tools');
});
afterEach(async () => {
  await site?.close();
});

interface Terms {
  files?: Map<string, Buffer>;
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  signal?: AbortSignal;
}

const good = () => releaseFiles({ version: VERSION, key, archive: ARCHIVE });

async function install(terms: Terms = {}) {
  await site?.close();
  site = await openReleasesSite(terms.files ?? good(), terms.answer);
  return installFrom(site.url, terms);
}

function installFrom(releasesUrl: string, { signal }: Terms = {}) {
  return installTerraform({
    toolsFolder,
    releasesUrl,
    host: {},
    clock: systemClock,
    signal: signal ?? new AbortController().signal,
    onProgress: () => {},
    version: VERSION,
    keys: [key],
  });
}

async function refused(work: Promise<unknown>): Promise<BiotopeError> {
  const error = await work.then(
    () => new Error('it was installed'),
    (reason: unknown) => reason,
  );
  if (error instanceof BiotopeError) return error;
  throw error;
}

const find = () => checkTerraform({ binary: 'terraform', host: { PATH: '' }, toolsFolder });

/** Nothing of it is found, and nothing lies about. */
async function expectNothingKept() {
  const folder = join(toolsFolder, 'terraform');
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  expect((await refused(find())).code).toBe('TERRAFORM_MISSING');
}

describe('Terraform that was fetched', () => {
  it('is found by every command that finds none on the PATH', async () => {
    const binary = join(toolsFolder, `terraform/${VERSION}/terraform`);
    expect(await install()).toMatchObject({ binary, product: 'terraform', version: VERSION });
    expect(statSync(binary).mode & 0o777).toBe(0o755);
    expect(await find()).toMatchObject({ binary, version: VERSION });
    expect(readdirSync(join(toolsFolder, 'terraform'))).toEqual([VERSION]);
  });

  it('stands behind one on the PATH, and in no other program’s place', async () => {
    await install();
    const places = { host: { PATH: process.env.PATH }, toolsFolder };
    const found = await checkTerraform({ binary: 'terraform', ...places });
    expect(found.binary).not.toContain(toolsFolder);
    const other = refused(checkTerraform({ binary: 'no-such-tofu', ...places }));
    expect((await other).code).toBe('TERRAFORM_MISSING');
  });

  it('is not fetched again as long as it is what it was', async () => {
    await install();
    await install();
    expect(site?.asked).toEqual([]);
  });

  it('is not used once it was changed, and is fetched anew', async () => {
    const { binary } = await install();
    await appendFile(binary, '# changed\n');
    const { message, detail } = await refused(find());
    expect(message).toContain('is not what was fetched');
    expect(detail).toContain('biotope doctor --install');
    await install();
    expect(await find()).toMatchObject({ binary });
  });

  it('leaves nothing of others that were killed meanwhile, and nothing of those at work', async () => {
    const [old, young] = ['.new-old', '.new-young'].map((name) =>
      join(toolsFolder, 'terraform', name),
    );
    if (old === undefined || young === undefined) throw new Error('two names are two');
    for (const draft of [old, young]) await mkdir(draft, { recursive: true });
    await utimes(old, new Date(0), new Date(0));
    await install();
    expect(readdirSync(join(toolsFolder, 'terraform')).sort()).toEqual(['.new-young', VERSION]);
  });
});

describe('what cannot be believed', () => {
  it('is an archive with another checksum', async () => {
    const files = good();
    const name = [...files.keys()].find((path) => path.endsWith('.zip')) ?? '';
    files.set(name, zip({ terraform: '#!/bin/sh\nexit 0\n' }));
    const { code, message, facts } = await refused(install({ files }));
    expect({ code, ...facts }).toEqual({ code: 'TERRAFORM_FETCH_FAILED', reason: 'checksum' });
    expect(message).toContain('does not have the checksum');
    await expectNothingKept();
  });

  it('is a list of checksums that somebody else signed', async () => {
    const files = releaseFiles({ version: VERSION, key: makeKey(), archive: ARCHIVE });
    const { facts, message } = await refused(install({ files }));
    expect(facts).toEqual({ reason: 'signature' });
    expect(message).toContain('not signed by HashiCorp');
    expect(site?.asked.some((path) => path.endsWith('.zip'))).toBe(false);
    await expectNothingKept();
  });

  it('is a list of checksums that was changed after it was signed', async () => {
    const files = good();
    const name = [...files.keys()].find((path) => path.endsWith('_SHA256SUMS')) ?? '';
    files.set(name, Buffer.concat([files.get(name) ?? Buffer.alloc(0), Buffer.from('# more\n')]));
    expect((await refused(install({ files }))).facts).toEqual({ reason: 'signature' });
    await expectNothingKept();
  });

  it('is an archive that HashiCorp signed and that holds no Terraform of this version', async () => {
    for (const archive of [
      zip({ 'README.md': 'nothing' }),
      zip({ terraform: answeringProgram('1.2.3') }),
      Buffer.from('no archive at all'),
    ]) {
      const files = releaseFiles({ version: VERSION, key, archive });
      const { code } = await refused(install({ files }));
      expect(['TERRAFORM_FETCH_FAILED', 'TERRAFORM_MISSING']).toContain(code);
      await expectNothingKept();
    }
  });
});

describe('a host', () => {
  it('that breaks off in the middle leaves nothing behind', async () => {
    const answer: Terms['answer'] = ({ url = '' }, response) => {
      if (!url.endsWith('.zip')) return false;
      response.writeHead(200, { 'content-length': ARCHIVE.length });
      response.write(ARCHIVE.subarray(0, 100), () => response.destroy());
      return true;
    };
    const { code, facts } = await refused(install({ answer }));
    expect({ code, ...facts }).toEqual({ code: 'TERRAFORM_FETCH_FAILED', reason: 'unreachable' });
    await expectNothingKept();
  });

  it('that is not there is named, with the reason', async () => {
    await install();
    const gone = site?.url ?? '';
    await site?.close();
    site = undefined;
    await rm(toolsFolder, { recursive: true });
    const { message, facts } = await refused(installFrom(gone));
    expect(facts).toEqual({ reason: 'unreachable' });
    expect(message).toContain(gone);
    expect(message).toContain('ECONNREFUSED');
    await expectNothingKept();
  });

  it('that has no such release says so', async () => {
    const { message } = await refused(install({ files: new Map() }));
    expect(message).toContain('answered 404');
    await expectNothingKept();
  });

  it('that has none for this machine says so', async () => {
    const files = new Map<string, Buffer>();
    const name = /terraform_.*\.zip/;
    for (const [path, content] of releaseFiles({ version: VERSION, key, archive: ARCHIVE })) {
      if (!name.test(path)) files.set(path, content);
    }
    expect((await refused(install({ files }))).message).toContain('answered 404');
    await expectNothingKept();
  });

  it('that sends without an end is cut short', async () => {
    const answer: Terms['answer'] = ({ url = '' }, response) => {
      if (!url.endsWith('SHA256SUMS')) return false;
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
      return true;
    };
    expect((await refused(install({ answer }))).facts).toEqual({ reason: 'too-large' });
    await expectNothingKept();
  });

  it('that leads elsewhere is followed to https only', async () => {
    const moved = await openReleasesSite(good());
    const answer: Terms['answer'] = ({ url = '' }, response) => {
      const location = url.endsWith('.sig') ? `http://example.invalid${url}` : moved.url + url;
      response.writeHead(302, { location }).end();
      return true;
    };
    const { message } = await refused(install({ answer }));
    expect(message).toContain('which is not https');
    expect(moved.asked).toHaveLength(1);
    await expectNothingKept();
    const all: Terms['answer'] = ({ url = '' }, response) => {
      response.writeHead(302, { location: moved.url + url }).end();
      return true;
    };
    expect(await install({ answer: all })).toMatchObject({ version: VERSION });
    await moved.close();
  });

  it('that leads in circles is left', async () => {
    const answer: Terms['answer'] = ({ url = '' }, response) => {
      response.writeHead(302, { location: url }).end();
      return true;
    };
    expect((await refused(install({ answer }))).message).toContain('leads on more than');
  });
});

it('an interruption ends it at once, and leaves nothing behind', async () => {
  const interrupt = new AbortController();
  const reason = new BiotopeError('INTERRUPTED', { message: 'Interrupted.' });
  const answer: Terms['answer'] = ({ url = '' }, response) => {
    if (!url.endsWith('.zip')) return false;
    response.writeHead(200);
    response.write('some', () => interrupt.abort(reason));
    return true;
  };
  expect(await refused(install({ answer, signal: interrupt.signal }))).toBe(reason);
  await expectNothingKept();
});

it('two at once both have it in the end', async () => {
  site = await openReleasesSite(good());
  const both = await Promise.all([installFrom(site.url), installFrom(site.url)]);
  expect(both.map(({ version }) => version)).toEqual([VERSION, VERSION]);
  expect(readdirSync(join(toolsFolder, 'terraform'))).toEqual([VERSION]);
  await writeFile(join(toolsFolder, 'terraform', VERSION, 'terraform.sha256'), 'nonsense');
});
