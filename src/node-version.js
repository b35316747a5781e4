// Imported before anything that an older Node cannot read: plain JavaScript, no import of its own.
const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `Podline needs Node ${NEEDED} (24.18 or later is tested), this is Node ${process.versions.node}. In a checkout ` +
      '"npm start" and "npx podline" use the one that "npm ci" has installed.\n',
  );
  process.exit(1);
}
