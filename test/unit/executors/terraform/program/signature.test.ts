import { describe, expect, it } from 'vitest';
import {
  hashicorpKey,
  readKeyPacket,
} from '../../../../../src/executors/terraform/program/release-key.ts';
import { isSignedBy } from '../../../../../src/executors/terraform/program/signature.ts';
import { makeKey, signDetached } from '../../../../fixtures/terraform/releases.ts';

/** Made with GnuPG 2.2.40 for this test: a key packet, and detached signatures over one line. */
const KEY = `
BGsBdj8BCACtRmlBVIx6fbWp5MYj0ebp/XO7KLQcHvpZwIVGmLbkmvo9yjJKtNA4zXIPwI7HTUAZpq8LkA8giTf6
kaVi541TfpynQkcuo/pQqwBqwK3wEljTCC5F1noUHecsLzkecXiCf9N7qzcd8R6kDg61GkVV/TwFKtMS94jCykJC
7KC0fvgHu2fZerksTUrhDrS8vjadx98hiuJNScSZHcCWrzMrTcBH2aswKMQdW3V83GnVEeUqxRUZYZ03roGobFZd
ew8Wj3qG+3fdL7LVb+ufbyrlBoLVf2pl4mcllV8aTszrAg3d0axBxpNCh1C2GTMmIk4QoIhinEgslp6Ks2UMhbzt
ABEBAAE=
`;
const FINGERPRINT = '67BDB481882C6AF3555DF20CFEFB129D10EB1C1C';
const SIGNED = Buffer.from('signed by GnuPG\n');
const SIGNATURES = {
  'SHA-256': `
iQEzBAABCAAdFiEEZ720gYgsavNVXfIM/vsSnRDrHBwFAmsBdj8ACgkQ/vsSnRDrHBw4cAf/VoL7BGBLSi6WLKrT
2rt+nNMV4Z3Yd0aoL0tPiUZMam7lSzajCTQF6CHrVNM2/vR+lDh9SxSWCMI9hg0GOGhGVcy4RDOv3Kw9MT/u69jg
nqn6/cLMhoWTM2+TH3+40WtL7ZMRtVS+4SmlkxEu5a0Ue4VMhulmylLRqdOoC5/ckSQDPEBf8oNGyjjoibXRP9ps
v5j5G1saazn20U/vEaZkkHg8PI/XQlzyaTJHhPdTEhP6CrrqrGzcg8egxwCk3oRicS/ppe5pIZTT7hiJsRvWa0jm
aVFWQz8g8hLZbGcDMKpBPh8GWmpZ49G6lDlaHxM0JB4P8Kvaqr8DEAaOtKkzHA==
`,
  'SHA-512': `
iQEzBAABCgAdFiEEZ720gYgsavNVXfIM/vsSnRDrHBwFAmsBdj8ACgkQ/vsSnRDrHByYXggAoV3iIp8oVTc9h3Xx
5XYUcK7xwHF67NzVk/crfOgQ+o+GdxrHMIlczHdeeawbauC49k/htpmcgeZJ9VRnD6OqSUxYw+LC2x6/LhuYw173
xFcxtuqoirLD1aJJnGb0+23d+vBfQd/tygdwsCnfhHB9BlJkPF+dcsbxXQqd2bfjY0QTGG/Qec29q6d65gzzzsBK
gFBZvkLG3ZJKkKu3SoEFsA2Ya35XdLUVpd8JCCnZ3XL8eIB8ZElzUDhUACb3xC7RiK2S8O0827E//piBWlseH9Z0
KsEzmzth1OSADX5CgWsCb80V65dpAbbSRcqw+XWNBT3L0zdY/+P9b3aToZ53Qw==
`,
};

const key = readKeyPacket(Buffer.from(KEY, 'base64'));
const signatureOf = (hash: keyof typeof SIGNATURES) => Buffer.from(SIGNATURES[hash], 'base64');

describe('a key packet', () => {
  it('has the fingerprint that GnuPG tells', () => {
    expect(key.fingerprint).toBe(FINGERPRINT);
  });

  it('of HashiCorp is the one that signs releases, unchanged', () => {
    expect(hashicorpKey().fingerprint).toBe('374EC75B485913604A831CC7C820C6D5CD27AB87');
  });
});

describe('a signature', () => {
  it.each(['SHA-256', 'SHA-512'] as const)('of GnuPG with %s holds for what was signed', (hash) => {
    expect(isSignedBy([key], SIGNED, signatureOf(hash))).toBe(true);
    expect(isSignedBy([makeKey(), key], SIGNED, signatureOf(hash))).toBe(true);
  });

  it('holds for nothing else, and with no other key', () => {
    const signature = signatureOf('SHA-256');
    expect(isSignedBy([key], Buffer.concat([SIGNED, Buffer.from('\n')]), signature)).toBe(false);
    expect(isSignedBy([key], Buffer.alloc(0), signature)).toBe(false);
    expect(isSignedBy([hashicorpKey(), makeKey()], SIGNED, signature)).toBe(false);
    expect(isSignedBy([], SIGNED, signature)).toBe(false);
  });

  it('is none where one byte of it is another, apart from what is not signed', () => {
    const signature = signatureOf('SHA-256');
    // The issuer's short name, which stands beside what is signed; the digest's first bytes, and
    // how many bits of the number's first byte count.
    const unsigned = new Set([...Array.from({ length: 12 }, (_, at) => 40 + at), 53]);
    for (let at = 0; at < signature.length; at += 1) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      if (!unsigned.has(at)) expect(isSignedBy([key], SIGNED, changed), `byte ${at}`).toBe(false);
    }
  });

  it('is none where it is cut off anywhere', () => {
    const signature = signatureOf('SHA-512');
    for (let length = 0; length < signature.length; length += 1) {
      expect(isSignedBy([key], SIGNED, signature.subarray(0, length)), `${length}`).toBe(false);
    }
  });

  it('is found behind one of somebody else', () => {
    const both = Buffer.concat([signDetached(makeKey(), SIGNED), signatureOf('SHA-256')]);
    expect(isSignedBy([key], SIGNED, both)).toBe(true);
  });
});
