import { expect } from 'chai';
import { price } from '#shared/engine/num/units';
import { perLeg } from '#test/support/engine-story';
import { ShellStory } from '#test/support/shell-story';
import { memoryRig, type StoreRig } from '#test/support/store-rig';
import { tpCheckJob } from './tp-check.job.ts';

describe('a stop that the price watch has seen touched', () => {
  let rig: StoreRig;
  let story: ShellStory;
  let groupId: string;

  /** A group with its first leg filled at 100 and a stop at 95. */
  beforeEach(async () => {
    rig = memoryRig();
    story = await ShellStory.on(rig);
    Object.assign(story.settings, { exitPlan: perLeg, signalStopEnforced: true });
    await story.alert({ stopLoss: price('95') });
    await story.round();
    const entry = await story.order('entry', 0);
    story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
    await story.round();
    groupId = (await story.group()).id;
  });
  afterEach(() => rig.close());

  const check = (last: string | null, touched?: string[]): Promise<void> => tpCheckJob(story.ports, () => (last === null ? null : { price: last, at: story.ports.clock.now() })).handle({ groupId, ...(touched && { touched }) });
  const outcome = async (): Promise<(string | null)[]> => {
    await story.rest();
    const [group] = await story.groups();
    return [group!.status, group!.closeReason];
  };

  it('closes the position, with the reason', async () => {
    await check('95');
    expect(await outcome()).to.deep.equal(['closed', 'stop_loss']);
    expect(story.exchange.position()).to.equal('0');
  });
  it('also where the price has gone back before the job was worked', async () => {
    await check('97', ['94.9']);
    expect(await outcome()).to.deep.equal(['closed', 'stop_loss']);
  });
  it('also where this process has not heard a price since it started', async () => {
    await check(null, ['80']);
    expect(await outcome()).to.deep.equal(['closed', 'stop_loss']);
  });
  it('and leaves it where neither has reached the stop', async () => {
    await check('97', ['96']);
    expect(await outcome()).to.deep.equal(['partially_filled', null]);
  });
  it('a job that comes twice, or when all is over, does no harm', async () => {
    await check('94');
    await check('94', ['94']);
    await story.rest();
    await check('90');
    expect(await outcome()).to.deep.equal(['closed', 'stop_loss']);
  });
});
