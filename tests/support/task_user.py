"""A person at pages whose clicks and pages are counted: what a task costs them."""

from pathlib import Path

from tests.support.page_user import PageUser


class TaskUser(PageUser):
    """Counts since `begin`. A link followed, a button pressed, a box ticked, an option picked and a field
    typed into are a click each; a page is one that the browser loads, redirects included once. Opening an
    email costs nothing."""

    clicks = pages = 0

    def begin(self, path: str = "") -> "TaskUser":
        """Counts from here on: from an email, or from the page at this path, which is the first."""
        self.clicks = self.pages = 0
        if path:
            self.open(path)
        return self

    @property
    def cost(self) -> tuple[int, int]:
        return self.clicks, self.pages

    def open(self, path: str) -> "PageUser":
        self.pages += 1
        return super().open(path)

    def follow(self, words: str) -> "PageUser":
        self.clicks += 1
        return super().follow(words)

    def press(self, words: str) -> "PageUser":
        self.clicks += 1
        self.pages += 1
        return super().press(words)

    def fill(self, label: str, text: str) -> "PageUser":
        self.clicks += 1
        return super().fill(label, text)

    def write(self, text: str) -> "PageUser":
        self.clicks += 1
        return super().write(text)

    def attach(self, label: str, file: Path) -> "PageUser":
        self.clicks += 1
        return super().attach(label, file)

    def choose(self, group: str, label: str) -> "PageUser":
        self.clicks += 1
        return super().choose(group, label)

    def unfold(self, words: str) -> "PageUser":
        """Opens what is folded behind these words."""
        self.clicks += 1
        self._named("summary", words)
        return self

    def select(self, label: str, option: str) -> "PageUser":
        self.clicks += 1
        return super().select(label, option)
