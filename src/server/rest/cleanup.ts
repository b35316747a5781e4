import type { ExecutionsApi } from '../../executions/executions.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { executionIdOf } from './result.ts';

/** `DELETE /cleanup/<id>`: removes what the runner holds, cancelling first; the record stays. May be repeated. */
export function cleanupRoute(executions: ExecutionsApi): Route {
  return {
    name: 'cleanup',
    path: '/cleanup/:id',
    access: 'user',
    methods: {
      DELETE: async (exchange) => {
        const { id } = await executions.cleanup(exchange.requireCaller(), executionIdOf(exchange));
        replyJson(exchange.response, 200, { message: `Job ${id} cleaned up.` });
      },
    },
  };
}
