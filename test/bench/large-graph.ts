import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LAYERS = 10;

/** Where the text belongs. */
export const LARGE_GRAPH_FILE = join(
  import.meta.dirname,
  '../../templates/large-graph/template.yaml',
);

/**
 * Layers of counted resources with a joint between each two: every member of a layer needs the joint
 * before it, and each joint all members of its layer. So the graph grows with the layers' width, and
 * its edges grow no faster than that.
 */
export function largeGraphText(): string {
  const layers = Array.from({ length: LAYERS }, (_, at) => [layer(at + 1), joint(at + 1)]).flat();
  return `# Written by "npm run large-graph": change test/bench/large-graph.ts instead.
apiVersion: biotope/v1
kind: Template
metadata:
  name: large-graph
  version: 1.0.0
  description: Ten layers of as many resources as you like, to try how Biotope bears large graphs
  tags: [benchmark]

parameters:
  type: object
  properties:
    width:
      type: integer
      description: Resources in each layer
      minimum: 1
      maximum: 4000
      default: 10

resources:
${layers.join('\n')}
outputs:
  last: "\${resources.joint${LAYERS}.outputs.prefix}"
`;
}

function layer(number: number): string {
  const after = number === 1 ? 'start' : `\${resources.joint${number - 1}.outputs.prefix}`;
  return `  - id: layer${number}
    executor: consul-kv
    count: "\${parameters.width}"
    with:
      prefix: "\${environment.name}/layer${number}/\${string(self.index)}"
      entries: { after: "${after}" }
`;
}

function joint(number: number): string {
  return `  - id: joint${number}
    executor: consul-kv
    dependsOn: [layer${number}]
    with: { prefix: "\${environment.name}/joint${number}", entries: { layer: ${number} } }
`;
}

if (import.meta.main) writeFileSync(LARGE_GRAPH_FILE, largeGraphText());
