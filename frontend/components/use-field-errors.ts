import type { FormInstance } from 'antd';
import { ApiProblem } from '../data/api-client.ts';

/** Puts the server's field errors at their fields. */
export function useFieldErrors<Values extends object>(form: FormInstance<Values>): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof ApiProblem)) return;
    const known = new Set(Object.keys(form.getFieldsValue(true) as object));
    const fields = error.errors.filter(({ path }) => known.has(path)).map(({ path, message }) => ({ name: path as never, errors: [message] }));
    form.setFields(fields);
  };
}
