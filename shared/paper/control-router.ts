import { timingSafeEqual } from 'node:crypto';
import { controlEndpoints, type Control } from './control-endpoints.ts';
import { ControlFault, readBodyFields } from './control-input.ts';
import { CommitUnknown, StoreAway } from './group-commit.ts';
import type { Answer } from './rest-server.ts';

const loopback = /^(127\.|::1$|::ffff:127\.)/;

interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  address: string;
  authorization: string | undefined;
}

/** Answers requests below `/_sim`: 403 unless they come from this machine or carry the token of the deployment's own processes. */
export function createControlRouter(control: Control, token: string | null): (request: ControlRequest) => Promise<Answer> {
  return async (request) => {
    if (!loopback.test(request.address) && !carries(request.authorization, token)) return answer(403, { error: '_sim is open to this machine only' });
    try {
      return answer(200, await run(control, request));
    } catch (error) {
      if (error instanceof ControlFault) return answer(error.status, { error: error.message });
      if (error instanceof CommitUnknown || error instanceof StoreAway) return answer(503, { error: 'the books of the paper exchange are away, try again' });
      throw error;
    }
  };
}

const answer = (status: number, body: unknown): Answer => ({ status, headers: {}, body: JSON.stringify(body) });

function run(control: Control, { method, path, query, body }: ControlRequest): unknown {
  const one = /^\/_sim\/faults\/(\d+)$/.exec(path);
  if (method === 'DELETE' && one !== null) {
    if (!control.faults.remove(Number(one[1]))) throw new ControlFault(`there is no fault ${one[1]}`, 404);
    return {};
  }
  const endpoint = controlEndpoints[`${method} ${path}`];
  if (endpoint === undefined) throw new ControlFault(`there is no ${method} ${path}; known are ${Object.keys(controlEndpoints).join(', ')}, DELETE /_sim/faults/<id>`, 404);
  return endpoint(control, readBodyFields(body), query);
}

function carries(authorization: string | undefined, token: string | null): boolean {
  if (token === null || authorization === undefined) return false;
  const given = Buffer.from(authorization);
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
