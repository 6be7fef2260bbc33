// Before the first paint: the theme that the reader chose on an earlier visit.
try {
  const theme = localStorage.getItem("itool-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden here: the system's theme it is.
}
