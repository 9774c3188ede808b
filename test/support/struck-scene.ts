import type { CrashPoint } from '#shared/shell/crash-points';
import type { ShellStory } from './shell-story.ts';
import type { StoreRig } from './store-rig.ts';

/** A story that comes to some calls; whoever makes them may be struck there, and others go on. */
export interface StruckScene {
  points: CrashPoint[];
  /** Calls that are struck elsewhere too, which this story comes to from another place; or once more. */
  also?: [point: CrashPoint, hit: number][];
  /** Lives up to the strike and past it; `goOn` lets whoever hangs go on while others are at it. */
  play(story: ShellStory, rig: StoreRig, goOn: () => Promise<void>): Promise<void>;
  /** What must be, however it was struck. */
  ends(story: ShellStory, rig: StoreRig): Promise<void>;
}
