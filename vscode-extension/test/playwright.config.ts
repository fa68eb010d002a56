import path from 'node:path';
import { defineConfig } from '@playwright/test';

const artifacts = path.join(__dirname, '..', '..', 'artifacts', 'editor');

// One worker: two VS Codes on two cores take twice as long each and gain nothing. No retries: a test that needs one is broken.
export default defineConfig({
  testDir: path.join(__dirname, 'stories'),
  outputDir: path.join(artifacts, 'test-results'),
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? path.join(artifacts, 'results.json') }]],
});
