import { diag } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { setLogger } from '../../src/register/console-logger.ts';
import { log } from '../../src/runtime/log.ts';

afterEach(() => {
  diag.disable();
  vi.restoreAllMocks();
});

/** What is printed. */
function printed(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((...parts) => void lines.push(parts.join(' ')));
  setLogger({});
  return lines;
}

test('our information and the warnings and errors of everyone are printed', () => {
  const lines = printed();
  log.info('is counting');
  diag.warn('a warning');
  diag.error('an error');
  diag.info('of the SDK');
  diag.debug('more');
  expect(lines).toEqual(['opentelemetry-stardust is counting', 'a warning', 'an error']);
});

test.each([
  'Cannot execute the operation on ended Span {traceId: 1}',
  'middleware - anonymous 12-34 - You can only call end() on a span once.',
  'Accessing resource attributes before async attributes settled',
])('a slip of OpenTelemetry is not: %s', (line) => {
  const lines = printed();
  diag.warn(line);
  diag.error(line);
  expect(lines).toEqual([]);
});
