"""A page read as a screen reader would: its headings, ids, links and forms."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """What of a page can be checked without a browser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title, self.text, self.language = "", "", ""
        self.mistaken = False
        self.inline = self.blank = 0
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.forms: list[tuple[str, str]] = []
        self.fields: list[dict[str, str]] = []
        self.labelled: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = {name: value or "" for name, value in attrs}
        if tag not in ("meta", "link", "input", "br"):
            self._inside.append(tag)
        if "id" in here:
            self.ids.append(here["id"])
        if "style" in here or tag == "style" or (tag == "script" and "src" not in here):
            self.inline += 1
        if "nhsuk-error-summary" in here.get("class", "").split():
            self.mistaken = True
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        elif tag == "html":
            self.language = here.get("lang", "")
        elif tag == "a":
            self.links.append(here["href"])
        elif tag == "form":
            self.forms.append((here.get("method", "get").upper(), here["action"]))
        elif tag == "label":
            self.labelled.append(here["for"])
        elif tag in ("input", "select", "textarea") and here.get("type") != "hidden":
            self.fields.append(here)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        elif "body" in self._inside:
            self.text += data
            self.blank += data.strip() == "None"

    def faults(self, letter: bool = False) -> list[str]:
        """What is wrong with how the page is built, in words; a letter has its styles inline, and a title of
        its own."""
        found = []
        if self.headings.count(1) != 1:
            found.append(f"{self.headings.count(1)} headings of the first level")
        steps = zip(self.headings, self.headings[1:], strict=False)
        if any(after > before + 1 for before, after in steps):
            found.append(f"a level of heading is left out: {self.headings}")
        if not self.language:
            found.append("no language")
        named = self.title.strip().endswith("– Comhar") and not self.title.startswith(" –")
        if not (self.title if letter else named):
            found.append(f"the title is {self.title!r}")
        if self.title.startswith("Error: ") != self.mistaken:
            found.append(f"the title {self.title!r}, with mistakes: {self.mistaken}")
        if self.inline and not letter:
            found.append(f"{self.inline} inline styles or scripts")
        if len(self.ids) != len(set(self.ids)):
            found.append(f"an id stands twice: {sorted(self.ids)}")
        unlabelled = {field.get("id", "") for field in self.fields} - set(self.labelled)
        if unlabelled:
            found.append(f"fields without a label: {unlabelled}")
        lost = {link[1:] for link in self.links if link.startswith("#")} - set(self.ids)
        if lost:
            found.append(f"links to nothing on the page: {lost}")
        if self.blank if letter else "None" in self.text.split():
            found.append("it says None")
        return found
