// What `npm ci` runs at its end. An install does not fail by it: a server makes what is missing when it starts. Plain
// JavaScript, since an older Node reads nothing else.
import('./runner/embedded/python/prepare.ts')
  .then(({ preparePython }) => preparePython())
  .catch((/** @type {unknown} */ cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    process.stderr.write(`Python was not prepared; the first start of the server does it. ${reason}\n`);
  });
