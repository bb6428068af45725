import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Capability, covers, formatRule, narrow, parseRule } from '../../../src/kernel/capability.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { blockedAs } from '../../../src/kernel/net/address.ts';
import { judgeUrl } from '../../../src/kernel/net/judge-url.ts';

const rule = (text: string): Capability => parseRule(text, (path) => path as AbsPath);
const protection = { writable: () => undefined, readable: () => undefined };

function judge(url: string, grants: readonly string[] = [], denies: readonly string[] = [], asks = true) {
  return judgeUrl(url, { caps: grants.map(rule), granted: [], denies: denies.map(rule), asks, protection });
}

interface Row {
  readonly input: string;
  readonly verdict: string;
}
const rows = readFileSync(new URL('../../vectors/url-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

describe('a URL that nobody granted', () => {
  test.each(rows)('$input: $verdict', ({ input, verdict }) => {
    expect(judge(input).verdict).toBe(verdict);
    // A grant of everything opens none of them.
    expect(judge(input, ['net:*']).verdict).toBe(verdict);
  });

  test.each(['https://example.com/', 'http://example.com:8080/a?b#c', 'https://bücher.example.org', 'http://93.184.216.34/', 'http://[2606:2800:220:1::1]/'])(
    '%s is asked about, and refused where nobody can be asked',
    (url) => {
      expect(judge(url)).toMatchObject({ verdict: 'ask', rule: 'not granted' });
      expect(judge(url, [], [], false)).toMatchObject({ verdict: 'deny', rule: 'default deny' });
    },
  );
});

describe('what only a grant by name opens', () => {
  const forms: readonly (readonly [url: string, why: string])[] = [
    ['http://127.0.0.1/', '127.0.0.1 is a loopback address'],
    ['http://2130706433/', '127.0.0.1 is a loopback address'],
    ['http://0x7f.1/', '127.0.0.1 is a loopback address'],
    ['http://0x7F000001/', '127.0.0.1 is a loopback address'],
    ['http://0177.0.0.1/', '127.0.0.1 is a loopback address'],
    ['http://017700000001/', '127.0.0.1 is a loopback address'],
    ['http://127.1/', '127.0.0.1 is a loopback address'],
    ['http://127.0.0.1./', '127.0.0.1 is a loopback address'],
    ['http://①②⑦.⓪.⓪.①/', '127.0.0.1 is a loopback address'],
    ['http://127。0。0。1/', '127.0.0.1 is a loopback address'],
    ['http://%31%32%37.0.0.1/', '127.0.0.1 is a loopback address'],
    ['http:\\\\127.0.0.1\\', '127.0.0.1 is a loopback address'],
    [' http:/127.0.0.1 ', '127.0.0.1 is a loopback address'],
    ['ht\ntp://127.0.\t0.1', '127.0.0.1 is a loopback address'],
    ['http://0/', '0.0.0.0 is an address of this network'],
    ['http://169.254.169.254/latest/meta-data/', '169.254.169.254 is a link-local address'],
    ['http://2852039166/', '169.254.169.254 is a link-local address'],
    ['http://10.0.0.1', '10.0.0.1 is a private address'],
    ['http://[::1]/', '[::1] is a loopback address'],
    ['http://[0:0:0:0:0:0:0:1]/', '[::1] is a loopback address'],
    ['http://[::]/', '[::] is the unspecified address'],
    ['http://[::ffff:127.0.0.1]/', '[::ffff:7f00:1] is an IPv4-mapped address'],
    ['http://[::ffff:93.184.216.34]/', '[::ffff:5db8:d822] is an IPv4-mapped address'],
    ['http://[::127.0.0.1]/', '[::7f00:1] is an IPv4-compatible address'],
    ['http://[64:ff9b::10.0.0.1]/', '[64:ff9b::a00:1] is an IPv4 address behind NAT64'],
    ['http://[fe80::1]/', '[fe80::1] is a link-local address'],
    ['http://localhost/', 'localhost is this machine'],
    ['http://LOCALHOST.:80/', 'localhost is this machine'],
    ['http://ｌｏｃａｌｈｏｓｔ/', 'localhost is this machine'],
    ['http://a.b.localhost/', 'a.b.localhost is this machine'],
    ['http://localhost.localdomain/', 'localhost.localdomain is a name of the local network'],
    ['http://router/', 'router is a name of the local network'],
    ['http://printer.local/', 'printer.local is a name of the local network'],
    ['http://metadata.google.internal/', 'metadata.google.internal is a name of the local network'],
    ['http://fritz.box.home.arpa./', 'fritz.box.home.arpa is a name of the local network'],
  ];
  test.each(forms)('%j is denied: %s', (url, why) => {
    expect(judge(url)).toEqual({ verdict: 'deny', rule: 'closed address', reason: `${why}, and only a grant that names it opens it` });
    expect(judge(url, ['net:*', 'net:*:80', 'net:example.com']).verdict).toBe('deny');
  });

  test.each([
    ['http://127.0.0.1:8080/x', 'net:127.0.0.1:8080', 'allow'],
    ['http://0x7f.1:8080/x', 'net:127.0.0.1:8080', 'allow'],
    ['http://127.0.0.1:8081/x', 'net:127.0.0.1:8080', 'deny'],
    ['http://127.0.0.2:8080/x', 'net:127.0.0.1:8080', 'deny'],
    ['http://localhost:8080/x', 'net:127.0.0.1:8080', 'deny'],
    ['http://127.0.0.1:8080/x', 'net:localhost:8080', 'deny'],
    ['http://[::ffff:127.0.0.1]:8080/x', 'net:127.0.0.1:8080', 'deny'],
    ['http://localhost:3000/', 'net:LOCALHOST.:3000', 'allow'],
    ['http://[::1]:3000/', 'net:[0:0::1]:3000', 'allow'],
    ['http://[::1]:3000/', 'net:::1', 'allow'],
    ['http://10.1.2.3/', 'net:10.1.2.3', 'allow'],
    ['https://10.1.2.3/', 'net:10.1.2.3:80', 'deny'],
    ['https://wiki.corp/', 'net:wiki.corp:443', 'allow'],
  ])('%s under %s: %s', (url, grant, verdict) => {
    expect(judge(url, [grant]).verdict).toBe(verdict);
  });

  test('the port of Oxios itself is opened by nothing', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]', '192.168.1.5'])
      expect(judge(`http://${host}:4200/`, [`net:${host}:4200`, `net:${host}`, 'net:*'])).toMatchObject({ verdict: 'deny', rule: 'own port' });
    expect(judge('http://example.com:4200/', ['net:example.com']).verdict).toBe('allow');
  });

  test('a child of who may reach the internet gets nothing that is closed', () => {
    const child = narrow(['net:*'].map(rule), ['net:127.0.0.1:80', 'net:localhost', 'net:example.com:443'].map(rule));
    expect(child.map(formatRule)).toEqual(['net:example.com:443']);
    // Who asks for everything gets what there is.
    expect(narrow(['net:127.0.0.1:80', 'net:example.com'].map(rule), ['net:*'].map(rule)).map(formatRule)).toEqual(['net:127.0.0.1:80', 'net:example.com']);
  });
});

