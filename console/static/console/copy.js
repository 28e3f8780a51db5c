/** Copies what is shown once; without a clipboard it is selected, to be copied by hand. */

const shown = document.getElementById("secret");
const button = document.querySelector(".js-copy");

button.addEventListener("click", async () => {
    shown.select();
    try {
        await navigator.clipboard.writeText(shown.value);
        button.textContent = "Copied";
    } catch {
        button.textContent = "Selected: copy it";
    }
});
