import type { Command } from './shared.ts';

/** Every command, loaded when it is called. The descriptions stand here so that the help loads none of them. */
export const COMMANDS: readonly (readonly [usage: string, describe: string, load: () => Promise<Command>])[] = [
  ['run [seed]', 'work on a seed, or on a request (-p), until its criteria are judged; the exit code tells CI', async () => (await import('./run.ts')).run],
  ['interview [idea]', 'be asked what you want until it is clear, and have it written as a seed', async () => (await import('./interview.ts')).interview],
  ['resume [run]', 'go on with a run that was interrupted, blocked or hit a limit', async () => (await import('./resume.ts')).resume],
  ['attach [prompt]', 'open the shell on the kernel that runs on the home', async () => (await import('./attach.ts')).attach],
  ['view <file>', 'play recorded events as the shell would have shown them', async () => (await import('./view.ts')).view],
  ['evaluate <run>', 'judge again what a run left, as the workspace is now; nobody works', async () => (await import('./evaluate.ts')).evaluate],
  ['undo [run] [step]', 'put the files of a run back as they were before it, or before one of its steps', async () => (await import('./undo.ts')).undo],
  ['evolve <run>', 'go on with what a finished run worked on: further generations of its specification', async () => (await import('./evolve.ts')).evolve],
  ['lineage [name]', 'show how specifications evolved, generation by generation', async () => (await import('./lineage.ts')).lineage],
  ['rewind <lineage> <generation>', 'put the files of an earlier generation back', async () => (await import('./rewind.ts')).rewind],
  ['replay <run>', 'run a recorded run again from its log, without a model', async () => (await import('./replay.ts')).replay],
  ['seed <action> [file] [other]', 'check and look at seeds: lint, show, diff, digest, new', async () => (await import('./seed.ts')).seed],
  ['ps', 'show the process table', async () => (await import('./ps.ts')).ps],
  ['top', 'watch the process table', async () => (await import('./ps.ts')).top],
  ['logs <pid>', 'show what a process said and did', async () => (await import('./logs.ts')).logs],
  ['kill <pid>', 'send a signal to a process: TERM, KILL, STOP, CONT', async () => (await import('./process.ts')).kill],
  ['wait <pid>', 'wait until a process has ended', async () => (await import('./process.ts')).wait],
  ['send <pid> <text>', 'say something to an agent at work', async () => (await import('./process.ts')).send],
  ['nice <pid> <value>', 'set how much a process gives way to others', async () => (await import('./process.ts')).nice],
  ['cost [run]', 'show what runs used: tokens, dollars, turns, tool calls', async () => (await import('./cost.ts')).cost],
  ['audit <action> [entry]', 'look at the log and prove it: list, verify, proof, checkpoint, export', async () => (await import('./audit.ts')).audit],
  [
    'policy <action> [command..]',
    'the rules of the policy files, and what the gate would answer: explain, list, test',
    async () => (await import('./policy.ts')).policy,
  ],
  [
    'approvals [action] [what] [reply]',
    'see and answer what agents wait for; rules approved for good, and taking them back',
    async () => (await import('./approvals.ts')).approvals,
  ],
  ['trust [dir]', 'trust a folder with what it brings along', async () => (await import('./trust.ts')).trust],
  ['config <action> [key] [value]', 'read and write the configuration: get, set, unset, list, keys', async () => (await import('./config.ts')).config],
  [
    'personas [name]',
    "ways an agent can go about its work: yours, the project's and those that come with Oxios",
    async () => (await import('./personas.ts')).personas,
  ],
  ['models <action>', 'list the models that are known', async () => (await import('./models.ts')).models],
  ['doctor', 'look at what Oxios needs on this machine', async () => (await import('./doctor.ts')).doctor],
  ['completion [shell]', 'print a completion script: bash, zsh, fish', async () => (await import('./completion.ts')).completion],
  ['demo', 'run a small seed with a scripted model: no key, no network', async () => (await import('./demo.ts')).demo],
];

export const nameOf = (usage: string): string => usage.split(' ')[0] ?? '';
