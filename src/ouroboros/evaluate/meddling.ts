/** A file as the work left it. */
export interface Written {
  readonly path: string;
  readonly text: string;
}

interface Sign {
  /** Files that it means something in. */
  readonly file: RegExp;
  readonly text: RegExp;
}

const CODE = /\.(?:[cm]?[jt]sx?|py|rb|pl|php|sh|bash|go|rs|java|kt|c|cc|cpp|h)$/iu;
const SCRIPT = /\.[cm]?[jt]sx?$/iu;
const PYTHON = /\.py$/iu;

/** What code has to name that behaves in another way, or decides how it comes out, when it is checked. Honest code rarely has any of it. */
const SIGNS: readonly Sign[] = [
  // Names by which it could find out that Oxios, or a test runner, runs it.
  { file: CODE, text: /\bOXIOS_[A-Z]+|\.oxios\b|\/run\/oxios|['"`/\\]scratch['"`/\\]/u },
  { file: CODE, text: /\bNODE_TEST_CONTEXT\b|\bPYTEST_CURRENT_TEST\b|\bJEST_WORKER_ID\b|\bVITEST(?:_\w+)?\b|['"](?:pytest|unittest)['"]\s+in\s+sys\.modules/u },
  // What tests compare and count with, put to another use.
  { file: SCRIPT, text: /\b(?:assert|assert\.strict|expect|should)(?:\.\w+)+\s*=(?![=>])/u },
  { file: SCRIPT, text: /Object\.(?:assign|defineProperty|defineProperties)\(\s*(?:assert|expect|process)\b/u },
  {
    file: SCRIPT,
    text: /globalThis\.(?:assert|expect|test|it|describe|suite)\s*=(?!=)|\bModule\._(?:load|resolveFilename)\s*=|\brequire\.cache\[[^\]]+\]\s*=|\bregisterHooks\(/u,
  },
  {
    file: SCRIPT,
    text: /\bprocess\.(?:exit|reallyExit)\s*=(?!=)|\bprocess\.reallyExit\(|\bprocess\.on\(\s*['"](?:exit|beforeExit)['"][^\n]*\bexit(?:Code)?\b/u,
  },
  {
    file: PYTHON,
    text: /\bTestCase\.\w+\s*=(?!=)|\b(?:unittest|pytest)\.\w+(?:\.\w+)*\s*=(?!=)|\bsys\.modules\[[^\]]+\]\s*=(?!=)|\bsys\.exit\s*=(?!=)|\bos\._exit\(/u,
  },
  { file: PYTHON, text: /def __eq__\(self[^)]*\)[^:\n]*:\s*(?:#[^\n]*)?\s*return True\b/u },
  // Ends the program that takes it in, and says all is well: not within a function or a condition.
  { file: SCRIPT, text: /^process\.exit\(0?\)/mu },
  { file: PYTHON, text: /^(?:sys\.)?(?:exit|quit)\(0?\)/mu },
];

/** Files of the work, tests aside, that reach for what checks them. */
export const meddlingIn = (files: readonly Written[]): readonly string[] =>
  files.filter(({ path, text }) => SIGNS.some((sign) => sign.file.test(path) && sign.text.test(text))).map((one) => one.path);
