import { defineConfig } from 'rolldown';

/** One bundle with lazy chunks: what a command does not need is never read. Native helpers stay outside. */
export default defineConfig({
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  external: [/^node:/, '@vscode/ripgrep'],
  output: { dir: 'dist', format: 'esm', minify: true, chunkFileNames: 'chunks/[name]-[hash].js', cleanDir: true },
  checks: { eval: false },
});
