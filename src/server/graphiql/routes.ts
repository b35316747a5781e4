import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { replyText } from '../http/reply.ts';
import type { Route } from '../http/router.ts';

/** `GET /` leads a browser to GraphiQL and tells everybody else what there is. */
export function homeRoute(hasPage: boolean): Route {
  const answer = ({ request, response }: Exchange): void => {
    if (!request.headers.accept?.includes('text/html')) {
      replyText(response, 200, 'text/plain; charset=utf-8', INDEX);
    } else if (hasPage) {
      replyText(response, 302, 'text/plain; charset=utf-8', INDEX, { location: '/graphql' });
    } else {
      throw new HttpError(404, 'NOT_FOUND', 'GraphiQL is off on this server. GraphQL is at /graphql.');
    }
  };
  return { name: 'home', path: '/', access: 'open', methods: { GET: answer, HEAD: answer } };
}

const INDEX = `Podline runs programs and lets you watch them live.

GraphQL     /graphql (POST, WebSocket, SSE; a browser gets GraphiQL)
REST        /execute /result/<id> /result/<id>/stream /cleanup/<id> /health
`;
