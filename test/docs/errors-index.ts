import { ERRORS } from '../../src/model/errors.ts';

/** The page that leads to the page of each error. */
export function errorsIndex(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { summary, exitCode, httpStatus, retryable }]) =>
      `| [${code}](${code}.md) | ${summary} | ${exitCode} | ${httpStatus} | ${retryable ? 'yes' : 'no'} |`,
  );
  return `# Errors

Every error has a code and a page. On the command line an error says what happened, where, and what to
do next; its last line names its page. With \`--json\` the same stands under \`error\`: \`code\`,
\`message\`, \`detail\`, \`facts\`, \`documentation\` (the page) and \`retryable\` (whether the same again may
succeed).

Exit codes: 0 ok · 1 failed · 64 the command line or configuration is wrong · 124 a wait or step took
too long · 130 interrupted.

| code | what it says | exit code | HTTP status | retryable |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
