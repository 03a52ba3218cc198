import fc from 'fast-check';
import { checkTemplateFiles } from '../../../src/catalog/check.ts';
import { renderProblems } from '../../../src/catalog/document/problem.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/engine/context.ts';
import { planRun } from '../../../src/engine/planner/planner.ts';
import { checkParameters } from '../../../src/model/parameters.ts';
import { NOTHING_ASKED } from '../../../src/model/run.ts';
import type { Template } from '../../../src/model/template.ts';
import { CHECKING, EXPRESSIONS, filesOf, TEMPLATES } from '../fixtures.ts';
import { binaryText, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

/** Lines and pieces that templates are made of. */
const WORDS = [
  ...TEMPLATES.flatMap(({ text }) => text.split('\n')).filter((line) => line.trim().length > 3),
  ...EXPRESSIONS,
];
const MODULES = TEMPLATES.flatMap(({ others }) =>
  others
    .filter(({ path }) => path.endsWith('.tf'))
    .map(({ content }) => Buffer.from(content).toString()),
);
const HCL_WORDS = [
  '{',
  '}',
  '"',
  '<<EOT',
  '${',
  '%{',
  '/*',
  '#',
  '=',
  '[',
  'variable "x" {',
  'for_each',
];

interface Folder {
  /** Whose other files are there. */
  base: number;
  text: string;
  module: string;
  /** Whether the module takes the place of one that is there. */
  isModuleChanged: boolean;
}

/** Half of the time one that was good. */
const bases = fc.oneof(
  fc.nat({ max: TEMPLATES.length - 1 }),
  fc.constantFrom(...TEMPLATES.flatMap(({ isBroken }, at) => (isBroken ? [] : [at]))),
);

const folders: fc.Arbitrary<Folder> = bases.chain((base) =>
  fc.record({
    base: fc.constant(base),
    text: fc.oneof(
      { weight: 8, arbitrary: mutatedText([TEMPLATES[base]?.text ?? ''], WORDS, 3) },
      { weight: 1, arbitrary: binaryText },
      { weight: 1, arbitrary: mutatedText(['a: [b, {c: d}]\n', '- a\n- b: c\n'], WORDS) },
    ),
    module: mutatedText(MODULES, HCL_WORDS),
    isModuleChanged: fc.nat({ max: 3 }).map((one) => one === 0),
  }),
);

/** A folder with a template: checked, shown where it is wrong, and planned where it is good. */
export const templates: Target<Folder> = {
  name: 'templates',
  weight: 8,
  open: async () => ({
    inputs: folders,
    try: async ({ base, text, module, isModuleChanged }) => {
      const others = (TEMPLATES[base]?.others ?? []).map((file) =>
        isModuleChanged && file.path.endsWith('.tf')
          ? { ...file, content: Buffer.from(module) }
          : file,
      );
      const { template, problems, sources } = await checkTemplateFiles(
        filesOf(text, others),
        CHECKING,
      );
      renderProblems(problems, sources);
      for (const { line, column, message } of problems) {
        if (line < 1 || column < 1 || message === '') throw new Error('a problem without a place');
      }
      if ((template === null) !== problems.length > 0) {
        throw new Error('a template with problems, or none and no template');
      }
      if (template === null) return 'refused';
      plan(template);
      return 'taken';
    },
  }),
};

function plan(template: Template): void {
  const { name, version } = template;
  planRun(
    { ...CHECKING, settings: DEFAULT_ENGINE_SETTINGS },
    {
      environment: { name: 'shop', description: '', tags: [] },
      template: { reference: { name, version, digest: 'sha256:0' }, template },
      parameters: checkParameters(template, {}),
      recorded: new Map(),
      asked: { ...NOTHING_ASKED, pending: {} },
    },
  );
}
