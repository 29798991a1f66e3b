// Questions that depend on others: each is shown as soon as its condition holds, and hidden while it does not.
// Without this script every question stands in the page with its condition in words.

const EMPTY = (answer) => answer === null || answer === undefined || answer === "" || (Array.isArray(answer) && !answer.length);

// The same tests as the server makes (questionnaires/conditions.py).
export function holds(condition, answers) {
  if (!condition || !Object.keys(condition).length) return true;
  if (condition.all) return condition.all.every((one) => holds(one, answers));
  if (condition.any) return condition.any.some((one) => holds(one, answers));
  if (condition.not) return !holds(condition.not, answers);
  return tested(condition, answers.get(condition.question));
}

function tested(condition, answer) {
  if ("answered" in condition) return Boolean(condition.answered) === !EMPTY(answer);
  if (EMPTY(answer)) return false;
  if ("is" in condition) return answer === condition.is;
  if ("in" in condition) return condition.in.includes(answer);
  if ("has" in condition) return answer.includes(condition.has);
  const bound = condition.at_least ?? condition.at_most;
  if (typeof answer !== typeof bound || typeof answer === "boolean") return false;
  return "at_least" in condition ? answer >= bound : answer <= bound;
}

class Questions {
  constructor(form) {
    this.questions = [...form.querySelectorAll("[data-question]")];
    this.elsewhere = new Map(Object.entries(JSON.parse(form.dataset.answers || "{}")));
    form.addEventListener("input", () => this.show());
    form.addEventListener("change", () => this.show());
    for (const words of form.querySelectorAll("[data-condition-words]")) words.hidden = true;
    this.show();
  }

  // In their order: the answer to a question that is not put counts for nothing in those after it.
  show() {
    const answers = new Map(this.elsewhere);
    for (const question of this.questions) {
      const put = holds(JSON.parse(question.dataset.condition), answers);
      question.hidden = !put;
      if (put) answers.set(question.dataset.question, answerIn(question));
      else answers.delete(question.dataset.question);
    }
  }
}

function answerIn(question) {
  const fields = [...question.querySelectorAll("input, textarea, select")];
  const ticked = fields.filter((field) => field.checked).map((field) => field.value);
  const text = fields[0]?.value.trim() ?? "";
  switch (question.dataset.kind) {
    case "several_choices": return ticked;
    case "one_choice": return ticked[0] ?? "";
    case "yes_no": return ticked.length ? ticked[0] === "yes" : null;
    case "whole":
    case "decimal": return text === "" ? null : Number(text.replace(",", "."));
    default: return text;
  }
}

// The choices of a question stand in the editor only while its kind is a list.
function showWithLists(section) {
  const form = section.closest("form");
  const show = () => {
    const kind = form.querySelector(`[name="${section.dataset.choicesOf}"]:checked`)?.value ?? "";
    section.hidden = !kind.includes("choice");
  };
  form.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll("form:has([data-question])")) new Questions(form);
for (const section of document.querySelectorAll("[data-choices-of]")) showWithLists(section);
