import { assert } from './assert.ts';
import { orderRoles, type OrderRole } from './order/order.ts';

/**
 * Client order ids: computed from purpose, never random, decodable without the database. The one form all seven venues take:
 * at most 26 lower-case letters and digits, the first a letter other than `t`.
 *
 * `<prefix 5><group 8><role 1><pyramid 1><leg 1><generation 3>`, numbers in base 36, 19 characters. `z` stands for no pyramid or leg.
 */
export interface OrderPurpose {
  groupId: string;
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  generation: number;
}

const roleLetters: Record<OrderRole, string> = { entry: 'e', 'take-profit': 'p', stop: 's', close: 'c', offset: 'o', reduce: 'r' };
const prefixWidth = 5;
const groupWidth = 8;
const generationWidth = 3;
const generationAt = prefixWidth + groupWidth + 3;
const none = 'z';
const prefixShape = /^[a-su-z][a-z0-9]{4}$/;
const idShape = /^[a-su-z][a-z0-9]{18}$/;

const digit = (index: number | null): string => {
  if (index === null) return none;
  assert(Number.isInteger(index) && index >= 0 && index < 35, `an index of a pyramid or leg is 0 to 34, found ${index}`);
  return index.toString(36);
};

/** The client order id of a purpose under a deployment's five-character prefix. */
export function clientOrderId(prefix: string, purpose: OrderPurpose): string {
  assert(prefixShape.test(prefix), `a deployment prefix is five lower-case letters and digits, the first a letter other than t, found "${prefix}"`);
  const group = BigInt(purpose.groupId).toString(36).padStart(groupWidth, '0');
  const generation = purpose.generation.toString(36).padStart(generationWidth, '0');
  assert(group.length === groupWidth && generation.length === generationWidth, `group ${purpose.groupId} or generation ${purpose.generation} is too large for a client order id`);
  return `${prefix}${group}${roleLetters[purpose.role]}${digit(purpose.pyramid)}${digit(purpose.leg)}${generation}`;
}

/** The purpose an id was made for, or null when it is not one of this deployment's. */
export function purposeOf(prefix: string, id: string): OrderPurpose | null {
  if (!id.startsWith(prefix) || !idShape.test(id)) return null;
  const at = prefix.length + groupWidth;
  const role = orderRoles.find((each) => roleLetters[each] === id[at]);
  if (role === undefined) return null;
  const index = (letter: string | undefined): number | null => (letter === undefined || letter === none ? null : parseInt(letter, 36));
  return {
    groupId: base36(id.slice(prefix.length, at)).toString(),
    role,
    pyramid: index(id[at + 1]),
    leg: index(id[at + 2]),
    generation: parseInt(id.slice(at + 3), 36),
  };
}

/**
 * The deployment whose scheme an id is of, or null. Numbers of groups and generations begin with zeros as long as nobody has opened two
 * thousand million groups, so what a person or another program made up is hardly ever taken for one.
 */
export function deploymentOf(id: string): string | null {
  const prefix = id.slice(0, prefixWidth);
  return purposeOf(prefix, id) !== null && id.startsWith('00', prefixWidth) && id[generationAt] === '0' ? prefix : null;
}

const base36 = (text: string): bigint => [...text].reduce((total, each) => total * 36n + BigInt(parseInt(each, 36)), 0n);
