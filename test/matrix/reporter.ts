import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { PAGE, pageOf } from './page.ts';
import { type Result, readResults, writeResults } from './results.ts';

/** Writes what a run has shown beside the former results, and the page from all of them (`-- --write`). */
export class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const date = new Date().toISOString().slice(0, 10);
    const cells = modules.flatMap((module) => [...module.children.allTests()]);
    const seen = cells.flatMap((cell) => {
      const result = resultOf(cell, date);
      return result === undefined ? [] : [[cell.name, result] as const];
    });
    const results = { ...readResults(), ...Object.fromEntries(seen) };
    writeResults(results);
    writeFileSync(PAGE, pageOf(results));
  }
}

/** Nothing for a cell that was not chosen. */
function resultOf(cell: TestCase, date: string): Result | undefined {
  const { state, ...result } = cell.result();
  const { versions } = cell.meta();
  const tried = { ...(versions !== undefined && { versions }), date };
  if (state === 'passed') return { verdict: 'works', ...tried };
  if (state === 'failed') {
    const reason = result.errors?.[0]?.message ?? 'no reason known';
    return { verdict: 'fails', reason: oneLine(reason), ...tried };
  }
  const note = 'note' in result ? result.note : undefined;
  return note === undefined ? undefined : { verdict: 'not tried', reason: note, ...tried };
}

function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ').replaceAll('|', '/').trim().slice(0, 160);
}
