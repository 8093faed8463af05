/** The packages of a line of OpenTelemetry, as a user would install them. */
export const LINES = {
  2: [
    '@opentelemetry/api@1.9',
    '@opentelemetry/sdk-node@0.223',
    '@opentelemetry/auto-instrumentations-node@0.81',
  ],
  3: ['@opentelemetry/api', '@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'],
} as const;

/** Each Node with each line that runs on it. */
export const LEGS = [
  { node: 20, line: 2 },
  { node: 22, line: 2 },
  { node: 22, line: 3 },
  { node: 24, line: 2 },
  { node: 24, line: 3 },
  { node: 26, line: 2 },
  { node: 26, line: 3 },
] as const;

export const EXPRESS = ['express@5'];
export const NEST = [
  '@nestjs/common@11',
  '@nestjs/core@11',
  '@nestjs/platform-express@11',
  'reflect-metadata@0.2',
  'rxjs@7',
];
