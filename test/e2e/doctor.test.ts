import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/platform/process/find-program.ts';
import {
  answeringProgram,
  makeKey,
  openReleasesSite,
  releaseFiles,
  zip,
} from '../fixtures/terraform/releases.ts';
import { createPlace, type Place } from './support/place.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

it('the doctor answers where nothing is there, and makes nothing', async () => {
  const { code, stdout } = await place.run('doctor');
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 0,
    last: 'everything is as it should be',
  });
  expect(readdirSync(place.folder)).toEqual([]);
});

it('the doctor answers where settings and store are broken, with 1 and all that is wrong', async () => {
  mkdirSync(place.dataFolder, { mode: 0o700 });
  place.write('.biotope/store.db', 'no database');
  place.write('settings.yaml', 'log: {level: loud}\n');
  const { code, document } = await place.json('doctor', '--install', '--config', 'settings.yaml');
  expect(code).toBe(1);
  expect(document.ok).toBe(false);
  const failed = document.checks.filter(({ status }: { status: string }) => status === 'failed');
  expect(failed.map(({ name }: { name: string }) => name)).toEqual(['configuration', 'store']);
  for (const { found, remedy } of failed) expect({ found, remedy }).not.toContain(null);
});

describe('where there is no Terraform', () => {
  /** Of the machine's programs only what the launcher needs. */
  async function placeWithout(releasesUrl: string): Promise<Place> {
    const bare = createPlace({
      PATH: join(place.folder, 'bin'),
      BIOTOPE_TERRAFORM_RELEASES_URL: releasesUrl,
    });
    mkdirSync(join(place.folder, 'bin'));
    for (const program of ['uname', 'readlink']) {
      const found = findProgram(program, process.env.PATH);
      if (found !== undefined) symlinkSync(found, join(place.folder, 'bin', program));
    }
    return bare;
  }

  it('the demo says how to get it, and nobody is asked who cannot answer', async () => {
    const bare = await placeWithout('http://127.0.0.1:59999');
    try {
      const { code, stderr } = await bare.run('demo');
      expect(code).toBe(1);
      expect(stderr).toContain('biotope doctor --install');
      expect(stderr).not.toContain('fetching');
      const asked = await bare.run('doctor', '--install');
      expect({ code: asked.code, stderr: asked.stderr }).toEqual({
        code: 64,
        stderr: expect.stringContaining('--install-terraform'),
      });
    } finally {
      await bare.leave();
    }
  });

  it('what HashiCorp did not sign is not taken, and the way out is told', async () => {
    const archive = zip({ terraform: answeringProgram('1.11.4') });
    const files = releaseFiles({ version: '1.11.4', key: makeKey(), archive });
    const site = await openReleasesSite(files);
    const bare = await placeWithout(site.url);
    try {
      const { code, stderr } = await bare.run('demo', '--install-terraform');
      expect(code).toBe(1);
      expect(stderr).toContain('are not signed by HashiCorp');
      expect(stderr).toContain('TERRAFORM_FETCH_FAILED');
      expect(existsSync(join(bare.dataFolder, 'tools'))).toBe(false);
    } finally {
      await bare.leave();
      await site.close();
    }
  });
});
