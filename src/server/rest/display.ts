import type { DisplayPart } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { AnswerBudget } from '../budgets.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import type { Route } from '../http/router.ts';
import { executionIdOf, unknownExecution } from './result.ts';

/**
 * `GET /result/<id>/displays/<chunk>/<part>`: one part of a rich result. Whatever a program displays, a browser that is led
 * there saves it and shows nothing of it in this server's name; an `<img>` shows it.
 */
export function displayRoute(executions: ExecutionsApi, answers: AnswerBudget): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const { request, response, params } = exchange;
    const caller = exchange.requireCaller();
    const id = executionIdOf(exchange);
    const execution = await executions.get(caller, id);
    if (execution === null) throw unknownExecution(id);
    const [, seq = '0', index = ''] = ADDRESS.exec(params['path'] ?? '') ?? [];
    const chunk = seq === '0' ? null : await executions.output.chunk(execution, Number(seq));
    const part = chunk?.display?.parts[Number(index)];
    if (!part) {
      throw new HttpError(404, 'NOT_FOUND', `Expected the address of a part that execution ${id} displayed.`);
    }
    const content = Buffer.from(part.data, part.isBase64 ? 'base64' : 'utf8');
    const counted = answers.open(caller);
    response.once('close', () => counted.release());
    counted.add(content.byteLength);
    response.writeHead(200, {
      ...HEADERS,
      'content-type': typeOf(part),
      'content-length': content.byteLength,
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
  return {
    name: 'display',
    path: '/result/:id/displays/*path',
    access: 'user',
    methods: { GET: answer, HEAD: answer },
  };
}

const HEADERS = {
  // A chunk never changes.
  'cache-control': 'private, max-age=3600',
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

/** What a program says it is, as long as that is a media type at all. */
function typeOf({ mediaType, isBase64 }: DisplayPart): string {
  if (!MEDIA_TYPE.test(mediaType)) return 'application/octet-stream';
  return isBase64 ? mediaType : `${mediaType}; charset=utf-8`;
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,126}$/;

/** The number of a chunk, and that of a part. */
const ADDRESS = /^(\d{1,10})\/(\d{1,3})$/;