describe('a URL that nobody may ask for, whatever is granted', () => {
  test.each([
    ['file:///etc/passwd', 'file: is not a protocol of the web'],
    ['gopher://example.com/', 'gopher: is not a protocol of the web'],
    ['ftp://example.com/', 'ftp: is not a protocol of the web'],
    ['data:text/plain,x', 'data: is not a protocol of the web'],
    ['javascript:alert(1)', 'javascript: is not a protocol of the web'],
    ['ws://example.com/', 'ws: is not a protocol of the web'],
    ['unix:/run/docker.sock', 'unix: is not a protocol of the web'],
    ['http://user@example.com/', 'the URL names a user'],
    ['http://example.com@127.0.0.1/', 'the URL names a user'],
    ['http://:secret@example.com/', 'the URL names a user'],
    ['http://example.com:22/', 'port 22 belongs to another protocol'],
    ['https://example.com:25', 'port 25 belongs to another protocol'],
    [`https://example.com/${'a'.repeat(9000)}`, 'the URL has more than 8192 characters'],
  ])('%.60s: %s', (url, reason) => {
    expect(judge(url, ['net:*', 'net:example.com', 'net:127.0.0.1'])).toEqual({ verdict: 'deny', rule: 'NET_DENIED', reason });
  });

  test.each([
    '',
    'example.com',
    '/x',
    'http://',
    'http://[::1',
    'http://a b/',
    'http://1.2.3.4.5/',
    'http://256.1.1.1/',
    'http://x%00.com/',
    'http://./',
    'http://a../',
  ])('%j is no URL of a host', (url) => {
    expect(judge(url, ['net:*']).verdict).toBe('deny');
  });
});

