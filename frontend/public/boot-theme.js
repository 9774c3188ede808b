// Sets the theme (the chosen one, else that of the settings as last seen, else the system's) before the first paint, so that a light page does not flash dark. A file, because the content security policy forbids inline scripts.
try {
  const stored = { ...JSON.parse(localStorage.getItem('tranche.suggested') || '{}'), ...JSON.parse(localStorage.getItem('tranche.preferences') || '{}') };
  if (stored.theme === 'light' || (stored.theme !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches)) document.documentElement.dataset.theme = 'light';
  if (stored.language === 'uk') document.documentElement.lang = 'uk';
} catch {
  document.documentElement.dataset.theme = 'dark';
}
