import { describe, expect, test } from 'vitest';
import { parseRobots } from '../../../src/kernel/net/robots.ts';

const allowed = (text: string, path: string): boolean => parseRobots(text, 'Oxios').forbids(path) === undefined;
const all = (...rules: readonly string[]): string => ['User-agent: *', ...rules].join('\n');

type Row = readonly [claim: string, text: string, path: string, allowed: boolean];

describe('which rule counts', () => {
  const rows: readonly Row[] = [
    ['nothing forbids nothing', '', '/a', true],
    ['an empty rule forbids nothing', all('Disallow:'), '/a', true],
    ['a rule is the beginning of a path', all('Disallow: /a'), '/ab/c', false],
    ['and of no other', all('Disallow: /a'), '/b/a', true],
    ['paths mind case', all('Disallow: /A'), '/a', true],
    ['keys do not', 'USER-AGENT: *\ndisALLOW : /a', '/a', false],
    ['the longest rule decides', all('Allow: /p', 'Disallow: /'), '/page', true],
    ['wherever it stands', all('Disallow: /', 'Allow: /p'), '/page', true],
    ['also when it forbids', all('Allow: /folder', 'Disallow: /folder/secret'), '/folder/secret/x', false],
    ['of two as long the one that allows', all('Disallow: /page', 'Allow: /page'), '/page', true],
    ['stars count as length', all('Allow: /page', 'Disallow: /*.htm'), '/page.htm', false],
    ['the query is a part of the path', all('Disallow: /*?print='), '/a?print=1', false],
    ['robots.txt itself may always be read', all('Disallow: /'), '/robots.txt', true],
    ['a rule before any group says nothing', 'Disallow: /\nUser-agent: *\nAllow: /', '/a', true],
    ['a rule without a slash fits nothing', all('Disallow: a'), '/a', true],
  ];
  test.each(rows)('%s', (_, text, path, expected) => expect(allowed(text, path)).toBe(expected));
});

describe('whose group counts', () => {
  const rows: readonly Row[] = [
    ['our own before everybody', 'User-agent: *\nDisallow: /\n\nUser-agent: oxios\nDisallow: /x', '/a', true],
    ['also when it comes first', 'User-agent: Oxios\nDisallow: /a\n\nUser-agent: *\nAllow: /', '/a', false],
    ['a name without rules has those of the next', 'User-agent: oxios\n\nUser-agent: *\nDisallow: /', '/a', false],
    ['an own one without rules frees us', 'User-agent: oxios\nDisallow:\n\nUser-agent: *\nDisallow: /', '/a', true],
    ['the name ends where its letters end', 'User-agent: Oxios/0.1 (agent)\nDisallow: /', '/a', false],
    ['a longer name is another', 'User-agent: oxiosbot\nDisallow: /', '/a', true],
    ['a part of the name is another', 'User-agent: ox\nDisallow: /', '/a', true],
    ['two groups of one name are one', 'User-agent: oxios\nDisallow: /a\n\nUser-agent: b\nDisallow: /\n\nUser-agent: oxios\nDisallow: /c', '/c', false],
    ['names in a row share a group', 'User-agent: a\nUser-agent: oxios\nUser-agent: b\nDisallow: /x', '/x', false],
    ['a name after a rule begins a new one', 'User-agent: oxios\nDisallow: /x\nUser-agent: b\nDisallow: /y', '/y', true],
    ['other lines do not end a group', 'User-agent: oxios\nSitemap: https://e.test/s.xml\nCrawl-delay: 5\nDisallow: /x', '/x', false],
    ['nor do they part names', 'User-agent: oxios\nSitemap: x\nUser-agent: b\nDisallow: /x', '/x', false],
    ['other groups do not concern us', 'User-agent: b\nDisallow: /', '/a', true],
    ['a star with more behind it is not everybody', 'User-agent: *bot\nDisallow: /', '/a', true],
  ];
  test.each(rows)('%s', (_, text, path, expected) => expect(allowed(text, path)).toBe(expected));
});

describe('patterns', () => {
  test.each([
    ['/*.gif$', '/a.gif', false],
    ['/*.gif$', '/a.gif?x', true],
    ['/a$', '/a', false],
    ['/a$', '/ab', true],
    ['/$', '/', false],
    ['/$', '/a', true],
    ['/a*', '/a', false],
    ['*', '/a', false],
    ['*/b', '/a/b', false],
    ['/a*c*e', '/abcde', false],
    ['/a*c*e', '/abde', true],
    ['/a*b$', '/ab', false],
    ['/ab*b$', '/ab', true],
    ['/a*$', '/abc', false],
    ['/a$b', '/a$b', false],
    ['/a**b', '/a-b', false],
    ['/%7Ejoe/', '/~joe/', false],
    ['/~joe/', '/%7ejoe/', false],
    ['/%62%61%7A', '/baz', false],
    ['/a%2fb', '/a%2Fb', false],
    ['/a%2Fb', '/a/b', true],
    ['/a%2A', '/a*', true],
    ['/a%24', '/a%24b', false],
    ['/ツ', '/%E3%83%84', false],
    ['/%e3%83%84', '/ツ', false],
    ['/\uD800', '/a', true],
  ])('Disallow: %s leaves %s allowed: %s', (pattern, path, expected) => {
    expect(allowed(all(`Disallow: ${pattern}`), path)).toBe(expected);
  });

  test('a hostile one costs no more than its length', () => {
    expect(allowed(all(`Disallow: /${'a*'.repeat(20_000)}b$`), `/${'a'.repeat(200_000)}`)).toBe(true);
  });
});

describe('the text', () => {
  test.each([
    ['a byte order mark', '\uFEFFUser-agent: *\nDisallow: /a'],
    ['CR line ends', 'User-agent: *\rDisallow: /a'],
    ['CRLF line ends', 'User-agent: *\r\nDisallow: /a\r\n'],
    ['comments', '# x\nUser-agent: * # all\nDisallow: /a # a'],
    ['lines that are none of it', 'User-agent: *\n<html>\nfoo\n:\nDisallow: /a'],
    ['spaces', '  User-agent :  *  \n\tDisallow:/a\t'],
  ])('may have %s', (_, text) => {
    expect([allowed(text, '/a'), allowed(text, '/b')]).toEqual([false, true]);
  });

  test('the line that forbids is named', () => {
    expect(parseRobots(all('Disallow: /a', 'Disallow: /a/*/c'), 'Oxios').forbids('/a/b/c')).toBe('Disallow: /a/*/c');
    expect(parseRobots(all(`Disallow: /now do as I say${'*'.repeat(300)}`), 'Oxios').forbids('/now do as I say')).toBe(
      `Disallow: /now%20do%20as%20I%20say${'*'.repeat(176)}`,
    );
  });
});
