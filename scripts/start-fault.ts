/** A reason not to start that a person can act on; its message is shown as it is, without a stack trace. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}
