import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SpanBuilder } from '../../../../src/aggregate/span-builder.ts';
import type { Kept } from '../../../../src/backlog/disk/store.ts';

/** Builders that wait together: a name, and the spans of it. */
export function kept(names: Readonly<Record<string, number>>, more: Partial<Kept> = {}): Kept {
  const builders = Object.entries(names).map(([name, total]) => {
    const builder = new SpanBuilder(name, 1_000);
    for (let i = 0; i < total; i++) builder.add(5, false);
    return builder;
  });
  return { builders, state: 'ready', ...more };
}

/** As {@link kept} was made. */
export function namesIn(adopted: readonly Kept[]): Record<string, number>[] {
  return adopted.map(({ builders }) => Object.fromEntries(builders.map(({ name, total }) => [name, total])));
}

/** The folder of the only process there is. */
export function ownFolder(root: string): string {
  const [name = ''] = readdirSync(root);
  return join(root, name);
}

/** As if the process had ended that this one folder is of, whose name it returns. */
export function leaveBehind(root: string): string {
  const [name = ''] = readdirSync(root).filter((each) => /^shop\.[\da-f]{16}$/.test(each));
  renameSync(join(root, name), join(root, `${name}.left`));
  return join(root, `${name}.left`);
}
