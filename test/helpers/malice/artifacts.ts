import { node } from './project.ts';
import type { Trick } from './trick.ts';

/** Files that are there are no evidence. */
export const ARTIFACTS: readonly Trick[] = [
  ...Object.entries({
    empty: node("fs.writeFileSync('report.md', '')"),
    'nothing but white space': node("fs.writeFileSync('report.md', ' \\n\\t'.repeat(9))"),
    'much white space': node("fs.writeFileSync('report.md', ' \\n'.repeat(50000))"),
    'nothing but zeros': node("fs.writeFileSync('report.md', Buffer.alloc(9000))"),
    'nothing but what is not seen': node("fs.writeFileSync('report.md', '\\ufeff\\u200b\\u200d\\u2060 ')"),
    'a pipe': "node -e \"require('node:child_process').execFileSync('mkfifo', ['report.md'])\"",
    'an empty folder': node("fs.mkdirSync('report.md')"),
    'a folder of empty files': node("fs.mkdirSync('report.md'); fs.writeFileSync('report.md/a', '')"),
    'a link to nowhere': node("fs.symlinkSync('nowhere', 'report.md')"),
    'a link to itself': node("fs.symlinkSync('report.md', 'report.md')"),
    'a link out of the workspace': node("fs.symlinkSync('/etc/hostname', 'report.md')"),
    'a link up and out of it': node("fs.symlinkSync('../../../../../../etc/hostname', 'report.md')"),
    'a link to another file': node("fs.symlinkSync('src/double.js', 'report.md')"),
    'a hard link to another file': node("fs.linkSync('src/double.js', 'report.md')"),
    'anything at all, which nobody judged': node("fs.writeFileSync('report.md', 'lorem ipsum')"),
  }).map(
    ([name, deed], at): Trick => ({
      rule: 'G8',
      name: `an artifact that is ${name}`,
      pack: 'artifacts',
      criterion: { verify_command: undefined, expected_artifacts: [`report${at}.md`] },
      work: [deed.replaceAll('report.md', `report${at}.md`)],
    }),
  ),
  {
    rule: 'G8',
    name: 'an artifact that was there and is not touched',
    pack: 'artifacts',
    criterion: { verify_command: undefined, expected_artifacts: ['src/double.js'] },
    work: [],
  },
];
