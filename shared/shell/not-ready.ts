/** A decision cannot be made yet, through nobody's fault; it is tried again. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  /** What may make it ready; done once before the next attempt. */
  readonly remedy: (() => Promise<void>) | null;
  constructor(message: string, remedy: (() => Promise<void>) | null = null) {
    super(message);
    this.remedy = remedy;
  }
}
