import { expect } from 'chai';
import { bandPath, offsetFlow, shareOf, type FlowPart } from './offset-flow.ts';

const size = { lossHeight: 120, rowLeast: 50, gap: 10 };
const parts = (...usd: string[]): FlowPart[] => usd.map((value, index) => ({ groupId: `w${index + 1}`, usd: value }));

describe('how a plan is drawn', () => {
  it('E-13: two winners cover the whole loss, their ribbons as thick as their share of it', () => {
    const flow = offsetFlow(parts('80', '40'), '120', size);
    expect(flow.bands.map(({ thickness }) => thickness)).to.deep.equal([80, 40].map((usd) => shareOf(String(usd), '120') * 120));
    expect(flow.bands.map(({ thickness }) => Math.round(thickness))).to.deep.equal([80, 40]);
    expect(flow.uncovered).to.equal(null);
    expect(flow.rows.map(({ top, height }) => [Math.round(top), Math.round(height)])).to.deep.equal([[0, 80], [90, 50]]);
    expect([flow.height, flow.loss.top].map(Math.round)).to.deep.equal([140, 10]);
  });

  it('E-14: what three winners leave open stays open at the end of the loss', () => {
    const flow = offsetFlow(parts('70', '60', '40'), '200', size);
    expect(flow.uncovered?.height).to.be.closeTo(120 * 0.15, 0.01);
    expect((flow.uncovered?.top ?? 0) + (flow.uncovered?.height ?? 0)).to.be.closeTo(flow.loss.top + flow.loss.height, 0.01);
  });

  it('keeps a tiny slice visible, and what is brought in beyond the loss within it', () => {
    const flow = offsetFlow(parts('0.01', '500'), '100', size);
    expect(flow.bands[0]?.thickness).to.equal(3);
    expect(flow.bands.reduce((sum, { thickness }) => sum + thickness, 0)).to.be.at.most(120);
    expect(flow.uncovered).to.equal(null);
  });

  it('ribbons meet the loss one below the other, without gap or overlap', () => {
    const { bands, loss } = offsetFlow(parts('30', '20', '10', '5'), '100', size);
    bands.forEach((band, index) => expect(band.right).to.be.closeTo(index === 0 ? loss.top : (bands[index - 1]?.right ?? 0) + (bands[index - 1]?.thickness ?? 0), 1e-9));
  });

  it('a lower column of winners stands in the middle of the loss', () => {
    const flow = offsetFlow(parts('10'), '100', size);
    expect([flow.height, flow.rows[0]?.top, flow.loss.top]).to.deep.equal([120, 35, 0]);
  });

  it('shares are between nothing and all', () => {
    expect([shareOf('50', '200'), shareOf('300', '200'), shareOf('-1', '200'), shareOf('1', '0')]).to.deep.equal([0.25, 1, 0, 0]);
  });

  it('draws a ribbon from edge to edge', () => expect(bandPath({ groupId: 'w', left: 5, right: 20, thickness: 10 }, 100)).to.equal('M0 5C50 5 50 20 100 20V30C50 30 50 15 0 15Z'));
});
