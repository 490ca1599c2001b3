// Runs before the first paint, so that a chosen theme never flashes. Without
// it the style sheet follows the system.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  };

  const apply = () => {
    const choice = chosen();
    const isDark = choice === "dark" || (choice === "auto" && dark.matches);
    root.setAttribute("data-bs-theme", isDark ? "dark" : "light");
  };

  const choose = (choice) => {
    try {
      localStorage.setItem("theme", choice);
    } catch {
      // then it holds for this page only
    }
    root.setAttribute("data-bs-theme", choice);
    if (choice === "auto") apply();
  };

  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  apply();
  window.innkeeperTheme = { chosen, choose };
})();
