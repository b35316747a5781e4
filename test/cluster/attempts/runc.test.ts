import { describeAttempts } from './describe.ts';
import { javascript } from './javascript/attempts.ts';
import { python } from './python/attempts.ts';
import { javascript as javascriptReach } from './reach/javascript.ts';
import { python as pythonReach } from './reach/python.ts';

describeAttempts(
  'attempts',
  {},
  {
    python: { reach: pythonReach, attempts: python },
    javascript: { reach: javascriptReach, attempts: javascript },
  },
);
