// What it shows arrives as a message and stands in the page alone: nothing of it is in the widget's state, which
// JupyterLab may save, and nothing is an output of a cell.
function line(kind, text, parent) {
  const made = document.createElement(kind);
  made.textContent = text;
  parent.append(made);
  return made;
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
  return () => {
    model.off("msg:custom", told);
    el.replaceChildren();
  };
}

export default { render };
