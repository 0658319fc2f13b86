// Drag the parts of an agenda into order. It fills in the numbers beside them and sends the same form as the button does.
const list = document.querySelector("[data-order]");

function rows() {
  return [...list.querySelectorAll("[data-part]")];
}

function numbers() {
  rows().forEach((row, place) => {
    row.querySelector(".order__number").value = place + 1;
  });
}

if (list && !window.matchMedia("(pointer: coarse)").matches) {
  const form = list.closest("form");
  let held = null;
  list.classList.add("order--drag");
  document.querySelector(".order__drag")?.removeAttribute("hidden");

  for (const row of rows()) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (event.target.closest("input, button")) {
        event.preventDefault();
        return;
      }
      held = row;
      row.classList.add("order__part--held");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.id);
    });
    row.addEventListener("dragover", (event) => {
      if (held && held !== row) {
        event.preventDefault();
        row.classList.add("order__part--over");
      }
    });
    row.addEventListener("dragleave", () => row.classList.remove("order__part--over"));
    row.addEventListener("dragend", () => {
      row.classList.remove("order__part--held");
      held = null;
    });
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      row.classList.remove("order__part--over");
      if (!held || held === row) {
        return;
      }
      const down = rows().indexOf(held) < rows().indexOf(row);
      row[down ? "after" : "before"](held);
      numbers();
      form.requestSubmit(form.querySelector(".nhsuk-button"));
    });
  }
}
