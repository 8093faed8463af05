import { describe, expect, test } from 'vitest';
import { isAtLeast, partsOf } from '../../src/cli/environment/compare-versions.ts';

describe('a version', () => {
  test.each([
    ['20.18.1', '20.18.1', true],
    ['1.10.0', '1.10.0', true],
    ['20.18.2', '20.18.1', true],
    ['20.19.0', '20.18.1', true],
    ['22.0.0', '20.18.1', true],
    ['20.18.0', '20.18.1', false],
    ['20.9.9', '20.18.1', false],
    ['18.20.8', '20.18.1', false],
    ['1.9.1', '1.10.0', false],
    ['2.0.0', '2', true],
    ['3', '2.12.1', true],
  ])('%s is at least %s: %s', (version, least, isEnough) => {
    expect(isAtLeast(version, least)).toBe(isEnough);
  });

  test.each([
    ['20.18.1', [20, 18, 1]],
    ['3.0.0-rc.1', [3, 0, 0]],
    ['24', [24, 0, 0]],
    ['x.y', [0, 0, 0]],
    ['', [0, 0, 0]],
  ])('%j has the parts %j', (version, parts) => {
    expect(partsOf(version)).toEqual(parts);
  });
});
