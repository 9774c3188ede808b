import { createHmac } from 'node:crypto';

/** The bearer token with which the deployment's own processes reach `/_sim` from another machine or container. */
export const controlToken = (encryptionKey: string): string => createHmac('sha256', encryptionKey).update('tranche paper exchange control').digest('hex');
