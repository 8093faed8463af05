import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { errorText, exceptionsOf } from '../../src/span/error-text.ts';
import { makeSpan, type SpanWords } from '../support/make-span.ts';

const exception = (told: { type?: string; message?: string; stack?: string } = {}) => ({
  name: 'exception',
  attributes: {
    'exception.type': told.type,
    'exception.message': told.message,
    'exception.stacktrace': told.stack,
  },
});
const NOT_FOUND = { 'rpc.grpc.status_code': 5 };

describe('the error of a failed span', () => {
  test.each<[string, SpanWords, string]>([
    ['with nothing else', {}, 'error'],
    [
      'with error.type',
      { attributes: { 'error.type': 'ECONNRESET', 'http.status_code': 500 } },
      'ECONNRESET',
    ],
    ['with the status of HTTP alone', { attributes: { 'http.status_code': 500 } }, 'Http Error 500'],
    [
      'with a type that repeats the status of HTTP',
      { attributes: { 'error.type': '500', 'http.response.status_code': 500 } },
      'Http Error 500',
    ],
    ['with an exception of which only the type is known', { events: [exception({ type: 'E' })] }, 'E'],
    ['with one of which only the message is known', { events: [exception({ message: 'm' })] }, 'm'],
    ['with one of which nothing is known', { events: [exception()] }, 'exception'],
    [
      'whose message looks like a frame',
      {
        events: [
          exception({ type: 'E', message: 'm', stack: 'E: m\n  look at this\n    at f (x.js:1:2)\nat g' }),
        ],
      },
      'E: m\nat f (x.js:1:2)\nat g',
    ],

    ['of gRPC with a code alone', { attributes: NOT_FOUND }, 'NOT_FOUND'],
    [
      'of gRPC with a status message',
      { error: 'no such user', attributes: NOT_FOUND },
      'NOT_FOUND: no such user',
    ],
    [
      'of gRPC with a status message and its own',
      { error: 'no such user', attributes: { ...NOT_FOUND, 'grpc.error_message': 'other' } },
      'NOT_FOUND: no such user',
    ],
    [
      'of gRPC with its own message',
      { attributes: { ...NOT_FOUND, 'grpc.error_message': 'no such user' } },
      'NOT_FOUND: no such user',
    ],
    [
      'of gRPC whose message repeats the code',
      { error: '5 NOT_FOUND: no such user', attributes: NOT_FOUND },
      'NOT_FOUND: no such user',
    ],
    [
      'of gRPC whose message repeats a code of two digits',
      { error: '14 UNAVAILABLE: no server', attributes: { 'rpc.grpc.status_code': 14 } },
      'UNAVAILABLE: no server',
    ],
    ['of gRPC whose message is the code', { error: '5 NOT_FOUND:', attributes: NOT_FOUND }, 'NOT_FOUND'],
    [
      'of gRPC whose message quotes a code',
      { error: 'got 13 INTERNAL: x', attributes: NOT_FOUND },
      'NOT_FOUND: got 13 INTERNAL: x',
    ],
    [
      'of gRPC with a code nobody knows',
      { error: 'no', attributes: { 'rpc.grpc.status_code': 99 } },
      'grpc status 99: no',
    ],
    [
      'of gRPC with a code that is no number',
      { error: 'no', attributes: { 'rpc.grpc.status_code': '5' } },
      'no',
    ],
    ['after a call of gRPC that worked', { error: 'no', attributes: { 'rpc.grpc.status_code': 0 } }, 'no'],
    [
      'of gRPC without a code, as a handler threw it',
      { attributes: { 'grpc.error_message': 'no such user' } },
      'UNKNOWN: no such user',
    ],
    [
      'of gRPC without a code, as a client tells it',
      { attributes: { 'grpc.error_message': '14 UNAVAILABLE: no server' } },
      '14 UNAVAILABLE: no server',
    ],
    [
      'of gRPC without a code, whose message quotes one',
      { attributes: { 'grpc.error_message': 'got 5 NOT_FOUND' } },
      'UNKNOWN: got 5 NOT_FOUND',
    ],
    [
      'of gRPC without a code, whose message begins with a number',
      { attributes: { 'grpc.error_message': '5 users' } },
      'UNKNOWN: 5 users',
    ],
  ])('%s', (_, words, error) => {
    expect(errorText(makeSpan({ error: true, ...words }), new Redactor([]))).toBe(error);
  });
});

describe('what a span below threw', () => {
  const below = { type: 'Below', message: 'thrown below', stack: '', statement: '', isAnswer: false };
  const texts = (words: SpanWords) => errorText(makeSpan({ error: true, ...words }), new Redactor([]), below);

  test('is why a span failed that recorded nothing itself', () => {
    expect(texts({})).toBe('Below: thrown below');
    expect(texts({ attributes: { 'error.type': '500', 'http.response.status_code': 500 } })).toBe(
      'Below: thrown below',
    );
  });

  test('is not, if the span recorded an exception of its own', () => {
    expect(texts({ events: [exception({ type: 'Own', message: 'mine' })] })).toBe('Own: mine');
  });

  test('is not, if the status tells of something else', () => {
    expect(texts({ error: 'the table is full' })).toBe('the table is full');
  });
});

describe('the exceptions of a span', () => {
  const only = (told: Parameters<typeof exception>[0], words: SpanWords = {}) => {
    const found = exceptionsOf(makeSpan({ ...words, events: [exception(told)] }));
    expect(found).toHaveLength(1);
    return found[0];
  };

  test('are the last 128 events, as many as the SDK keeps', () => {
    const events = Array.from({ length: 130 }, (_, i) => exception({ type: `E${i}` }));
    const types = exceptionsOf(makeSpan({ events })).map(({ type }) => type);
    expect(types).toEqual(Array.from({ length: 128 }, (_, i) => `E${i + 2}`));
  });

  test.each([
    ['500', 'BadGateway: no\n    at f', 'BadGateway'],
    ['7', 'Error [ERR_SOCKET]: no', 'Error'],
    ['7', 'errors.Bad$Gateway_2: no', 'errors.Bad$Gateway_2'],
    ['7', 'no: BadGateway', 'no'],
    ['7', 'what a BadGateway: no', '7'],
    ['7', '[x]: BadGateway: no', '7'],
    ['7', '', '7'],
    ['', 'BadGateway: no', ''],
    ['E500', 'BadGateway: no', 'E500'],
    ['500E', 'BadGateway: no', '500E'],
  ])('of type %j with the stack %j count as %j', (type, stack, name) => {
    expect(only({ type, stack })?.type).toBe(name);
  });

  test.each([
    [{ message: 'while asking' }, 'the table is full', 'the table is full'],
    [{ message: 'while asking' }, false, 'while asking'],
    [{ type: 'QueryError', message: 'while asking' }, 'the table is full', 'while asking'],
  ])('%j under a status %j say %j', (told, error, message) => {
    expect(only(told, { error })?.message).toBe(message);
  });

  test.each([
    ['404', 'GET', true],
    ['499', 'GET', true],
    ['500', 'GET', false],
    ['4', 'GET', false],
    ['4040', 'GET', false],
    ['1404', 'GET', false],
    ['E', 'GET', false],
    ['GraphQLError', 'graphql.parse', true],
    ['GraphQLError', 'graphql.validate', true],
    ['GraphQLError', 'graphql.execute', false],
    ['E', 'graphql.validate.all', false],
    ['E', 'my graphql.parse', false],
  ])('of type %s that a span %s recorded are an answer to a caller: %s', (type, name, isAnswer) => {
    expect(only({ type }, { name })?.isAnswer).toBe(isAnswer);
  });
});
