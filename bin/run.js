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

/** A cache of the user's own: the default is a folder under /tmp that others could fill. */
function enableCompileCache(nodeModule) {
  if (process.env.NODE_COMPILE_CACHE) return nodeModule.enableCompileCache();
  const path = process.getBuiltinModule('node:path');
  const home = process.getBuiltinModule('node:os').homedir();
  const cache = process.env.XDG_CACHE_HOME || path.join(home, '.cache');
  return nodeModule.enableCompileCache(path.join(cache, 'biotope', 'compile'));
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

/** Short names of topics. Put in place before oclif looks, so that help and hints know them too. */
const TOPIC_ALIASES = { env: 'environment' };

function expandAlias(argv) {
  const at = argv[0] === 'help' ? 1 : 0;
  if (Object.hasOwn(TOPIC_ALIASES, argv[at])) argv[at] = TOPIC_ALIASES[argv[at]];
  return argv;
}

const EXIT_USAGE = 64;
const EXIT_COMMAND_NOT_FOUND = 127;

/** oclif has no setting for these two: a bad option value, and a command that does not exist. */
function correctExitCode(error) {
  const details = error.oclif;
  if (!details) return;
  if ('parse' in error || details.exit === EXIT_COMMAND_NOT_FOUND) details.exit = EXIT_USAGE;
}

function isCommandUnknown(error) {
  return Boolean(error.oclif) && !('parse' in error) && error.oclif.exit === EXIT_USAGE;
}

/** No command is there to answer as all commands do: with a document where one was asked for. */
async function isUnknownCommandAnswered() {
  const { unknownCommandAnswer } = await import('../src/presentation/pages/unknown-command.ts');
  const answer = await unknownCommandAnswer(process.argv.slice(2));
  if (answer === null) return false;
  process.stdout.write(answer);
  process.exitCode = EXIT_USAGE;
  return true;
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

async function runCommandLine() {
  endOnFailedOutput();
  const nodeModule = process.getBuiltinModule('node:module');
  enableCompileCache(nodeModule);
  stripOwnTypes(nodeModule);
  const oclif = await import('@oclif/core');
  // NODE_ENV=development would make oclif look for ts-node; Node needs no help with our files.
  oclif.settings.enableAutoTranspile = false;
  try {
    const argv = expandAlias(process.argv.slice(2));
    // oclif reads the words from here as well.
    process.argv.splice(2, argv.length, ...argv);
    await oclif.run(argv, import.meta.url);
    await oclif.flush();
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    correctExitCode(known);
    if (isCommandUnknown(known) && (await isUnknownCommandAnswered())) return;
    await oclif.handle(known);
  }
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
  runCommandLine().catch(explainFailedStart);
}
