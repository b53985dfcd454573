import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

/** As Fastify knows it. */
const UPLOAD_ROUTE = '/v1/feeds/:name';
const BYTES = 'application/octet-stream';

/** Hands the body of an upload on as a stream, whatever the client calls it; every other route takes JSON only. */
export function takeUploads(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isUpload(request)) request.raw.headers['content-type'] = BYTES;
    done();
  });
  fastify.addContentTypeParser(BYTES, (request, payload, done) => {
    if (isUpload(request)) done(null, payload);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(BYTES));
  });
}

function isUpload({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'PUT' && routeOptions.url === UPLOAD_ROUTE;
}
