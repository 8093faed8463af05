import type { SpanBuilder } from '../aggregate/span-builder.ts';
import type { StoredFile } from './disk/stored-file.ts';

/** A stretch of time in the backlog, and which files hold it too. */
export abstract class Slot {
  /** Each holds a part, written before more was added; together with a slot that is written, there is one. */
  files: readonly StoredFile[] = [];
  /** Its only file holds all of it. */
  isWritten = false;
  /** It has waited for longer than a period. */
  isDue = false;

  abstract readonly isHour: boolean;
  abstract readonly total: number;
  abstract builders(): SpanBuilder[];
}
