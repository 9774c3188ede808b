import Joi from 'joi';

/** Building blocks of request and answer schemas. Request bodies are checked without conversion, so that decimals stay text. */

export const id = () => Joi.string().pattern(/^\d{1,18}$/, 'an id');
export const text = (longest = 200) => Joi.string().max(longest);
export const decimal = () => Joi.string().pattern(/^-?\d+(\.\d+)?$/, 'decimal text');
export const instant = () => Joi.string().isoDate();
export const market = () => Joi.string().valid('spot', 'usdm');
export const side = () => Joi.string().valid('long', 'short');
export const count = () => Joi.number().integer().min(0);
export const nullable = (schema: Joi.Schema) => schema.allow(null);

/** An object all of whose members are there. */
export const shape = (members: Record<string, Joi.Schema>) => Joi.object(members).options({ presence: 'required' });
/** An object of a request: members may be missing unless required, others are refused. */
export const input = (members: Record<string, Joi.Schema>) => Joi.object(members);
export const idParams = input({ id: id().required() });
export const page = (item: Joi.Schema) => shape({ data: Joi.array().items(item), nextCursor: nullable(Joi.string()) });

export const pageLimitMax = 500;
/** Query of a list, with its own filters. */
export const listQuery = (filters: Record<string, Joi.Schema> = {}) =>
  input({ limit: Joi.number().integer().min(1).max(pageLimitMax).default(100), cursor: Joi.string().max(400), ...filters });

export const requested = shape({ status: Joi.string().valid('requested'), requestId: id() });

/** Query of a list as its handler sees it. */
export interface ListQuery {
  limit: number;
  cursor?: string;
}
