import { CommandError, ServiceError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { Endpoint } from './endpoint.ts';
import { request } from './request.ts';

/** Milliseconds a Podline at the default address has to answer; a closed port says so at once. */
const PROBE_MS = 1000;

const VersionQuery = graphql(`
  query PodlineVersion {
    health {
      version
    }
  }
`);

/** Whether a Podline answers, one that wants credentials too; other programs like port 5000 as well. */
export async function answers(endpoint: Endpoint): Promise<boolean> {
  try {
    await request(endpoint, VersionQuery, {}, AbortSignal.timeout(PROBE_MS));
    return true;
  } catch (error) {
    if (error instanceof ServiceError)
      return error.code === 'UNAUTHENTICATED' || error.code === 'UNAVAILABLE';
    if (error instanceof CommandError || (error instanceof Error && error.name === 'AbortError'))
      return false;
    throw error;
  }
}
