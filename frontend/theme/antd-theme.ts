import { theme as antdTheme, type MappingAlgorithm, type ThemeConfig } from 'antd';
import type { Theme } from '../data/preferences.ts';
import { palettes } from './palette.ts';

export const fontFamily = "'Inter Variable', Inter, 'Segoe UI', system-ui, sans-serif";

/** The compact spacing with letters that stay readable for a whole day: the compact algorithm alone would shrink 13 pixels to 10. */
const readable =
  (size: number): MappingAlgorithm =>
  (_seed, map) => ({ ...(map as ReturnType<MappingAlgorithm>), fontSize: 13 * size, fontSizeSM: 12 * size, fontSizeLG: 14 * size, fontSizeXL: 17 * size, fontHeight: 20 * size, fontHeightSM: 18 * size, fontHeightLG: 22 * size, lineHeight: 1.54, lineHeightSM: 1.5, lineHeightLG: 1.57 });

/** antd told to be compact, to wear our colours and to write `textSize` times as large as usual. */
export function antdThemeOf(theme: Theme, textSize = 1): ThemeConfig {
  const p = palettes[theme];
  return {
    algorithm: [theme === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm, antdTheme.compactAlgorithm, readable(textSize)],
    token: {
      fontFamily,
      fontSize: 13 * textSize,
      borderRadius: 6,
      controlHeight: 30 * Math.max(1, textSize),
      colorPrimary: p.accent,
      colorLink: p.accentText,
      colorInfo: p.accentText,
      colorSuccess: p.profit,
      colorWarning: p.warning,
      colorError: p.error,
      colorBgLayout: p.ground,
      colorBgContainer: p.surface,
      colorBgElevated: theme === 'dark' ? p.raised : p.surface,
      colorBorder: p.lineStrong,
      colorBorderSecondary: p.line,
      colorText: p.text,
      colorTextSecondary: p.textSoft,
      colorTextTertiary: p.textFaint,
      colorTextDescription: p.textFaint,
      colorTextPlaceholder: p.textFaint,
      wireframe: false,
    },
    components: {
      Layout: { headerBg: p.surface, siderBg: p.surface, bodyBg: p.ground, headerPadding: '0 16px', headerHeight: 52 },
      Menu: { itemBg: 'transparent', itemSelectedBg: p.accentWash, itemSelectedColor: p.accentText, itemColor: p.textSoft, itemHoverColor: p.text, itemHeight: 36, itemBorderRadius: 6, activeBarBorderWidth: 0 },
      Table: { headerBg: p.surface, headerColor: p.textFaint, headerSplitColor: 'transparent', rowHoverBg: p.raised, borderColor: p.line, cellPaddingBlock: 7, cellPaddingInline: 12, cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, footerBg: 'transparent' },
      Tabs: { itemSelectedColor: p.accentText, itemHoverColor: p.accentText, itemActiveColor: p.accentText, inkBarColor: p.accentText },
      // Out of a dark yellow antd would make a brown ground.
      Alert: { colorWarningBg: p.warningWash, colorWarningBorder: `${p.warning}66`, colorErrorBg: p.errorWash, colorErrorBorder: `${p.error}66` },
      Card: { headerFontSize: 13, headerHeight: 40, bodyPadding: 16 },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', colorError: theme === 'dark' ? '#d8324f' : p.error, fontWeight: 500 },
      Modal: { titleFontSize: 16 },
      Tag: { defaultBg: p.raised },
      Tooltip: { colorBgSpotlight: theme === 'dark' ? '#2a3542' : '#1d2733' },
    },
  };
}
