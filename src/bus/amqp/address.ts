import type { Options } from 'amqplib';

/** So long may the other side be silent; twice as long, and the connection counts as lost. */
const HEARTBEAT_SECONDS = 10;

/** Taken apart here, as the library would not let an address and a heartbeat of our own be one. */
export function readAddress(text: string): Options.Connect {
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  const isSafe = protocol === 'amqps:';
  return {
    protocol: isSafe ? 'amqps' : 'amqp',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSafe ? 5671 : 5672) : Number(port),
    username: username === '' ? 'guest' : decodeURIComponent(username),
    password: username === '' && password === '' ? 'guest' : decodeURIComponent(password),
    // The library decodes it.
    vhost: pathname.length > 1 ? pathname.slice(1) : '/',
    heartbeat: HEARTBEAT_SECONDS,
  };
}
