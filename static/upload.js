// Says before sending that a file is too large, so that nothing that was typed is lost. Without scripts the
// server says it.
const LARGEST = 1024 * 1024; // bytes
const WORDS = "This file is too large. Choose one that is smaller than 1 MB.";

for (const field of document.querySelectorAll("input[type=file]")) {
  field.addEventListener("change", () => field.setCustomValidity(""));
  field.form.addEventListener("submit", (event) => {
    if (!field.files.length || field.files[0].size < LARGEST) return;
    event.preventDefault();
    field.setCustomValidity(WORDS);
    field.reportValidity();
  });
}
