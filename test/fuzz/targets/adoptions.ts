import fc from 'fast-check';
import { DEFINITIONS } from '../../../src/compose/executors.ts';
import { isJsonObject, type JsonValue } from '../../../src/model/json.ts';
import { readAdopt } from '../../../src/presentation/usecases/environment/adopt.ts';
import { mutatedJson, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

const TEXTS = [
  'settings',
  'settings=from=blue',
  'password=version=3',
  'site=terraform_data.page=page-1',
  'site=aws_instance.web["a=b"]=i-0abc=',
  'site=module.net["x"].module.b[0].aws_subnet.a[3]=subnet/1',
];
const WORDS = ['"', '["', '"]', '[', ']', '=', '==', 'data.', 'module.', '.', '\\"', '%{', 'from='];
const SAID: JsonValue[] = [
  { from: 'blue' },
  { version: 3, from: 'blue' },
  { version: '3' },
  { 'terraform_data.page': 'page-1', 'module.a["b"].c.d': 'x' },
  {},
];
const SPECS: JsonValue[] = [
  { create: ['./start'], adopt: ['./adopt'] },
  { path: 'shop/db', generate: { password: { length: 12 } } },
];

interface Said {
  resource: string[];
  create: string[];
  how: JsonValue;
  spec: JsonValue;
}

/** What a person says of what exists, on the command line and in a command, to every executor. */
export const adoptions: Target<Said> = {
  name: 'adoptions',
  weight: 8,
  open: async () => ({
    inputs: fc.record({
      resource: fc.array(mutatedText(TEXTS, WORDS, 3), { maxLength: 3 }),
      create: fc.array(mutatedText(['settings', 'web[0]'], WORDS, 1), { maxLength: 1 }),
      how: mutatedJson(SAID),
      spec: mutatedJson(SPECS),
    }),
    try: ({ resource, create, how, spec }) => {
      const isGood = isJsonObject(how) && isJsonObject(spec) && judge(spec, how);
      const asked = readAdopt({ resource, create });
      for (const [name, told] of Object.entries(asked)) {
        if (told === null && !create.includes(name)) throw new Error('given up unasked');
        if (told !== null) judge({}, told);
      }
      return isGood ? 'taken' : 'refused';
    },
  }),
};

/** Whether some executor takes it. Each that does not says why. */
function judge(spec: Record<string, JsonValue>, how: Record<string, JsonValue>): boolean {
  const answers = [...DEFINITIONS.values()].map(({ checkAdoption }) => checkAdoption?.(spec, how));
  for (const sentences of answers) {
    if (sentences?.some((one) => one.trim() === '')) throw new Error('refused without a reason');
  }
  return answers.some((sentences) => sentences?.length === 0);
}
