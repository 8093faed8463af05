import { test } from 'vitest';
import { expectNothingLostIn } from '../support/outage.ts';

test('an outage of 71 hours at 2,000 names loses no count in the 16 MiB of the default', () => {
  expectNothingLostIn({ hours: 71, boundBytes: 16 * 1024 * 1024, nowMs: Date.UTC(2026, 10, 24, 10) });
}, 300_000);
