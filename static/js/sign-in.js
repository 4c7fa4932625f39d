// The people of a demonstration: one press fills address and password in.
const email = document.getElementById("email");
const password = document.getElementById("password");
const people = document.querySelectorAll("[data-q-person]");

for (const person of people) {
  person.addEventListener("click", () => {
    email.value = person.dataset.qPerson;
    password.value = person.dataset.qPassword;
    for (const other of people) other.setAttribute("aria-pressed", String(other === person));
    email.form.querySelector("button.btn-primary").focus();
  });
}
