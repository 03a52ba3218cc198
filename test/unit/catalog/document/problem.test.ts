import { describe, expect, it } from 'vitest';
import {
  fileProblem,
  pathText,
  renderProblems,
  sortProblems,
} from '../../../../src/catalog/document/problem.ts';

describe('problems', () => {
  it('are in the order of their places, and said once', () => {
    const at = (file: string, line: number, column: number, message: string) => ({
      ...fileProblem(file, message, null),
      line,
      column,
    });
    const [a, b, c, d] = [
      at('a', 9, 1, 'x'),
      at('b', 2, 5, 'x'),
      at('b', 2, 5, 'y'),
      at('b', 10, 1, 'x'),
    ];
    expect(sortProblems([d, c, b, a, b])).toEqual([a, b, c, d]);
  });

  it('name their path as it would be written', () => {
    expect(pathText(['resources', 2, 'with', 'a.b', 'c-d', 0])).toBe(
      'resources[2].with["a.b"].c-d[0]',
    );
    expect(pathText([])).toBe('');
  });

  it('show a long line from a little before the place', () => {
    const line = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
    const problem = { ...fileProblem('t', 'wrong', null), line: 1, column: 501 };
    const [, shown = '', mark = ''] = renderProblems([problem], { t: line }).split('\n');
    expect(shown.length).toBeLessThan(150);
    expect(shown.slice(mark.indexOf('^'), mark.indexOf('^') + 4)).toBe('HERE');
  });

  it('are marked at their place behind what a terminal would not show', () => {
    const line = 'a: "\t\u001b[31m\u0007" HERE';
    const problem = { ...fileProblem('t', 'x', null), column: line.indexOf('HERE') + 1 };
    const rendered = renderProblems([problem], { t: line });
    const [, shown = '', mark = ''] = rendered.split('\n');
    expect(shown.slice(mark.indexOf('^'))).toBe('HERE');
    expect(rendered).not.toContain('\u001b');
  });

  it('without a source have no line to show', () => {
    const problem = fileProblem(
      'modules/link',
      'symbolic links are not taken',
      'Put the file there.',
    );
    expect(renderProblems([problem], {})).toBe(
      'modules/link:1:1  error: symbolic links are not taken\n  Put the file there.',
    );
  });
});
