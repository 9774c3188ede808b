import { ClockCircleOutlined, FieldTimeOutlined, GlobalOutlined, LogoutOutlined, MoonOutlined, QuestionCircleOutlined, SunOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { setPreferences, usePreferences, type Preferences } from '../data/preferences.ts';
import { useSession, useSignOut } from '../data/use-session.ts';

export function ThemeButton() {
  const { t } = useTranslation();
  const { theme } = usePreferences();
  const next = theme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip title={t(`theme.${next}`)}>
      <Button type="text" icon={theme === 'dark' ? <SunOutlined /> : <MoonOutlined />} aria-label={t(`theme.${next}`)} onClick={() => setPreferences({ theme: next })} />
    </Tooltip>
  );
}

export function LanguageButton() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <Tooltip title={t('language.label')}>
      <Button type="text" aria-label={t('language.label')} onClick={() => setPreferences({ language: language === 'en' ? 'uk' : 'en' })}>
        {language === 'en' ? 'EN' : 'УК'}
      </Button>
    </Tooltip>
  );
}

/** Who is signed in, and the choices of this browser. */
export function UserMenu() {
  const { t } = useTranslation();
  const { theme, language, times, timezone, refreshMs } = usePreferences();
  const zones: Preferences['times'][] = timezone === 'UTC' ? ['utc', 'local'] : ['zone', 'local', 'utc'];
  const otherTimes = zones[(zones.indexOf(times) + 1) % zones.length] ?? 'utc';
  const user = useSession().data?.user;
  const signOut = useSignOut();
  const items: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <div><div style={{ color: 'var(--tr-text)' }}>{user?.email}</div><div className="faint">{user === undefined ? '' : t(`role.${user.role}`)}</div></div> },
    { type: 'divider' },
    { key: 'theme', icon: theme === 'dark' ? <SunOutlined /> : <MoonOutlined />, label: t(theme === 'dark' ? 'theme.light' : 'theme.dark'), onClick: () => setPreferences({ theme: theme === 'dark' ? 'light' : 'dark' }) },
    { key: 'language', icon: <GlobalOutlined />, label: language === 'en' ? 'Українською' : 'In English', onClick: () => setPreferences({ language: language === 'en' ? 'uk' : 'en' }) },
    { key: 'times', icon: <ClockCircleOutlined />, label: t(`times.to_${otherTimes}`, { zone: timezone }), onClick: () => setPreferences({ times: otherTimes }) },
    {
      key: 'refresh',
      icon: <FieldTimeOutlined />,
      label: t('refresh.label'),
      children: ([250, 500, 1000, 2000] as const).map((ms) => ({ key: `refresh-${ms}`, label: `${ms === refreshMs ? '✓ ' : ''}${t('refresh.each', { ms })}`, onClick: () => setPreferences({ refreshMs: ms }) })),
    },
    { key: 'keys', icon: <QuestionCircleOutlined />, label: t('keyboard.title'), onClick: () => window.dispatchEvent(new KeyboardEvent('keydown', { key: '?' })) },
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('session.signOut'), onClick: () => signOut.mutate() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />} aria-label={t('session.menu')} />
    </Dropdown>
  );
}
