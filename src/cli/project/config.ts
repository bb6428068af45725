import { join, relative } from 'node:path';
import { z } from 'zod';
import { CONFIG, type Config, OWN_PERSONAS, type OwnPersonas } from '../../kernel/config.ts';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { issuesOf } from '../../kernel/issues.ts';
import { lowerRole, ROLES, type Role } from '../../kernel/roles.ts';
import { isHome } from './extras.ts';
import { foldersTo, readOwn } from './folders.ts';

const { limits, approval_timeout_s } = CONFIG.shape;
const amounts = limits.unwrap().shape;

const model = z
  .string()
  .min(1)
  .refine((id) => !id.startsWith('script:'), 'is a scripted model, which only the command line names');

/** What a trusted project may say: which models and personas, and less of what the user allows. Never keys, addresses, trust or the home. */
const PROJECT_CONFIG = z.strictObject({
  model: model.optional(),
  judge: model.optional(),
  personas: z.record(OWN_PERSONAS.keyType, OWN_PERSONAS.valueType.extend({ model: model.optional() })).optional(),
  role: z.enum(ROLES).optional(),
  approval_timeout_s: approval_timeout_s.unwrap().optional(),
  limits: z.strictObject(Object.fromEntries(Object.entries(amounts).map(([key, one]) => [key, one.unwrap().optional()])) as Amounts).optional(),
});
type Amounts = { [K in keyof typeof amounts]: z.ZodOptional<z.ZodNumber> };

export interface ProjectConfig {
  /** The user's, as the project has it. */
  readonly config: Config;
  /** The most the project wants its agents to be. */
  readonly role?: Role;
  /** Only where the project names one. */
  readonly judge?: string;
  /** By name; of the files that name one, the innermost has it. */
  readonly personas?: OwnPersonas;
}

/** The user's configuration with what the files of a trusted project, from its root down, say on top. Throws CONFIG_INVALID, FILE_UNREADABLE. */
export function withProject(config: Config, cwd: AbsPath, home: AbsPath): ProjectConfig {
  return foldersTo(cwd)
    .map((folder) => join(folder, '.oxios'))
    .filter((folder) => !isHome(folder, home))
    .reduce<ProjectConfig>((so, folder) => laid(so, relative(cwd, join(folder, 'config.json')), readOwn(join(folder, 'config.json'))), { config });
}

function laid(so: ProjectConfig, file: string, text: string | undefined): ProjectConfig {
  if (text === undefined) return so;
  const said = parsed(file, text);
  const { model, judge, personas, role, limits: less = {}, approval_timeout_s: wait } = said;
  const { config } = so;
  const lower = Object.entries(less).map(([key, value]) => [key, least(config.limits[key as keyof Config['limits']], value ?? null)]);
  return {
    ...so,
    config: {
      ...config,
      ...(model === undefined ? {} : { model }),
      limits: { ...config.limits, ...(Object.fromEntries(lower) as Partial<Config['limits']>) },
      approval_timeout_s: least(config.approval_timeout_s, wait ?? null),
    },
    ...(role === undefined ? {} : { role: so.role ? lowerRole(so.role, role) : role }),
    ...(judge === undefined ? {} : { judge }),
    ...(personas === undefined ? {} : { personas: { ...so.personas, ...personas } }),
  };
}

const least = (one: number | null, other: number | null): number | null => (one === null || other === null ? (one ?? other) : Math.min(one, other));

function parsed(file: string, text: string): z.infer<typeof PROJECT_CONFIG> {
  const invalid = (why: string, cause?: unknown) =>
    new OxiosError('CONFIG_INVALID', `${file}: ${why}`, { hint: 'a project may set model, judge, personas, role, limits and approval_timeout_s', cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  const read = PROJECT_CONFIG.safeParse(value);
  if (read.success) return read.data;
  throw invalid(issuesOf(read.error, 'the configuration of the project'));
}
