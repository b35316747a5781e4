import { HttpError } from '../http/http-error.ts';
import type { Route } from '../http/router.ts';
import type { Page } from './page.ts';

/** The path of GraphiQL. */
export const GRAPHIQL_PATH = '/graphiql';

/** @param page null when GraphiQL is off */
export function graphiqlRoute(page: Page | null): Route {
  return {
    name: 'graphiql',
    path: GRAPHIQL_PATH,
    access: 'open',
    methods: {
      GET: (exchange) => {
        if (page === null)
          throw new HttpError(404, 'NOT_FOUND', 'GraphiQL is off on this server. GraphQL is at /graphql.');
        return page.serve(exchange);
      },
    },
  };
}
