import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dice } from '../../../support/dice.ts';

/** What happens to a `backlogDirectory` while a process lives; all of it may be well again at its end. */
export class Accidents {
  readonly #root: string;
  /** Folders that were there when the process started: others left them, and they may be the only ones who knew. */
  #former: ReadonlySet<string>;

  constructor(root: string) {
    this.#root = root;
    this.#former = new Set(readdirSync(root));
  }

  suffer(dice: Dice): void {
    if (this.#isAway) return;
    const own = readdirSync(this.#root).filter(
      (name) => /^app\.[a-z\d]+$/.test(name) && !this.#former.has(name),
    );
    switch (dice.oneOf(['folder', 'files', 'disk'])) {
      case 'folder':
        for (const folder of own) rmSync(join(this.#root, folder), { recursive: true });
        return;
      case 'files':
        for (const folder of own) {
          for (const file of readdirSync(join(this.#root, folder))) rmSync(join(this.#root, folder, file));
        }
        return;
      case 'disk':
        renameSync(this.#root, `${this.#root}.away`);
        writeFileSync(this.#root, 'not a folder');
    }
  }

  mend(): void {
    if (!this.#isAway) return;
    rmSync(this.#root);
    renameSync(`${this.#root}.away`, this.#root);
  }

  /** A next process starts. */
  forget(): void {
    this.#former = new Set(readdirSync(this.#root));
  }

  get #isAway(): boolean {
    return existsSync(`${this.#root}.away`);
  }
}
