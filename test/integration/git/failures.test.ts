import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, openRig, type Rig, TEMPLATE } from './rig.ts';

/** A program first on the PATH. */
function program(rig: Rig, name: string, text: string): string {
  const folder = join(rig.server.root, 'programs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  return file;
}

describe('a host', () => {
  it('must be named in the configuration, with its port', async () => {
    const rig = await openRig();
    for (const gitHosts of [['github.com'], ['127.0.0.1'], []]) {
      await expect(
        rig.fetch(rig.address, { config: { catalog: { gitHosts } } }),
      ).rejects.toMatchObject({
        code: 'SOURCE_REFUSED',
        message: expect.stringContaining('catalog.gitHosts'),
      });
    }
    expect(rig.server.requests).toEqual([]);
  });

  it('that asks for a password is not answered, and nobody is asked', async () => {
    const rig = await openRig({ login: 'ada:pass-word' });
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
    const mark = join(rig.server.root, 'asked');
    const askpass = program(rig, 'askpass', `#!/bin/sh\ntouch ${mark}\n`);
    vi.stubEnv('GIT_ASKPASS', askpass);
    vi.stubEnv('SSH_ASKPASS', askpass);
    vi.stubEnv('DISPLAY', ':0');
    rig.repository.commit(TEMPLATE);
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('credential helper'),
    });
    expect(existsSync(mark)).toBe(false);
    expectNothingLeft(rig);
  });

  it('is given what the credential helper knows, by variables that configuration lets through', async () => {
    const rig = await openRig({ login: 'ada:pass-word' });
    const file = join(rig.server.root, 'gitconfig');
    const helper = '!echo username=ada; echo "password=$SHOP_TOKEN"; true';
    writeFileSync(file, `[credential]\nhelper = ${JSON.stringify(helper)}\n`);
    vi.stubEnv('GIT_CONFIG_GLOBAL', file);
    vi.stubEnv('SHOP_TOKEN', 'pass-word');
    const commit = rig.repository.commit(TEMPLATE);
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    const gitHosts = [rig.server.host];
    const config = { catalog: { gitHosts, passEnvironment: ['SHOP_TOKEN'] } };
    const fetched = await rig.fetch(rig.address, { config });
    expect(fetched.commit).toBe(commit);
    expect(JSON.stringify(fetched)).not.toContain('pass-word');
  });

  it('whose certificate is not known is not spoken to, whatever Git was told', async () => {
    const rig = await openRig();
    rig.repository.commit(TEMPLATE);
    const file = join(rig.server.root, 'gitconfig');
    writeFileSync(
      file,
      `[http]\nsslVerify = false\n[http "https://${rig.server.host}/"]\nsslVerify = false\n`,
    );
    vi.stubEnv('GIT_CONFIG_GLOBAL', file);
    vi.stubEnv('GIT_SSL_NO_VERIFY', '1');
    vi.stubEnv('GIT_SSL_CAINFO', undefined);
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: expect.stringMatching(/certificate/i),
    });
  });

  it('that leads elsewhere is not followed', async () => {
    const rig = await openRig({
      answer: ({ url = '' }, response) => {
        if (!url.startsWith('/moved.git')) return false;
        response.writeHead(301, { location: url.replace('/moved.git', '/shop.git') }).end();
        return true;
      },
    });
    rig.repository.commit(TEMPLATE);
    await expect(rig.fetch(rig.address.replace('shop', 'moved'))).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining('leads to another address'),
    });
    expect(rig.server.requests.filter((request) => request.includes('shop.git'))).toEqual([]);
  });

  it('that cannot be reached is told with what Git says', async () => {
    const rig = await openRig({
      answer: (_, response) => {
        response.writeHead(503, { 'content-type': 'text/plain' }).end('gone fishing\n');
        return true;
      },
    });
    const error = await rig.fetch(rig.address).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect((error as { detail: string }).detail).toMatch(/503/);
  });
});

describe('a host that never answers', () => {
  it('is left after the time that configuration gives', async () => {
    const rig = await openRig({ answer: () => true });
    const config = { catalog: { gitHosts: [rig.server.host], gitTimeoutMs: 1_000 } };
    await expect(rig.fetch(rig.address, { config })).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      message: expect.stringContaining('catalog.gitTimeoutMs'),
    });
    expectNothingLeft(rig);
  });

  it('is left at once when the command is interrupted, with the reason for that', async () => {
    const asked = Promise.withResolvers<void>();
    const rig = await openRig({
      answer: () => {
        asked.resolve();
        return true;
      },
    });
    const controller = new AbortController();
    const fetching = rig.fetch(rig.address, { signal: controller.signal });
    const ended = expect(fetching).rejects.toThrow('Interrupted by a test');
    await asked.promise;
    expect(readdirSync(rig.temporary)).toHaveLength(1);
    controller.abort(new Error('Interrupted by a test'));
    await ended;
    expectNothingLeft(rig);
  });
});

describe('Git', () => {
  it('must be there', async () => {
    const rig = await openRig();
    vi.stubEnv('PATH', '/nonexistent');
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({
      code: 'GIT_MISSING',
      message: expect.stringContaining('not found on the PATH'),
    });
    expectNothingLeft(rig);
  });

  it('must not be too old', async () => {
    const rig = await openRig();
    program(rig, 'git', '#!/bin/sh\necho git version 2.31.8\n');
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({
      code: 'GIT_MISSING',
      message: expect.stringContaining('version 2.31.8, which is too old'),
    });
  });
});

describe('a repository that is reached by SSH', () => {
  /** Stands for ssh and the host behind it: runs on this machine what ssh would run there. */
  const SSH = (log: string, root: string) =>
    `#!/bin/sh\necho "$@" >> ${log}\nfor last; do :; done\ncd ${root} && eval "$(echo "$last" | sed "s,'/,'${root}/,")"\n`;

  it('is fetched by the ssh of the user, which asks nothing', async () => {
    const rig = await openRig();
    const log = join(rig.server.root, 'ssh.log');
    program(rig, 'ssh', SSH(log, rig.server.root));
    const commit = rig.repository.commit(TEMPLATE);
    const config = { catalog: { gitHosts: ['git.example.org'] } };
    const fetched = await rig.fetch('git::ssh://git@git.example.org/shop.git', { config });
    expect(fetched.commit).toBe(commit);
    expect(fetched.source).toMatchObject({ url: 'ssh://git@git.example.org/shop.git' });
    expect(readFileSync(log, 'utf8')).toMatch(
      /^-o BatchMode=yes .*git@git\.example\.org git-upload-pack/,
    );
  });

  it('is told how to be reached where its key or ours is not known', async () => {
    const rig = await openRig();
    const config = { catalog: { gitHosts: ['git.example.org'] } };
    const source = 'git::ssh://git@git.example.org/shop.git';
    program(rig, 'ssh', '#!/bin/sh\necho "Host key verification failed." >&2\nexit 255\n');
    await expect(rig.fetch(source, { config })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('SSH does not know the host'),
    });
    program(rig, 'ssh', '#!/bin/sh\necho "git@x: Permission denied (publickey)." >&2\nexit 255\n');
    await expect(rig.fetch(source, { config })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('an SSH key'),
    });
  });
});
