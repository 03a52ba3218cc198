import { expect, it } from 'vitest';
import { isSecureUrl } from '../../../src/model/secure-url.ts';

it.each([
  ['https://releases.hashicorp.com', true],
  ['http://127.0.0.1:8080/mirror', true],
  ['http://[::1]/', true],
  ['http://localhost', true],
  ['http://releases.hashicorp.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost@example.com', false],
  ['file:///etc/passwd', false],
  ['releases.hashicorp.com', false],
])('%s is safe from others on the way: %s', (url, isSafe) => {
  expect(isSecureUrl(url)).toBe(isSafe);
});
