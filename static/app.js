// Manners on top of pages that work without this file: components come alive, and focus goes where news is.
import { initAll } from "./vendor/nhsuk-frontend.min.js";

const quietly = { onError: () => {} };

function wake(scope) {
  initAll({ scope, ...quietly });
}

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
wake(document);

// After a refused form, the summary of what to mend is read out and the keyboard stands on it.
function goToSummary(scope) {
  const summary = scope.querySelector(".nhsuk-error-summary");
  if (summary) {
    summary.setAttribute("tabindex", "-1");
    summary.focus();
  }
}

document.addEventListener("htmx:after:process", (event) => {
  const part = event.target;
  if (part instanceof Element && part !== document.body) {
    wake(part);
    goToSummary(part);
  }
});
goToSummary(document);
