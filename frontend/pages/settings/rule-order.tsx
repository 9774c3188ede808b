import { switchOf } from '#shared/contracts/selection-in-use';
import { ArrowDownOutlined, ArrowUpOutlined, HolderOutlined } from '@ant-design/icons';
import { Button, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingWords } from './setting-words.ts';
import { valueAt, withValue, type Tree } from './settings-tree.ts';

const order = 'waiting_rule.selection_priority';

/** Which switch turns a rule on and off. */
export const switchOfRule: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(switchOf).map(([rule, key]) => [rule, `priority_rules.priority_rules_enabled.${key}`]));
const rules = Object.keys(switchOfRule);

/** The draft with a rule on or off; one that an imported list leaves out is appended when it is switched on. */
export function withRule(draft: Tree, rule: string, on: boolean): Tree {
  const listed = (valueAt(draft, order) ?? []) as string[];
  const switched = withValue(draft, switchOfRule[rule] ?? '', on);
  return on && !listed.includes(rule) ? withValue(switched, order, [...listed, rule]) : switched;
}

export const ruleIsOn = (draft: Tree, rule: string): boolean => ((valueAt(draft, order) ?? []) as string[]).includes(rule) && valueAt(draft, switchOfRule[rule] ?? '') === true;

/** A list with one member moved to another place. */
export function moved<Member>(list: readonly Member[], from: number, to: number): Member[] {
  const next = [...list];
  const [member] = next.splice(from, 1);
  if (member !== undefined) next.splice(to, 0, member);
  return next;
}

/** Who of those that wait goes first: the rules in the order in which they decide, each with its switch. Moved by dragging or by buttons. */
export function RuleOrder({ draft, pending, words, onDraft }: { draft: Tree; pending: readonly string[]; words: SettingWords; onDraft: (change: (draft: Tree) => Tree) => void }) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const listed = (valueAt(draft, order) ?? []) as string[];
  const all = [...listed, ...rules.filter((rule) => !listed.includes(rule))];
  const move = (from: number, to: number): void => onDraft((now) => withValue(now, order, moved((valueAt(now, order) ?? []) as string[], from, to)));
  const ranks = all.filter((rule) => ruleIsOn(draft, rule));
  return (
    <ol className="rule-order">
      {all.map((rule, index) => {
        const name = words.choice(order, rule);
        const path = switchOfRule[rule] ?? rule;
        const on = ruleIsOn(draft, rule);
        const isListed = index < listed.length;
        const help = words.help(path);
        return (
          <li
            key={rule}
            // The switch of pyramids has a row of its own in the section of the pool.
            {...(rule !== 'pyramid_continuation' && { id: `setting-${path}` })}
            draggable={isListed}
            className={`${on ? '' : 'rule-off'}${dragged === index ? ' rule-dragged' : ''}`}
            onDragStart={(event) => { event.dataTransfer.effectAllowed = 'move'; setDragged(index); }}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => dragged !== null && isListed && event.preventDefault()}
            onDrop={(event) => { event.preventDefault(); if (dragged !== null && isListed) move(dragged, index); setDragged(null); }}
          >
            <HolderOutlined className="faint rule-grip" aria-hidden="true" />
            <span className="num faint rule-rank">{on ? `${ranks.indexOf(rule) + 1}.` : '\u2013'}</span>
            <span className="grow rule-name"><span>{name}{pending.includes(path) ? <span className="setting-changed">{t('settings.changedMark')}</span> : null}</span>{help === undefined ? null : <span className="setting-help">{help}</span>}</span>
            <Button size="small" type="text" icon={<ArrowUpOutlined />} disabled={!isListed || index === 0} aria-label={t('settings.earlier', { rule: name })} onClick={() => move(index, index - 1)} />
            <Button size="small" type="text" icon={<ArrowDownOutlined />} disabled={!isListed || index === listed.length - 1} aria-label={t('settings.later', { rule: name })} onClick={() => move(index, index + 1)} />
            <Switch size="small" checked={on} aria-label={t('settings.ruleOn', { rule: name })} onChange={(next) => onDraft((now) => withRule(now, rule, next))} />
          </li>
        );
      })}
    </ol>
  );
}
