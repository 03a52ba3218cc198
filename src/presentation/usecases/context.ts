import {
  type Context,
  type Contexts,
  contextNamed,
  demandContextName,
  EMBEDDED,
  readContexts,
  serverAddress,
  writeContexts,
} from '../../config/contexts.ts';
import { chooseTarget, readToken } from '../../config/target.ts';
import { BiotopeError } from '../../model/errors.ts';
import { readConfig } from '../open-session.ts';
import type { Answer, GlobalFlags } from '../session.ts';
import { facts, printable, table } from '../terminal/table.ts';

const environment = process.env;

export function listContexts(): Answer {
  const known = readContexts(environment);
  const names = Object.keys(known.contexts).sort();
  const shown = names.map((name) => contextDocument(known, name));
  return {
    names,
    document: { current: known.current, contexts: shown },
    lines: (palette) => {
      if (names.length === 0) {
        return ['No contexts. Add one: biotope context add NAME https://HOST --token-file FILE'];
      }
      return table(
        ['name', 'server', 'token', 'in use'],
        shown.map(({ name, server, token, inUse }) => [
          palette.strong(name),
          printable(server),
          token ? 'yes' : '',
          inUse ? 'yes' : '',
        ]),
        { columns: palette.columns, lessImportant: ['token'] },
      );
    },
  };
}

/** A token is never shown: only whether there is one. */
function contextDocument(known: Contexts, name: string) {
  const { server, token, insecureHttp } = contextNamed(known, name);
  return { name, server, token: token !== null, insecureHttp, inUse: known.current === name };
}

interface AddRequest {
  name: string;
  server: string;
  'token-file'?: string | undefined;
  'insecure-http'?: boolean | undefined;
  use: boolean;
}

export function addContext(request: AddRequest): Answer {
  const { name, use, 'insecure-http': insecureHttp = false } = request;
  demandContextName(name);
  const known = readContexts(environment);
  if (Object.hasOwn(known.contexts, name)) {
    throw new BiotopeError('USAGE', {
      message: `There is a context ${name} already: remove it first (biotope context remove ${name}).`,
    });
  }
  const file = request['token-file'];
  const context: Context = {
    server: serverAddress(request.server, insecureHttp),
    token: file === undefined ? null : readToken(file),
    insecureHttp,
  };
  const changed = {
    current: use ? name : known.current,
    contexts: { ...known.contexts, [name]: context },
  };
  writeContexts(environment, changed);
  const next = use ? 'commands go there from now on' : `to use it: biotope context use ${name}`;
  return {
    document: { context: contextDocument(changed, name) },
    names: [name],
    lines: () => [`added context ${name}, ${context.server}: ${next}`],
  };
}

/** `embedded`: commands work on the data folder of this machine again. */
export function useContext(name: string): Answer {
  const known = readContexts(environment);
  const current = name === EMBEDDED ? null : name;
  if (current !== null) contextNamed(known, current);
  writeContexts(environment, { ...known, current });
  const where = current === null ? 'the data folder here' : contextNamed(known, current).server;
  return {
    document: { current },
    names: [name],
    lines: () => [`commands go to ${where} from now on`],
  };
}

export function removeContext(name: string): Answer {
  const known = readContexts(environment);
  contextNamed(known, name);
  const { [name]: _, ...contexts } = known.contexts;
  const current = known.current === name ? null : known.current;
  writeContexts(environment, { current, contexts });
  const where =
    current === known.current ? '' : '; commands go to the data folder here from now on';
  return {
    document: { removed: name, current },
    names: [name],
    lines: () => [`removed context ${name} and its token${where}`],
  };
}

/** Where commands go now, and why; or one context. Asks no server. */
export function showContext(flags: GlobalFlags, name: string | undefined): Answer {
  if (name !== undefined) {
    const shown = contextDocument(readContexts(environment), name);
    return {
      document: { context: shown },
      names: [name],
      lines: (palette) =>
        facts([
          ['Context', palette.strong(name)],
          ['Server', shown.server],
          ['Token', shown.token ? 'kept' : 'none'],
          ['Plain http', shown.insecureHttp ? 'allowed' : ''],
          ['In use', shown.inUse ? 'yes' : 'no'],
        ]),
    };
  }
  const target = chooseTarget({ flags, environment });
  const { dataFolder } = readConfig(flags);
  const server = target?.url ?? null;
  const context = target === undefined ? EMBEDDED : target.context;
  return {
    document: {
      current: context,
      server,
      token: target !== undefined && target.token !== null,
      dataFolder: server === null ? dataFolder : null,
    },
    names: context === null ? [] : [context],
    lines: (palette) =>
      facts([
        ['Context', palette.strong(context ?? 'none: --server')],
        ['Server', server ?? ''],
        ['Token', server === null ? '' : target?.token ? 'given' : 'none'],
        ['Data folder', server === null ? printable(dataFolder) : ''],
      ]),
  };
}
