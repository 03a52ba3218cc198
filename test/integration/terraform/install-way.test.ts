import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installTerraform } from '../../../src/executors/terraform/program/install.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import {
  answeringProgram,
  makeKey,
  openProxy,
  releaseFiles,
  zip,
} from '../../fixtures/terraform/releases.ts';
import { serveGit } from '../../support/git-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const version = '1.11.4';
const key = makeKey();

/** Releases by https, with a certificate that only its own file vouches for. */
function serveReleases() {
  const archive = zip({ terraform: answeringProgram(version) });
  const files = releaseFiles({ version, key, archive });
  return serveGit({
    answer: ({ url = '' }, response) => {
      response.end(files.get(url));
      return true;
    },
  });
}

function installFrom(releasesUrl: string, host: Record<string, string>) {
  const folder = temporaryFolder();
  const { signal } = new AbortController();
  const site = { releasesUrl, host, clock: systemClock, signal, onProgress: () => {} };
  return installTerraform({ ...site, toolsFolder: join(folder, 'tools'), version, keys: [key] });
}

describe('the host of the releases', () => {
  it('behind a proxy is reached through it', async () => {
    const { host: named, certificate } = await serveReleases();
    const proxy = await openProxy(Number(named.split(':')[1]));
    const host = { HTTPS_PROXY: proxy.url.replace('http://', ''), SSL_CERT_FILE: certificate };
    const found = await installFrom('https://127.0.0.1:59998', host).finally(() => proxy.close());
    expect(new Set(proxy.asked)).toEqual(new Set(['127.0.0.1:59998']));
    expect(found).toMatchObject({ version });
  });

  it('behind a proxy that is none is told as such', async () => {
    await expect(
      installFrom('https://127.0.0.1:1', { HTTPS_PROXY: 'no address' }),
    ).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('The proxy that HTTPS_PROXY names'),
    });
  });

  it('is believed where the site’s own certificates vouch for it, and otherwise not', async () => {
    const { host: named, certificate } = await serveReleases();
    const url = `https://${named}`;
    await expect(installFrom(url, {})).rejects.toMatchObject({
      code: 'TERRAFORM_FETCH_FAILED',
      message: expect.stringContaining('self-signed certificate'),
    });
    expect(await installFrom(url, { SSL_CERT_FILE: certificate })).toMatchObject({ version });
  });
});
