// The door of the command line. Plain JavaScript without new syntax: an old Node must be able
// to read this far and say that it is too old.

const NODE_VERSION_MIN = [24, 15];

function isNodeTooOld(version) {
  const parts = version.split('.').map(Number);
  if (parts[0] !== NODE_VERSION_MIN[0]) return parts[0] < NODE_VERSION_MIN[0];
  return parts[1] < NODE_VERSION_MIN[1];
}

function refuseOldNode() {
  console.error(
    `biotope needs Node ${NODE_VERSION_MIN.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'Run "npm install" in its folder, which brings a fitting Node for most platforms,\n' +
      'or install one from https://nodejs.org and put it first on the PATH.',
  );
  process.exitCode = 1;
}

function isVersionAsked(argument) {
  return argument === '--version' || argument === '-v' || argument === 'version';
}

function readVersion() {
  const fs = process.getBuiltinModule('node:fs');
  return JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** The user's own; null for a user without a home. It need not be there, nor be writable. */
function ownCacheFolder() {
  const path = process.getBuiltinModule('node:path');
  try {
    const home = process.getBuiltinModule('node:os').homedir();
    const cache = process.env.XDG_CACHE_HOME || path.join(home, '.cache');
    // A relative one would be another in each folder.
    return path.isAbsolute(cache) ? path.join(cache, 'biotope') : null;
  } catch {
    return null;
  }
}

/** Node's default is a folder under /tmp that others could fill. Where it cannot write it goes on without. */
function enableCompileCache(nodeModule, cacheFolder) {
  const path = process.getBuiltinModule('node:path');
  if (process.env.NODE_COMPILE_CACHE) nodeModule.enableCompileCache();
  else if (cacheFolder !== null) nodeModule.enableCompileCache(path.join(cacheFolder, 'compile'));
}

/** The first call warns that the function is experimental: nothing a user could act on. */
function silently(firstCall) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  firstCall();
  process.emitWarning = emitWarning;
}

/** Node strips types everywhere but below node_modules, which is where npm installs us. */
function stripOwnTypes(nodeModule) {
  const own = new URL('../src/', import.meta.url).href;
  if (!own.includes('/node_modules/')) return;
  const fs = process.getBuiltinModule('node:fs');
  silently(() => nodeModule.stripTypeScriptTypes(''));
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(own) || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = nodeModule.stripTypeScriptTypes(fs.readFileSync(new URL(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** 128 + SIGPIPE, as of other programs whose reader has gone. */
const EXIT_READER_GONE = 141;

/**
 * Nobody reads the answer any more, or it cannot be written. A command under way ends as after
 * SIGTERM, so that what it drives ends cleanly; the exit code tells why.
 */
function endOnFailedOutput() {
  let exitCode;
  process.stdout.on('error', (error) => {
    if (exitCode !== undefined) return;
    exitCode = error.code === 'EPIPE' ? EXIT_READER_GONE : 1;
    if (exitCode === 1) console.error(`error: The answer cannot be written: ${error.message}.`);
    if (process.listenerCount('SIGTERM') === 0) process.exit(exitCode);
    process.on('exit', () => {
      process.exitCode = exitCode;
    });
    process.emit('SIGTERM');
  });
  // What goes on can be told nobody: the work itself goes on.
  process.stderr.on('error', () => {});
}

async function start() {
  endOnFailedOutput();
  const nodeModule = process.getBuiltinModule('node:module');
  const cacheFolder = ownCacheFolder();
  enableCompileCache(nodeModule, cacheFolder);
  stripOwnTypes(nodeModule);
  const { runCommandLine } = await import('../src/presentation/startup/command-line.ts');
  const root = process.getBuiltinModule('node:url').fileURLToPath(new URL('..', import.meta.url));
  const load = (url) => import(url);
  await runCommandLine({ root, argv: process.argv.slice(2), cacheFolder, load });
}

function explainFailedStart(error) {
  const isInstalled = error.code !== 'ERR_MODULE_NOT_FOUND' || !/@oclif/.test(error.message);
  console.error(isInstalled ? error : 'biotope is not installed yet: run "npm ci" in its folder.');
  process.exitCode = 1;
}

if (isNodeTooOld(process.versions.node)) {
  refuseOldNode();
} else if (isVersionAsked(process.argv[2])) {
  console.log(
    `biotope/${readVersion()} ${process.platform}-${process.arch} node-${process.version}`,
  );
} else {
  start().catch(explainFailedStart);
}
