// The web server itself: a page for everybody, a private one, and /health for those who watch.
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { startTimeOf } from './process.mjs';
import { claimRecord, dropRecord } from './record.mjs';

const HOST = '127.0.0.1';

const settings = JSON.parse(readFileSync(0, 'utf8'));
const recordFile = process.argv[2];

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, `http://${HOST}`);
  if (pathname === '/health') return answer(response, 200, '{"status":"ok"}', 'application/json');
  if (pathname === '/') return answer(response, 200, page(settings.greeting));
  if (pathname !== '/private') return answer(response, 404, page('There is nothing here.'));
  if (isAllowed(request)) return answer(response, 200, page('This page is private.'));
  response.setHeader('www-authenticate', 'Basic realm="hello"');
  return answer(response, 401, page('This page needs a user and a password.'));
});

// The same address as before where that is still free.
server.on('error', () => server.listen(0, HOST));
server.on('listening', () => {
  const { port } = server.address();
  const pid = process.pid;
  const url = `http://${HOST}:${port}`;
  // Another one was quicker: two are one too many.
  if (!claimRecord(recordFile, { url, port, pid, startTime: startTimeOf(pid) })) process.exit(0);
});
process.on('SIGTERM', () => {
  dropRecord(recordFile);
  process.exit(0);
});
server.listen(settings.port, HOST);

function answer(response, status, body, type = 'text/html; charset=utf-8') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

function page(text) {
  const [title, words] = [settings.title, text].map(escaped);
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${words}</p>\n`;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function isAllowed(request) {
  const [, given = ''] = (request.headers.authorization ?? '').split('Basic ');
  const [wanted, told] = [settings.login, Buffer.from(given, 'base64').toString('utf8')].map(
    digest,
  );
  return timingSafeEqual(wanted, told);
}

function digest(text) {
  return createHash('sha256').update(text).digest();
}
