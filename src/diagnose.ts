import { isMainThread } from 'node:worker_threads';
import { DIAGNOSIS, diagnose } from './diagnose/diagnosis.ts';

/**
 * Loaded before an app by `check -- <command>`. Watches which libraries are loaded and which spans end, and writes this
 * to a file. It never changes what the app does; if it fails, it stays silent.
 */
const folder = process.env[DIAGNOSIS];
if (folder !== undefined && isMainThread) diagnose(folder);
