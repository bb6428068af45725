import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { processesIn } from '../helpers/crash.ts';
import { oxios, type Place } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';
import { approves, bash, calls, type Outcome, outcomeOf, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Place;
afterEach(() => here.remove());

const work = (): readonly string[] => (existsSync(here.path('.oxios/work')) ? readdirSync(here.path('.oxios/work')) : []);

/** Two side by side: the first attacks, the second leaves something to be found. */
function attack(steps: readonly (readonly [string, object])[], seed: object = {}): Trial {
  const made = trial({
    criteria: ['a', 'b'].map((id) => ({ id, description: `${id} is made`, verify_command: `test -s ${id}` })),
    files: { shared: 'of the workspace\n', 'node_modules/p/index.js': 'installed\n' },
    agents: {
      'worker a': [{ text: 'first', delay_ms: 300 }, calls(...steps), calls(writes('a', 'a')), says('done')].slice(1),
      'worker b': [calls(writes('of-b', 'the secret of b\n'), writes('b', 'b')), says('done')],
      'worker a#2': [calls(writes('a', 'a')), says('done')],
      judge: [approves('a:1')],
      'judge b': [approves('b:1')],
    },
    seed: {
      oxios: { max_generations: 1, capabilities: ['exec:cat', 'exec:ls', 'exec:ln', 'exec:sh', 'exec:find', 'exec:touch', 'exec:grep', 'fs:read:/'], ...seed },
    },
  });
  here = made;
  return made;
}

const said = (ran: Outcome): string => ran.answers;

describe('an agent that works beside another', () => {
  test('comes to nothing of the other, of the home or of the workspace itself, by no path', async () => {
    const made = attack([
      bash('ls -la /proc/self/root/ > /dev/null; cat /proc/1/environ /proc/*/cmdline'),
      bash('find / -name of-b -not -path "/proc/*" 2>/dev/null; echo looked'),
      bash('cat ../../../g1.2/workspace/of-b; cat ../g1.2/workspace/of-b'),
      bash('sh -c "grep -rl secret /tmp /root /home 2>/dev/null; echo searched"'),
      ['read', { path: '.oxios/work' }],
      ['find', { path: '/', glob: 'of-b' }],
      ['read', { path: '../../../g1.2/workspace/of-b' }],
    ]);
    const ran = await made.run();
    expect(said(ran)).not.toContain('the secret of b');
    expect(said(ran)).not.toMatch(/g1\.2\/workspace\/of-b$/mu);
    expect(ran.result.outcome).toBe('APPROVED');
  });

  test('writes nowhere but in its copy, until it is merged', async () => {
    const seen: string[] = [];
    const made = attack([bash('echo changed > shared'), bash('echo changed >> node_modules/p/index.js'), writes('node_modules/p/new.js', 'x')]);
    const ran = await made.run([], {
      onStdout(text) {
        const merged = text.includes('"type":"ac.merging"') || text.includes('"type":"ac.merged"');
        if (!merged) seen.push(readFileSync(join(made.workspace, 'shared'), 'utf8'));
      },
    });
    expect(new Set(seen)).toEqual(new Set(['of the workspace\n']));
    expect([readFileSync(join(made.workspace, 'node_modules/p/index.js'), 'utf8'), existsSync(join(made.workspace, 'node_modules/p/new.js'))]).toEqual([
      'installed\n',
      false,
    ]);
    expect(ran.result.outcome).toBe('APPROVED');
  });

  test('with links that lead out is refused, as in the workspace', async () => {
    const made = attack([
      ['read', { path: 'oxios/home.json' }],
      ['read', { path: 'whole/home.json' }],
      writes('oxios/new', '{}'),
      bash('cat oxios/home.json whole/home.json'),
      ['read', { path: 'back/shared' }],
      bash('cat back/shared'),
    ]);
    symlinkSync('../.oxios', join(made.workspace, 'oxios'));
    symlinkSync(here.path('.oxios'), join(made.workspace, 'whole'));
    symlinkSync('../workspace', join(made.workspace, 'back'));
    made.write('shared', 'of the workspace\n');
    const ran = await made.run();
    expect(said(ran)).not.toContain('"format"');
    expect(said(ran).match(/of the workspace/gu)).toHaveLength(2);
    expect(existsSync(here.path('.oxios/new'))).toBe(false);
  });

  test('is held to what was denied, by the name it has in the workspace', async () => {
    const made = attack([['read', { path: 'shared' }], bash('cat shared'), writes('closed/x', 'x'), bash('sh -c "mkdir -p closed; echo x > closed/y"')]);
    made.write('closed/kept', 'k');
    const ran = await made.run(['--deny', 'fs:read:shared', '--deny', 'fs:write:closed']);
    expect(said(ran)).not.toContain('of the workspace');
    expect(readdirSync(join(made.workspace, 'closed'))).toEqual(['kept']);
  });
});

describe('a run side by side that is interrupted', () => {
  const slow = (): Trial => {
    const made = trial({
      criteria: ['a', 'b'].map((id) => ({ id, description: `${id} is made`, verify_command: `test -s ${id}` })),
      agents: Object.fromEntries(
        ['a', 'b'].flatMap((id) => [
          [`worker ${id}`, [calls(writes(`half-${id}`, 'h')), { ...calls(writes(id, id)), delay_ms: 600_000 }, says('done')]],
          [`judge ${id}`, [approves(`${id}:1`)]],
        ]),
      ),
      seed: { oxios: { max_generations: 1 } },
    });
    here = made;
    return made;
  };
  const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'];
  const release = () => writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replaceAll('600000', '0'));

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('by %s keeps its copies, changes nothing in the workspace, and goes on', async (signal) => {
    slow();
    const run = running(RUN, { home: here.home });
    const kill = await run.printed(/(?:"type":"tool\.finished"[^\n]*"tool":"write"[\s\S]*){2}(?:"type":"model\.requested"[\s\S]*){1}/u);
    kill(signal);
    await run.done;
    expect(readdirSync(here.workspace)).toEqual([]);
    expect(work()).toHaveLength(1);
    release();
    const ran = outcomeOf(await oxios(['resume', '--json'], { home: here.home }));
    expect([ran.statuses, readdirSync(here.workspace).sort()]).toEqual([{ a: 'PASS', b: 'PASS' }, ['a', 'b', 'half-a', 'half-b']]);
    expect([work(), processesIn(here.home)]).toEqual([[], []]);
    expect(await oxios(['replay', ran.result.run, '--diff'], { home: here.home })).toMatchObject({ code: 0 });
  });
});

