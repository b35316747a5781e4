import type { GraphQLSocket } from './socket.ts';

/** The id of a new session. @throws Error when it was refused */
export async function createSession(socket: GraphQLSocket, language: string): Promise<string> {
  const { createSession } = await socket.ask<{
    createSession: { readonly message?: string; readonly session?: { readonly id: string } };
  }>({
    query: `mutation ($language: String!) {
      createSession(input: { language: $language }) {
        ... on UserError { message } ... on CreateSessionSuccess { session { id } }
      }
    }`,
    variables: { language },
  });
  if (createSession.session) return createSession.session.id;
  throw new Error(`expected a session, got ${createSession.message}`);
}

export async function endSession(socket: GraphQLSocket, id: string): Promise<void> {
  await socket.ask({
    query: 'mutation ($id: ID!) { endSession(id: $id) { __typename } }',
    variables: { id },
  });
}
