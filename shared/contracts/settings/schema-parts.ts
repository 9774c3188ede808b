import Joi from 'joi';

/** Short forms for what most keys of the configuration are; every key has a default and says what it does. */

export const flag = (value: boolean, description: string) => Joi.boolean().default(value).description(description);
export const whole = (value: number, least: number, most: number, description: string) => Joi.number().integer().min(least).max(most).default(value).description(description);
export const number = (value: number, least: number, most: number, description: string) => Joi.number().min(least).max(most).default(value).description(description);
export const above0 = (value: number, most: number, description: string) => Joi.number().greater(0).max(most).default(value).description(description);
export const choice = (value: string, choices: readonly string[], description: string) =>
  Joi.string()
    .valid(...choices)
    .default(value)
    .description(description);
export const group = (members: Record<string, Joi.Schema>, description: string) => Joi.object(members).default().description(description);
