/** Settings as the environment gives them. */
export type Settings = { readonly [name: string]: string };

/** What every service under test starts from: a free port, no log, one ready JavaScript sandbox. */
export const SETTINGS: Settings = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  WARM: 'javascript=1,python=0',
  MAX_RUNNING: '4',
  SHUTDOWN_GRACE_MS: '0',
};
