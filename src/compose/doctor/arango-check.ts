import { type Check, ok, skipped, warning } from './check.ts';

/** It answers, is new enough, lets us in, and has the database. */
export const arangoCheck: Check = {
  name: 'ArangoDB',
  run: async ({ config: { arango, breaker } }) => {
    const { url } = arango;
    if (url === null) return skipped('the store is not in ArangoDB');
    const { examineArango } = await import('../../store/arango/examination.ts');
    const place = { ...arango, url, answerTimeoutMs: breaker.callTimeoutMs };
    const { version, license, isThere } = await examineArango(place);
    const what = `${new URL(url).host}, database ${arango.database} (version ${version}, ${license})`;
    if (isThere) return ok(what);
    const remedy = 'Nothing, where the user may create it: a server does when it begins.';
    return warning(`${what}: there is no such database`, remedy);
  },
};
