"""A page read as a screen reader would: its headings, ids, links and forms."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """What of a page can be checked without a browser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title, self.text = "", ""
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
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
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

    def faults(self) -> list[str]:
        """What is wrong with how the page is built, in words."""
        found = []
        if self.headings.count(1) != 1:
            found.append(f"{self.headings.count(1)} headings of the first level")
        steps = zip(self.headings, self.headings[1:], strict=False)
        if any(after > before + 1 for before, after in steps):
            found.append(f"a level of heading is left out: {self.headings}")
        if not self.title.strip().endswith("– Comhar") or self.title.startswith(" –"):
            found.append(f"the title is {self.title!r}")
        if len(self.ids) != len(set(self.ids)):
            found.append(f"an id stands twice: {sorted(self.ids)}")
        unlabelled = {field.get("id", "") for field in self.fields} - set(self.labelled)
        if unlabelled:
            found.append(f"fields without a label: {unlabelled}")
        lost = {link[1:] for link in self.links if link.startswith("#")} - set(self.ids)
        if lost:
            found.append(f"links to nothing on the page: {lost}")
        if "None" in self.text.split():
            found.append("it says None")
        return found
