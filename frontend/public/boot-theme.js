// Sets the stored theme before the first paint, so that a light page does not flash dark. A file, because the content security policy forbids inline scripts.
try {
  var stored = JSON.parse(localStorage.getItem('tranche.preferences') || '{}');
  if (stored.theme === 'light') document.documentElement.dataset.theme = 'light';
  if (stored.language === 'uk') document.documentElement.lang = 'uk';
} catch (error) {
  document.documentElement.dataset.theme = 'dark';
}
