import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Layout, Spin } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet } from 'react-router';
import { startLiveUpdates } from '../data/live-updates.ts';
import { setPreferences, usePreferences } from '../data/preferences.ts';
import { useSuggestedPreferences } from '../data/use-suggested-preferences.ts';
import { EngineControl } from './engine-control.tsx';
import './frame.css';
import { HaltStrip } from './halt-strip.tsx';
import { Keyboard } from './keyboard.tsx';
import { KillSwitch } from './kill-switch.tsx';
import { ConnectionLight, PriceSourceLight } from './lights.tsx';
import { ModeBadge } from './mode-badge.tsx';
import { Navigation } from './navigation.tsx';
import { AlertStrip, ConnectionStrip, WarningStrip } from './strips.tsx';
import { LanguageButton, ThemeButton, UserMenu } from './user-menu.tsx';

function Brand({ narrow }: { narrow: boolean }) {
  return (
    <Link to="/app" className="brand">
      <img src="/mark.svg" alt="" width="24" height="24" />
      {narrow ? null : <span>Tranche</span>}
    </Link>
  );
}

/** What stands around every page: places on the left, the state of the engine on top, severe alerts under it. */
export function Frame() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { navigation } = usePreferences();
  const [drawer, setDrawer] = useState(false);
  const narrow = navigation === 'narrow';
  useEffect(() => startLiveUpdates(cache), [cache]);
  useSuggestedPreferences();
  return (
    <Layout hasSider className="frame">
      <a href="#page" className="skip-link">{t('frame.skip')}</a>
      <Layout.Sider className="side" width={196} collapsedWidth={56} collapsed={narrow} trigger={null}>
        <Brand narrow={narrow} />
        <nav aria-label={t('nav.label')} className="grow"><Navigation narrow={narrow} /></nav>
        <Button type="text" className="fold" icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />} aria-label={t(narrow ? 'nav.widen' : 'nav.fold')} onClick={() => setPreferences({ navigation: narrow ? 'wide' : 'narrow' })} />
      </Layout.Sider>
      <Drawer open={drawer} onClose={() => setDrawer(false)} placement="left" size={240} title={<Brand narrow={false} />} styles={{ body: { padding: '8px 4px' } }}>
        <nav aria-label={t('nav.label')}><Navigation narrow={false} onGo={() => setDrawer(false)} /></nav>
      </Drawer>
      <Layout>
        <div className="top">
          <header className="top-bar">
            <Button type="text" className="phone-only" icon={<MenuOutlined />} aria-label={t('nav.open')} onClick={() => setDrawer(true)} />
            <ModeBadge />
            <EngineControl />
            <PriceSourceLight />
            <ConnectionLight />
            <span className="grow" />
            <KillSwitch />
            <span className="medium-only row" style={{ gap: 0 }}><LanguageButton /><ThemeButton /></span>
            <UserMenu />
          </header>
          <ConnectionStrip />
          <HaltStrip />
          <WarningStrip />
          <AlertStrip />
        </div>
        <main id="page" tabIndex={-1}>
          <Suspense fallback={<div className="page-wait"><Spin /></div>}><Outlet /></Suspense>
        </main>
      </Layout>
      <Keyboard />
    </Layout>
  );
}
