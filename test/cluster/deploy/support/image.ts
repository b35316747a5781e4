import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findTestbed } from '../../service/support/testbed.ts';

const run = promisify(execFile);

/**
 * The image of this checkout, known to the cluster: built by the test bed, unless SERVER_IMAGE names one that is there.
 * @throws Error that says what is needed
 */
export async function serverImage(): Promise<string> {
  const given = process.env['SERVER_IMAGE'];
  if (given) return given;
  const testbed = findTestbed();
  if (testbed === null) {
    throw new Error(
      'The deployment is tried with an image of this checkout: expected the test bed (TESTBED, or ../shared/testbed) ' +
        'to build it, or SERVER_IMAGE to name one that the cluster has, got neither.',
    );
  }
  const name = 'podline.test/server:dev';
  await run(join(testbed, 'image'), [name, resolve(import.meta.dirname, '../../../..')]);
  return name;
}
