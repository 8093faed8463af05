import { expect, test } from 'vitest';
import { Ledger } from '../../src/delivery/ledger.ts';
import { REFUSED, UNREADABLE, unreachable } from '../support/scripted-session.ts';

test('a new ledger counts nothing', () => {
  const ledger = new Ledger();
  expect([ledger.counted, ledger.gone, ledger.waiting]).toEqual([0, 0, 0]);
  expect(ledger.figures).toEqual({
    ...{ adopted: 0, delivered: 0, resentSpans: 0, lastError: undefined },
    givenUp: { expired: 0, overBound: 0, handedOver: 0, unreadable: 0, shutdown: 0, noApp: 0 },
    reports: { delivered: 0, refused: 0, unreadable: 0, unreachable: 0, unclear: 0, resent: 0 },
  });
});

test('what is counted is delivered, waits, or is given up for a reason', () => {
  const ledger = new Ledger();
  ledger.taken = 10;
  ledger.openSpans = () => 7;
  ledger.adopt(5);
  expect([ledger.counted, ledger.waiting]).toEqual([22, 22]);
  ledger.deliver(6);
  ledger.giveUp('expired', 1);
  ledger.giveUp('overBound', 2);
  ledger.giveUp('overBound', 3);
  expect([ledger.counted, ledger.gone, ledger.waiting]).toEqual([22, 12, 10]);
  expect(ledger.figures).toMatchObject({ adopted: 5, delivered: 6, givenUp: { expired: 1, overBound: 5 } });
});

test('what a former process left in a file that cannot be read is counted and given up', () => {
  const ledger = new Ledger();
  ledger.loseLeft(4);
  expect([ledger.counted, ledger.waiting]).toEqual([4, 0]);
  expect(ledger.figures).toMatchObject({ adopted: 4, givenUp: { unreadable: 4 } });
});

test('reports without spans are none that were delivered', () => {
  const ledger = new Ledger();
  ledger.deliver(0);
  ledger.deliver(1);
  expect(ledger.figures.reports.delivered).toBe(1);
});

test('a report that goes again counts once it may have arrived twice', () => {
  const ledger = new Ledger();
  ledger.noteUnclear();
  ledger.noteResent(7);
  ledger.noteResent(4);
  expect(ledger.figures).toMatchObject({ resentSpans: 11, reports: { unclear: 1, resent: 2 } });
  ledger.noteNotResent(4);
  expect(ledger.figures).toMatchObject({ resentSpans: 7, reports: { resent: 1 } });
});

test('of what fails, the kind is counted and the last reason is told', () => {
  const ledger = new Ledger();
  const told: (string | undefined)[] = [];
  for (const outcome of [
    REFUSED,
    UNREADABLE,
    unreachable(),
    { kind: 'unauthorized', message: 'token' } as const,
  ]) {
    if (outcome.kind === 'delivered') continue;
    ledger.noteFailure(outcome);
    told.push(ledger.figures.lastError);
  }
  expect(told).toEqual(['switched off', 'the server could not read the body', 'ECONNREFUSED', 'token']);
  expect(ledger.figures.reports).toMatchObject({ refused: 2, unreadable: 1, unreachable: 1, unclear: 0 });
});

test('figures are of their moment, and nobody changes them', () => {
  const ledger = new Ledger();
  const { figures } = ledger;
  ledger.giveUp('noApp', 3);
  expect(figures.givenUp.noApp).toBe(0);
  expect([figures, figures.givenUp, figures.reports].map((each) => Object.isFrozen(each))).toEqual([
    true,
    true,
    true,
  ]);
});
