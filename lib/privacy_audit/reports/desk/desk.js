// What it shows arrives as a message and stands in the page alone: nothing of it is in the widget's state, which
// JupyterLab may save, and nothing is an output of a cell.
function line(kind, text, parent) {
  const made = document.createElement(kind);
  made.textContent = text;
  parent.append(made);
  return made;
}

// In JupyterLab an arrow key moves the cursor from cell to cell, even where a menu of ours has the focus. Within the
// desk keys belong to the desk, but for those with Ctrl or Command, such as saving.
function ours(event) {
  const at = event.target;
  if (at instanceof Element && at.closest(".desk-root")) {
    at.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey));
  }
}

function render({ model, el }) {
  const told = (message) => {
    el.replaceChildren();
    if (message.note) line("p", message.note, el).className = "desk-note";
    for (const row of message.rows || []) {
      line("h4", row.where, el);
      if (row.remark) line("p", row.remark, el).className = "desk-note";
      const list = line("dl", "", el);
      for (const [title, value] of row.cells) {
        line("dt", title, list);
        line("dd", value, list);
      }
    }
  };
  el.classList.add("desk-revealed");
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "The row's own values");
  el.setAttribute("aria-live", "polite");
  model.on("msg:custom", told);
  window.addEventListener("keydown", ours, true);
  return () => {
    window.removeEventListener("keydown", ours, true);
    model.off("msg:custom", told);
    el.replaceChildren();
  };
}

export default { render };
