import { describeAttempts } from './describe.ts';
import { frames as javascriptFrames } from './javascript/frames.ts';
import { launcher as javascriptLauncher } from './javascript/launcher.ts';
import { processes as javascriptProcesses } from './javascript/processes.ts';
import { frames } from './python/frames.ts';
import { launcher } from './python/launcher.ts';
import { processes } from './python/processes.ts';
import { javascript } from './reach/javascript.ts';
import { python } from './reach/python.ts';

/**
 * Whatever another kernel may answer otherwise: processes, signals, limits, descriptors, rights. Left out for time is what
 * programs do with files and with their own output: there launchers and server are all that decides, as under runc.
 */
describeAttempts(
  'attempts-gvisor',
  { spec: { runtimeClassName: 'gvisor' } },
  {
    python: { reach: python, attempts: [...frames, ...launcher, ...processes] },
    javascript: {
      reach: javascript,
      attempts: [...javascriptFrames, ...javascriptLauncher, ...javascriptProcesses],
    },
  },
);
