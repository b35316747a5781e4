import packageJson from '../../package.json' with { type: 'json' };
import type { ServiceInfo } from '../schema/context.ts';

/** What this process is: the version of the package, and how long it has been up. */
export const service: ServiceInfo = {
  version: packageJson.version,
  uptimeSeconds: () => process.uptime(),
};
