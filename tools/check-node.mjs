// Says why the tests cannot run, before they fail in a stranger way: npm ran them on a Node that is too old.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `oxios: the tests need Node >= 24.15 and this is ${process.version}. The package "node" brings one; its install script did not run: npm rebuild node`,
  );
  process.exit(1);
}