test('what was begun in copies does not go on where agents cannot be shown one', async () => {
  const made = attack([bash('cat shared')]);
  const killed = await made.run([], { onStdout: (text, kill) => text.includes('"type":"ac.isolated"') && kill('SIGKILL') });
  expect(killed.signal).toBe('SIGKILL');
  const bin = pathWithoutSandbox(here.path('bin'));
  const ran = await oxios(['resume', '--json'], { home: here.home, env: { PATH: bin } });
  expect(ran).toMatchObject({ code: 5, stderr: expect.stringContaining('SANDBOX_MISSING') });
  expect(readdirSync(made.workspace).sort()).toEqual(['node_modules', 'shared']);
  expect(outcomeOf(await oxios(['resume', '--json'], { home: here.home })).result.outcome).toBe('APPROVED');
});

test('two runs at once on one folder are merged into it, each in its turn', async () => {
  const made = trial({
    criteria: ['a', 'b'].map((id) => ({ id, description: `${id} is made`, verify_command: `test -s ${id}-1 && test -s ${id}-2 || test -s list` })),
    files: { list: 'one\n' },
    agents: {},
    seed: { oxios: { max_generations: 1, capabilities: ['exec:echo'] } },
  });
  here = made;
  const model = (run: number): string => {
    const file = here.path(`model-${run}.yaml`);
    const agents = Object.fromEntries(
      ['a', 'b'].flatMap((id) => [
        [`worker ${id}`, [calls(writes(`${id}-${run}`, id), bash(`echo ${id}${run} >> list`)), says('done')]],
        [`worker ${id}#2`, [calls(writes(`${id}-${run}`, id), bash(`echo ${id}${run} >> list`)), says('done')]],
        [`judge ${id}`, [approves('list:1')]],
      ]),
    );
    writeFileSync(file, JSON.stringify({ agents }));
    return `script:${file}`;
  };
  await Promise.all([1, 2].map((run) => made.run(['--model', model(run)])));
  expect(made.read('list').trim().split('\n').sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'one']);
  expect(readdirSync(here.workspace).sort()).toEqual(['a-1', 'a-2', 'b-1', 'b-2', 'list']);
  expect(work()).toEqual([]);
});
