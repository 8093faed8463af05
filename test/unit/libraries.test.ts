import { mkdirSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Libraries } from '../../src/diagnose/libraries.ts';
import { temporaryFolder } from '../support/folders.ts';

/** An app's folder with these files; `require` as one of them has it. */
function appWith(files: Readonly<Record<string, string>>): NodeJS.Require {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return createRequire(join(folder, 'app.js'));
}

function watched(): Libraries {
  const loader = Module as unknown as { _load: unknown };
  const { _load } = loader;
  onTestFinished(() => {
    loader._load = _load;
  });
  return new Libraries();
}

test('a library that only the SDK itself loads is none of the app', () => {
  const load = appWith({
    'node_modules/@opentelemetry/exporter/index.js': "require('@grpc/grpc-js');",
    'node_modules/opentelemetry-stardust/index.js': "require('express');",
    'node_modules/@grpc/grpc-js/index.js': '',
    'node_modules/express/index.js': '',
    'node_modules/queries/index.js': "require('pg');",
    'node_modules/pg/index.js': '',
    'node_modules/left-pad/index.js': '',
  });
  const libraries = watched();
  for (const name of ['@opentelemetry/exporter', 'opentelemetry-stardust', 'queries', 'left-pad']) load(name);
  expect(libraries.seen()).toEqual([{ name: 'pg', by: 'require', isWatched: false }]);
});

test('a library that both load is told of as the app loads it, once', () => {
  const load = appWith({
    'node_modules/@opentelemetry/exporter/index.js': "require('@grpc/grpc-js');",
    'node_modules/@grpc/grpc-js/index.js': '',
    'node_modules/@grpc/grpc-js/more.js': '',
  });
  const libraries = watched();
  for (const name of ['@opentelemetry/exporter', '@grpc/grpc-js', '@grpc/grpc-js/more.js']) load(name);
  expect(libraries.seen()).toEqual([{ name: '@grpc/grpc-js', by: 'require', isWatched: false }]);
});
