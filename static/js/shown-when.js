// Fields that concern only with some answers of another: <div data-shown-when="name=value|value"> … </div>
//
// Without this script they all stand in the page, with words that say when to fill them. What is hidden keeps its value and is sent.

const parts = [...document.querySelectorAll("[data-shown-when]")];

function answersOf(form, name) {
  const inputs = [...form.elements].filter((input) => input.name === name);
  const given = inputs.filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true));
  return given.map((input) => input.value);
}

function update() {
  for (const part of parts) {
    const [name, values] = part.dataset.shownWhen.split("=");
    const wanted = values.split("|");
    const holdsError = part.querySelector(".fr-message--error:not(:empty)") !== null;
    part.hidden = !holdsError && !answersOf(part.closest("form"), name).some((answer) => wanted.includes(answer));
  }
}

update();
document.addEventListener("change", update);
