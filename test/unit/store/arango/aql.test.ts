import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as graph from '../../../../src/store/arango/aql/graph.ts';
import * as journal from '../../../../src/store/arango/aql/journal.ts';
import * as logs from '../../../../src/store/arango/aql/logs.ts';
import { look } from '../../../../src/store/arango/aql/look.ts';
import * as records from '../../../../src/store/arango/aql/records.ts';
import { search } from '../../../../src/store/arango/aql/search.ts';
import type { Statement } from '../../../../src/store/arango/aql/statement.ts';
import { remove, type Written, write } from '../../../../src/store/arango/aql/write.ts';
import { GRAPH, LAYOUT, SEARCH_VIEW } from '../../../../src/store/arango/layout.ts';
import { COLLECTION_NAMES, type CollectionName } from '../../../../src/store/records.ts';
import { namedParameters } from '../../../support/arango/double.ts';

/** What a reader of AQL can see without a server. */

const FOLDER = new URL('../../../../src/store/arango/', import.meta.url);

const lists = Object.fromEntries(COLLECTION_NAMES.map((name) => [name, []]));
const none = lists as unknown as Record<CollectionName, []>;
const written = Object.fromEntries(LAYOUT.map(({ name }) => [name, []])) as unknown as Written;
const page = { from: 1, count: 2 };
const logPage = { runId: 'r', after: 0, count: 1 };
const walk = { start: 'resources/a', depthMax: 1, limit: 1, edgesMax: 1 };

const STATEMENTS: Record<string, Statement> = {
  look: look({ ...none, counters: [] }),
  write: write(written),
  remove: remove({ records: none, sources: [], edges: [] }),
  get: records.get('runs', 'r'),
  find: records.find('runs', {
    conditions: [
      { field: 'status', operator: 'IN', value: ['ok'] },
      { field: 'order', operator: '>', value: '1' },
    ],
    isReverse: true,
    count: 2,
  }),
  events: journal.events(page),
  eventsOfScope: journal.eventsOfScope('s', page),
  eventsOfRun: journal.eventsOfRun('r', page),
  changes: journal.changes(1, 2),
  groupOf: journal.groupOf('1'),
  counter: journal.counter('published'),
  logOfRun: logs.logOfRun(logPage),
  logOfStep: logs.logOfStep('a', logPage),
  dependencies: graph.closure({ ...walk, direction: 'dependencies' }),
  dependents: graph.closure({ ...walk, direction: 'dependents' }),
  search: search(['a'], { collections: ['resources'], limit: 1 }),
};

/** https://docs.arangodb.com/3.12/aql/fundamentals/syntax/#keywords */
const KEYWORDS = new Set(
  `AGGREGATE ALL ALL_SHORTEST_PATHS AND ANY ASC COLLECT DESC DISTINCT FALSE FILTER FOR GRAPH IN INBOUND
  INSERT INTO K_PATHS K_SHORTEST_PATHS LET LIKE LIMIT NONE NOT NULL OR OUTBOUND REMOVE REPLACE RETURN
  SHORTEST_PATH SORT TRUE UPDATE UPSERT WINDOW WITH COUNT CURRENT KEEP NEW OLD OPTIONS PRUNE SEARCH TO`
    .split(/\s+/)
    .map((word) => word.toLowerCase()),
);

const SOURCES = new Set([...LAYOUT.map(({ name }) => name), SEARCH_VIEW]);

const plain = (query: string) => query.replace(/"[^"]*"/g, '""');
const matches = (query: string, pattern: RegExp) =>
  [...plain(query).matchAll(pattern)].map(([, found = '']) => found);
const variablesOf = (query: string) => [
  ...matches(query, /\b(?:FOR|LET)\s+(\w+)/g),
  ...matches(query, /\bFOR \w+, (\w+)/g),
  ...matches(query, /\bFOR \w+, \w+, (\w+)/g),
];

describe.each(Object.entries(STATEMENTS))('the statement %s', (_, { query, bindVars }) => {
  it('binds what it names, and nothing else', () => {
    expect(namedParameters(query)).toEqual(Object.keys(bindVars).sort());
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    const pairs: Record<string, string> = { ')': '(', '}': '{', ']': '[' };
    for (const character of plain(query)) {
      if ('({['.includes(character)) open.push(character);
      else if (character in pairs) expect(open.pop()).toBe(pairs[character]);
    }
    expect(open).toEqual([]);
  });

  it('takes no word of the language for a name, and no name twice', () => {
    const names = variablesOf(query);
    for (const name of [...names, ...SOURCES]) expect(KEYWORDS.has(name.toLowerCase())).toBe(false);
    const defined = matches(query, /\bLET\s+(\w+)/g);
    expect(defined).toEqual([...new Set(defined)]);
    expect(names.filter((name) => SOURCES.has(name))).toEqual([]);
  });

  it('loops over nothing but what there is', () => {
    const known = new Set([...SOURCES, ...variablesOf(query)]);
    for (const source of matches(query, /\bFOR \w+ IN (\w+)/g)) expect(known).toContain(source);
    for (const target of matches(query, /\b(?:INTO|REMOVE \w+ IN) (\w+)/g)) {
      expect(SOURCES).toContain(target);
    }
    for (const [, name] of query.matchAll(/GRAPH "(\w+)"/g)) expect(name).toBe(GRAPH);
  });

  it('changes a collection once, and looks at it no more afterwards', () => {
    const changed = matches(query, /\b(?:INTO|REMOVE \w+ IN) (\w+)/g);
    expect(changed).toEqual([...new Set(changed)]);
    for (const name of changed) {
      const [, after = ''] = plain(query).split(
        new RegExp(`\\b(?:INTO|REMOVE \\w+ IN) ${name}\\b`),
      );
      expect(after).not.toMatch(new RegExp(`\\bIN ${name}\\b`));
    }
  });

  it('has one RETURN of its own, at its end', () => {
    let depth = 0;
    const outer = [...plain(query)].filter((character) => {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      return depth === 0;
    });
    expect(outer.join('').match(/\bRETURN\b/g)).toHaveLength(1);
    const end = outer.join('').split(/\bRETURN\b/)[1];
    expect(end).not.toMatch(/\b(?:FOR|LET|FILTER|SORT|LIMIT)\b/);
  });
});

describe('the folder of statements', () => {
  const files = readdirSync(new URL('aql/', FOLDER)).filter((name) => name !== 'statement.ts');

  it.each(files)('names the documentation that %s follows', (name) => {
    const source = readFileSync(new URL(`aql/${name}`, FOLDER), 'utf8');
    expect(source).toMatch(/https:\/\/docs\.arangodb\.com\/3\.12\//);
  });

  it('holds all of them', () => {
    const others = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
    for (const name of others) {
      const source = readFileSync(new URL(name, FOLDER), 'utf8');
      expect(source, name).not.toMatch(/\bFOR \w+.* IN\b|\bRETURN \{/);
    }
    // Every one that it offers is looked at above.
    const offered = [graph, journal, logs, records].flatMap((module) => Object.keys(module));
    expect(offered.length + 4).toBe(Object.keys(STATEMENTS).length - 1);
  });
});
