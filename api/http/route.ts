import type { Request, Response } from 'express';
import type Joi from 'joi';
import type { User, UserRole } from '#shared/contracts/http';
import type { LogFields } from '#shared/ports/system.port';

/** Who may call a route: anybody, anybody signed in, those who trade, or administrators. */
export type Access = 'public' | 'viewer' | 'trader' | 'administrator';

/** How the caller of a request proved who it is. */
export interface Identity {
  user: User;
  by: { kind: 'session'; idHash: Buffer; csrfToken: string } | { kind: 'token'; id: string };
}

/** One request as a handler sees it: validated, with its caller. */
export interface Call<Input extends RouteInput = RouteInput> {
  params: Input['params'];
  query: Input['query'];
  body: Input['body'];
  /** Of the caller; public routes must not touch it. */
  user: User;
  identity: Identity | null;
  correlationId: string;
  request: Request;
  response: Response;
}

// What validation let through is as its schema says; each route states the type once, beside the schema.
/* eslint-disable @typescript-eslint/no-explicit-any */
export interface RouteInput {
  params: any;
  query: any;
  body: any;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** One operation of the REST interface: what it is checked against, mounted by and documented from. */
export interface Route<Input extends RouteInput = RouteInput> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, with `:name` for parameters. */
  path: string;
  tag: string;
  summary: string;
  access: Access;
  params?: Joi.ObjectSchema;
  query?: Joi.ObjectSchema;
  body?: Joi.Schema;
  /** 200 unless stated; 204 has no body. */
  status?: number;
  /** Absent for files and for 204. */
  response?: Joi.Schema;
  /** Media type of an answer that is not JSON. */
  produces?: string;
  /** False for what a page does by itself all the time: it is not recorded as a person's deed. */
  audited?: false;
  /** What of the request the record of the deed also says, such as a person's reason. Never a secret. */
  recorded?(call: Call<Input>): LogFields;
  /** The handler reads the body itself. */
  rawBody?: true;
  /** Returns the body. A handler that answers by itself returns `answered`. */
  handler(call: Call<Input>): Promise<unknown>;
}

/** Returned by handlers that have written the answer themselves. */
export const answered = Symbol('answered');

/** A route whose inputs are typed. */
export const route = <Input extends Partial<RouteInput>>(definition: Route<{ params: Input['params']; query: Input['query']; body: Input['body'] }>): Route => definition;

const rank: Record<UserRole, number> = { viewer: 0, trader: 1, administrator: 2 };
/** May a person of this role call a route of this access? */
export const mayCall = (role: UserRole, access: Access): boolean => access === 'public' || rank[role] >= rank[access];
