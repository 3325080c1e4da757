// Points from a field to its evidence in the text, and back.
"use strict";

const fields = new Map([...document.querySelectorAll(".field.marked")].map((field) => [field.dataset.field, field]));
const pieces = [...document.querySelectorAll(".ev")];
const of = (name) => pieces.filter((piece) => piece.dataset.fields.split(" ").includes(name));

function light(name, on) {
  fields.get(name)?.classList.toggle("lit", on);
  for (const piece of of(name)) piece.classList.toggle("lit", on);
}

for (const [name, field] of fields) {
  field.addEventListener("mouseenter", () => light(name, true));
  field.addEventListener("mouseleave", () => light(name, false));
  const lead = () => of(name)[0]?.scrollIntoView({ block: "center", behavior: "smooth" });
  field.addEventListener("click", lead);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") lead(); });
}
for (const piece of pieces) {
  const names = piece.dataset.fields.split(" ").filter((name) => fields.has(name));
  piece.addEventListener("mouseenter", () => names.forEach((name) => light(name, true)));
  piece.addEventListener("mouseleave", () => names.forEach((name) => light(name, false)));
}
