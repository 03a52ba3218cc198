import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { switchedTemplate, templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);

/** A service that calls another team's, and what it is called by. */
function tillTemplate(version: string, sizeMax: number): string {
  return writeTemplate(place, `till-${version}`, {
    'template.yaml': `${templateHead('till', version)}
parameters:
  type: object
  properties: { size: { type: integer, default: 1, maximum: ${sizeMax} } }
resources:
  - id: payments
    external: payments-api
    outputs: { url: "http://payments.example" }
  - id: till
    executor: consul-kv
    tags: [blue]
    with:
      prefix: "\${environment.name}/till"
      entries: { url: "\${resources.payments.outputs.url}", size: "\${string(parameters.size)}" }
  - id: sign
    executor: consul-kv
    dependsOn: [till]
    with: { prefix: "\${environment.name}/sign", entries: { version: "${version}" } }
groups: [{ name: front, resources: [sign] }]
`,
  });
}

describe('what is in which environment', () => {
  it('is found by words, by what it depends on, and by what a new version would change', async () => {
    await place.run('template', 'publish', tillTemplate('1.0.0', 9));
    for (const name of ['east', 'west']) {
      const { code } = await place.run('environment', 'create', name, '-t', 'till@1.0.0');
      expect(code).toBe(0);
    }

    const search = await place.json('search', 'BLU', 'till', '--kind', 'resource');
    expect(names(search.document.found)).toEqual(['east/till', 'west/till']);
    const group = await place.run('resource', 'list', '--group', 'front', '-o', 'name');
    expect(group.stdout).toBe('east/sign\nwest/sign\n');

    const external = ['resource', 'dependents', 'external:payments-api'];
    const dependents = await place.json(...external);
    expect(names(dependents.document.nodes)).toEqual([
      'east/payments',
      'west/payments',
      'east/till',
      'west/till',
      'east/sign',
      'west/sign',
    ]);
    const near = await place.json(...external, '--depth', '1');
    expect(near.document).toMatchObject({ truncated: true });
    expect(near.document.nodes).toHaveLength(2);

    const shown = await place.json('resource', 'show', 'east/till');
    expect(shown.document).toMatchObject({
      resource: { inputs: { entries: { size: '1' } }, template: { version: '1.0.0' } },
      needs: ['east/payments[0]'],
      neededBy: ['east/sign[0]'],
      steps: [{ kind: 'create', result: 'created' }],
    });
    const { stdout: dot } = await place.run('environment', 'graph', 'east', '--format', 'dot');
    expect(dot).toContain('label="payments\\nexternal:payments-api"');
    expect(dot).toContain('"sign[0]" -> "till[0]";');

    // 1.1.0 takes no large tills any more: west cannot be planned, and hides nothing of east.
    await place.run('environment', 'update', 'west', '--parameter', 'size=9');
    const explained = await place.json('run', 'explain', 'west', 'till');
    expect(explained.document).toMatchObject({
      reason: 'entries.size changed',
      changedInputs: [{ path: 'entries.size', secret: false, before: '1', after: '9' }],
    });
    await place.run('template', 'publish', tillTemplate('1.1.0', 5));
    const planned = await place.json('template', 'plan', 'till@1.1.0');
    expect(planned.code).toBe(0);
    expect(planned.document.environments).toMatchObject([
      {
        environment: 'east',
        error: null,
        resources: [{ label: 'sign', action: 'change', reason: 'entries.version changed' }],
      },
      { environment: 'west', error: { code: 'PARAMETERS_INVALID' }, resources: [] },
    ]);
  });
});

describe('why a step is as it is', () => {
  it('is explained: failed, skipped, and left alone', async () => {
    await place.run('template', 'publish', switchedTemplate(place));
    writeFileSync(join(place.folder, 'switches', 'fail'), '');
    await place.run('environment', 'create', 'site', '-t', 'switched');

    const failed = await place.json('run', 'explain', 'site', 'middle');
    const run = failed.document.run.id;
    expect(failed.document).toMatchObject({
      state: 'failed',
      action: 'create',
      attempts: [{ operation: 'apply', outcome: 'failed', failure: { code: 'COMMAND_FAILED' } }],
      dependents: [{ label: 'last', status: 'skipped', relation: 'depends' }],
    });
    expect(failed.document.next.at(-1).command).toBe(`biotope run retry ${run}`);
    const skipped = await place.run('run', 'explain', 'site', 'last');
    expect(skipped.stdout).toMatch(/^last was skipped because middle failed: /);

    rmSync(join(place.folder, 'switches', 'fail'));
    await place.run('run', 'retry', 'site');
    const left = await place.json('run', 'explain', 'site', 'first');
    expect(left.document).toMatchObject({ state: 'left', action: null });
    expect(left.document.summary).toContain(`first is left: unchanged since run ${run}`);
  });
});
