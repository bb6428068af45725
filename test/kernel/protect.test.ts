import { describe, expect, test } from 'vitest';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { createProtection } from '../../src/kernel/protect.ts';
import { gathered } from '../../src/kernel/secrets.ts';

const at = (path: string): AbsPath => path as AbsPath;
const protection = createProtection({ home: at('/h/u/.oxios'), userHome: at('/h/u'), accountHome: at('/a/u'), hidden: (path) => path === '/w/seed.yaml' });

describe('what no agent reads without a grant that names it', () => {
  test.each([
    ...['.env', '.env.local', '.ENV', '.env.production', '.envrc', '.env~', '.env.', 'prod.env', '.en\u200bv', '\uff0eenv'],
    ...['server.pem', 'tls.KEY', 'store.jks', 'a.p12', 'a.pfx', 'a.ppk', 'a.kdbx', 'id_rsa', 'id_ed25519', 'id_ed25519_sk', 'ID_ECDSA', 'deploy_rsa'],
    ...['.netrc', '_netrc', '.pgpass', '.npmrc', '.pypirc', '.git-credentials', 'credentials', 'credentials.json', 'service-account-x.json', '.htpasswd'],
  ])('/w/%s', (name) => {
    expect(protection.readable(at(`/w/deep/${name}`))).toBeDefined();
  });
  test.each(['.ssh/config', '.aws/config', '.config/gcloud/x', '.kube/config', '.docker/config.json', '.gnupg/x', '.bash_history', '.cargo/credentials.toml'])(
    '~/%s, in the home of the environment and of the account',
    (name) => {
      for (const home of ['/h/u', '/a/u']) expect(protection.readable(at(`${home}/${name}`))).toBeDefined();
      expect(protection.readable(at(`/h/u/other/${name.split('/')[0]}-not/x`))).toBeUndefined();
    },
  );
  test.each([
    ...['.env.example', '.env.sample', '.env.template', '.env.defaults', 'example.env', '.environment', 'env.ts', '.env.d.ts', 'vite-env.d.ts'],
    ...['id_rsa.pub', 'key.ts', 'keys', 'monkey', 'pem.md', 'credentials.test.ts', 'package.json', 'e\u0301.txt'],
  ])('but /w/%s', (name) => {
    expect(protection.readable(at(`/w/${name}`))).toBeUndefined();
  });
});

describe('what no agent writes, there or not', () => {
  test.each([
    ...['/w/.git/config', '/w/.git/hooks/x', '/w/sub/.GIT/config', '/w/.git./x', '/w/.git', '/w/.oxios/policy.yaml', '/h/u/.oxios/x', '/w/seed.yaml'],
    ...['/h/u/.bashrc', '/h/u/.ZSHRC', '/a/u/.profile', '/h/u/.config/fish/config.fish', '/h/u/.ssh/authorized_keys', '/h/u/.config/autostart/x.desktop'],
    ...['/h/u/.config/systemd/user/x.service', '/h/u/.gitconfig', '/h/u/.npmrc', '/h/u/.netrc', '/h/u/.vimrc', '/h/u/Library/LaunchAgents/x.plist'],
    ...[
      '/etc/crontab',
      '/etc/cron.d/x',
      '/etc/profile.d/x.sh',
      '/private/etc/sudoers',
      '/etc/ld.so.preload',
      '/var/spool/cron/crontabs/u',
      '/etc/systemd/system/x',
    ],
  ])('%s', (path) => {
    expect(protection.writable(at(path))).toBeDefined();
  });
  test.each(['/w/.gitignore', '/w/.github/x', '/w/.bashrc', '/w/git/config', '/h/u/notes', '/etc/hosts', '/w/.env'])('but %s', (path) => {
    expect(protection.writable(at(path))).toBeUndefined();
  });
});

describe('more secrets than can be hidden one by one', () => {
  const many = (folder: string, count: number) => Array.from({ length: count }, (_, n) => `${folder}/${n}.pem`);
  test('are hidden by the folders that hold the most of them, and no more than is needed', () => {
    expect(gathered(['.env', ...many('certs', 3)], 4)).toEqual(['.env', ...many('certs', 3)]);
    expect([...gathered(['.env', ...many('a', 30), ...many('b', 3), 'c/x.key'], 8)].sort()).toEqual(['.env', 'a', 'b/0.pem', 'b/1.pem', 'b/2.pem', 'c/x.key']);
    expect(gathered([...many('a', 9), ...many('b', 8)], 2)).toEqual(['a', 'b']);
  });
  test('and where that is not enough, nothing runs', () => {
    const top = Array.from({ length: 9 }, (_, n) => `${n}.pem`);
    expect(gathered(top, 4, 9)).toEqual(top);
    expect(() => gathered(top, 4, 8)).toThrow(/more than can be hidden/u);
  });
});
