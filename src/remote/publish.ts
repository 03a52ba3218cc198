import { z } from 'zod';
import { problemsError } from '../catalog/document/problem.ts';
import { readTemplateFolder } from '../catalog/folder/folder.ts';
import type { Published } from '../catalog/publish.ts';
import { readSource } from '../catalog/source.ts';
import { templateFrom } from '../documents/reading/template.ts';
import { templateSchema } from '../documents/schema/template.ts';
import type { Limits } from '../model/limits.ts';
import type { ApiClient } from './client/client.ts';

interface SendOptions {
  upgrade?: boolean;
  skipLock?: boolean;
  limits: Limits;
}

/** A server may have to fetch modules and providers first. */
const PUBLISHING_MAX_MS = 30 * 60_000;

const publishedSchema = z.object({ template: templateSchema, new: z.boolean() });

const checkedSchema = z.object({
  name: z.string(),
  version: z.string(),
  digest: z.string(),
  resources: z.int(),
  unchecked: z.array(z.string()),
});

export type CheckedByServer = z.output<typeof checkedSchema>;

/** A folder is sent, a repository is fetched by the server; which checks everything either way. */
export async function publishOnServer(
  client: ApiClient,
  source: string,
  options: SendOptions,
): Promise<Published> {
  const body = await sent(source, options);
  const answer = await client.post('/templates', publishedSchema, {
    body,
    // Published again it is the same: a version never changes.
    isRepeatable: true,
    answerMaxMs: PUBLISHING_MAX_MS,
  });
  return { record: templateFrom(answer.template), isNew: answer.new };
}

export async function checkOnServer(
  client: ApiClient,
  source: string,
  options: SendOptions,
): Promise<CheckedByServer> {
  const body = await sent(source, options);
  return client.post('/template-checks', checkedSchema, {
    body,
    isRepeatable: true,
    answerMaxMs: PUBLISHING_MAX_MS,
  });
}

/** Rejects with TEMPLATE_INVALID where a file cannot be part of a template: the server never sees it. */
async function sent(text: string, { limits, ...options }: SendOptions) {
  const source = readSource(text);
  if (source.kind === 'git') return { source: text, ...options };
  const { files, problems } = await readTemplateFolder(source.folder, limits);
  if (problems.length > 0) throw problemsError(`The template in ${source.folder}`, problems, {});
  return {
    ...options,
    label: source.folder,
    files: files.map(({ path, executable, content }) => ({
      path,
      executable,
      contentBase64: Buffer.from(content).toString('base64'),
    })),
  };
}
