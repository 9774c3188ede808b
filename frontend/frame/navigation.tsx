import { Badge, Menu } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useStatus } from '../data/use-status.ts';
import { sectionName, sectionOf, sections } from './sections.tsx';

/** The list of places. Pointing at one starts loading its code. */
export function Navigation({ narrow, onGo }: { narrow: boolean; onGo?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const pool = useStatus().data?.pool;
  const count = (key: string): number => (key === 'positions' ? (pool?.used ?? 0) : key === 'queue' ? (pool?.waiting ?? 0) : 0);
  return (
    <Menu
      mode="inline"
      inlineCollapsed={narrow}
      selectedKeys={[sectionOf(pathname)]}
      style={{ border: 0, padding: '0 4px' }}
      items={sections.map((section) => ({
        key: section.key,
        icon: section.icon,
        title: sectionName(t, section.key),
        label: (
          <Link to={section.path} onClick={onGo} onPointerEnter={() => void section.load()} onFocus={() => void section.load()} className="spread">
            <span>{sectionName(t, section.key)}</span>
            {count(section.key) > 0 ? <Badge count={count(section.key)} overflowCount={999} color="var(--tr-line-strong)" styles={{ indicator: { color: 'var(--tr-text)', boxShadow: 'none' } }} /> : null}
          </Link>
        ),
      }))}
    />
  );
}
