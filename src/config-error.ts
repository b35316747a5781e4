/**
 * A setting, or a file that a setting names, cannot be right. The message names the setting, says what was expected and
 * what was got, and never holds a secret: it is shown to whoever starts the service.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
