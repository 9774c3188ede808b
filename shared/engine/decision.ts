/** What one event does to one aggregate: the new state, and what must be carried out after it is committed. */
export interface Decision<State, Command> {
  state: State;
  commands: Command[];
}