describe('grants and denials', () => {
  test.each([
    ['https://example.com/', 'net:example.com', 'allow'],
    ['https://example.com./', 'net:example.com', 'allow'],
    ['https://EXAMPLE.com/', 'net:Example.COM.:443', 'allow'],
    ['http://example.com/', 'net:example.com:443', 'ask'],
    ['https://www.example.com/', 'net:example.com', 'ask'],
    ['https://example.com.evil.org/', 'net:example.com', 'ask'],
    ['https://bücher.example.org/', 'net:xn--bcher-kva.example.org', 'allow'],
    ['https://xn--bcher-kva.example.org/', 'net:bücher.example.org', 'allow'],
    ['https://example.com/', 'net:*', 'allow'],
    ['https://example.com/', 'net:*:443', 'allow'],
    ['http://example.com/', 'net:*:443', 'ask'],
    ['http://93.184.216.34/', 'net:*', 'allow'],
  ])('%s under %s: %s', (url, grant, verdict) => {
    expect(judge(url, [grant]).verdict).toBe(verdict);
  });

  test.each([
    ['https://example.com/', 'net:example.com'],
    ['https://example.com/', 'net:*'],
    ['https://example.com/', 'net:*:443'],
    ['http://127.0.0.1:80/', 'net:*'],
    ['http://127.0.0.1:80/', 'net:127.0.0.1'],
  ])('%s stays denied by %s', (url, deny) => {
    expect(judge(url, ['net:example.com', 'net:127.0.0.1:80', 'net:*'], [deny])).toMatchObject({ verdict: 'deny', rule: `deny ${deny}` });
    expect(judge('https://other.org:444/', ['net:other.org'], ['net:example.com', 'net:*:443']).verdict).toBe('allow');
  });

  test.each([
    'http://x',
    'a/b',
    '*.example.com',
    'a b',
    'h:0',
    'h:99999',
    'h:x',
    '[::1',
    'u@h',
    '*x',
    'h?',
    'h..',
    '1.2.3.4.5',
    '8080',
    '127.1',
    '0x7f.0.0.1',
    '127.0.0.1.',
  ])('net:%s is no rule', (text) => {
    expect(() => rule(`net:${text}`)).toThrow(/RULE_INVALID.*names no host/u);
  });

  test.each(['net:h:8080', 'net:*', 'net:*:443', 'net:[::1]:80', 'net:127.0.0.1'])('%s reads and writes the same', (text) => {
    expect(formatRule(rule(text))).toBe(text);
    expect(covers(rule(text), rule(text))).toBe(true);
  });
});

describe('an address', () => {
  test.each([
    ['0.1.2.3', 'this network'],
    ['10.255.255.255', 'private'],
    ['100.64.0.0', 'CGNAT'],
    ['100.127.255.255', 'CGNAT'],
    ['127.255.255.254', 'loopback'],
    ['169.254.0.1', 'link-local'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.8', 'protocols'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4'],
    ['192.168.0.0', 'private'],
    ['198.18.0.0', 'benchmarks'],
    ['198.19.255.255', 'benchmarks'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.7', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::FFFF:808:808', 'IPv4-mapped'],
    ['::ffff:0:8.8.8.8', 'IPv4-translated'],
    ['64:ff9b::808:808', 'NAT64'],
    ['64:ff9b:1:ffff::1', 'NAT64'],
    ['100::1', 'discarding'],
    ['2001::1', 'Teredo'],
    ['2001:2::1', 'protocols'],
    ['2001:1ff:ffff::', 'protocols'],
    ['2001:db8:1::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['3fff:fff::1', 'documentation'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'private'],
    ['fdff:ffff::1', 'private'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['fe80::1%eth0', 'not an address'],
    ['1.2.3', 'not an address'],
    ['1.2.3.256', 'not an address'],
    ['1.2.3.4::', 'not an address'],
    ['1::2::3', 'not an address'],
    ['1:2:3:4:5:6:7', 'not an address'],
    ['1:2:3:4:5:6:7:8:9', 'not an address'],
    ['1:2:3:4:5:6:7::8:9', 'not an address'],
    ['example.com', 'not an address'],
    ['', 'not an address'],
  ])('%s is blocked: %s', (address, name) => {
    expect(blockedAs(address)).toContain(name);
  });

  test.each([
    ...[
      '1.0.0.0',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
    ],
    ...[
      '172.32.0.0',
      '192.0.1.0',
      '192.0.3.0',
      '192.167.255.255',
      '192.169.0.0',
      '198.17.255.255',
      '198.20.0.0',
      '203.0.112.255',
      '223.255.255.255',
      '8.8.8.8',
    ],
    ...['2606:4700::1111', '2a00:1450:4001::', '2001:200::1', '2001:4860:4860::8888', '2003::1', '2620:0:2d0:200::7', '3ffd::1', '2000::'],
  ])('%s is public', (address) => {
    expect(blockedAs(address)).toBeUndefined();
  });
});
