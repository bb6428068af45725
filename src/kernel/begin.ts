import { type Capability, ruleOf } from './capability.ts';
import { createActivity } from './clock.ts';
import { OxiosError } from './errors.ts';
import type { Limits, Payload } from './events.ts';
import { newRunId, type RunId } from './ids.ts';
import type { Ports, RunRequest } from './kernel-types.ts';
import { type ModelFacts, NO_USAGE } from './model.ts';
import { type PolicyRule, policyHash, policyRuleText, ruled } from './policy.ts';
import type { Run } from './run.ts';
import type { Spawn } from './supervisor.ts';

/** A run about to be worked on: its first event and its root process. */
export interface Launch {
  readonly run: Run;
  /** Written in one commit; the first is the run's start or resumption. */
  readonly first: readonly Payload[];
  readonly spawn: Spawn;
}

export async function begin(ports: Ports, request: RunRequest): Promise<Launch> {
  checkSandbox(ports, request);
  await checkNew(ports, request.run);
  const model = request.model === '' ? ports.models.defaultId() : request.model;
  const { facts } = await ports.models.open(model);
  const others = await othersFor(ports, request, facts);
  for (const one of [facts, others.second, ...others.ballots, ...others.workers]) checkPrice(one, request.limits);
  const was = request.policy_was ?? ports.policyBefore(request.cwd);
  const whole = { ...request, ...(was === undefined ? {} : { policy_was: was }) };
  const run = newRun(request.run ?? newRunId(ports.now()), whole, request.limits, others);
  const { body, args, cwd } = request;
  const spawn: Spawn = { name: ROOT_NAMES[request.kind], body, args, cwd, caps: rootCaps(request), model: facts.id };
  return { run, first: [startedEvent(ports, run, facts, others), ...policyChange(was, request.policy), ...ignoredEvent(request)], spawn };
}

/** Who works besides the first model, and who judges what was done. */
export interface Others {
  readonly second: ModelFacts;
  /** Who votes where one opinion does not do; never empty. */
  readonly ballots: readonly ModelFacts[];
  readonly workers: readonly ModelFacts[];
}

const ROOT_NAMES = { run: 'run', prompt: 'agent', chat: 'chat', interview: 'interview' } as const;

/** Only work on a specification is judged. */
export async function othersFor(ports: Ports, { kind, judge, models = [] }: RunRequest, first: ModelFacts): Promise<Others> {
  if (kind !== 'run') return { second: first, ballots: [first], workers: [] };
  const factsOf = async (id: string) => (id === first.id ? first : (await ports.models.open(id)).facts);
  const second = await factsOf(ports.models.secondId(first.id, judge));
  return { second, ballots: await Promise.all(ports.models.ballotIds(first.id, second.id).map(factsOf)), workers: await Promise.all(models.map(factsOf)) };
}

export const newRun = (id: RunId, request: RunRequest, limits: Limits, { second, ballots }: Others): Run => ({
  id,
  request,
  limits,
  second: second.id,
  ballots: ballots.map((one) => one.id),
  active_ms: 0,
  activity: createActivity(),
  granted: request.remembered ?? [],
  revoked: [],
  denials: [],
  past: [],
  ledgers: new Map(),
  hidden: request.hidden ?? [],
  answer: undefined,
  usage: NO_USAGE,
  cost_usd: 0,
  firstTree: undefined,
  lastTree: undefined,
  mounts: new Map(),
});

function startedEvent(ports: Ports, run: Run, facts: ModelFacts, others: Others): Payload {
  const { request } = run;
  const model = facts.id;
  return {
    type: 'run.started',
    kind: request.kind,
    title: request.title,
    cwd: request.cwd,
    version: ports.version,
    model,
    facts: facts as unknown as never,
    ...othersIn(facts, others),
    limits: run.limits,
    sandbox: ports.host.exec.sandbox,
    grants: request.grants.map(ruleOf),
    ...(request.timed?.length ? { timed: request.timed.map(({ rule, ms }) => ({ rule: ruleOf(rule), ms })) } : {}),
    denies: request.denies.map(ruleOf),
    interactive: request.interactive,
    ...(request.role ? { role: request.role } : {}),
    ...(request.policy?.length ? { policy: policyIn(request.policy) } : {}),
    ...(request.remembered?.length ? { remembered: request.remembered.map(ruleOf) } : {}),
    ...(request.project ? { project: { files: [...request.project.files], trusted: request.project.trusted } } : {}),
    request: { ...request, run: run.id, model } as unknown as never,
  };
}

/** What the root process holds: children only narrow it. */
export const rootCaps = ({ grants, policy = [], timed = [] }: RunRequest): readonly Capability[] => [
  ...grants,
  ...ruled(policy, 'allow'),
  ...timed.map((one) => one.rule),
];

const policyIn = (rules: readonly PolicyRule[]) => ({ hash: policyHash(rules), rules: rules.map(policyRuleText) });

/** Said where the policy files speak otherwise than before. */
export function policyChange(was: string | undefined, now: readonly PolicyRule[] = []): readonly Payload[] {
  const { hash, rules } = policyIn(now);
  return was === undefined || was === hash ? [] : [{ type: 'policy.changed', was, hash, rules }];
}

const ignoredEvent = ({ ignored = [] }: RunRequest): readonly Payload[] =>
  ignored.length === 0 ? [] : [{ type: 'project.ignored', extras: ignored.map((one) => ({ ...one })), reason: 'the folder is not trusted' }];

/** Said in the first event where they are other models. */
export const othersIn = (first: ModelFacts, { second, ballots, workers }: Others): { second?: never; ballots?: never; workers?: never } => ({
  ...(second.id === first.id ? {} : { second: second as unknown as never }),
  ...(ballots.length === 1 && ballots[0]?.id === second.id ? {} : { ballots: ballots as unknown as never }),
  ...(workers.length === 0 ? {} : { workers: workers as unknown as never }),
});

export function checkSandbox(ports: Ports, request: RunRequest): void {
  const { sandbox } = ports.host.exec;
  if (request.require_sandbox && sandbox.kind === 'none')
    throw new OxiosError('SANDBOX_MISSING', `a sandbox is required: ${sandbox.detail}`, {
      hint: `${sandbox.hint ?? 'install bubblewrap'}; or leave out --require-sandbox`,
    });
}

export function checkPrice(facts: ModelFacts, limits: Limits): void {
  if (limits.usd === null || facts.price !== null) return;
  throw new OxiosError('PRICE_UNKNOWN', `a cost limit is set, but the price of ${facts.id} is unknown`, {
    hint: 'set its price: oxios config set prices, or limit tokens with --max-tokens',
  });
}

/** A client names its run to find it again; it must not be one that is there. */
async function checkNew(ports: Ports, run: RunId | undefined): Promise<void> {
  if (run === undefined) return;
  for await (const _ of ports.log.read({ run, to: 0 })) throw new OxiosError('USAGE', `there is a run ${run} already`, { hint: 'go on with it: oxios resume' });
}
