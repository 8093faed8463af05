import { readFile, stat } from 'node:fs/promises';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import { codeOf } from '../runtime/reason.ts';

/** Far above a bundle of all public authorities. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A file of certificates or a key, read again when it changes: certificates are replaced while a service runs. */
export class PemFile {
  readonly #variable: string;
  readonly #path: string;
  readonly #isValid: (text: string) => boolean;
  #version = '';
  #text: string | undefined;
  readonly #fault = new OnChange();

  constructor(variable: string, path: string, isValid: (text: string) => boolean) {
    this.#variable = variable;
    this.#path = path;
    this.#isValid = isValid;
  }

  /** What the file holds now; if that cannot be used, what it held before. Never rejects. */
  async read(): Promise<string | undefined> {
    try {
      await this.#refresh();
      this.#fault.forget();
    } catch (error) {
      this.#complain(codeOf(error) ?? (error instanceof Error ? error.message : String(error)));
    }
    return this.#text;
  }

  async #refresh(): Promise<void> {
    const file = await stat(this.#path, { bigint: true });
    const version = [file.ino, file.size, file.mtimeNs, file.ctimeNs].join();
    if (version === this.#version) return;
    // Reading anything else, a pipe for one, might never end.
    if (!file.isFile() || file.size > MAX_BYTES) throw new Error('no file of at most 4 MiB');
    const text = await readFile(this.#path, 'utf8');
    if (!this.#isValid(text)) throw new Error('holds no PEM of this kind');
    this.#text = text;
    this.#version = version;
  }

  #complain(reason: string): void {
    if (!this.#fault.isNew(reason)) return;
    const instead = this.#text === undefined ? 'it counts as not set' : 'what it held before is used';
    log.warn(`${this.#variable}: ${this.#path} cannot be used (${reason}); ${instead}`);
  }
}
