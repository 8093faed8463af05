import { describe, expect, test } from 'vitest';
import { callFailure, isRefusedCertificate, isUntrusted } from '../../src/transport/call-failure.ts';

const error = (code: string, message = 'words') => Object.assign(new Error(message), { code });

const setCa = '; who signed it is not trusted here: set ca or STARDUST_CA';
const setPair = '; the server wants a client certificate: set cert and key';
const noTls = '; that is not TLS: is the address one with http://?';

describe('the words of a failure', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', setCa],
    ['SELF_SIGNED_CERT_IN_CHAIN', setCa],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', setCa],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', setCa],
    ['CERT_UNTRUSTED', setCa],
    ['CERT_HAS_EXPIRED', ''],
    ['UNABLE_TO_GET_CRL', ''],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', setPair],
    ['ERR_SSL_WRONG_VERSION_NUMBER', noTls],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', noTls],
    ['ECONNREFUSED', ''],
  ])('with %s say what to do about it: %s', (code, hint) => {
    expect(callFailure(error(code))).toBe(`${code}: words${hint}`);
  });

  test.each([
    ['without a code', new Error('words'), 'Error: words'],
    ['that is a text', 'words', 'words'],
    ['that is nothing', undefined, 'undefined'],
    [
      'of OpenSSL',
      error('E', '80AB12:error:0A000086:SSL routines:tls_post:certificate verify failed:../a.c:1890:'),
      'E: certificate verify failed',
    ],
    [
      'of OpenSSL that tells no place',
      error('E', '80AB12:error:0A000086:SSL routines::bad certificate:'),
      'E: bad certificate',
    ],
    ['that looks like one of OpenSSL', error('E', 'an error: in a:b'), 'E: an error: in a:b'],
  ])('%s are its own: %#', (_, failure, words) => {
    expect(callFailure(failure)).toBe(words);
  });
});

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['ECONNREFUSED', false],
])('%s tells of a signer that is not trusted: %s', (text, is) => {
  expect(isUntrusted(text)).toBe(is);
});

test.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', true],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', true],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', true],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', false],
  ['CERT_HAS_EXPIRED', false],
  ['ECONNRESET', false],
])('a connection that ends with %s was ended over our certificate: %s', (code, is) => {
  expect(isRefusedCertificate(error(code))).toBe(is);
});

test('a connection that ends without a code was not ended over our certificate', () => {
  expect(isRefusedCertificate(new Error('words'))).toBe(false);
});
