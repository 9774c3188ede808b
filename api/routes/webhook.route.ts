import { raw } from 'express';
import Joi from 'joi';
import type { Request, Response } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { answered, route, type Route } from '../http/route.ts';
import { runMiddleware } from '../http/run-middleware.ts';
import { id, input } from '../http/schemas.ts';
import type { Intake } from '../intake/take-alert.ts';
import { faultOf } from '../middleware/answer-fault.ts';

/** Most bytes of an alert. */
export const alertBytesMax = 64 * 1024;
const readRaw = raw({ limit: alertBytesMax, type: () => true });

const bodyOf = async (request: Request, response: Response): Promise<Buffer> => {
  await runMiddleware(readRaw, request, response);
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
};

/** Where TradingView posts its alerts. The secret in the body or the signature is the authentication. */
export const webhookRoute = ({ metrics }: Pick<ApiDeps, 'metrics'>, intake: Intake): Route =>
  route<{ params: { endpointId: string } }>({
    method: 'post',
    path: '/webhooks/tradingview/:endpointId',
    tag: 'intake',
    summary: 'Take an alert: the full or the simple payload, as JSON of any content type',
    access: 'public',
    params: input({ endpointId: Joi.string().required() }),
    rawBody: true,
    status: 202,
    response: Joi.alternatives(Joi.object({ signalId: id().required(), status: Joi.string().valid('accepted').required() }), Joi.object({ signalId: id().required(), duplicate: Joi.boolean().valid(true).required() })),
    async handler({ params, request, response, correlationId }) {
      const done = metrics.webhooks.startTimer();
      response.on('finish', () => done({ status: String(response.statusCode) }));
      const delivery = { endpointId: params.endpointId, contentType: request.get('content-type'), signature: request.get('x-signature'), ip: request.ip ?? '', correlationId };
      let body: Buffer;
      try {
        body = await bodyOf(request, response);
      } catch (error) {
        const fault = faultOf(error);
        const stated = fault.status === 413 ? new HttpFault(413, 'too_large', `The alert is larger than ${alertBytesMax} bytes.`) : fault;
        return await intake.refuseUnread({ ...delivery, body: Buffer.alloc(0) }, stated);
      }
      const answer = await intake.take({ ...delivery, body });
      response.status(answer.status).json(answer.body);
      return answered;
    },
  });
