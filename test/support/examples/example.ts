import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO } from '../processes/built.ts';

const EXAMPLES = join(REPO, 'docs/examples');

/** `example.json`: how an example is run, and what the server has then. See docs/examples/README.md. */
interface ExampleFile {
  readonly title: string;
  /** The package whose version the example is about, where there is one. */
  readonly framework?: string;
  /** A program that has to be on the machine, such as `redis-server`. */
  readonly needs?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run once before the start. */
  readonly build?: string;
  /** `node`, its flags, and the first file. */
  readonly start: string;
  readonly requests?: readonly Request[];
  /** How it ends: by SIGTERM unless it says otherwise. */
  readonly ends?: { readonly code: number };
  /** Calls and errors of each name. */
  readonly names: Readonly<Record<string, readonly [number, number]>>;
  /** Further names, whose number and counts are not the example's. */
  readonly others?: string;
}

/** `GET /users/7`, how often, the status that is answered, and a body to be sent as JSON. */
export type Request = readonly [line: string, times: number, status: number, body?: unknown];

export interface Example extends ExampleFile {
  readonly name: string;
  readonly folder: string;
  /** Of its `package.json`. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

/** All of docs/examples, in the order of their names. */
export function examples(): Example[] {
  return readdirSync(EXAMPLES)
    .filter((name) => existsSync(join(EXAMPLES, name, 'example.json')))
    .sort()
    .map(example);
}

export function example(name: string): Example {
  const folder = join(EXAMPLES, name);
  const manifest = json(folder, 'package.json') as Pick<Example, 'dependencies'> & Partial<Example>;
  const { dependencies, overrides = {} } = manifest;
  return { ...(json(folder, 'example.json') as ExampleFile), name, folder, dependencies, overrides };
}

function json(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
