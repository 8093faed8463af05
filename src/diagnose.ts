import { isMainThread } from 'node:worker_threads';
import { DIAGNOSIS, diagnose } from './diagnose/diagnosis.ts';

/**
 * Loaded before an app by `check -- <command>`: watches what is loaded and which spans end, and writes it down.
 * It never changes what the app does, and where it fails, it is still.
 */
const folder = process.env[DIAGNOSIS];
if (folder !== undefined && isMainThread) diagnose(folder);
