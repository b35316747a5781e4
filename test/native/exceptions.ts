/** Programs that do otherwise on the embedded runner than natively, and why. One that comes to do as natively fails the suite. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'p_link.py': 'the file system in memory has no links and no named pipes',
  'p_scrypt.py': "scrypt is OpenSSL's, and in Python would take minutes for usual parameters",
  'r48_tz.py': 'local time is UTC',
  'r48_unbuffered.py': 'PYTHONHASHSEED: the seed of hashes is that of the snapshot',
  'r58_time_zones.py':
    "V8's data has no rules after 2100 and other names before 1970; there is no time.tzset",
  'r63_modules.py': 'modules in C that the snapshot has loaded are in sys.modules',
  'r70_worker.js': 'Deno prints errors of Workers also when they are handled',
  'r70_worker_stdout.js': 'Deno knows no stdout of a Worker',
  'r73_simple.js': 'console shows nested values to another depth, and tables in another form',
};
