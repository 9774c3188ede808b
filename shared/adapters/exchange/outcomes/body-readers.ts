/** What a body says: the venue's code and message, and whether it states that the work was done. */
export interface ReadBody {
  code: string | null;
  message: string;
  done: boolean;
}

/** Reads the body of an answer as its venue writes it. Never throws: what is not JSON is a load balancer's page. */
export type BodyReader = (status: number, body: string) => ReadBody;

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const codeOf = (value: unknown): string | null => (typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : null);
const textOf = (...values: unknown[]): string => values.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
// 202 says "taken, not done yet".
const isSuccess = (status: number): boolean => status >= 200 && status < 300 && status !== 202;
/** Where success has no code of its own, an empty object states nothing. An empty list does: there is none. */
const saysSomething = (json: Json): boolean => Array.isArray(json) || Object.keys(json).length > 0;

const page = (body: string): ReadBody => ({ code: null, message: body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim(), done: false });

function parsed(body: string): Json | null {
  try {
    const value: unknown = JSON.parse(body);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

const reader =
  (read: (json: Json, status: number) => ReadBody): BodyReader =>
  (status, body) => {
    const json = parsed(body);
    return json === null ? page(body) : read(json, status);
  };

/** `{"code":-2010,"msg":"..."}`; what was done carries no code. */
export const readBinance: BodyReader = reader((json, status) => {
  const code = codeOf(json['code']);
  return { code, message: textOf(json['msg']), done: isSuccess(status) && code === null && saysSomething(json) };
});

/** `{"retCode":110007,"retMsg":"...","result":{}}`, with HTTP 200 for refusals too. */
export const readBybit: BodyReader = reader((json, status) => {
  const code = codeOf(json['retCode']);
  return { code, message: textOf(json['retMsg']), done: isSuccess(status) && code === '0' };
});

/** `{"code":"1","msg":"","data":[{"sCode":"51008","sMsg":"..."}]}`: the code of the order stands inside, the outer one only says that something failed. */
export const readOkx: BodyReader = reader((json, status) => {
  const outer = codeOf(json['code']);
  const rows: readonly unknown[] = Array.isArray(json['data']) ? json['data'] : [];
  const failed = rows.filter(isJson).find((row) => row['sCode'] !== undefined && codeOf(row['sCode']) !== '0');
  if (failed !== undefined) return { code: codeOf(failed['sCode']), message: textOf(failed['sMsg'], json['msg']), done: false };
  return { code: outer, message: textOf(json['msg']), done: isSuccess(status) && outer === '0' };
});

/** `{"code":"200000","data":{}}`, or another code with HTTP 200. */
export const readKucoin: BodyReader = reader((json, status) => {
  const code = codeOf(json['code']);
  return { code, message: textOf(json['msg']), done: isSuccess(status) && code === '200000' };
});

/** Spot: `{"code":30004,"msg":"..."}`, what was done carries no code. Contracts: `{"success":false,"code":2005,"message":"..."}`. */
export const readMexc: BodyReader = reader((json, status) => {
  const code = codeOf(json['code']);
  const done = typeof json['success'] === 'boolean' ? json['success'] && (code === null || code === '0') : code === null && saysSomething(json);
  return { code, message: textOf(json['msg'], json['message']), done: isSuccess(status) && done };
});

/** `{"label":"BALANCE_NOT_ENOUGH","message":"..."}`; futures say `detail`. */
export const readGate: BodyReader = reader((json, status) => {
  const code = codeOf(json['label']);
  return { code, message: textOf(json['message'], json['detail']), done: isSuccess(status) && code === null && saysSomething(json) };
});

/** `{"code":101204,"msg":"...","data":{}}`, with HTTP 200 for refusals too. */
export const readBingx: BodyReader = reader((json, status) => {
  const code = codeOf(json['code']);
  return { code, message: textOf(json['msg'], json['message']), done: isSuccess(status) && code === '0' };
});
